"""What holds of events, the outbox and deadlines is asked by functions: a constraint is read anew for each statement."""

from pathlib import Path

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    """Nothing else may be stored than before."""

    dependencies = [
        ("database", "0002_lifecycle_asked_often"),
        ("record", "0004_write_v2"),
    ]

    operations = [
        migrations.RunSQL((SQL / "sound_v1.sql").read_text(), migrations.RunSQL.noop),
        migrations.RemoveConstraint(
            model_name="deadline",
            name="record_deadline_state",
        ),
        migrations.RemoveConstraint(
            model_name="event",
            name="record_event_chain",
        ),
        migrations.RemoveConstraint(
            model_name="event",
            name="record_event_counted_from_one",
        ),
        migrations.RemoveConstraint(
            model_name="outbox",
            name="record_outbox_state",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="deadline",
            trigger=pgtrigger.compiler.Trigger(
                name="sound",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="record_deadline_sound()",
                    func="RETURN NULL;",
                    hash="b2eb24ade1ff2c63dbb73ccf3b2eac530bde477c",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_sound_82715",
                    table="record_deadline",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="event",
            trigger=pgtrigger.compiler.Trigger(
                name="sound",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="record_event_sound(' order organisation person operator ')",
                    func="RETURN NULL;",
                    hash="6b62ea677982d61769b56d96dc4cb1abd647d50f",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_sound_2d191",
                    table="record_event",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="outbox",
            trigger=pgtrigger.compiler.Trigger(
                name="sound",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="record_outbox_sound()",
                    func="RETURN NULL;",
                    hash="f17f552d14aa6740b1c10085c02d301331ff91f1",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_sound_d7270",
                    table="record_outbox",
                    when="BEFORE",
                ),
            ),
        ),
    ]

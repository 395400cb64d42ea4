"""How the record is written, and how chains are continued."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    """What Django's models cannot say."""

    dependencies = [("record", "0001_initial")]
    operations = [
        migrations.RunSQL((SQL / "write_v1.sql").read_text(), "DROP FUNCTION record_write(jsonb)"),
        migrations.RunSQL(
            (SQL / "head_v1.sql").read_text(),
            migrations.RunSQL.noop,
            state_operations=[
                migrations.AddField("event", "recorded_xid", models.BigIntegerField(editable=False)),
                migrations.AddIndex("event", models.Index(fields=["recorded_xid", "id"], name="record_event_listed")),
            ],
        ),
    ]

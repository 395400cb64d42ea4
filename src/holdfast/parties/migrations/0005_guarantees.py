"""A supplier has a line in each currency, and the guarantee that its programme asks for it."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import holdfast.kernel.identifiers


class Migration(migrations.Migration):
    dependencies = [
        ("parties", "0004_cooling_off"),
    ]

    operations = [
        migrations.CreateModel(
            name="Guarantee",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=holdfast.kernel.identifiers.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("programme_name", models.TextField()),
                ("programme_version", models.IntegerField()),
                ("by", models.TextField()),
                ("line_minor", models.BigIntegerField()),
                ("required_minor", models.BigIntegerField()),
                ("state", models.TextField(default="building")),
                ("account_id", models.UUIDField(unique=True)),
                ("reference", models.CharField(max_length=25, unique=True)),
                ("set_at", models.DateTimeField()),
                ("short_since", models.DateTimeField(null=True)),
                ("suspended_at", models.DateTimeField(null=True)),
                ("reminders", models.IntegerField(default=0)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="guarantees",
                        to="parties.organisation",
                    ),
                ),
            ],
            options={
                "db_table": "parties_guarantee",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "currency"), name="parties_guarantee_one_a_currency"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("by__in", ["deposit", "credit_hold"])), name="parties_guarantee_by"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("line_minor__gte", 0),
                            ("required_minor__gte", 0),
                            ("required_minor__lte", models.F("line_minor")),
                        ),
                        name="parties_guarantee_at_most_its_line",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("short_since__isnull", False), ("state__in", ["due", "short"])),
                            models.Q(("short_since__isnull", True), ("state__in", ["building", "met"])),
                            _connector="OR",
                        ),
                        name="parties_guarantee_short_since",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="guarantee",
            trigger=pgtrigger.compiler.Trigger(
                name="begins",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_lifecycle('building', ' building>due met>due due>building met>building building>met due>met short>met met>short ')",
                    func="RETURN NULL;",
                    hash="b460efbf227cd00cac8dcec49d686ff498ff9e37",
                    operation="INSERT",
                    pgid="pgtrigger_begins_b4fd8",
                    table="parties_guarantee",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="guarantee",
            trigger=pgtrigger.compiler.Trigger(
                name="moves",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.state IS DISTINCT FROM NEW.state)",
                    execute="holdfast_lifecycle('building', ' building>due met>due due>building met>building building>met due>met short>met met>short ')",
                    func="RETURN NULL;",
                    hash="3f40d851ff58ea98575276f48acba7198e6e4192",
                    operation="UPDATE",
                    pgid="pgtrigger_moves_4c581",
                    table="parties_guarantee",
                    when="BEFORE",
                ),
            ),
        ),
    ]

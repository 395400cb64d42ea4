"""What is reserved of a supplier's line is counted, and the database lets no more be reserved than the line allows."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

import holdfast.kernel.identifiers

SQL = Path(__file__).parents[1] / "sql"
LINES_SET = """
INSERT INTO parties_coverline (id, organisation_id, currency, line_minor, most_minor, reserved_minor)
SELECT gen_random_uuid(), organisation_id, currency, line_minor, line_minor, 0 FROM parties_guarantee;
"""
"""What verifiers have said before; what open orders have reserved is added by the room that knows them."""
UNDO = """
DROP TRIGGER cover_guard ON parties_coverline;
DROP FUNCTION parties_guard_cover();
DROP FUNCTION parties_cover(jsonb);
"""


class Migration(migrations.Migration):
    dependencies = [("parties", "0005_guarantees")]

    operations = [
        migrations.CreateModel(
            name="CoverLine",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=holdfast.kernel.identifiers.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("line_minor", models.BigIntegerField(null=True)),
                ("most_minor", models.BigIntegerField()),
                ("reserved_minor", models.BigIntegerField(default=0)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cover_lines",
                        to="parties.organisation",
                    ),
                ),
            ],
            options={
                "db_table": "parties_coverline",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "currency"), name="parties_coverline_one_a_currency"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("most_minor__gte", 0), ("reserved_minor__gte", 0)),
                        name="parties_coverline_nothing_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("line_minor__isnull", True), ("line_minor__gte", 0), _connector="OR"),
                        name="parties_coverline_line",
                    ),
                ],
            },
        ),
        migrations.RunSQL(LINES_SET, migrations.RunSQL.noop),
        migrations.RunSQL("".join((SQL / name).read_text() for name in ("cover_v1.sql", "cover_guard_v1.sql")), UNDO),
    ]

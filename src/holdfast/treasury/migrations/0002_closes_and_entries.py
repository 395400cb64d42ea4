"""Closes, each signed and written once; entries by hand; and days that end where the operator is."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

ZONE = "SELECT ledger_zone(time_zone) FROM parties_organisation WHERE kind = 'operator' ORDER BY id LIMIT 1"


class Migration(migrations.Migration):
    """An installation that was founded before days could be closed gets its operator's zone now."""

    dependencies = [
        ("treasury", "0001_papers"),
        ("ledger", "0004_days"),
        ("parties", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("state", models.CharField(default="proposed", max_length=12)),
                ("debit", models.CharField(max_length=32)),
                ("debit_owner", models.CharField(max_length=32)),
                ("credit", models.CharField(max_length=32)),
                ("credit_owner", models.CharField(max_length=32)),
                ("currency", models.CharField(max_length=3)),
                ("amount_minor", models.BigIntegerField()),
                ("value_on", models.DateField()),
                ("reason", models.TextField()),
                ("proposed_by", models.UUIDField(null=True)),
                ("proposed_at", models.DateTimeField()),
                ("decided_by", models.UUIDField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField()),
            ],
            options={
                "db_table": "treasury_entry",
            },
        ),
        migrations.CreateModel(
            name="EntryDocument",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=200)),
                ("media_type", models.CharField(max_length=120)),
                ("sha256", models.BinaryField()),
                ("content", models.BinaryField()),
                ("brought_by", models.UUIDField(null=True)),
                ("brought_at", models.DateTimeField()),
            ],
            options={
                "db_table": "treasury_entry_document",
            },
        ),
        migrations.CreateModel(
            name="Routine",
            fields=[
                ("singular", models.BooleanField(default=True, primary_key=True, serialize=False)),
                ("close_hour", models.SmallIntegerField(null=True)),
            ],
            options={
                "db_table": "treasury_routine",
            },
        ),
        migrations.CreateModel(
            name="Close",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("first_day", models.DateField()),
                ("statement", models.JSONField()),
                ("books", models.JSONField()),
                ("digest", models.BinaryField(unique=True)),
                ("previous", models.BinaryField()),
                ("salt_key", models.BinaryField()),
                ("key_id", models.CharField(max_length=16)),
                ("signature", models.BinaryField()),
                ("closed_by", models.UUIDField(null=True)),
                ("closed_at", models.DateTimeField()),
            ],
            options={
                "db_table": "treasury_close",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("first_day__lte", models.F("day"))), name="treasury_close_period"
                    ),
                    models.UniqueConstraint(fields=("previous",), name="treasury_close_one_after_each"),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="close",
            trigger=pgtrigger.compiler.Trigger(
                name="written_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_refuse_change()",
                    func="RETURN NULL;",
                    hash="5235b32733c0263bdb40d8aeb30b9b723fd20eed",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_written_once_e0195",
                    table="treasury_close",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="close",
            trigger=pgtrigger.compiler.Trigger(
                name="never_truncated",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_refuse_change()",
                    func="RETURN NULL;",
                    hash="f97ca48cf30fd4b8e2902c63df60c6770de54cba",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_truncated_da338",
                    table="treasury_close",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddField(
            model_name="entry",
            name="reverses",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="reversals", to="treasury.entry"
            ),
        ),
        migrations.AddField(
            model_name="entry",
            name="document",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="treasury.entrydocument"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="entrydocument",
            trigger=pgtrigger.compiler.Trigger(
                name="written_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_refuse_change()",
                    func="RETURN NULL;",
                    hash="5b6ccefe99e98411bfd12a1edd9248d6d90d2994",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_written_once_4ae98",
                    table="treasury_entry_document",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="entrydocument",
            trigger=pgtrigger.compiler.Trigger(
                name="never_truncated",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_refuse_change()",
                    func="RETURN NULL;",
                    hash="76d41852edcbc04fe3ea6c5b2f43c2c46aa2b29f",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_truncated_2951a",
                    table="treasury_entry_document",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="routine",
            constraint=models.CheckConstraint(condition=models.Q(("singular", True)), name="treasury_routine_single"),
        ),
        migrations.AddConstraint(
            model_name="routine",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("close_hour__isnull", True),
                    models.Q(("close_hour__gte", 0), ("close_hour__lte", 23)),
                    _connector="OR",
                ),
                name="treasury_routine_hour",
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                condition=models.Q(("state", "proposed")), fields=["due_at"], name="treasury_entry_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gt", 0)), name="treasury_entry_amount"
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["proposed", "posted"])),
                fields=("reverses",),
                name="treasury_entry_reversed_once",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="entry",
            trigger=pgtrigger.compiler.Trigger(
                name="begins",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_lifecycle('proposed', ' proposed>posted proposed>declined proposed>withdrawn ')",
                    func="RETURN NULL;",
                    hash="7fcf9364a9c474d947fea8e74e5f737267da21da",
                    operation="INSERT",
                    pgid="pgtrigger_begins_0ba27",
                    table="treasury_entry",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="entry",
            trigger=pgtrigger.compiler.Trigger(
                name="moves",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.state IS DISTINCT FROM NEW.state)",
                    execute="holdfast_lifecycle('proposed', ' proposed>posted proposed>declined proposed>withdrawn ')",
                    func="RETURN NULL;",
                    hash="7b9193f92df1f417c5d8d2d02bf1c1b0cdaa2270",
                    operation="UPDATE",
                    pgid="pgtrigger_moves_3a867",
                    table="treasury_entry",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.RunSQL(ZONE, migrations.RunSQL.noop),
    ]

"""Accounting days: when a transfer is booked, through which day the books are closed, and what stood where by then."""

from pathlib import Path

import django.contrib.postgres.indexes
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

SQL = Path(__file__).parents[1] / "sql"
BACKFILL = """
ALTER TABLE ledger_transfer DISABLE TRIGGER USER;
UPDATE ledger_transfer SET booked_on = (happened_at AT TIME ZONE 'UTC')::date;
ALTER TABLE ledger_transfer ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    """What was written before is booked on the day (UTC) on which it happened: no day is closed yet."""

    dependencies = [
        ("ledger", "0003_room"),
    ]

    operations = [
        migrations.CreateModel(
            name="Calendar",
            fields=[
                ("singular", models.BooleanField(default=True, primary_key=True, serialize=False)),
                ("zone", models.TextField(default="UTC")),
                ("closed_through", models.DateField(null=True)),
            ],
            options={
                "db_table": "ledger_calendar",
            },
        ),
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("booked_on", models.DateField()),
                ("balance_minor", models.BigIntegerField()),
            ],
            options={
                "db_table": "ledger_checkpoint",
            },
        ),
        migrations.RemoveConstraint(
            model_name="account",
            name="ledger_account_on_chart",
        ),
        migrations.AddField(
            model_name="transfer",
            name="booked_on",
            field=models.DateField(null=True),
        ),
        migrations.RunSQL(BACKFILL, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="transfer",
            name="booked_on",
            field=models.DateField(),
        ),
        migrations.AddIndex(
            model_name="transfer",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["booked_on"], name="ledger_transfer_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("code__in", ["awarded", "deposit", "escrow", "frozen", "payable", "refundable", "reserve"]),
                        ("guarded", True),
                    ),
                    models.Q(
                        (
                            "code__in",
                            [
                                "bad_debt",
                                "chargebacks_receivable",
                                "client_bank",
                                "fee_income",
                                "operator_loss",
                                "own_bank",
                                "payouts_in_transit",
                                "processing_cost",
                                "processing_recovered",
                                "rail_clearing",
                                "refunds_in_transit",
                                "reserve_committed",
                                "supplier_debt",
                                "suspense",
                                "tax_payable",
                            ],
                        ),
                        ("guarded", False),
                    ),
                    _connector="OR",
                ),
                name="ledger_account_on_chart",
            ),
        ),
        migrations.AddConstraint(
            model_name="calendar",
            constraint=models.CheckConstraint(condition=models.Q(("singular", True)), name="ledger_calendar_single"),
        ),
        migrations.AddField(
            model_name="checkpoint",
            name="account",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ledger.account",
            ),
        ),
        migrations.AddConstraint(
            model_name="checkpoint",
            constraint=models.UniqueConstraint(fields=("account", "booked_on"), name="ledger_checkpoint_one_a_day"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="checkpoint",
            trigger=pgtrigger.compiler.Trigger(
                name="written_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_refuse_change()",
                    func="RETURN NULL;",
                    hash="2f465a14f5c1bb85b379c3c75843b46b13e40f39",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_written_once_add8d",
                    table="ledger_checkpoint",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="checkpoint",
            trigger=pgtrigger.compiler.Trigger(
                name="never_truncated",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_refuse_change()",
                    func="RETURN NULL;",
                    hash="469b831101a0aa3b91a36131bceaa712a21bb7d9",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_truncated_36066",
                    table="ledger_checkpoint",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.RunSQL((SQL / "days_v1.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL((SQL / "post_v2.sql").read_text(), migrations.RunSQL.noop),
    ]

"""Papers: who invoices, how fees are taxed, invoices and credit notes numbered without gaps, rates, accounts."""

from pathlib import Path

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    """The papers' tables."""

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="AccountNumber",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("code", models.TextField()),
                ("number", models.TextField()),
                ("name", models.TextField()),
                ("recorded_at", models.DateTimeField()),
                ("recorded_by", models.UUIDField(null=True)),
            ],
            options={
                "db_table": "treasury_account_number",
            },
        ),
        migrations.CreateModel(
            name="Billing",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("organisation_id", models.UUIDField(db_index=True)),
                ("legal_name", models.TextField()),
                ("address", models.TextField()),
                ("country", models.CharField(max_length=2)),
                ("registration_number", models.TextField(blank=True)),
                ("vat_number", models.TextField(blank=True)),
                ("recorded_at", models.DateTimeField()),
                ("recorded_by", models.UUIDField(null=True)),
            ],
            options={
                "db_table": "treasury_billing",
            },
        ),
        migrations.CreateModel(
            name="FeeOnPaper",
            fields=[
                ("transfer_id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
            ],
            options={
                "db_table": "treasury_fee_on_paper",
            },
        ),
        migrations.CreateModel(
            name="Paper",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("series", models.TextField()),
                ("number", models.IntegerField()),
                ("organisation_id", models.UUIDField(db_index=True)),
                ("order_id", models.UUIDField(null=True)),
                ("currency", models.CharField(max_length=3)),
                ("period_from", models.DateField()),
                ("period_to", models.DateField()),
                ("issued_on", models.DateField()),
                ("issued_at", models.DateTimeField()),
                ("gross_minor", models.BigIntegerField()),
                ("tax_minor", models.BigIntegerField()),
                ("document", models.JSONField()),
                ("digest", models.BinaryField()),
            ],
            options={
                "db_table": "treasury_paper",
            },
        ),
        migrations.CreateModel(
            name="PaperLine",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("position", models.IntegerField()),
                ("order_id", models.UUIDField(db_index=True, null=True)),
                ("percent", models.DecimalField(decimal_places=2, max_digits=5)),
                ("treatment", models.TextField()),
                ("gross_minor", models.BigIntegerField()),
                ("tax_minor", models.BigIntegerField()),
            ],
            options={
                "db_table": "treasury_paper_line",
            },
        ),
        migrations.CreateModel(
            name="PaperRun",
            fields=[
                ("month", models.DateField(primary_key=True, serialize=False)),
                ("papers", models.IntegerField()),
                ("issued_at", models.DateTimeField()),
            ],
            options={
                "db_table": "treasury_paper_run",
            },
        ),
        migrations.CreateModel(
            name="Rate",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("base", models.CharField(max_length=3)),
                ("currency", models.CharField(max_length=3)),
                ("on", models.DateField()),
                ("per_base", models.DecimalField(decimal_places=8, max_digits=20)),
                ("source", models.TextField()),
                ("recorded_at", models.DateTimeField()),
                ("recorded_by", models.UUIDField(null=True)),
            ],
            options={
                "db_table": "treasury_rate",
            },
        ),
        migrations.CreateModel(
            name="Seller",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("legal_name", models.TextField()),
                ("address", models.TextField()),
                ("country", models.CharField(max_length=2)),
                ("registration_number", models.TextField(blank=True)),
                ("vat_number", models.TextField(blank=True)),
                ("prefix", models.TextField()),
                ("recorded_at", models.DateTimeField()),
                ("recorded_by", models.UUIDField(null=True)),
            ],
            options={
                "db_table": "treasury_seller",
            },
        ),
        migrations.CreateModel(
            name="TaxRule",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("country", models.CharField(max_length=2)),
                ("treatment", models.TextField()),
                ("percent", models.DecimalField(decimal_places=2, max_digits=5)),
                ("valid_from", models.DateField()),
                ("recorded_at", models.DateTimeField()),
                ("recorded_by", models.UUIDField(null=True)),
            ],
            options={
                "db_table": "treasury_tax_rule",
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="accountnumber",
            trigger=pgtrigger.compiler.Trigger(
                name="written_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_refuse_change()",
                    func="RETURN NULL;",
                    hash="861e79d549de499b601a806ecd41c393df000278",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_written_once_960c8",
                    table="treasury_account_number",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="accountnumber",
            trigger=pgtrigger.compiler.Trigger(
                name="never_truncated",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_refuse_change()",
                    func="RETURN NULL;",
                    hash="28d4d720613fbcfa29a154abf66bb986177c56e8",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_truncated_2bab0",
                    table="treasury_account_number",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="billing",
            trigger=pgtrigger.compiler.Trigger(
                name="written_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_refuse_change()",
                    func="RETURN NULL;",
                    hash="22381b7d07ffff77e726eaf43b89d5e4d0c979e7",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_written_once_a1547",
                    table="treasury_billing",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="billing",
            trigger=pgtrigger.compiler.Trigger(
                name="never_truncated",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_refuse_change()",
                    func="RETURN NULL;",
                    hash="adc32dba1b1508a5b0499e942fc069cc88bafa63",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_truncated_2c128",
                    table="treasury_billing",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddField(
            model_name="paper",
            name="corrects",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="corrected_by", to="treasury.paper"
            ),
        ),
        migrations.AddField(
            model_name="feeonpaper",
            name="paper",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="fees", to="treasury.paper"
            ),
        ),
        migrations.AddField(
            model_name="paperline",
            name="corrects",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrected_by",
                to="treasury.paperline",
            ),
        ),
        migrations.AddField(
            model_name="paperline",
            name="paper",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="treasury.paper"
            ),
        ),
        migrations.AddConstraint(
            model_name="paperrun",
            constraint=models.CheckConstraint(
                condition=models.Q(("month__day", 1)), name="treasury_paper_run_first_of_month"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="paperrun",
            trigger=pgtrigger.compiler.Trigger(
                name="written_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_refuse_change()",
                    func="RETURN NULL;",
                    hash="0dc959844439663b8bb5a7b7d10423db24448a30",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_written_once_8bf7a",
                    table="treasury_paper_run",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="paperrun",
            trigger=pgtrigger.compiler.Trigger(
                name="never_truncated",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_refuse_change()",
                    func="RETURN NULL;",
                    hash="7bb2cf9aae3555cedfc62a8a0564d2b183e25692",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_truncated_10a24",
                    table="treasury_paper_run",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="rate",
            index=models.Index(fields=["currency", "-on"], name="treasury_rate_day"),
        ),
        migrations.AddConstraint(
            model_name="rate",
            constraint=models.CheckConstraint(condition=models.Q(("per_base__gt", 0)), name="treasury_rate_positive"),
        ),
        migrations.AddConstraint(
            model_name="rate",
            constraint=models.CheckConstraint(
                condition=models.Q(("base", models.F("currency")), _negated=True), name="treasury_rate_two_currencies"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="rate",
            trigger=pgtrigger.compiler.Trigger(
                name="written_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_refuse_change()",
                    func="RETURN NULL;",
                    hash="21af4e9daec16a1cc4c5c87d648cbb9eb40f6cd0",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_written_once_b9d67",
                    table="treasury_rate",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="rate",
            trigger=pgtrigger.compiler.Trigger(
                name="never_truncated",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_refuse_change()",
                    func="RETURN NULL;",
                    hash="9f6a392db1ce0e53cf822fd24b25ddc7f1ac7c9e",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_truncated_9021e",
                    table="treasury_rate",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="seller",
            constraint=models.CheckConstraint(
                condition=models.Q(("prefix", ""), _negated=True), name="treasury_seller_prefix"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="seller",
            trigger=pgtrigger.compiler.Trigger(
                name="written_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_refuse_change()",
                    func="RETURN NULL;",
                    hash="0054715cad7938cd08376c4c2e744a0de75a1922",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_written_once_3e371",
                    table="treasury_seller",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="seller",
            trigger=pgtrigger.compiler.Trigger(
                name="never_truncated",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_refuse_change()",
                    func="RETURN NULL;",
                    hash="1f45cb0d0a8b9c423ed77f73b7ee919e0af9bc33",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_truncated_036a2",
                    table="treasury_seller",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="taxrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("country", "*"), ("country__regex", "^[A-Z]{2}$"), _connector="OR"),
                name="treasury_tax_rule_country",
            ),
        ),
        migrations.AddConstraint(
            model_name="taxrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("treatment__in", ("standard", "reverse_charge", "export", "exempt"))),
                name="treasury_tax_rule_treatment",
            ),
        ),
        migrations.AddConstraint(
            model_name="taxrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("percent__gt", 0), ("percent__lt", 100), ("treatment", "standard")),
                    ("percent", 0),
                    _connector="OR",
                ),
                name="treasury_tax_rule_percent",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="taxrule",
            trigger=pgtrigger.compiler.Trigger(
                name="written_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_refuse_change()",
                    func="RETURN NULL;",
                    hash="ab84e03236ec5add9090b60b72bfa8e1fb1d48ba",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_written_once_42af3",
                    table="treasury_tax_rule",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="taxrule",
            trigger=pgtrigger.compiler.Trigger(
                name="never_truncated",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_refuse_change()",
                    func="RETURN NULL;",
                    hash="6fcbb80b2e31e68e979539a5e3818a08d3d7121e",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_truncated_a970c",
                    table="treasury_tax_rule",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.UniqueConstraint(fields=("series", "number"), name="treasury_paper_number"),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ("invoice", "credit_note"))), name="treasury_paper_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("gross_minor__gt", 0), ("tax_minor__gte", 0), ("tax_minor__lt", models.F("gross_minor"))
                ),
                name="treasury_paper_amounts",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("corrects__isnull", True), ("kind", "invoice")),
                    models.Q(("corrects__isnull", False), ("kind", "credit_note")),
                    _connector="OR",
                ),
                name="treasury_paper_credit_corrects",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=models.Q(("period_from__lte", models.F("period_to"))), name="treasury_paper_period"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="paper",
            trigger=pgtrigger.compiler.Trigger(
                name="written_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_refuse_change()",
                    func="RETURN NULL;",
                    hash="8a4349b29574bff759a5db1352043e24c8b04e8e",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_written_once_3d9e9",
                    table="treasury_paper",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="paper",
            trigger=pgtrigger.compiler.Trigger(
                name="never_truncated",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_refuse_change()",
                    func="RETURN NULL;",
                    hash="7b44c9de0f30a9b095d9e2034cb52794e0631e7e",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_truncated_1b811",
                    table="treasury_paper",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="feeonpaper",
            trigger=pgtrigger.compiler.Trigger(
                name="written_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_refuse_change()",
                    func="RETURN NULL;",
                    hash="02188432ec0e36c9a11d37c9a3b63beb672b2f7d",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_written_once_8610b",
                    table="treasury_fee_on_paper",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="feeonpaper",
            trigger=pgtrigger.compiler.Trigger(
                name="never_truncated",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_refuse_change()",
                    func="RETURN NULL;",
                    hash="4c074e24c3a8eaa8074359e1b4dc41bc28a34406",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_truncated_076c1",
                    table="treasury_fee_on_paper",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="paperline",
            constraint=models.UniqueConstraint(fields=("paper", "position"), name="treasury_paper_line_position"),
        ),
        migrations.AddConstraint(
            model_name="paperline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("gross_minor__gt", 0), ("tax_minor__gte", 0), ("tax_minor__lte", models.F("gross_minor"))
                ),
                name="treasury_paper_line_amounts",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="paperline",
            trigger=pgtrigger.compiler.Trigger(
                name="written_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_refuse_change()",
                    func="RETURN NULL;",
                    hash="bcb420b430753b9574a37af2735bef4e7202fd5d",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_written_once_5a683",
                    table="treasury_paper_line",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="paperline",
            trigger=pgtrigger.compiler.Trigger(
                name="never_truncated",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_refuse_change()",
                    func="RETURN NULL;",
                    hash="2b12255ee5e8b5b5c12a557ac790fcc63a4dda87",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_truncated_e81df",
                    table="treasury_paper_line",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.RunSQL(
            (SQL / "papers_v1.sql").read_text(),
            "DROP TRIGGER number_follows ON treasury_paper; DROP FUNCTION treasury_number_follows();"
            "DROP FUNCTION treasury_next_number(text);",
        ),
    ]

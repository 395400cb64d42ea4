"""What the bank says: accounts, files, statements and their lines; one more reason for suspense."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rails", "0007_write_v3"),
    ]

    operations = [
        migrations.CreateModel(
            name="BankAccount",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=140)),
                ("number", models.CharField(max_length=64)),
                ("bic", models.CharField(blank=True, max_length=11)),
                ("currency", models.CharField(max_length=3)),
                ("holds", models.CharField(max_length=8)),
                ("added_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "rails_bank_account",
            },
        ),
        migrations.CreateModel(
            name="Statement",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("place", models.IntegerField()),
                ("kind", models.CharField(max_length=8)),
                ("name", models.CharField(blank=True, max_length=64)),
                ("number", models.CharField(blank=True, max_length=32)),
                ("from_on", models.DateField(null=True)),
                ("to_on", models.DateField(null=True)),
                ("opening_minor", models.BigIntegerField(null=True)),
                ("opening_on", models.DateField(null=True)),
                ("closing_minor", models.BigIntegerField(null=True)),
                ("closing_on", models.DateField(null=True)),
                ("lines", models.IntegerField()),
                ("credits_minor", models.BigIntegerField()),
                ("debits_minor", models.BigIntegerField()),
                ("off_minor", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "rails_statement",
            },
        ),
        migrations.CreateModel(
            name="StatementFile",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("sha256", models.CharField(max_length=64, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("size_bytes", models.BigIntegerField()),
                ("state", models.CharField(default="entering", max_length=12)),
                ("statements", models.IntegerField()),
                ("lines", models.IntegerField()),
                ("not_booked", models.IntegerField()),
                ("known", models.IntegerField(default=0)),
                ("brought_by", models.UUIDField(null=True)),
                ("received_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "rails_statement_file",
            },
        ),
        migrations.CreateModel(
            name="StatementLine",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("entry", models.IntegerField()),
                ("detail", models.IntegerField()),
                ("key", models.CharField(max_length=64, unique=True)),
                ("entry_key", models.CharField(db_index=True, max_length=64)),
                ("bank_ref", models.CharField(blank=True, max_length=64)),
                ("end_to_end", models.CharField(blank=True, max_length=64)),
                ("references", models.JSONField(default=list)),
                ("text", models.TextField(blank=True)),
                ("amount_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("direction", models.CharField(max_length=6)),
                ("booked_on", models.DateField()),
                ("value_on", models.DateField(null=True)),
                ("counterparty_name", models.CharField(blank=True, max_length=140)),
                ("counterparty_account", models.CharField(blank=True, max_length=64)),
                ("charges", models.JSONField(default=list)),
                ("reversal", models.BooleanField(default=False)),
                ("code", models.CharField(blank=True, max_length=64)),
                ("state", models.CharField(default="entered", max_length=12)),
                ("kind", models.CharField(blank=True, max_length=20)),
                ("subject_kind", models.CharField(blank=True, max_length=12)),
                ("subject_id", models.UUIDField(null=True)),
                ("order_id", models.UUIDField(null=True)),
                ("note", models.CharField(blank=True, max_length=500)),
                ("entered_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "rails_statement_line",
            },
        ),
        migrations.RemoveConstraint(
            model_name="stray",
            name="rails_stray_reason",
        ),
        migrations.AddConstraint(
            model_name="stray",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "reason__in",
                        (
                            "not_signed",
                            "unknown_reference",
                            "short",
                            "over",
                            "wrong_currency",
                            "late",
                            "paid_already",
                            "order_ended",
                        ),
                    )
                ),
                name="rails_stray_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="bankaccount",
            constraint=models.UniqueConstraint(fields=("number", "currency"), name="rails_bank_account_is_known_once"),
        ),
        migrations.AddConstraint(
            model_name="bankaccount",
            constraint=models.CheckConstraint(
                condition=models.Q(("holds__in", ("clients", "own"))), name="rails_bank_account_holds"
            ),
        ),
        migrations.AddField(
            model_name="statement",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="statements", to="rails.bankaccount"
            ),
        ),
        migrations.AddIndex(
            model_name="statementfile",
            index=models.Index(
                condition=models.Q(("state", "entering")), fields=["id"], name="rails_statement_file_open"
            ),
        ),
        migrations.AddField(
            model_name="statement",
            name="file",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="parts", to="rails.statementfile"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="statementfile",
            trigger=pgtrigger.compiler.Trigger(
                name="begins",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_lifecycle('entering', ' entering>entered ')",
                    func="RETURN NULL;",
                    hash="5257d09634dd490839f2cd88a90192e2bd69ddb8",
                    operation="INSERT",
                    pgid="pgtrigger_begins_949ae",
                    table="rails_statement_file",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="statementfile",
            trigger=pgtrigger.compiler.Trigger(
                name="moves",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.state IS DISTINCT FROM NEW.state)",
                    execute="holdfast_lifecycle('entering', ' entering>entered ')",
                    func="RETURN NULL;",
                    hash="59b4c65ffc7953cc53745356bd9694346b4b272f",
                    operation="UPDATE",
                    pgid="pgtrigger_moves_e2877",
                    table="rails_statement_file",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddField(
            model_name="statementline",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="rails.bankaccount"
            ),
        ),
        migrations.AddField(
            model_name="statementline",
            name="file",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="entered_lines", to="rails.statementfile"
            ),
        ),
        migrations.AddField(
            model_name="statementline",
            name="statement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="entered_lines", to="rails.statement"
            ),
        ),
        migrations.AddIndex(
            model_name="statement",
            index=models.Index(fields=["account", "closing_on"], name="rails_statement_by_day"),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.UniqueConstraint(fields=("file", "place"), name="rails_statement_place"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="statement",
            trigger=pgtrigger.compiler.Trigger(
                name="written_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_refuse_change()",
                    func="RETURN NULL;",
                    hash="be69d68fa392249929475d026022f2beef99610e",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_written_once_042e4",
                    table="rails_statement",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="statement",
            trigger=pgtrigger.compiler.Trigger(
                name="never_truncated",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_refuse_change()",
                    func="RETURN NULL;",
                    hash="da8790bf9ab021d4fa2355ed97244679539ffcc9",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_truncated_d73a9",
                    table="rails_statement",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="statementline",
            index=models.Index(
                condition=models.Q(("state", "entered")), fields=["id"], name="rails_statement_line_waiting"
            ),
        ),
        migrations.AddIndex(
            model_name="statementline",
            index=models.Index(
                condition=models.Q(("state", "unexplained")), fields=["id"], name="rails_statement_line_open"
            ),
        ),
        migrations.AddIndex(
            model_name="statementline",
            index=models.Index(fields=["account", "booked_on"], name="rails_statement_line_by_day"),
        ),
        migrations.AddIndex(
            model_name="statementline",
            index=models.Index(fields=["subject_id"], name="rails_statement_line_subject"),
        ),
        migrations.AddIndex(
            model_name="statementline",
            index=models.Index(fields=["file", "state"], name="rails_statement_line_of_file"),
        ),
        migrations.AddConstraint(
            model_name="statementline",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gt", 0)), name="rails_statement_line_amount"
            ),
        ),
        migrations.AddConstraint(
            model_name="statementline",
            constraint=models.CheckConstraint(
                condition=models.Q(("direction__in", ["credit", "debit"])), name="rails_statement_line_way"
            ),
        ),
        migrations.AddConstraint(
            model_name="statementline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        (
                            "",
                            "payment_in",
                            "payment_taken_back",
                            "payout_out",
                            "payout_returned",
                            "refund_out",
                            "refund_returned",
                            "provider_settlement",
                            "bank_charge",
                            "deposit_in",
                            "wire_returned",
                            "own_money",
                            "by_hand",
                        ),
                    )
                ),
                name="rails_statement_line_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="statementline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["matched", "suspense", "returned"]), _negated=True),
                    ("subject_id__isnull", False),
                    _connector="OR",
                ),
                name="rails_statement_line_has_its_subject",
            ),
        ),
        migrations.AddConstraint(
            model_name="statementline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("entered_at__lte", models.F("ended_at")), ("ended_at__isnull", True), _connector="OR"
                ),
                name="rails_statement_line_ends_later",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="statementline",
            trigger=pgtrigger.compiler.Trigger(
                name="begins",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_lifecycle('entered', ' entered>matched entered>suspense entered>explained entered>unexplained suspense>matched suspense>returned unexplained>explained ')",
                    func="RETURN NULL;",
                    hash="97ce0398e8beacd682d03473164a960931b7cb19",
                    operation="INSERT",
                    pgid="pgtrigger_begins_4dd57",
                    table="rails_statement_line",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="statementline",
            trigger=pgtrigger.compiler.Trigger(
                name="moves",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.state IS DISTINCT FROM NEW.state)",
                    execute="holdfast_lifecycle('entered', ' entered>matched entered>suspense entered>explained entered>unexplained suspense>matched suspense>returned unexplained>explained ')",
                    func="RETURN NULL;",
                    hash="6ccb4bac5a3551a39aa6ec2e633d1386a7194f53",
                    operation="UPDATE",
                    pgid="pgtrigger_moves_93f2d",
                    table="rails_statement_line",
                    when="BEFORE",
                ),
            ),
        ),
    ]

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("parties", "0001_initial"),
        ("record", "0002_write"),
    ]

    operations = [
        migrations.CreateModel(
            name="Signature",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("side", models.CharField(max_length=8)),
                ("organisation_id", models.UUIDField()),
                ("kind", models.CharField(max_length=12)),
                ("signer_kind", models.CharField(max_length=8)),
                ("signer_id", models.UUIDField()),
                ("digest", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "contracts_signature",
            },
        ),
        migrations.CreateModel(
            name="Programme",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=40)),
                ("version", models.IntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("text", models.TextField()),
                ("document", models.JSONField()),
                ("published_at", models.DateTimeField()),
            ],
            options={
                "db_table": "contracts_programme",
                "constraints": [
                    models.UniqueConstraint(fields=("name", "version"), name="contracts_programme_once"),
                    models.CheckConstraint(
                        condition=models.Q(("version__gte", 1)), name="contracts_programme_counted_from_one"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Contract",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=20, unique=True)),
                ("order_id", models.UUIDField(unique=True)),
                ("drafter", models.CharField(max_length=8)),
                ("state", models.CharField(max_length=12)),
                ("currency", models.CharField(max_length=3)),
                ("total_minor", models.BigIntegerField()),
                ("document", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                ("cover_minor", models.BigIntegerField(null=True)),
                ("external_id", models.CharField(max_length=128, null=True)),
                ("metadata", models.JSONField(default=dict)),
                ("drafted_at", models.DateTimeField()),
                ("proposed_at", models.DateTimeField(null=True)),
                ("sign_due_at", models.DateTimeField(null=True)),
                ("signed_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "buyer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.organisation"
                    ),
                ),
                (
                    "supplier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.organisation"
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="contracts.programme"
                    ),
                ),
            ],
            options={
                "db_table": "contracts_contract",
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="programme",
            trigger=pgtrigger.compiler.Trigger(
                name="written_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_refuse_change()",
                    func="RETURN NULL;",
                    hash="388dc96330dcf71a5f656160ee927ee4350640de",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_written_once_957ae",
                    table="contracts_programme",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="programme",
            trigger=pgtrigger.compiler.Trigger(
                name="never_truncated",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_refuse_change()",
                    func="RETURN NULL;",
                    hash="f25c164dba241da8f556f25f8950230c80d39d16",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_truncated_c5de7",
                    table="contracts_programme",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddField(
            model_name="signature",
            name="contract",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="signatures", to="contracts.contract"
            ),
        ),
        migrations.AddIndex(
            model_name="contract",
            index=models.Index(fields=["buyer", "-id"], name="contracts_contract_buyer"),
        ),
        migrations.AddIndex(
            model_name="contract",
            index=models.Index(fields=["supplier", "-id"], name="contracts_contract_supplier"),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.CheckConstraint(
                condition=models.Q(("buyer", models.F("supplier")), _negated=True),
                name="contracts_contract_two_parties",
            ),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.CheckConstraint(
                condition=models.Q(("drafter__in", ("buyer", "supplier"))), name="contracts_contract_drafter"
            ),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.CheckConstraint(
                condition=models.Q(("total_minor__gt", 0)), name="contracts_contract_total"
            ),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["draft", "withdrawn"]),
                    models.Q(
                        ("cover_minor__isnull", False), ("proposed_at__isnull", False), ("sign_due_at__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="contracts_contract_proposed_has_times",
            ),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "signed"), _negated=True), ("signed_at__isnull", False), _connector="OR"
                ),
                name="contracts_contract_signed_at",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contract",
            trigger=pgtrigger.compiler.Trigger(
                name="begins",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_lifecycle('draft', ' draft>proposed proposed>signed_once signed_once>signed proposed>declined signed_once>declined draft>withdrawn proposed>withdrawn signed_once>withdrawn proposed>lapsed signed_once>lapsed ')",
                    func="RETURN NULL;",
                    hash="2d9ec9d6973b0b77f2d1d4ea095f0cb621d3df37",
                    operation="INSERT",
                    pgid="pgtrigger_begins_7721a",
                    table="contracts_contract",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contract",
            trigger=pgtrigger.compiler.Trigger(
                name="moves",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.state IS DISTINCT FROM NEW.state)",
                    execute="holdfast_lifecycle('draft', ' draft>proposed proposed>signed_once signed_once>signed proposed>declined signed_once>declined draft>withdrawn proposed>withdrawn signed_once>withdrawn proposed>lapsed signed_once>lapsed ')",
                    func="RETURN NULL;",
                    hash="68d06a3dcaddca610c5aec83e64fb96ee771d48a",
                    operation="UPDATE",
                    pgid="pgtrigger_moves_5b873",
                    table="contracts_contract",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="signature",
            constraint=models.UniqueConstraint(fields=("contract", "side"), name="contracts_signature_one_a_side"),
        ),
        migrations.AddConstraint(
            model_name="signature",
            constraint=models.CheckConstraint(
                condition=models.Q(("side__in", ("buyer", "supplier"))), name="contracts_signature_side"
            ),
        ),
        migrations.AddConstraint(
            model_name="signature",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "person"), ("signer_kind", "person")),
                    models.Q(("kind", "marketplace"), ("signer_kind", "key")),
                    _connector="OR",
                ),
                name="contracts_signature_kind",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="signature",
            trigger=pgtrigger.compiler.Trigger(
                name="written_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_refuse_change()",
                    func="RETURN NULL;",
                    hash="2d188cc60f5a55f6311abdc9ef154a054b5a5d63",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_written_once_c4a9b",
                    table="contracts_signature",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="signature",
            trigger=pgtrigger.compiler.Trigger(
                name="never_truncated",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_refuse_change()",
                    func="RETURN NULL;",
                    hash="0c758f70ad15ed87023dded1a5295b63f1b4e1f3",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_truncated_f721b",
                    table="contracts_signature",
                    when="BEFORE",
                ),
            ),
        ),
    ]

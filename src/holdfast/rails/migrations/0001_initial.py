import django.db.models.deletion
import django.db.models.expressions
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("record", "0002_write"),
    ]

    operations = [
        migrations.CreateModel(
            name="Payout",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("organisation_id", models.UUIDField(db_index=True)),
                ("beneficiary_id", models.UUIDField()),
                ("destination", models.JSONField()),
                ("state", models.CharField(max_length=12)),
                ("amount_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("provider_ref", models.CharField(max_length=128, null=True)),
                ("reason", models.CharField(max_length=40, null=True)),
                ("external_id", models.CharField(max_length=128, null=True)),
                ("metadata", models.JSONField(default=dict)),
                ("requested_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "rails_payout",
            },
        ),
        migrations.CreateModel(
            name="Refund",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("order_id", models.UUIDField(db_index=True)),
                ("claim_id", models.UUIDField(null=True)),
                ("state", models.CharField(max_length=12)),
                ("amount_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("provider_ref", models.CharField(max_length=128, null=True)),
                ("reason", models.CharField(max_length=40, null=True)),
                ("requested_at", models.DateTimeField()),
                ("start_due_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "rails_refund",
            },
        ),
        migrations.CreateModel(
            name="Stray",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("rail", models.CharField(max_length=8)),
                ("source_ref", models.CharField(max_length=128, unique=True)),
                ("state", models.CharField(max_length=12)),
                ("reason", models.CharField(max_length=24)),
                ("amount_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("reference", models.CharField(blank=True, max_length=140)),
                ("payer_name", models.CharField(blank=True, max_length=140)),
                ("order_id", models.UUIDField(db_index=True, null=True)),
                ("owner", models.CharField(default="operator", max_length=12)),
                ("received_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "rails_stray",
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("order_id", models.UUIDField(db_index=True)),
                ("tranche", models.SmallIntegerField()),
                ("payer_id", models.UUIDField(db_index=True)),
                ("rail", models.CharField(max_length=8)),
                ("state", models.CharField(max_length=12)),
                ("currency", models.CharField(max_length=3)),
                ("due_minor", models.BigIntegerField()),
                ("processing_minor", models.BigIntegerField()),
                ("amount_minor", models.BigIntegerField()),
                ("captured_minor", models.BigIntegerField(default=0)),
                ("returned_minor", models.BigIntegerField(default=0)),
                ("netted_minor", models.BigIntegerField(default=0)),
                ("settle_days", models.SmallIntegerField()),
                ("reference", models.CharField(max_length=25, unique=True)),
                ("instrument", models.JSONField(default=dict)),
                ("provider_ref", models.CharField(max_length=128, null=True)),
                ("reason", models.CharField(max_length=40, null=True)),
                ("external_id", models.CharField(max_length=128, null=True)),
                ("metadata", models.JSONField(default=dict)),
                ("requested_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(null=True)),
                ("captured_at", models.DateTimeField(null=True)),
                ("settles_at", models.DateTimeField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "rails_payment",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "captured")), fields=["settles_at"], name="rails_payment_settling"
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ("requested", "pending", "authorised"))),
                        fields=["id"],
                        name="rails_payment_unfinished",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("rail__in", ("card", "paypal", "wire", "e_check"))),
                        name="rails_payment_rail",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "amount_minor",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("due_minor"), "+", models.F("processing_minor")
                                ),
                            )
                        ),
                        name="rails_payment_adds_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("captured_minor__gte", 0), ("due_minor__gt", 0), ("processing_minor__gte", 0)
                        ),
                        name="rails_payment_amounts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("returned_minor__gte", 0), ("returned_minor__lte", models.F("captured_minor"))
                        ),
                        name="rails_payment_no_more_back_than_came",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("netted_minor__gte", 0), ("netted_minor__lte", models.F("captured_minor"))),
                        name="rails_payment_netted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("captured", "settled")), _negated=True),
                            models.Q(
                                ("captured_at__isnull", False), ("captured_minor__gt", 0), ("settles_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="rails_payment_captured_has_money",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payment",
            trigger=pgtrigger.compiler.Trigger(
                name="begins",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_lifecycle('requested', ' requested>pending requested>authorised pending>authorised requested>declined pending>declined requested>cancelled requested>expired requested>captured pending>captured authorised>captured authorised>failed captured>settled captured>returned settled>returned ')",
                    func="RETURN NULL;",
                    hash="89968283fb5f5e2f955c2c451b6ad0d23ef2388d",
                    operation="INSERT",
                    pgid="pgtrigger_begins_213db",
                    table="rails_payment",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payment",
            trigger=pgtrigger.compiler.Trigger(
                name="moves",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.state IS DISTINCT FROM NEW.state)",
                    execute="holdfast_lifecycle('requested', ' requested>pending requested>authorised pending>authorised requested>declined pending>declined requested>cancelled requested>expired requested>captured pending>captured authorised>captured authorised>failed captured>settled captured>returned settled>returned ')",
                    func="RETURN NULL;",
                    hash="fe69a94aca7ac18b5aeb3b57028c50033738d673",
                    operation="UPDATE",
                    pgid="pgtrigger_moves_705b5",
                    table="rails_payment",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="payout",
            index=models.Index(
                condition=models.Q(("state__in", ["requested", "sent"])), fields=["id"], name="rails_payout_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="payout",
            constraint=models.CheckConstraint(condition=models.Q(("amount_minor__gt", 0)), name="rails_payout_amount"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payout",
            trigger=pgtrigger.compiler.Trigger(
                name="begins",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_lifecycle('requested', ' requested>sent sent>confirmed sent>bounced ')",
                    func="RETURN NULL;",
                    hash="6bd0f7fa7f79db42ee6926a878f1d725ea8a84af",
                    operation="INSERT",
                    pgid="pgtrigger_begins_ffbd0",
                    table="rails_payout",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payout",
            trigger=pgtrigger.compiler.Trigger(
                name="moves",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.state IS DISTINCT FROM NEW.state)",
                    execute="holdfast_lifecycle('requested', ' requested>sent sent>confirmed sent>bounced ')",
                    func="RETURN NULL;",
                    hash="47bb7bbc12c6f8cb52e6f5f0a3db2ee51a5d6fd2",
                    operation="UPDATE",
                    pgid="pgtrigger_moves_f7142",
                    table="rails_payout",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddField(
            model_name="refund",
            name="payment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="refunds", to="rails.payment"
            ),
        ),
        migrations.AddField(
            model_name="stray",
            name="payment",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="strays", to="rails.payment"
            ),
        ),
        migrations.AddIndex(
            model_name="refund",
            index=models.Index(
                condition=models.Q(("state__in", ["requested", "sent"])), fields=["id"], name="rails_refund_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(condition=models.Q(("amount_minor__gt", 0)), name="rails_refund_amount"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="refund",
            trigger=pgtrigger.compiler.Trigger(
                name="begins",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_lifecycle('requested', ' requested>sent sent>confirmed sent>bounced bounced>requested ')",
                    func="RETURN NULL;",
                    hash="72ce2a5aca11009de93d666e8409f7bbcddcfcbc",
                    operation="INSERT",
                    pgid="pgtrigger_begins_ca760",
                    table="rails_refund",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="refund",
            trigger=pgtrigger.compiler.Trigger(
                name="moves",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.state IS DISTINCT FROM NEW.state)",
                    execute="holdfast_lifecycle('requested', ' requested>sent sent>confirmed sent>bounced bounced>requested ')",
                    func="RETURN NULL;",
                    hash="2fec413c0e968126b0cc7932a19ccc4151204c90",
                    operation="UPDATE",
                    pgid="pgtrigger_moves_d8837",
                    table="rails_refund",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="stray",
            index=models.Index(condition=models.Q(("state", "open")), fields=["due_at"], name="rails_stray_open"),
        ),
        migrations.AddConstraint(
            model_name="stray",
            constraint=models.CheckConstraint(condition=models.Q(("amount_minor__gt", 0)), name="rails_stray_amount"),
        ),
        migrations.AddConstraint(
            model_name="stray",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "reason__in",
                        ("not_signed", "unknown_reference", "short", "over", "wrong_currency", "late", "paid_already"),
                    )
                ),
                name="rails_stray_reason",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="stray",
            trigger=pgtrigger.compiler.Trigger(
                name="begins",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_lifecycle('open', ' open>matched open>returned ')",
                    func="RETURN NULL;",
                    hash="0bf9de73b6da51d346348d7ec20b6cd897f2157f",
                    operation="INSERT",
                    pgid="pgtrigger_begins_41421",
                    table="rails_stray",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="stray",
            trigger=pgtrigger.compiler.Trigger(
                name="moves",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.state IS DISTINCT FROM NEW.state)",
                    execute="holdfast_lifecycle('open', ' open>matched open>returned ')",
                    func="RETURN NULL;",
                    hash="df826807bb8b6d4170991c19b54255566d144c12",
                    operation="UPDATE",
                    pgid="pgtrigger_moves_ee643",
                    table="rails_stray",
                    when="BEFORE",
                ),
            ),
        ),
    ]

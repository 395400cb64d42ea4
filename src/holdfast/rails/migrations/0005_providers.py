"""What providers told us and sent to our bank; a refund may be refused at once, and may come back after it arrived."""

import django.db.models.deletion
import django.db.models.expressions
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    """Events, inquiries and settlements of providers."""

    dependencies = [
        ("rails", "0004_write_v2"),
    ]

    operations = [
        migrations.CreateModel(
            name="Inquiry",
            fields=[
                ("subject_id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=16)),
                ("asked_at", models.DateTimeField()),
                ("times", models.IntegerField(default=1)),
            ],
            options={
                "db_table": "rails_inquiry",
            },
        ),
        migrations.CreateModel(
            name="ProviderEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("provider", models.CharField(max_length=16)),
                ("event_id", models.CharField(max_length=255)),
                ("kind", models.CharField(max_length=80)),
                ("object_id", models.CharField(max_length=255)),
                ("state", models.CharField(max_length=12)),
                ("tries", models.SmallIntegerField(default=0)),
                ("received_at", models.DateTimeField()),
                ("again_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "rails_provider_event",
            },
        ),
        migrations.CreateModel(
            name="Settlement",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("rail", models.CharField(max_length=8)),
                ("provider_ref", models.CharField(max_length=128)),
                ("trace", models.CharField(blank=True, max_length=140)),
                ("state", models.CharField(max_length=12)),
                ("amount_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("arrival_on", models.DateField()),
                ("statement_line_id", models.UUIDField(null=True, unique=True)),
                ("reason", models.CharField(max_length=40, null=True)),
                ("sent_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "rails_settlement",
            },
        ),
        migrations.CreateModel(
            name="SettlementLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("provider_ref", models.CharField(max_length=128)),
                ("kind", models.CharField(max_length=40)),
                ("source_ref", models.CharField(blank=True, max_length=128)),
                ("amount_minor", models.BigIntegerField()),
                ("fee_minor", models.BigIntegerField()),
                ("net_minor", models.BigIntegerField()),
                ("payment_id", models.UUIDField(db_index=True, null=True)),
                ("refund_id", models.UUIDField(db_index=True, null=True)),
            ],
            options={
                "db_table": "rails_settlement_line",
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="refund",
            name="begins",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="refund",
            name="moves",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="refund",
            trigger=pgtrigger.compiler.Trigger(
                name="begins",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_lifecycle('requested', ' requested>sent sent>confirmed requested>bounced sent>bounced confirmed>bounced bounced>requested ')",
                    func="RETURN NULL;",
                    hash="effd1f21021c6124277240360e3bc6d9f5f0cdf5",
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
                    execute="holdfast_lifecycle('requested', ' requested>sent sent>confirmed requested>bounced sent>bounced confirmed>bounced bounced>requested ')",
                    func="RETURN NULL;",
                    hash="508f27e1d4afbfa486e298a847ba0350118e7f87",
                    operation="UPDATE",
                    pgid="pgtrigger_moves_d8837",
                    table="rails_refund",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="providerevent",
            index=models.Index(
                condition=models.Q(("state", "received")), fields=["again_at"], name="rails_provider_event_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="providerevent",
            constraint=models.UniqueConstraint(
                fields=("provider", "event_id"), name="rails_provider_event_is_entered_once"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="providerevent",
            trigger=pgtrigger.compiler.Trigger(
                name="begins",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_lifecycle('received', ' received>handled received>passed ')",
                    func="RETURN NULL;",
                    hash="fa45be08d8b89bc025bd530f1cebde1d2638e36e",
                    operation="INSERT",
                    pgid="pgtrigger_begins_2fbef",
                    table="rails_provider_event",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="providerevent",
            trigger=pgtrigger.compiler.Trigger(
                name="moves",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.state IS DISTINCT FROM NEW.state)",
                    execute="holdfast_lifecycle('received', ' received>handled received>passed ')",
                    func="RETURN NULL;",
                    hash="b886c409be9e4f625073a16f233998ea4c1aa8a0",
                    operation="UPDATE",
                    pgid="pgtrigger_moves_82e4a",
                    table="rails_provider_event",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="settlement",
            index=models.Index(
                condition=models.Q(("state", "sent")), fields=["arrival_on"], name="rails_settlement_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.UniqueConstraint(
                fields=("rail", "provider_ref"), name="rails_settlement_is_entered_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor", 0), _negated=True), name="rails_settlement_amount"
            ),
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "arrived"), _negated=True), ("ended_at__isnull", False), _connector="OR"
                ),
                name="rails_settlement_arrived_on_a_day",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="settlement",
            trigger=pgtrigger.compiler.Trigger(
                name="begins",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_lifecycle('sent', ' sent>arrived sent>failed arrived>failed ')",
                    func="RETURN NULL;",
                    hash="909a470e5ed4db720f7e7de3fb17b4e5449c1c13",
                    operation="INSERT",
                    pgid="pgtrigger_begins_d5e00",
                    table="rails_settlement",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="settlement",
            trigger=pgtrigger.compiler.Trigger(
                name="moves",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.state IS DISTINCT FROM NEW.state)",
                    execute="holdfast_lifecycle('sent', ' sent>arrived sent>failed arrived>failed ')",
                    func="RETURN NULL;",
                    hash="ce57e848f173da1e1242da0e577bf3ec752badb2",
                    operation="UPDATE",
                    pgid="pgtrigger_moves_8f193",
                    table="rails_settlement",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddField(
            model_name="settlementline",
            name="settlement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="rails.settlement"
            ),
        ),
        migrations.AddConstraint(
            model_name="settlementline",
            constraint=models.UniqueConstraint(
                fields=("settlement", "provider_ref"), name="rails_settlement_line_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="settlementline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "net_minor",
                        django.db.models.expressions.CombinedExpression(
                            models.F("amount_minor"), "-", models.F("fee_minor")
                        ),
                    )
                ),
                name="rails_settlement_line_adds_up",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="settlementline",
            trigger=pgtrigger.compiler.Trigger(
                name="written_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_refuse_change()",
                    func="RETURN NULL;",
                    hash="c7122977801b6a881cf47fc912a29f231e636e12",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_written_once_8c93b",
                    table="rails_settlement_line",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="settlementline",
            trigger=pgtrigger.compiler.Trigger(
                name="never_truncated",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_refuse_change()",
                    func="RETURN NULL;",
                    hash="5186b8466a0af7dca1137fbde9a5dff440312e16",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_truncated_41d60",
                    table="rails_settlement_line",
                    when="BEFORE",
                ),
            ),
        ),
    ]

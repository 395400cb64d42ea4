"""Payouts are approved, put into batches and told to the bank by a file that is kept; refunds can go to an account."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    """Batches, their files, limits; who let a payout out, and where a refund goes that no instrument takes."""

    dependencies = [
        ("rails", "0005_providers"),
    ]

    operations = [
        migrations.CreateModel(
            name="PayoutBatch",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("account_id", models.UUIDField()),
                ("debtor", models.JSONField()),
                ("currency", models.CharField(max_length=3)),
                ("execution_on", models.DateField()),
                ("state", models.CharField(max_length=12)),
                ("count", models.IntegerField()),
                ("total_minor", models.BigIntegerField()),
                ("needs_second", models.BooleanField()),
                ("made_by", models.UUIDField(null=True)),
                ("made_at", models.DateTimeField()),
                ("released_by", models.UUIDField(null=True)),
                ("released_at", models.DateTimeField(null=True)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("reason", models.CharField(max_length=40, null=True)),
                ("booked_on", models.DateField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "rails_payout_batch",
            },
        ),
        migrations.CreateModel(
            name="PayoutLimit",
            fields=[
                ("currency", models.CharField(max_length=3, primary_key=True, serialize=False)),
                ("amount_minor", models.BigIntegerField()),
                ("set_by", models.UUIDField(null=True)),
                ("set_at", models.DateTimeField()),
            ],
            options={
                "db_table": "rails_payout_limit",
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="payout",
            name="begins",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="payout",
            name="moves",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="refund",
            name="begins",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="refund",
            name="moves",
        ),
        migrations.AddField(
            model_name="payout",
            name="approved_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="payout",
            name="approved_by",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="payout",
            name="needs_approval",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="payout",
            name="requested_by",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="refund",
            name="beneficiary_id",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="refund",
            name="destination",
            field=models.JSONField(null=True),
        ),
        migrations.AlterField(
            model_name="refund",
            name="payment",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="refunds", to="rails.payment"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payout",
            trigger=pgtrigger.compiler.Trigger(
                name="begins",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_lifecycle('requested', ' requested>approved requested>cancelled approved>cancelled approved>instructed instructed>approved approved>sent instructed>sent instructed>confirmed sent>confirmed instructed>bounced sent>bounced confirmed>returned ')",
                    func="RETURN NULL;",
                    hash="c4a824338fec46abc4387af0598cdf82881c903c",
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
                    execute="holdfast_lifecycle('requested', ' requested>approved requested>cancelled approved>cancelled approved>instructed instructed>approved approved>sent instructed>sent instructed>confirmed sent>confirmed instructed>bounced sent>bounced confirmed>returned ')",
                    func="RETURN NULL;",
                    hash="352cdcc49b50ba7841af9694dd089a13087a842b",
                    operation="UPDATE",
                    pgid="pgtrigger_moves_f7142",
                    table="rails_payout",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="refund",
            trigger=pgtrigger.compiler.Trigger(
                name="begins",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_lifecycle('requested', ' requested>sent sent>confirmed requested>bounced sent>bounced confirmed>bounced bounced>requested requested>instructed instructed>requested instructed>sent instructed>confirmed instructed>bounced requested>stopped bounced>stopped ')",
                    func="RETURN NULL;",
                    hash="5b6de8d6b2307d06a81ec47646bb6da8f3d06464",
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
                    execute="holdfast_lifecycle('requested', ' requested>sent sent>confirmed requested>bounced sent>bounced confirmed>bounced bounced>requested requested>instructed instructed>requested instructed>sent instructed>confirmed instructed>bounced requested>stopped bounced>stopped ')",
                    func="RETURN NULL;",
                    hash="5c3b886cf075625179ad20dc215fc98780f8c03e",
                    operation="UPDATE",
                    pgid="pgtrigger_moves_d8837",
                    table="rails_refund",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.CreateModel(
            name="PayoutFile",
            fields=[
                (
                    "batch",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="file",
                        serialize=False,
                        to="rails.payoutbatch",
                    ),
                ),
                ("size_bytes", models.BigIntegerField()),
                ("content", models.BinaryField()),
            ],
            options={
                "db_table": "rails_payout_file",
            },
        ),
        migrations.AddConstraint(
            model_name="payoutbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(("count__gt", 0), ("total_minor__gt", 0)), name="rails_payout_batch_holds_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("released", "accepted", "rejected", "booked")), _negated=True),
                    models.Q(("released_at__isnull", False), models.Q(("sha256", ""), _negated=True)),
                    _connector="OR",
                ),
                name="rails_payout_batch_released_has_a_file",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payoutbatch",
            trigger=pgtrigger.compiler.Trigger(
                name="begins",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_lifecycle('made', ' made>released made>dropped released>accepted released>rejected accepted>rejected released>booked accepted>booked ')",
                    func="RETURN NULL;",
                    hash="7fe12112b392dc16190172498afd870f416d97a5",
                    operation="INSERT",
                    pgid="pgtrigger_begins_d6d41",
                    table="rails_payout_batch",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payoutbatch",
            trigger=pgtrigger.compiler.Trigger(
                name="moves",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.state IS DISTINCT FROM NEW.state)",
                    execute="holdfast_lifecycle('made', ' made>released made>dropped released>accepted released>rejected accepted>rejected released>booked accepted>booked ')",
                    func="RETURN NULL;",
                    hash="17a133584c783569b88a6ddbcc420e36df98851f",
                    operation="UPDATE",
                    pgid="pgtrigger_moves_1c318",
                    table="rails_payout_batch",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddField(
            model_name="payout",
            name="batch",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="payouts", to="rails.payoutbatch"
            ),
        ),
        migrations.AddField(
            model_name="refund",
            name="batch",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="refunds", to="rails.payoutbatch"
            ),
        ),
        migrations.AddIndex(
            model_name="payout",
            index=models.Index(
                condition=models.Q(("state__in", ("requested", "approved", "instructed", "sent"))),
                fields=["state", "id"],
                name="rails_payout_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="payout",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("needs_approval", True),
                        ("state__in", ("approved", "instructed", "sent", "confirmed")),
                        _negated=True,
                    ),
                    ("approved_by__isnull", False),
                    _connector="OR",
                ),
                name="rails_payout_approved_by_someone",
            ),
        ),
        migrations.AddConstraint(
            model_name="payout",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "instructed"), _negated=True), ("batch__isnull", False), _connector="OR"
                ),
                name="rails_payout_instructed_in_a_batch",
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(("payment__isnull", False), ("destination__isnull", False), _connector="OR"),
                name="rails_refund_goes_somewhere",
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "instructed"), _negated=True), ("batch__isnull", False), _connector="OR"
                ),
                name="rails_refund_instructed_in_a_batch",
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutlimit",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gte", 0)), name="rails_payout_limit_amount"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payoutfile",
            trigger=pgtrigger.compiler.Trigger(
                name="written_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_refuse_change()",
                    func="RETURN NULL;",
                    hash="6d3a5e3dad7f54776a839824d57b8535a527ccd2",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_written_once_cdf9d",
                    table="rails_payout_file",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payoutfile",
            trigger=pgtrigger.compiler.Trigger(
                name="never_truncated",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_refuse_change()",
                    func="RETURN NULL;",
                    hash="6e1aa1cf1bfbd4c0ed3a7f051f71b0dca4745f1d",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_truncated_16406",
                    table="rails_payout_file",
                    when="BEFORE",
                ),
            ),
        ),
    ]

"""What the payer's side takes back: disputes with what was said on them; on a payment nothing is counted twice."""

import django.db.models.deletion
import django.db.models.expressions
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    """Disputes and notes; returned and disputed together at most what came."""

    dependencies = [
        ("rails", "0008_statements"),
    ]

    operations = [
        migrations.CreateModel(
            name="Dispute",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("order_id", models.UUIDField(db_index=True)),
                ("rail", models.CharField(max_length=8)),
                ("provider_ref", models.CharField(max_length=128, unique=True)),
                ("kind", models.CharField(max_length=12)),
                ("state", models.CharField(default="open", max_length=12)),
                ("reason", models.CharField(max_length=60)),
                ("currency", models.CharField(max_length=3)),
                ("amount_minor", models.BigIntegerField()),
                ("order_minor", models.BigIntegerField()),
                ("processing_minor", models.BigIntegerField()),
                ("stopped_minor", models.BigIntegerField()),
                ("excess_minor", models.BigIntegerField()),
                ("fee_minor", models.BigIntegerField(default=0)),
                ("from_bank", models.BooleanField(default=False)),
                ("unsettled_minor", models.BigIntegerField(default=0)),
                ("netted_minor", models.BigIntegerField(default=0)),
                ("frozen", models.JSONField(default=dict)),
                ("promised", models.JSONField(default=list)),
                ("credited_minor", models.BigIntegerField(default=0)),
                ("bearer", models.CharField(max_length=8, null=True)),
                ("fault", models.CharField(max_length=40, null=True)),
                ("held_minor", models.BigIntegerField(default=0)),
                ("recourse_minor", models.BigIntegerField(default=0)),
                ("borne_minor", models.BigIntegerField(default=0)),
                ("due_again_minor", models.BigIntegerField(default=0)),
                ("respond_by", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("opened_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "rails_dispute",
            },
        ),
        migrations.CreateModel(
            name="DisputeNote",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=12)),
                ("text", models.TextField()),
                ("document", models.CharField(blank=True, max_length=140)),
                ("by_id", models.UUIDField(null=True)),
                ("added_at", models.DateTimeField()),
            ],
            options={
                "db_table": "rails_dispute_note",
            },
        ),
        migrations.RemoveConstraint(
            model_name="payment",
            name="rails_payment_no_more_back_than_came",
        ),
        migrations.AddField(
            model_name="payment",
            name="disputed_minor",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("disputed_minor__gte", 0),
                    ("returned_minor__gte", 0),
                    (
                        "returned_minor__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("captured_minor"), "-", models.F("disputed_minor")
                        ),
                    ),
                ),
                name="rails_payment_no_more_back_than_came",
            ),
        ),
        migrations.AddField(
            model_name="dispute",
            name="payment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="disputes", to="rails.payment"
            ),
        ),
        migrations.AddField(
            model_name="disputenote",
            name="dispute",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="notes", to="rails.dispute"
            ),
        ),
        migrations.AddIndex(
            model_name="dispute",
            index=models.Index(condition=models.Q(("state", "open")), fields=["id"], name="rails_dispute_open"),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ("chargeback", "return"))), name="rails_dispute_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount_minor__gt", 0),
                    ("credited_minor__gte", 0),
                    ("credited_minor__lte", models.F("order_minor")),
                    ("excess_minor__gte", 0),
                    ("fee_minor__gte", 0),
                    ("order_minor__gte", 0),
                    ("processing_minor__gte", 0),
                    ("stopped_minor__gte", 0),
                ),
                name="rails_dispute_amounts",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "amount_minor",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("order_minor"), "+", models.F("processing_minor")
                                ),
                                "+",
                                models.F("stopped_minor"),
                            ),
                            "+",
                            models.F("excess_minor"),
                        ),
                    )
                ),
                name="rails_dispute_adds_up",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("state", "open")),
                    models.Q(models.Q(("state", "open"), _negated=True), ("ended_at__isnull", False)),
                    _connector="OR",
                ),
                name="rails_dispute_ends_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "lost"), _negated=True),
                    models.Q(
                        (
                            "amount_minor",
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("held_minor"), "+", models.F("recourse_minor")
                                        ),
                                        "+",
                                        models.F("borne_minor"),
                                    ),
                                    "+",
                                    models.F("due_again_minor"),
                                ),
                                "+",
                                models.F("stopped_minor"),
                            ),
                        ),
                        ("bearer__in", ["supplier", "operator"]),
                    ),
                    _connector="OR",
                ),
                name="rails_dispute_lost_is_borne",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dispute",
            trigger=pgtrigger.compiler.Trigger(
                name="begins",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_lifecycle('open', ' open>won open>lost ')",
                    func="RETURN NULL;",
                    hash="0dbff240668e4636b6f706babdd8e41c918de286",
                    operation="INSERT",
                    pgid="pgtrigger_begins_87289",
                    table="rails_dispute",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dispute",
            trigger=pgtrigger.compiler.Trigger(
                name="moves",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.state IS DISTINCT FROM NEW.state)",
                    execute="holdfast_lifecycle('open', ' open>won open>lost ')",
                    func="RETURN NULL;",
                    hash="6ff914c834c45fe027887d4743b330a8bfbd31c9",
                    operation="UPDATE",
                    pgid="pgtrigger_moves_9ea4d",
                    table="rails_dispute",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="disputenote",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["evidence", "won", "lost"])), name="rails_dispute_note_kind"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="disputenote",
            trigger=pgtrigger.compiler.Trigger(
                name="written_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_refuse_change()",
                    func="RETURN NULL;",
                    hash="441c43cfeaca8519a9bc42de99dd6d0e8875e210",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_written_once_17b09",
                    table="rails_dispute_note",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="disputenote",
            trigger=pgtrigger.compiler.Trigger(
                name="never_truncated",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_refuse_change()",
                    func="RETURN NULL;",
                    hash="cf674e3d6d9c80f1f445ab8a3be2066a2ba4ad6d",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_truncated_63d57",
                    table="rails_dispute_note",
                    when="BEFORE",
                ),
            ),
        ),
    ]

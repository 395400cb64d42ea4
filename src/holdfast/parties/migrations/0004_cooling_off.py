"""A changed bank account waits out a cooling-off, and how its holder is named is kept."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    """The state `cooling`, until when, and what the comparison of names came to."""

    dependencies = [
        ("parties", "0003_holder"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="beneficiary",
            name="begins",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="beneficiary",
            name="moves",
        ),
        migrations.AddField(
            model_name="beneficiary",
            name="match_reason",
            field=models.CharField(blank=True, db_default="", default="", max_length=500),
        ),
        migrations.AddField(
            model_name="beneficiary",
            name="name_match",
            field=models.CharField(blank=True, db_default="", default="", max_length=8),
        ),
        migrations.AddField(
            model_name="beneficiary",
            name="name_match_why",
            field=models.CharField(blank=True, db_default="", default="", max_length=16),
        ),
        migrations.AddField(
            model_name="beneficiary",
            name="usable_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="beneficiary",
            index=models.Index(
                condition=models.Q(("state__in", ("pending", "cooling"))),
                fields=["state", "id"],
                name="parties_beneficiary_waiting",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="beneficiary",
            trigger=pgtrigger.compiler.Trigger(
                name="begins",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="holdfast_lifecycle('pending', ' pending>verified pending>cooling cooling>verified pending>withdrawn cooling>withdrawn verified>withdrawn ')",
                    func="RETURN NULL;",
                    hash="b802644972886b57d86cc9beb49abb11671e1e1b",
                    operation="INSERT",
                    pgid="pgtrigger_begins_70245",
                    table="parties_beneficiary",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="beneficiary",
            trigger=pgtrigger.compiler.Trigger(
                name="moves",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.state IS DISTINCT FROM NEW.state)",
                    execute="holdfast_lifecycle('pending', ' pending>verified pending>cooling cooling>verified pending>withdrawn cooling>withdrawn verified>withdrawn ')",
                    func="RETURN NULL;",
                    hash="80029c09e4edea9fcecbf338fa6ce255a7dcb7ee",
                    operation="UPDATE",
                    pgid="pgtrigger_moves_7546a",
                    table="parties_beneficiary",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="beneficiary",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "cooling"), _negated=True),
                    models.Q(
                        ("usable_at__isnull", False), ("verified_at__isnull", False), ("verified_by__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="parties_beneficiary_cooling_ends",
            ),
        ),
    ]

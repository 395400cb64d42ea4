"""A claim may stand still while a chargeback covers all of it, and an award is less by what came back that way."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """What a pause keeps, and what was credited."""

    dependencies = [
        ("claims", "0002_appeals_and_replacements"),
    ]

    operations = [
        migrations.AddField(
            model_name="claim",
            name="charged_back_minor",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="claim",
            name="paused",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="claim",
            name="paused_at",
            field=models.DateTimeField(null=True),
        ),
    ]

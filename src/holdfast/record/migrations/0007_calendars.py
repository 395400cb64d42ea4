"""A deadline may stand still, and keeps which reminder was given."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two columns that are empty until they are used."""

    dependencies = [
        ("record", "0006_messages"),
    ]

    operations = [
        migrations.AddField(model_name="deadline", name="paused_at", field=models.DateTimeField(null=True)),
        migrations.AddField(model_name="deadline", name="reminded", field=models.SmallIntegerField(null=True)),
    ]

"""What was not shipped may be promised back to the buyer before its money moves: until then nothing of it leaves."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """A lock that a higher room writes onto the order."""

    dependencies = [("orders", "0003_debts_of_processing")]
    operations = [
        migrations.AddField(model_name="order", name="rest_locked", field=models.BooleanField(default=False)),
    ]

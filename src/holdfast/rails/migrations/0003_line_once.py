"""A line of a statement is entered once: the database itself refuses a second payment that would take it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rails", "0002_write")]
    operations = [
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("rail", "wire")),
                fields=("provider_ref",),
                name="rails_payment_a_line_is_entered_once",
            ),
        ),
    ]

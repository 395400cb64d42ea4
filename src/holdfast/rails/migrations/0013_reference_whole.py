"""A payment's reference is looked up whole. The index for parts of it, which Django adds by itself to what is unique,
cost every payment one more entry with each of its steps."""

from django.db import migrations

LIKE = "rails_payment_reference_ec341d8a_like"


class Migration(migrations.Migration):
    """Nobody asks for the beginning of a reference, the release before neither."""

    dependencies = [("rails", "0012_release_before")]

    operations = [
        migrations.RunSQL(
            f"DROP INDEX IF EXISTS {LIKE}",
            f"CREATE INDEX {LIKE} ON rails_payment (reference varchar_pattern_ops)",
        ),
    ]

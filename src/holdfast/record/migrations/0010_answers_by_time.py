"""What is dropped by its age lies in the order of time: the smallest index finds it."""

import django.contrib.postgres.indexes
from django.db import migrations


class Migration(migrations.Migration):
    """One index for another; the release before needs neither."""

    dependencies = [
        ("record", "0009_flags"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="answer",
            name="record_answer_age",
        ),
        migrations.AddIndex(
            model_name="answer",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["at"], name="record_answer_time"
            ),
        ),
    ]

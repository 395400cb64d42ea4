"""Bytes that no order knows of are found by their hash."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One index."""

    dependencies = [("record", "0002_write")]
    operations = [migrations.AddIndex("file", models.Index(fields=["sha256"], name="record_file_by_hash"))]

"""What all processes of an installation remember together for a while: how often somebody has tried something.

Written by Django's cache of the same shape; nothing else is kept here, and nothing of it is missed once it has run out.
"""

from django.db import models


class Remembered(models.Model):
    """One count or lock, until when it holds."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "database_cache"

"""Django's PostgreSQL backend with our own way to tell whether a kept connection is still there."""

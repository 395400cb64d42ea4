"""The door for a web server: `holdfast.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "holdfast.settings")

application = get_wsgi_application()


def _check() -> None:
    """However a web process was started: it serves no database that says it is something else than the setting."""
    from django.db import connection

    from holdfast.parties.installation import check_setting

    check_setting()
    connection.close()


_check()

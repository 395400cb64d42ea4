"""The door for a web server: `holdfast.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "holdfast.settings")

application = get_wsgi_application()


def _check() -> None:
    """However a web process was started: it serves no database that says it is something else than the setting,
    and takes no cards with half of what that needs."""
    from django.db import connection

    from holdfast.console.signon import configured
    from holdfast.kernel import memory
    from holdfast.parties.installation import check_setting
    from holdfast.rails.choice import check_settings

    check_settings()
    configured.check_settings()
    check_setting()
    connection.close()
    memory.settle()


_check()

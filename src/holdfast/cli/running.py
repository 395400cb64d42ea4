"""`up`, `worker`, `migrate` and `manage`: what starts and prepares an installation.

It knows the arguments; the supervising is in `holdfast.server`.
"""

from __future__ import annotations

import argparse
import sys
from typing import Any

Subparsers = Any
WORKERS = 6
"""Jobs at the same time: a mail server that is slow, or somebody's webhook, must not hold up the deadlines."""


def register(subparsers: Subparsers) -> None:
    """Add the commands of this module."""
    up = subparsers.add_parser("up", help="start database, web server and worker, and keep them running")
    up.set_defaults(run=_up)
    worker = subparsers.add_parser("worker", help="run jobs until told to stop")
    worker.set_defaults(run=_worker)
    migrate = subparsers.add_parser("migrate", help="bring the database to this version and renew the grants")
    migrate.set_defaults(run=_migrate)
    manage = subparsers.add_parser("manage", help="Django's own commands, as the database's owner", add_help=False)
    manage.add_argument("arguments", nargs=argparse.REMAINDER)
    manage.set_defaults(run=_manage)


def _up(_: argparse.Namespace) -> int:
    from holdfast.server import up

    return up()


def _worker(_: argparse.Namespace) -> int:
    from holdfast.cli.environment import set_up

    set_up()
    from holdfast.parties.installation import check_setting

    # A worker moves money: one that takes production for a sandbox would have simulated rails confirm it.
    check_setting()
    from holdfast.console.signon import configured
    from holdfast.rails.choice import check_settings

    check_settings()
    configured.check_settings()
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector

    from holdfast.kernel import memory

    if not isinstance(app.connector, DjangoConnector):
        raise TypeError(f"jobs are kept by {app.connector}, not by Django's database")
    memory.settle()
    # Web requests use Django's connection; a worker waits for notifications and needs connections of its own.
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        # Jobs are ticks of a clock: what they did is in the record, so nothing of them is kept.
        worker.run_worker(name="holdfast", concurrency=WORKERS, delete_jobs="always", shutdown_graceful_timeout=10)
    return 0


def _migrate(_: argparse.Namespace) -> int:
    from holdfast.cli.environment import database, set_up

    set_up(role="owner")
    from holdfast.database.migrating import migrate
    from holdfast.kernel import clock
    from holdfast.parties.installation import check_before_migrating
    from holdfast.parties.operations import outer_key

    with database():
        check_before_migrating()
        migrate(verbosity=1)
        outer_key.remember(now=clock.read())
    return 0


def _manage(arguments: argparse.Namespace) -> int:
    from holdfast.cli.environment import database, set_up

    set_up(role="owner")
    from django.core.management import execute_from_command_line

    # Writing migrations asks the database too: which of them ran.
    with database():
        execute_from_command_line([f"{sys.argv[0]} manage", *arguments.arguments])
    return 0

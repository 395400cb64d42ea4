"""`holdfast init`: found the installation. Once: what it is, whose it is, and its first administrator.

It knows how to ask for a password. No password is a default: it is typed, or made up and printed this one time.
"""

from __future__ import annotations

import argparse
import secrets
import sys
from getpass import getpass
from typing import Any

Subparsers = Any


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    init = subparsers.add_parser("init", help="found the installation: operator, first administrator, signing key")
    init.add_argument("--admin-email", required=True, help="the first administrator signs in with it")
    init.add_argument("--admin-name", default="", help="how the first administrator is called")
    init.add_argument("--operator", default="Holdfast", help="the name of who runs this marketplace")
    init.add_argument("--country", default="US", help="the operator's country (ISO 3166-1 alpha-2)")
    init.add_argument("--time-zone", default="UTC", help="the operator's time zone (IANA name)")
    init.add_argument("--programme", default="standard", help="the rules that contracts follow unless they say others")
    init.add_argument("--sandbox", action="store_true", help="simulated rails and a clock that can be moved; for ever")
    init.add_argument(
        "--generate-password", action="store_true", help="make a password up and print it once, without asking"
    )
    init.set_defaults(run=_init)


def _init(arguments: argparse.Namespace) -> int:
    from holdfast.cli.environment import database, set_up

    set_up(role="owner")
    from holdfast import programme
    from holdfast.contracts.operations import publish_shipped
    from holdfast.database.migrating import migrate
    from holdfast.kernel import clock
    from holdfast.parties import operations
    from holdfast.record.act import Act
    from holdfast.record.signing import ensure_key

    programme.shipped(arguments.programme)
    with database():
        migrate(verbosity=0)
        password, was_made_up = _password(arguments)
        now = clock.read()
        operations.found_installation(
            now=now,
            sandbox=arguments.sandbox,
            operator_name=arguments.operator,
            country=arguments.country,
            time_zone=arguments.time_zone,
            programme=arguments.programme,
            admin_email=arguments.admin_email,
            admin_name=arguments.admin_name,
            password=password,
        )
        publish_shipped(act=Act(now, "system", None, None, "operator"))
        ensure_key(now=now)
    kind = "a sandbox" if arguments.sandbox else "for production"
    print(f"Founded {kind}: {arguments.operator}. Administrator: {arguments.admin_email}")
    if was_made_up:
        print(f"Password, shown this once: {password}")
    print(f"Start it with: {'HOLDFAST_SANDBOX=1 ' if arguments.sandbox else ''}holdfast up")
    return 0


def _password(arguments: argparse.Namespace) -> tuple[str, bool]:
    """The administrator's password, and whether it was made up here."""
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    if arguments.generate_password or not sys.stdin.isatty():
        return secrets.token_urlsafe(18), True
    while True:
        typed = getpass("Password for the administrator (empty: one is made up and shown once): ")
        if not typed:
            return secrets.token_urlsafe(18), True
        try:
            validate_password(typed)
        except ValidationError as error:
            print("\n".join(error.messages), file=sys.stderr)
            continue
        if getpass("Once more: ") == typed:
            return typed, False
        print("The two differ.", file=sys.stderr)

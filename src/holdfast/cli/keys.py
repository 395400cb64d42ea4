"""`holdfast keys`: make, list, replace and end API keys from the machine itself, as the operator.

It knows how to print; a secret is printed once, when its key is made.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

Subparsers = Any
OPERATOR = "operator"


def register(subparsers: Subparsers) -> None:
    """Add the commands of this module."""
    keys = subparsers.add_parser("keys", help="API keys: create, list, rotate, revoke")
    verbs = keys.add_subparsers(metavar="VERB", required=True)
    create = verbs.add_parser("create", help="make a key and print it once")
    _organisation_argument(create)
    create.add_argument("--name", required=True, help="what it is for")
    create.add_argument("--scope", action="append", required=True, help="may be given several times")
    create.add_argument("--address", action="append", default=[], help="an address or network it may come from")
    create.add_argument("--days", type=int, help="how long it is good for; without it, until it is revoked")
    create.add_argument("--sign-limit-minor", type=int, help="the most it may sign for, in minor units")
    create.add_argument("--sign-limit-currency", help="the currency of that")
    create.set_defaults(run=with_database(_create))
    listing = verbs.add_parser("list", help="keys of an organisation, with their last use")
    _organisation_argument(listing)
    listing.set_defaults(run=with_database(_list))
    for verb, meaning in (("rotate", "end a key and make one with the same rights"), ("revoke", "end a key at once")):
        one = verbs.add_parser(verb, help=meaning)
        one.add_argument("key", help="its ID, key_…")
        one.set_defaults(run=with_database(_rotate if verb == "rotate" else _revoke))


def _organisation_argument(command: argparse.ArgumentParser) -> None:
    command.add_argument("--organisation", default=OPERATOR, help="org_…; without it, the operator's own")


def with_database(verb: Callable[[argparse.Namespace], int]) -> Callable[[argparse.Namespace], int]:
    """The verb as a command: Django set up as the application, the database running meanwhile."""

    def run(arguments: argparse.Namespace) -> int:
        from holdfast.cli.environment import database, set_up

        set_up()
        from holdfast.parties.installation import check_setting

        with database():
            check_setting()
            return verb(arguments)

    return run


def operator_act() -> Any:
    """Whoever may run commands on this machine is the operator."""
    from holdfast.kernel import clock
    from holdfast.parties.installation import clock_offset_seconds
    from holdfast.record.act import Act

    return Act(clock.read(offset_seconds=clock_offset_seconds()), "system", None, None, OPERATOR)


def _named(prefix: str, ref: str) -> UUID:
    from holdfast.kernel.identifiers import parse
    from holdfast.kernel.refusals import NotFound

    found = parse(prefix, ref)
    if found is None:
        raise NotFound(ref=ref)
    return found


def _organisation(ref: str) -> UUID:
    from holdfast.parties import queries

    return queries.operator_organisation_id() if ref == OPERATOR else _named("org", ref)


def _create(arguments: argparse.Namespace) -> int:
    from holdfast.parties import operations

    act = operator_act()
    made = operations.create_key(
        act=act,
        organisation_id=_organisation(arguments.organisation),
        name=arguments.name,
        scopes=arguments.scope,
        addresses=arguments.address,
        expires_at=act.now + timedelta(days=arguments.days) if arguments.days is not None else None,
        sign_limit_minor=arguments.sign_limit_minor,
        sign_limit_currency=arguments.sign_limit_currency,
    )
    print(made.secret)
    return 0


def _list(arguments: argparse.Namespace) -> int:
    from holdfast.kernel.identifiers import public
    from holdfast.parties import queries

    for view in queries.keys(organisation_id=_organisation(arguments.organisation)):
        state = "ended" if view.revoked_at else "open"
        used = view.last_used_at.isoformat(timespec="minutes") if view.last_used_at else "never used"
        print(f"{public('key', view.id)}  {state:5}  {used:25}  {view.name}  [{' '.join(view.scopes)}]")
    return 0


def _rotate(arguments: argparse.Namespace) -> int:
    from holdfast.parties import operations

    print(operations.rotate_key(act=operator_act(), key_id=_named("key", arguments.key)).secret)
    return 0


def _revoke(arguments: argparse.Namespace) -> int:
    from holdfast.parties import operations

    operations.revoke_key(act=operator_act(), key_id=_named("key", arguments.key))
    print("Ended.")
    return 0

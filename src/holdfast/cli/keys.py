"""`holdfast keys`: API keys made, listed, replaced and ended from the machine itself, as the operator; the signing key
and the key that encrypts secrets, listed, replaced and checked.

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
    keys = subparsers.add_parser("keys", help="API keys, the signing key, and the key that encrypts secrets")
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
    rotate = verbs.add_parser("rotate", help="replace an API key; without one, the key that signs seals and closes")
    rotate.add_argument("key", nargs="?", help="an API key's ID, key_…")
    rotate.add_argument("--overlap-hours", type=int, default=0, help="how long the old API key works on")
    rotate.set_defaults(run=with_database(_rotate))
    revoke = verbs.add_parser("revoke", help="end a key at once")
    revoke.add_argument("key", help="its ID, key_…")
    revoke.set_defaults(run=with_database(_revoke))
    signing = verbs.add_parser("signing", help="list the keys that sign, old ones too, with their validity")
    signing.set_defaults(run=with_database(_signing))
    check = verbs.add_parser("check", help="say whether every key that this database needs is on this machine")
    check.set_defaults(run=with_database(_check))
    again = verbs.add_parser("rotate-encryption", help="encrypt all secrets at rest with a new key")
    again.set_defaults(run=with_database(_rotate_encryption))


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

    if arguments.key is None:
        return _rotate_signing()
    key_id, overlap = _named("key", arguments.key), timedelta(hours=arguments.overlap_hours)
    print(operations.rotate_key(act=operator_act(), key_id=key_id, overlap=overlap).secret)
    return 0


def _rotate_signing() -> int:
    from holdfast.record import signing

    made = signing.rotate_key(now=operator_act().now)
    print(f"{made.key_id} signs from now on. What older keys signed stays verifiable: /.well-known/holdfast-keys.json")
    print("Copy the folder keys/ of the home to every machine that runs a worker, and into the backup.")
    return 0


def _signing(_arguments: argparse.Namespace) -> int:
    from holdfast.record import signing

    for key in signing.public_keys().values():
        until = key.valid_until.isoformat(timespec="seconds") if key.valid_until else "in use"
        print(f"{key.key_id}  {key.valid_from.isoformat(timespec='seconds')}  {until:25}  ed25519 {key.raw.hex()}")
    return 0


def _check(_arguments: argparse.Namespace) -> int:
    """Before this, the way in has asked for the outer key: without it nothing gets here."""
    from django.db import transaction

    from holdfast.parties import outer_key
    from holdfast.record import encryption, signing

    print(f"Secrets are encrypted with {outer_key.in_use() or 'no key yet: run holdfast migrate'}, which is here.")
    with transaction.atomic():
        in_clear = encryption.count_in_clear()
    if in_clear:
        print(f"{in_clear} of an earlier version stand in clear: run holdfast keys rotate-encryption.")
    wrong = signing.missing()
    print(f"Signing: {wrong}" if wrong else "The private half of the signing key is here.")
    return 1 if wrong else 0


def _rotate_encryption(_arguments: argparse.Namespace) -> int:
    from django.conf import settings

    from holdfast.parties import outer_key
    from holdfast.record import encryption

    in_home = settings.ENCRYPTION_KEY_IN_HOME
    if in_home:
        # First what an earlier change may have left undone: the key before that will be gone.
        outer_key.replace(now=operator_act().now)
        settings.HOME.change_encryption_key()
        encryption.read_home()
    for name, count in outer_key.replace(now=operator_act().now).items():
        print(f"{name}: {count} encrypted anew")
    if in_home:
        print(f"The new key {encryption.current()} is in secrets.json of the home: back it up.")
    else:
        print(f"The key in use is {encryption.current()}: HOLDFAST_ENCRYPTION_KEY_BEFORE is not needed any more.")
    return 0


def _revoke(arguments: argparse.Namespace) -> int:
    from holdfast.parties import operations

    operations.revoke_key(act=operator_act(), key_id=_named("key", arguments.key))
    print("Ended.")
    return 0

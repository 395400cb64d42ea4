"""`holdfast staff`: who works for the operator, given and taken from the machine itself.

A first mediator has to come from somewhere; afterwards an administrator does the same in the console.
"""

from __future__ import annotations

import argparse
from typing import Any

from holdfast.cli.keys import operator_act, with_database

Subparsers = Any


def register(subparsers: Subparsers) -> None:
    """Add the commands of this module."""
    staff = subparsers.add_parser("staff", help="the operator's staff: grant, withdraw, list")
    verbs = staff.add_subparsers(metavar="VERB", required=True)
    grant = verbs.add_parser("grant", help="give somebody a role; an account is made if there is none")
    grant.add_argument("--name", default="", help="how they are called, if an account is made")
    withdraw = verbs.add_parser("withdraw", help="take a role back")
    for command, run in ((grant, _grant), (withdraw, _withdraw)):
        command.add_argument("email")
        command.add_argument("role", choices=("verifier", "mediator", "finance", "administrator"))
        command.set_defaults(run=with_database(run))
    verbs.add_parser("list", help="everybody with a role").set_defaults(run=with_database(_list))


def _grant(arguments: argparse.Namespace) -> int:
    from holdfast.parties import operations

    operations.grant_staff(act=operator_act(), email=arguments.email, name=arguments.name, role=arguments.role)
    return _list(arguments)


def _withdraw(arguments: argparse.Namespace) -> int:
    from holdfast.kernel.refusals import NotFound
    from holdfast.parties import operations, queries

    person_id = next((view.person_id for view in queries.staff() if view.email == arguments.email.lower()), None)
    if person_id is None:
        raise NotFound(field="email")
    operations.withdraw_staff(act=operator_act(), person_id=person_id, role=arguments.role)
    return _list(arguments)


def _list(_: argparse.Namespace) -> int:
    from holdfast.parties import queries

    for view in queries.staff():
        print(f"{view.role:14} {view.email}  {view.name}".rstrip())
    return 0

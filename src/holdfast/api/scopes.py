"""Which scope a key needs for what it asks, once a gate has said in which role it stands there.

The operator's staff act by their roles alone; a party's key needs the scope, and a viewer only reads.
"""

from collections.abc import Collection

from holdfast.kernel.refusals import NotAllowed
from holdfast.parties import access, rules
from holdfast.parties.access import Caller, Standing

STAFF_ROLES = frozenset({"operator", "mediator"})


def reads(caller: Caller, *, scope: str = "orders:read") -> None:
    """Refusal: `not_allowed`."""
    if not caller.staff:
        access.require(caller, scope=scope)


def acts(caller: Caller, *, role: str, scope: str = "orders:write") -> None:
    """Refusal: `not_allowed`."""
    if role in STAFF_ROLES:
        return
    access.may_write(caller)
    access.require(caller, scope=scope)


def own_organisation(caller: Caller) -> None:
    """Some acts are a trading organisation's own affair. Refusal: `not_allowed` for the operator."""
    if caller.organisation_kind not in {"buyer", "supplier", "agent"}:
        raise NotAllowed(role=caller.organisation_kind, accepted=["buyer", "supplier", "agent"])


def within_own(caller: Caller, *, scopes: Collection[str], limit: rules.Limit) -> None:
    """What a key gives out is within what it has itself. Refusal: `more_than_own`."""
    own = None if caller.staff else caller.scopes
    rules.check_no_more(
        scopes=scopes, own=own, limit=limit, own_limit=(caller.sign_limit_minor, caller.sign_limit_currency)
    )


def runs_organisation(caller: Caller, *, standing: Standing) -> str:
    """Who settles an organisation's own affairs over the API: the operator's administrator, or a key of its own that
    was made for that. Answers the role. Refusal: `not_allowed`."""
    if "administrator" in caller.staff:
        return "operator"
    access.own_affair(caller)
    if caller.organisation_id != standing.organisation_id:
        raise NotAllowed(accepted=["administrator"])
    access.require(caller, scope=rules.ORGANISATION_SCOPE)
    return "owner"

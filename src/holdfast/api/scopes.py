"""Which scope a key needs for what it asks, once a gate has said in which role it stands there.

The operator's staff act by their roles alone; a party's key needs the scope, and a viewer only reads.
"""

from holdfast.kernel.refusals import NotAllowed
from holdfast.parties import access
from holdfast.parties.access import Caller

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

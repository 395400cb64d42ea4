"""The verbs on parties: the only writers of this room. Each is one transaction and one event on one chain.

An organisation's own affairs go on its chain, whose lock is taken first and so puts them in a row; staff and the
installation go on the operator's.
"""

from holdfast.parties.operations.beneficiaries import (
    add_beneficiary,
    use_beneficiary,
    verify_beneficiary,
    withdraw_beneficiary,
)
from holdfast.parties.operations.consents import Terms, give_consent, revoke_consent
from holdfast.parties.operations.ending import end_left
from holdfast.parties.operations.installation import Moved, advance_clock, found_installation
from holdfast.parties.operations.keys import create_key, revoke_key, rotate_key
from holdfast.parties.operations.members import (
    accept_invitation,
    add_member,
    change_role,
    invite_member,
    remove_member,
    withdraw_invitation,
)
from holdfast.parties.operations.organisations import (
    create_organisation,
    set_cap,
    set_standing,
    set_subdivision,
    set_tier,
)
from holdfast.parties.operations.staff import grant_staff, withdraw_staff

__all__ = [
    "Moved",
    "Terms",
    "accept_invitation",
    "add_beneficiary",
    "add_member",
    "advance_clock",
    "change_role",
    "create_key",
    "create_organisation",
    "end_left",
    "found_installation",
    "give_consent",
    "grant_staff",
    "invite_member",
    "remove_member",
    "revoke_consent",
    "revoke_key",
    "rotate_key",
    "set_cap",
    "set_standing",
    "set_subdivision",
    "set_tier",
    "use_beneficiary",
    "verify_beneficiary",
    "withdraw_beneficiary",
    "withdraw_invitation",
    "withdraw_staff",
]

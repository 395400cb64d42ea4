"""Who may do what inside an organisation and among the operator's staff: pure tables and checks.

These rules know roles, scopes and tiers. They refuse to know the database, the web, or anything of an order.
"""

import ipaddress
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import available_timezones

from babel import Locale
from babel.localedata import locale_identifiers

from holdfast.kernel.lifecycle import Lifecycle, step
from holdfast.kernel.money import MAX_MINOR, currencies
from holdfast.kernel.refusals import FourEyes, Invalid, NotAllowed, Refusal

KINDS = ("buyer", "supplier", "agent", "inspector", "operator", "marketplace")
OWN_KINDS = ("buyer", "supplier", "agent")
"""What anybody may found; inspectors, marketplaces and the operator are the operator's to make."""
MARKETPLACE = "marketplace"
"""Somebody else's platform: its keys act for the organisations that it made or that consented."""
SERVED_KINDS = ("buyer", "supplier", "agent", "inspector")
TIERS = ("none", "enrolled", "verified", "gold")
STANDINGS = ("good", "suspended", "ended")
SUSPENDED, ENDED = "suspended", "ended"
MEMBER_ROLES = ("owner", "trader", "finance", "viewer")
STAFF_ROLES = ("verifier", "mediator", "finance", "administrator")
OPERATOR_SCOPE = "operator"
MEDIATE_SCOPE = "mediate"
"""For a key that stands for one named mediator, as long as that person is one."""
ORGANISATION_SCOPE = "organisation:write"
"""For an organisation's own affairs: its keys, and which marketplaces act for it."""
SANDBOX_SCOPE = "sandbox"
SCOPES = frozenset(
    {
        "orders:read",
        "orders:write",
        "contracts:sign",
        "payments:write",
        "claims:read",
        "claims:write",
        "reports:write",
        SANDBOX_SCOPE,
        "webhooks",
        OPERATOR_SCOPE,
        MEDIATE_SCOPE,
        ORGANISATION_SCOPE,
    }
)
OF_THE_OPERATOR = frozenset({OPERATOR_SCOPE, MEDIATE_SCOPE})
CONSENT_SCOPES = SCOPES - OF_THE_OPERATOR - {ORGANISATION_SCOPE, SANDBOX_SCOPE}
"""What a marketplace can be let do for an organisation: trade for it, and never say who else may."""
NOT_LET = frozenset({"webhooks"})
"""Of these, what opens nothing to a marketplace: it has endpoints of its own, and one registered for somebody else
would hear on after the consent."""
OWN_AFFAIRS = ("consent.", "key.", "member.", "webhook.")
"""How the events begin that no marketplace is told of whom it serves, but for those of its own consent."""
OPERATOR_KEY_POWERS = frozenset({"administrator", "verifier", "finance"})
"""What a key with the operator's scope stands for: never the mediator, who is a person and named by the key."""
LONGEST_OVERLAP = timedelta(days=30)
"""How long a key that was replaced may work on beside the new one."""
LONGEST_STEP = timedelta(days=400)
FURTHEST = timedelta(days=36_525)
"""A sandbox's clock goes a hundred years: beyond some year there are no calendars, and it never goes back."""
INVITATION_STANDS = timedelta(days=14)
# Codes that stand for no country: unions, the unknown, and places made up for testing.
_NO_COUNTRY = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})

BENEFICIARY = Lifecycle(
    "beneficiary",
    "pending",
    (
        step("verify", "pending", "verified", "operator"),
        step("cool", "pending", "cooling", "operator"),
        step("use", "cooling", "verified", "clock"),
        step("withdraw", "pending", "withdrawn", "owner", "finance", "operator"),
        step("withdraw", "cooling", "withdrawn", "owner", "finance", "operator"),
        step("withdraw", "verified", "withdrawn", "owner", "finance", "operator"),
    ),
)
COOLING_OFF = timedelta(hours=72)
"""How long a changed bank account waits after its verification before anything is paid to it."""
LONGEST_REASON = 500

GUARANTEE = Lifecycle(
    "guarantee",
    "building",
    (
        step("ask", "building", "due", "operator"),
        step("ask", "met", "due", "operator"),
        step("build", "due", "building", "operator"),
        step("build", "met", "building", "operator"),
        step("meet", "building", "met", "clock"),
        step("meet", "due", "met", "clock"),
        step("meet", "short", "met", "clock"),
        step("fall_short", "met", "short", "clock"),
    ),
)
"""building: kept back from each release until it is met; due: to be paid in by a day; short: a claim has drawn on it,
so all of the next releases fill it up again."""
TOP_UP_REMINDER = timedelta(days=7)
SUSPENDED_AFTER = timedelta(days=21)
"""How long a guarantee may be missing before its supplier is suspended; it is reminded every week until then."""


class LastOwner(Refusal):
    """An organisation keeps at least one owner."""


class LastAdministrator(Refusal):
    """The installation keeps at least one administrator."""


class AlreadyMember(Refusal):
    """This person is a member of the organisation already."""


class AlreadyStaff(Refusal):
    """This person has the role already."""


class NotStaff(Refusal):
    """This person does not have the role."""


class KeyEnded(Refusal):
    """The key has ended already."""


class MoreThanOwn(Refusal):
    """A key gives out no more than it has itself."""

    status = 403


class ConsentEnded(Refusal):
    """The consent has ended already."""


class NameNotMatched(Refusal):
    """The holder of the account is not named like the company: verifying it needs a reason."""

    status = 422


class InvitationEnded(Refusal):
    """The invitation was taken up, withdrawn, or has run out."""


class LineTooLong(Refusal):
    """A supplier's line is at most so many times the cover of one order."""

    status = 422


class LineExhausted(Refusal):
    """The supplier's line does not have so much cover left: it stands behind other open orders."""


class GuaranteeNeeded(Refusal):
    """The guarantee must stay at what is required."""


class BalanceTooSmall(Refusal):
    """The balance does not hold so much."""


class NotASandbox(Refusal):
    """The clock of a marketplace in production is nobody's to move."""

    status = 403


def check_kind(*, kind: str, by_operator: bool) -> None:
    """Refusals: `Invalid` for an unknown kind, `NotAllowed` for one that only the operator makes."""
    if kind not in KINDS or kind == "operator":
        raise Invalid(field="kind", accepted=[known for known in KINDS if known != "operator"])
    if kind not in OWN_KINDS and not by_operator:
        raise NotAllowed(field="kind", accepted=list(OWN_KINDS))


def check_place(*, country: str, time_zone: str, language: str) -> None:
    """A country (ISO 3166-1 alpha-2), an IANA time zone and a language tag that we can write in."""
    if country not in countries():
        raise Invalid(field="country", accepted="ISO 3166-1 alpha-2, like CN")
    check_reading(time_zone=time_zone, language=language)


def check_reading(*, time_zone: str, language: str) -> None:
    """An IANA time zone and a language tag that we can write in."""
    if time_zone not in available_timezones():
        raise Invalid(field="time_zone", accepted="an IANA name, like Asia/Shanghai")
    if language.lower() not in _languages():
        raise Invalid(field="language", accepted="a language tag, like en or zh-Hans")


@lru_cache(maxsize=1)
def countries() -> frozenset[str]:
    """The codes of countries, by Babel's CLDR data."""
    codes = (str(code) for code in Locale("en").territories)
    return frozenset(code for code in codes if len(code) == 2 and code.isalpha()) - _NO_COUNTRY


@lru_cache(maxsize=1)
def _languages() -> frozenset[str]:
    return frozenset(name.replace("_", "-").lower() for name in locale_identifiers())


def check_choice(*, field: str, value: str, accepted: Sequence[str]) -> None:
    """Refusal: `Invalid`, naming what would be taken."""
    if value not in accepted:
        raise Invalid(field=field, accepted=list(accepted))


def check_amount(*, field: str, minor: int | None, currency: str | None) -> None:
    """An amount and its currency stand together or not at all."""
    if (minor is None) != (currency is None):
        raise Invalid(field=f"{field}_currency", accepted="an amount and its currency, or neither")
    if minor is not None and not 0 <= minor <= MAX_MINOR:
        raise Invalid(field=f"{field}_minor", accepted=f"0 to {MAX_MINOR}")
    if currency is not None and currency not in currencies():
        raise Invalid(field=f"{field}_currency", accepted="an ISO 4217 currency in use")


def check_scopes(*, scopes: Sequence[str], organisation_kind: str) -> None:
    """Scopes that exist; the operator's only for the operator's own organisation."""
    known = SCOPES if organisation_kind == "operator" else SCOPES - OF_THE_OPERATOR
    if not scopes or len(set(scopes)) != len(scopes) or not known.issuperset(scopes):
        raise Invalid(field="scopes", accepted=sorted(known))


def check_consent(*, scopes: Sequence[str], sign_limit_minor: int | None) -> None:
    """What an organisation lets a marketplace do. Signing needs a limit, so that nobody gives away more than they
    think."""
    if not scopes or len(set(scopes)) != len(scopes) or not (CONSENT_SCOPES - NOT_LET).issuperset(scopes):
        raise Invalid(field="scopes", accepted=sorted(CONSENT_SCOPES - NOT_LET))
    if ("contracts:sign" in scopes) is not (sign_limit_minor is not None):
        raise Invalid(field="sign_limit_minor", accepted="the scope contracts:sign with a limit, or neither")


def under_consent(*, key: frozenset[str], consent: Collection[str]) -> frozenset[str]:
    """What a marketplace's key may do for an organisation: what both allow. A sandbox's clock is nobody's affair."""
    return key & {*consent, SANDBOX_SCOPE}


Limit = tuple[int | None, str | None]


def lesser_limit(one: Limit, other: Limit) -> Limit:
    """The most that both allow to be signed for; nothing where one allows nothing, or they speak of two currencies."""
    if one[0] is None or other[0] is None or one[1] != other[1]:
        return None, None
    return min(one[0], other[0]), one[1]


def check_no_more(*, scopes: Collection[str], own: frozenset[str] | None, limit: Limit, own_limit: Limit) -> None:
    """A key gives out scopes and a limit within its own; a person's hands are not tied. Refusal: `MoreThanOwn`."""
    if own is None:
        return
    if not own.issuperset(scopes):
        raise MoreThanOwn(field="scopes", accepted=sorted(own))
    if limit[0] is not None and lesser_limit(limit, own_limit) != limit:
        raise MoreThanOwn(
            field="sign_limit_minor", accepted={"sign_limit_minor": own_limit[0], "sign_limit_currency": own_limit[1]}
        )


def check_holder(*, scopes: Sequence[str], is_mediator: bool | None) -> None:
    """A key that mediates names the mediator it stands for, and no other key names anybody. `is_mediator` is None
    where nobody is named."""
    if (MEDIATE_SCOPE in scopes) is not (is_mediator is not None) or is_mediator is False:
        raise Invalid(field="holder_id", accepted="a mediator of the operator's staff, with the scope mediate alone")


def check_maker(*, scopes: Sequence[str], actor_kind: str, sandbox: bool) -> None:
    """A mediator decides over money: in production only a person gives out a key that stands for one, lest the
    operator's key become what it must not be. Refusal: `FourEyes`."""
    if MEDIATE_SCOPE in scopes and actor_kind == "key" and not sandbox:
        raise FourEyes(field="scopes", accepted=["person"])


def key_powers(*, organisation_kind: str, scopes: frozenset[str], is_mediators: bool) -> frozenset[str]:
    """The staff roles a key stands for: none, but for keys of the operator's own organisation."""
    if organisation_kind != "operator":
        return frozenset()
    powers = OPERATOR_KEY_POWERS if OPERATOR_SCOPE in scopes else frozenset()
    return powers | ({"mediator"} if MEDIATE_SCOPE in scopes and is_mediators else frozenset())


def networks(*, addresses: Sequence[str]) -> list[str]:
    """The addresses a key may come from, in one spelling: `192.0.2.1` is `192.0.2.1/32`."""
    try:
        return [str(ipaddress.ip_network(address)) for address in addresses]
    except ValueError as error:
        raise Invalid(field="addresses", accepted="IP addresses or networks, like 192.0.2.0/24") from error


def comes_from(*, address: str, networks: Sequence[str]) -> bool:
    """Whether an address is inside one of the networks; an empty list lets everybody in."""
    if not networks:
        return True
    try:
        there = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(there, ipaddress.IPv6Address) and there.ipv4_mapped is not None:
        there = there.ipv4_mapped
    return any(there in ipaddress.ip_network(network) for network in networks)


def check_expiry(*, expires_at: datetime | None, now: datetime) -> None:
    """A key that has run out before it is made is a mistake."""
    if expires_at is not None and expires_at <= now:
        raise Invalid(field="expires_at", accepted="a time to come")


def check_owner_stays(*, role: str, new_role: str | None, owners: int) -> None:
    """`owners` counts the owners there are, this one included; None is leaving."""
    if role == "owner" and new_role != "owner" and owners <= 1:
        raise LastOwner


def check_second_person(
    *,
    added_by: object,
    actor_id: object,
    actor_kind: str,
    sandbox: bool,
    is_member: bool = False,
    behind: Collection[object] = (),
) -> None:
    """Whoever verifies a bank account is a person, not the one who added it nor `behind` the key that did, and not of
    the organisation whose account it is; a sandbox has no money to lose."""
    is_first = added_by == actor_id or actor_id in behind
    if not sandbox and (actor_kind != "person" or is_first or is_member):
        raise FourEyes(verb="verify")


def check_name(*, outcome: str, reason: str) -> None:
    """A holder who is not named like the company is let pass by a person's reason only. Refusal: `NameNotMatched`."""
    if len(reason) > LONGEST_REASON:
        raise Invalid(field="reason", accepted=f"at most {LONGEST_REASON} characters")
    if outcome != "match" and not reason.strip():
        raise NameNotMatched(field="reason", accepted="why this account is the company's all the same", found=outcome)


def guarantee_step(*, state: str, deposit_minor: int, required_minor: int) -> str | None:
    """The verb that the figures ask for, if any: a deposit that reaches what is required meets it, one that falls below
    it after that falls short."""
    if deposit_minor >= required_minor:
        return "meet" if state != "met" else None
    return "fall_short" if state == "met" else None


def clock_after(*, sandbox: bool, offset_seconds: int, seconds: int) -> int:
    """The new offset of a sandbox's clock: forwards only, at most 400 days a step."""
    if not sandbox:
        raise NotASandbox
    if not 0 < seconds <= int(LONGEST_STEP.total_seconds()):
        raise Invalid(field="seconds", accepted=f"1 to {int(LONGEST_STEP.total_seconds())}")
    left = int(FURTHEST.total_seconds()) - offset_seconds
    if seconds > left:
        raise Invalid(field="seconds", accepted=f"1 to {left}" if left > 0 else "nothing: this is as far as it goes")
    return offset_seconds + seconds


def organisation_acts(*, role: str) -> tuple[str, ...]:
    """What may be done with an organisation by a member of it (its role), by a key of its own that was made for
    its affairs (`key`), or by the operator."""
    match role:
        case "operator":
            own = ("add_member", "create_key", "add_beneficiary", "set_subdivision")
            return (*own, "set_tier", "set_cap", "set_standing")
        case "owner":
            return ("invite_member", "create_key", "add_beneficiary", "give_consent", "set_subdivision")
        case "key":
            return ("create_key", "give_consent", "set_subdivision")
        case "finance":
            return ("add_beneficiary",)
        case _:
            return ()


def member_acts(*, role: str) -> tuple[str, ...]:
    """What may be done with a membership."""
    return ("change_role", "remove") if role in ("owner", "operator") else ()


def key_acts(*, role: str, revoked: bool) -> tuple[str, ...]:
    """What may be done with a key."""
    return ("rotate", "revoke") if role in ("owner", "operator") and not revoked else ()


def consent_acts(*, role: str, revoked: bool) -> tuple[str, ...]:
    """What may be done with a consent."""
    return ("revoke",) if role in ("owner", "operator") and not revoked else ()

"""How parties look from outside: the shapes in the API's description, and the functions that fill them.

Every noun lists the acts open to the caller now, with the deadline where there is one.
"""

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from ninja import Schema

from holdfast.kernel.clock import rfc3339
from holdfast.kernel.identifiers import public
from holdfast.parties import rules
from holdfast.parties.queries import BeneficiaryView, KeyView, MemberView, OrganisationView

Item = TypeVar("Item")


class ActOut(Schema):
    """Something the caller may do now; `due_at` is by when, or null."""

    verb: str
    due_at: str | None


class Page(Schema, Generic[Item]):
    """A page of a list; `next_cursor` is null on the last one."""

    items: list[Item]
    next_cursor: str | None


class All(Schema, Generic[Item]):
    """A whole list."""

    items: list[Item]


class Me(Schema):
    """A key about itself."""

    id: str
    name: str
    organisation_id: str
    organisation_kind: str
    scopes: list[str]
    sign_limit_minor: int | None
    sign_limit_currency: str | None
    marketplace_id: str | None
    sandbox: bool
    now: str


class Clock(Schema):
    """The time of a sandbox."""

    now: str


class Subdivision(Schema):
    """A part of a country, as an organisation names it, and what it is called there."""

    code: str
    name: str


class Organisation(Schema):
    """A company."""

    id: str
    name: str
    kind: str
    country: str
    subdivision: str | None
    time_zone: str
    language: str
    tier: str
    individual_cap_minor: int | None
    individual_cap_currency: str | None
    standing: str
    external_id: str | None
    metadata: dict[str, str]
    created_at: str
    acts: list[ActOut]


class Member(Schema):
    """A person in a company."""

    id: str
    organisation_id: str
    person_id: str
    email: str
    name: str
    role: str
    created_at: str
    acts: list[ActOut]


class Key(Schema):
    """An API key; `secret` is null but in the answer to its making."""

    id: str
    organisation_id: str
    name: str
    prefix: str
    scopes: list[str]
    addresses: list[str]
    sign_limit_minor: int | None
    sign_limit_currency: str | None
    created_at: str
    expires_at: str | None
    last_used_at: str | None
    revoked_at: str | None
    holder_id: str | None
    secret: str | None
    acts: list[ActOut]


class Beneficiary(Schema):
    """A bank account. `name_match` is how its holder's name stands to the organisation's: `match`, `close` or
    `no_match` (empty for accounts of before), and `match_reason` the verifier's, for the operator. A changed account
    is `cooling` until `usable_at`."""

    id: str
    organisation_id: str
    name: str
    currency: str
    iban: str
    bic: str
    account: str
    bank: str
    state: str
    created_at: str
    verified_at: str | None
    usable_at: str | None
    withdrawn_at: str | None
    name_match: str
    name_match_why: str
    match_reason: str | None
    external_id: str | None
    metadata: dict[str, str]
    acts: list[ActOut]


def _acts(verbs: Sequence[str]) -> list[dict[str, Any]]:
    return [{"verb": verb, "due_at": None} for verb in verbs]


def _when(at: Any) -> str | None:
    return None if at is None else rfc3339(at)


def organisation(view: OrganisationView, role: str) -> dict[str, Any]:
    """An organisation, for somebody in this role there."""
    return {
        "id": public("org", view.id),
        "name": view.name,
        "kind": view.kind,
        "country": view.country,
        "subdivision": view.subdivision,
        "time_zone": view.time_zone,
        "language": view.language,
        "tier": view.tier,
        "individual_cap_minor": view.individual_cap_minor,
        "individual_cap_currency": view.individual_cap_currency,
        "standing": view.standing,
        "external_id": view.external_id,
        "metadata": view.metadata,
        "created_at": rfc3339(view.created_at),
        "acts": _acts(rules.organisation_acts(role=role)),
    }


def member(view: MemberView, role: str) -> dict[str, Any]:
    """A membership, for somebody in this role in the organisation."""
    return {
        "id": public("mbr", view.id),
        "organisation_id": public("org", view.organisation_id),
        "person_id": public("per", view.person_id),
        "email": view.email,
        "name": view.name,
        "role": view.role,
        "created_at": rfc3339(view.created_at),
        "acts": _acts(rules.member_acts(role=role)),
    }


def key(view: KeyView, role: str, *, hide: bool = False) -> dict[str, Any]:
    """A key; `hide` leaves the secret out even of the answer to its making."""
    return {
        "id": public("key", view.id),
        "organisation_id": public("org", view.organisation_id),
        "name": view.name,
        "prefix": view.prefix,
        "scopes": list(view.scopes),
        "addresses": list(view.addresses),
        "sign_limit_minor": view.sign_limit_minor,
        "sign_limit_currency": view.sign_limit_currency,
        "created_at": rfc3339(view.created_at),
        "expires_at": _when(view.expires_at),
        "last_used_at": _when(view.last_used_at),
        "revoked_at": _when(view.revoked_at),
        "holder_id": None if view.holder_id is None else public("per", view.holder_id),
        "secret": None if hide else view.secret,
        "acts": _acts(rules.key_acts(role=role, revoked=view.revoked_at is not None)),
    }


def beneficiary(view: BeneficiaryView, role: str) -> dict[str, Any]:
    """A bank account, for somebody in this role in the organisation."""
    return {
        "id": public("ben", view.id),
        "organisation_id": public("org", view.organisation_id),
        "name": view.name,
        "currency": view.currency,
        "iban": view.iban,
        "bic": view.bic,
        "account": view.account,
        "bank": view.bank,
        "state": view.state,
        "created_at": rfc3339(view.created_at),
        "verified_at": _when(view.verified_at),
        "usable_at": _when(view.usable_at),
        "withdrawn_at": _when(view.withdrawn_at),
        "name_match": view.name_match,
        "name_match_why": view.name_match_why,
        "match_reason": view.match_reason if role == "operator" else None,
        "external_id": view.external_id,
        "metadata": view.metadata,
        "acts": _acts(rules.BENEFICIARY.open_verbs(state=view.state, role=role)),
    }

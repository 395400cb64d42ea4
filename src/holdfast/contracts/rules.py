"""What may happen to a contract, and who may sign it: pure tables and checks.

These rules know sides, states, digests and limits. They refuse to know the database or the order that follows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from holdfast.kernel.lifecycle import Lifecycle, step
from holdfast.kernel.refusals import NotAllowed, Refusal

SIDES = ("buyer", "supplier")
PERSON_ROLES = ("owner", "trader")
"""The members of an organisation whose signature binds it."""

CONTRACT = Lifecycle(
    "contract",
    "draft",
    (
        step("revise", "draft", "draft", *SIDES),
        step("propose", "draft", "proposed", *SIDES),
        step("sign", "proposed", "signed_once", *SIDES),
        step("sign", "signed_once", "signed", *SIDES),
        step("decline", "proposed", "declined", *SIDES),
        step("decline", "signed_once", "declined", *SIDES),
        step("withdraw", "draft", "withdrawn", *SIDES),
        step("withdraw", "proposed", "withdrawn", *SIDES),
        step("withdraw", "signed_once", "withdrawn", *SIDES),
        step("lapse", "proposed", "lapsed", "clock"),
        step("lapse", "signed_once", "lapsed", "clock"),
    ),
)
DRAFTER_ONLY = frozenset({"revise", "propose", "withdraw"})
OTHER_ONLY = frozenset({"decline"})

AMENDMENT = Lifecycle(
    "amendment",
    "proposed",
    (
        step("sign", "proposed", "signed_once", *SIDES),
        step("sign", "signed_once", "signed", *SIDES),
        step("decline", "proposed", "declined", *SIDES),
        step("decline", "signed_once", "declined", *SIDES),
        step("withdraw", "proposed", "withdrawn", *SIDES),
        step("withdraw", "signed_once", "withdrawn", *SIDES),
        step("lapse", "proposed", "lapsed", "clock"),
        step("lapse", "signed_once", "lapsed", "clock"),
    ),
)
"""signed: by both, so it is the version in force until a later one is; before that nothing moves."""
AMENDMENT_OPEN = ("proposed", "signed_once")


class OtherText(Refusal):
    """The digest you sign is not that of the contract as it stands; read it again."""


class OtherTerms(Refusal):
    """The digest of the terms you accept is not that of the contract's programme in any language; read them again."""


class TermsChanged(Refusal):
    """Your side accepted another version of these terms; read what changed and accept these by their digest."""


class SignedAlready(Refusal):
    """Your side has signed already."""


class AboveSignLimit(Refusal):
    """The contract's total is above what this key may sign for."""

    status = 403


class ProveAgain(Refusal):
    """Signing needs your password or passkey once more."""

    status = 403


class SamePartyTwice(Refusal):
    """Buyer and supplier must be two organisations."""

    status = 422


class NotEligible(Refusal):
    """The programme does not protect this trade."""

    status = 422


class EarlyAboveCover(Refusal):
    """The tranches released before receipt are together more than the cover."""

    status = 422


class CoverChanged(Refusal):
    """The cover written in the contract can no longer be given; it must be proposed anew."""


class SigningTimeOver(Refusal):
    """The time to sign is over."""


class CounterpartyUnknown(Refusal):
    """There is no such organisation to make a contract with."""

    status = 422


class NotDue(Refusal):
    """The time to sign is not over yet."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs: a person (by role, having proven themselves again) or a key (by scope and limit)."""

    kind: str
    id: UUID
    role: str | None
    scopes: frozenset[str] | None
    limit_minor: int | None
    limit_currency: str | None
    proven_again: bool


@dataclass(frozen=True, slots=True)
class Accepted:
    """Which text of a programme's terms a side accepts with its signature: its language and the hash of its bytes."""

    language: str
    digest: str


def read_terms(*, stated: str, digests: Mapping[str, str]) -> Accepted:
    """The text that a stated digest stands for. Refusal: `OtherTerms` with the right digest of each language."""
    for language, digest in digests.items():
        if digest == stated.lower():
            return Accepted(language, digest)
    raise OtherTerms(field="terms_digest", accepted=dict(digests), found=stated)


def next_state(*, state: str, verb: str, role: str, drafter: str) -> str:
    """The state a verb leads to. `drafter` is the side that wrote the draft.

    Refusals: `NotAllowed`, `OutOfState`.
    """
    if (verb in DRAFTER_ONLY and role != drafter) or (verb in OTHER_ONLY and role == drafter):
        raise NotAllowed(subject=CONTRACT.name, verb=verb, role=role, drafter=drafter)
    return CONTRACT.step(state=state, verb=verb, role=role)


def next_amendment_state(*, state: str, verb: str, role: str, proposer: str) -> str:
    """The state a verb leads to. Refusals: `NotAllowed`, `OutOfState`."""
    if (verb == "withdraw" and role != proposer) or (verb == "decline" and role == proposer):
        raise NotAllowed(subject=AMENDMENT.name, verb=verb, role=role, proposer=proposer)
    return AMENDMENT.step(state=state, verb=verb, role=role)


def open_amendment_verbs(*, state: str, side: str, proposer: str, signed_sides: frozenset[str]) -> tuple[str, ...]:
    """What a side may do now."""
    barred = "decline" if side == proposer else "withdraw"
    verbs = AMENDMENT.open_verbs(state=state, role=side)
    return tuple(verb for verb in verbs if verb != barred and not (verb == "sign" and side in signed_sides))


def check_signature(*, signer: Signer, stated: str, digest: str, total_minor: int, currency: str) -> str:
    """Answers what kind of signature it is: `person`, or `marketplace` for one attested by the marketplace.

    Refusals: `NotAllowed`, `ProveAgain`, `AboveSignLimit`, `OtherText`.
    """
    if signer.kind == "key":
        if "contracts:sign" not in (signer.scopes or frozenset()):
            raise NotAllowed(scope="contracts:sign", accepted=["contracts:sign"])
        within = signer.limit_currency == currency and total_minor <= (signer.limit_minor or 0)
        if not within:
            raise AboveSignLimit(
                total_minor=total_minor,
                currency=currency,
                limit_minor=signer.limit_minor,
                limit_currency=signer.limit_currency,
            )
    else:
        if signer.kind != "person" or signer.role not in PERSON_ROLES:
            raise NotAllowed(role=signer.role, accepted=list(PERSON_ROLES))
        if not signer.proven_again:
            raise ProveAgain
    if stated.lower() != digest:
        raise OtherText(field="digest", accepted=digest, found=stated)
    return "marketplace" if signer.kind == "key" else "person"


def open_verbs(*, state: str, side: str, drafter: str, signed_sides: frozenset[str]) -> tuple[str, ...]:
    """What a side may do now."""
    barred = OTHER_ONLY if side == drafter else DRAFTER_ONLY
    verbs = CONTRACT.open_verbs(state=state, role=side)
    return tuple(verb for verb in verbs if verb not in barred and not (verb == "sign" and side in signed_sides))


TRADERS = ("buyer", "supplier", "agent")
"""The kinds of organisation that trade."""


def check_drafter(*, role: str) -> None:
    """Either side may draft. Refusal: `NotAllowed`."""
    if role not in SIDES:
        raise NotAllowed(subject=CONTRACT.name, verb="draft", role=role)


def other_side(side: str) -> str:
    """The counterparty of a side."""
    return "supplier" if side == "buyer" else "buyer"

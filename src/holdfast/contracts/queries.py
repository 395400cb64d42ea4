"""The questions about contracts, answered with frozen dataclasses; and the gate through which one is reached.

A draft does not exist for anyone but its own side and the operator. Nothing is written here.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from holdfast.contracts import models, rules
from holdfast.contracts.agreement import Agreement, agreement_of
from holdfast.contracts.programmes import programme_of
from holdfast.kernel.canonical import canonical
from holdfast.kernel.identifiers import parse
from holdfast.kernel.refusals import NotFound
from holdfast.parties.access import Caller, Standing, stand
from holdfast.parties.models import Organisation
from holdfast.programme import rules as programme_rules
from holdfast.programme.refusals import CurrencyNotCovered, TierNotCovered
from holdfast.record import labels
from holdfast.sourcing.queries import chains_of as quotation_chains
from holdfast.sourcing.queries import parties_of

_NUMBER = re.compile(r"HF-[0-9]{4}-[0-9]{6,12}")
_PAGE = ("programme", "buyer", "supplier")


@dataclass(frozen=True, slots=True)
class PartyView:
    """A side, for show."""

    id: UUID
    name: str
    country: str


@dataclass(frozen=True, slots=True)
class SignatureView:
    """A signature: by a person, or attested by the marketplace that holds the key."""

    side: str
    kind: str
    signer_kind: str
    signer_id: UUID
    digest: str
    at: datetime
    terms: rules.Accepted | None = None
    """Which terms of the programme were accepted with it."""


@dataclass(frozen=True, slots=True)
class Possible:
    """What the reader may do now, and by when if time runs."""

    verb: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class ContractPage:
    """Everything there is to show of a contract; `text` is the canonical text that `digest` is taken of."""

    id: UUID
    number: str
    order_id: UUID
    state: str
    drafter: str
    role: str
    buyer: PartyView
    supplier: PartyView
    currency: str
    total_minor: int
    cover_minor: int | None
    uncovered_minor: int | None
    fee_minor: int | None
    """What the supplier pays once all goods are released, the tax on it contained; None where the programme has no fee
    for such a supplier."""
    programme: str
    programme_version: int
    programme_digest: str
    text: dict[str, Any]
    digest: str
    signatures: tuple[SignatureView, ...]
    waits_for: tuple[str, ...]
    """The sides whose move it is."""
    sign_due_at: datetime | None
    drafted_at: datetime
    proposed_at: datetime | None
    signed_at: datetime | None
    ended_at: datetime | None
    external_id: str | None
    metadata: dict[str, Any]
    acts: tuple[Possible, ...]
    version: int = 1
    """The version in force; `text` is the first one's."""


@dataclass(frozen=True, slots=True)
class ContractLine:
    """A contract in a list."""

    id: UUID
    number: str
    order_id: UUID
    state: str
    buyer_name: str
    supplier_name: str
    currency: str
    total_minor: int
    sign_due_at: datetime | None
    external_id: str | None


def contract_for(*, caller: Caller, ref: object) -> Standing:
    """The gate: the contract's ID and the caller's role in it. Refusal: `NotFound`, the same for every stranger."""
    contract_id = parse("con", ref)
    row = (
        models.Contract.objects.filter(id=contract_id)
        .values("buyer_id", "supplier_id", "proposed_at", "drafter")
        .first()
        if contract_id is not None
        else None
    )
    if row is None or contract_id is None:
        raise NotFound
    role = stand(caller=caller, buyer_id=row["buyer_id"], supplier_id=row["supplier_id"])
    if role in rules.SIDES and role != row["drafter"] and row["proposed_at"] is None:
        raise NotFound
    if role in rules.SIDES:
        return Standing(contract_id, row["supplier_id"] if role == "supplier" else row["buyer_id"], role)
    return Standing(contract_id, row["buyer_id"], role)


def page(*, contract_id: UUID, role: str) -> ContractPage:
    """The page of a contract that passed the gate."""
    contract = models.Contract.objects.select_related(*_PAGE).get(id=contract_id)
    return page_of(contract, tuple(contract.signatures.order_by("id")), role=role)


def agreement(*, contract_id: UUID, version: int | None = None) -> Agreement:
    """What a contract means, in the version in force or in the one that is named."""
    contract = models.Contract.objects.select_related(*_PAGE).get(id=contract_id)
    wanted = contract.version if version is None else version
    if wanted == 1:
        return agreement_of(contract)
    return agreement_of(contract, contract.amendments.get(version=wanted, state="signed"))


def categories(*, contract_ids: Collection[UUID]) -> dict[UUID, str]:
    """The category of the goods of each contract, as both have signed it first."""
    rows = models.Contract.objects.filter(id__in=contract_ids).values_list("id", "document__agreed__category")
    return {contract_id: category or "" for contract_id, category in rows}


def agreed_in_force(*, contract_id: UUID) -> dict[str, Any]:
    """The agreed document of the version in force, in its JSON form."""
    contract = models.Contract.objects.only("document", "version").get(id=contract_id)
    if contract.version == 1:
        found: dict[str, Any] = contract.document["agreed"]
        return found
    later: dict[str, Any] = contract.amendments.get(version=contract.version, state="signed").document["agreed"]
    return later


def canonical_text(*, contract_id: UUID) -> bytes:
    """The bytes that the digest is taken of."""
    return canonical(models.Contract.objects.values_list("document", flat=True).get(id=contract_id))


def contract_named(*, name: str) -> UUID | None:
    """The contract of an ID or a number, for the operator at the machine itself, where there is no caller."""
    known = parse("con", name)
    rows = (
        models.Contract.objects.filter(number=name.upper())
        if known is None
        else models.Contract.objects.filter(id=known)
    )
    return rows.values_list("id", flat=True).first()


def chains_of(*, organisation_id: UUID) -> QuerySet[Any, UUID]:
    """The chains whose events an organisation may read: its own, those of its quotations, and those of the contracts
    it can see, which are those of its orders."""
    own = Organisation.objects.filter(id=organisation_id).values_list("id", flat=True)
    orders = models.Contract.objects.filter(_seen_by(organisation_id)).values_list("order_id", flat=True)
    return own.union(orders, quotation_chains(organisation_id=organisation_id))


def readers_of(*, chain_ids: Sequence[UUID]) -> dict[UUID, set[UUID]]:
    """The same asked the other way round: who may read the events of each of these chains of orders and quotations."""
    found: dict[UUID, set[UUID]] = {}
    rows = models.Contract.objects.filter(order_id__in=chain_ids)
    for order_id, buyer, supplier, drafter, proposed in rows.values_list(
        "order_id", "buyer_id", "supplier_id", "drafter", "proposed_at"
    ):
        sides = {"buyer": buyer, "supplier": supplier}
        readers = {party for side, party in sides.items() if drafter == side or proposed is not None}
        found.setdefault(order_id, set()).update(readers)
    for quotation_id, _number, buyer, supplier in parties_of(quotation_ids=chain_ids):
        found.setdefault(quotation_id, set()).update((buyer, supplier))
    return found


def unsigned_numbers(*, said: Sequence[str]) -> dict[str, str]:
    """Which of these texts name a contract that both have not signed, and its number: their money came too early."""
    named = {text: _NUMBER.findall(text.upper()) for text in said}
    numbers = {number for found in named.values() for number in found}
    if not numbers:
        return {}
    rows = models.Contract.objects.filter(number__in=numbers, signed_at=None)
    unsigned = set(rows.values_list("number", flat=True))
    hits = {text: [number for number in found if number in unsigned] for text, found in named.items()}
    return {text: found[0] for text, found in hits.items() if found}


def of_organisation(
    *,
    organisation_id: UUID,
    state: str | None = None,
    external_id: str | None = None,
    before: UUID | None = None,
    limit: int = 50,
) -> list[ContractLine]:
    """The contracts of one side, newest first, from `before` on; drafts of the other side are not among them.

    `external_id` is what the drafter, or this side, calls it."""
    rows = models.Contract.objects.filter(_seen_by(organisation_id)).select_related("buyer", "supplier")
    if external_id is not None:
        own = labels.found(owner=organisation_id, kind="con", external_id=external_id)
        rows = rows.filter(Q(external_id=external_id) | Q(id__in=own))
    if state is not None:
        rows = rows.filter(state=state)
    if before is not None:
        rows = rows.filter(id__lt=before)
    return [
        ContractLine(
            id=row.id,
            number=row.number,
            order_id=row.order_id,
            state=row.state,
            buyer_name=row.buyer.name,
            supplier_name=row.supplier.name,
            currency=row.currency,
            total_minor=row.total_minor,
            sign_due_at=row.sign_due_at,
            external_id=row.external_id,
        )
        for row in rows.defer("document", "metadata").order_by("-id")[:limit]
    ]


def _seen_by(organisation_id: UUID) -> Q:
    buys = Q(buyer_id=organisation_id) & (Q(drafter="buyer") | Q(proposed_at__isnull=False))
    sells = Q(supplier_id=organisation_id) & (Q(drafter="supplier") | Q(proposed_at__isnull=False))
    return buys | sells


def page_of(contract: models.Contract, signatures: Sequence[models.Signature], *, role: str) -> ContractPage:
    """The page, from rows already loaded."""
    signed = frozenset(one.side for one in signatures)
    verbs = rules.open_verbs(state=contract.state, side=role, drafter=contract.drafter, signed_sides=signed)
    is_open = contract.state in ("proposed", "signed_once")
    cover = contract.document["cover"]
    accepted = accepted_by_side(contract_id=contract.id) if signatures else {}
    return ContractPage(
        id=contract.id,
        number=contract.number,
        order_id=contract.order_id,
        state=contract.state,
        drafter=contract.drafter,
        role=role,
        buyer=PartyView(contract.buyer_id, contract.buyer.name, contract.buyer.country),
        supplier=PartyView(contract.supplier_id, contract.supplier.name, contract.supplier.country),
        currency=contract.currency,
        total_minor=contract.total_minor,
        cover_minor=contract.cover_minor,
        uncovered_minor=cover["uncovered_minor"] if cover else None,
        fee_minor=_fee(contract),
        programme=contract.programme.name,
        programme_version=contract.programme.version,
        programme_digest=contract.programme.digest,
        text=contract.document,
        digest=contract.digest,
        signatures=tuple(
            SignatureView(
                one.side, one.kind, one.signer_kind, one.signer_id, one.digest, one.at, accepted.get(one.side)
            )
            for one in signatures
        ),
        waits_for=tuple(side for side in rules.SIDES if side not in signed) if is_open else _drafting(contract),
        sign_due_at=contract.sign_due_at if is_open else None,
        drafted_at=contract.drafted_at,
        proposed_at=contract.proposed_at,
        signed_at=contract.signed_at,
        ended_at=contract.ended_at,
        external_id=contract.external_id,
        metadata=contract.metadata,
        acts=tuple(Possible(verb, contract.sign_due_at if verb == "sign" else None) for verb in verbs),
        version=contract.version,
    )


def accepted_by_side(*, contract_id: UUID) -> dict[str, rules.Accepted]:
    """Which terms of the programme each side accepted with its signature."""
    rows = models.TermsAcceptance.objects.filter(contract_id=contract_id)
    found = rows.values_list("side", "terms__language", "terms__digest")
    return {side: rules.Accepted(language, digest) for side, language, digest in found}


def _fee(contract: models.Contract) -> int | None:
    text = contract.document
    discounts = sum(one["amount_minor"] for one in text["agreed"].get("charges", ()) if one["kind"] == "discount")
    try:
        return programme_rules.fee_due(
            programme=programme_of(name=contract.programme.name, version=contract.programme.version),
            tier=contract.supplier.tier,
            currency=contract.currency,
            released_goods_minor=max(0, text["totals"]["goods_minor"] - discounts),
        )
    except (TierNotCovered, CurrencyNotCovered):
        return None


def _drafting(contract: models.Contract) -> tuple[str, ...]:
    return (contract.drafter,) if contract.state == "draft" else ()

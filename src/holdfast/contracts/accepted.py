"""The terms of programmes as they are read and as they were accepted: by whom, when, in which language, for what.

Nothing is written here; a signature writes (`operations.terms`).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db.models import QuerySet

from holdfast import programme as programmes
from holdfast.contracts import models, rules
from holdfast.contracts.programmes import programme_of
from holdfast.contracts.queries import ContractPage
from holdfast.programme import Programme, Reworded


@dataclass(frozen=True, slots=True)
class TermsText:
    """The terms of a version in one language; `digest` is the SHA-256 of the text in UTF-8."""

    programme: str
    version: int
    language: str
    digest: str
    text: str


@dataclass(frozen=True, slots=True)
class AcceptanceView:
    """One side has accepted the terms of a programme."""

    id: UUID
    programme: str
    version: int
    language: str
    digest: str
    contract_id: UUID
    contract_number: str
    side: str
    signer_kind: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """What a side is asked to accept with its signature of a contract.

    `standing`: `first` if it never accepted terms of this programme, `again` if it accepted another version,
    `accepted` if this one; None for whoever is no side. `before` is what it accepted last, `changes` what differs, part
    by part in the language of `terms`.
    """

    terms: TermsText
    digests: dict[str, str]
    standing: Literal["first", "again", "accepted"] | None
    before: AcceptanceView | None
    changes: tuple[Reworded, ...]


def terms_of(*, programme: Programme, language: str) -> TermsText:
    """The terms as they are told today. Refusal: `Invalid` for a language that is not held."""
    text = programmes.terms_text(programme, language)
    return TermsText(programme.name, programme.version, language, programmes.terms_digest(programme, language), text)


def kept(*, name: str, version: int, digest: str) -> TermsText | None:
    """The terms of a version as somebody accepted them by this digest; None if nobody did."""
    rows = models.Terms.objects.filter(programme__name=name, digest=digest.lower()).select_related("programme")
    row = next((one for one in rows if one.programme.version == version), None)
    return TermsText(name, version, row.language, row.digest, row.text) if row else None


def asked(*, page: ContractPage, language: str) -> Asked:
    """What the reader's side of a contract accepts when it signs. Refusal: `Invalid`."""
    programme = programme_of(name=page.programme, version=page.programme_version)
    terms, digests = terms_of(programme=programme, language=language), programmes.terms_digests(programme)
    if page.role not in rules.SIDES:
        return Asked(terms, digests, None, None, ())
    organisation_id = page.buyer.id if page.role == "buyer" else page.supplier.id
    rows = _rows(organisation_id).filter(terms__programme__name=programme.name)
    same = rows.filter(terms__programme__version=programme.version).first()
    last = same or rows.first()
    if last is None:
        return Asked(terms, digests, "first", None, ())
    if same is not None:
        return Asked(terms, digests, "accepted", _view(same), ())
    earlier = programme_of(name=programme.name, version=last.terms.programme.version)
    changes = programmes.reworded(before=earlier, after=programme, language=language)
    return Asked(terms, digests, "again", _view(last), changes)


def of_organisation(*, organisation_id: UUID, before: UUID | None = None, limit: int = 50) -> list[AcceptanceView]:
    """The register of one organisation, newest first, from `before` on."""
    rows = _rows(organisation_id)
    if before is not None:
        rows = rows.filter(id__lt=before)
    return [_view(row) for row in rows[:limit]]


def _rows(organisation_id: UUID) -> QuerySet[models.TermsAcceptance]:
    rows = models.TermsAcceptance.objects.filter(organisation_id=organisation_id)
    return rows.select_related("terms__programme", "contract").defer("contract__document").order_by("-id")


def _view(row: models.TermsAcceptance) -> AcceptanceView:
    return AcceptanceView(
        id=row.id,
        programme=row.terms.programme.name,
        version=row.terms.programme.version,
        language=row.terms.language,
        digest=row.terms.digest,
        contract_id=row.contract_id,
        contract_number=row.contract.number,
        side=row.side,
        signer_kind=row.signer_kind,
        at=row.at,
    )

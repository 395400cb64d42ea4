"""The terms of the programme are accepted together with a signature.

What is accepted is kept: the words of a later release may differ, and the digest would then lead nowhere.
"""

from uuid import UUID

from holdfast.contracts import models, rules
from holdfast.contracts.rules import Accepted
from holdfast.kernel.identifiers import new_id
from holdfast.programme import Programme, terms_digests, terms_text


def read_stated(*, contract: models.Contract, programme: Programme, side: str, stated: str | None) -> Accepted | None:
    """What a stated digest stands for; None if none was stated and none had to be.

    Refusals: `OtherTerms` with the right digest of each language; `TermsChanged` where nothing is stated by a side
    that has accepted the terms of this programme before, but never those of this version.
    """
    if stated is None:
        before = versions_accepted(organisation_id=_organisation(contract, side), programme=programme.name)
        if before and programme.version not in before:
            raise rules.TermsChanged(
                field="terms_digest",
                accepted=terms_digests(programme),
                programme=programme.name,
                version=programme.version,
                accepted_version=max(before),
            )
        return None
    return rules.read_terms(stated=stated, digests=terms_digests(programme))


def versions_accepted(*, organisation_id: UUID, programme: str) -> set[int]:
    """The versions of a programme whose terms an organisation has accepted, in whichever language."""
    rows = models.TermsAcceptance.objects.filter(
        organisation_id=organisation_id, terms__programme__name=programme
    ).order_by()
    return set(rows.values_list("terms__programme__version", flat=True).distinct())


def accept(
    *, signature: models.Signature, contract: models.Contract, programme: Programme, accepted: Accepted
) -> models.TermsAcceptance:
    """Keep the text, and that this side accepted it with its signature."""
    terms, _is_new = models.Terms.objects.get_or_create(
        digest=accepted.digest,
        defaults={
            "id": new_id(),
            "programme": contract.programme,
            "language": accepted.language,
            "text": terms_text(programme, accepted.language),
            "kept_at": signature.at,
        },
    )
    return models.TermsAcceptance.objects.create(
        id=new_id(),
        terms=terms,
        contract=contract,
        side=signature.side,
        organisation_id=signature.organisation_id,
        signer_kind=signature.signer_kind,
        signer_id=signature.signer_id,
        at=signature.at,
    )


def _organisation(contract: models.Contract, side: str) -> UUID:
    return contract.buyer_id if side == "buyer" else contract.supplier_id

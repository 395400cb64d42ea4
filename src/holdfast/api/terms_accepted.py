"""The terms of programmes over HTTP: read in one's language before signing, and the register of what was accepted."""

from typing import Annotated, Any

from ninja import Query, Router, Schema
from pydantic import StringConstraints

from holdfast.api import edge, pagination, presenting, scopes
from holdfast.api.shown import terms_accepted as shown
from holdfast.contracts import accepted, programmes, queries
from holdfast.kernel.refusals import NotFound

router = Router(tags=["programmes"])


class Language(Schema):
    """In which language: `en`, `es` or `zh-hans`."""

    language: Annotated[str, StringConstraints(max_length=20)] = "en"


class TermsQuery(Language):
    """With `digest` the terms are given as somebody accepted them by it, in the language they were accepted in."""

    digest: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")] | None = None


@router.get(
    "/programmes/{name}/versions/{int:version}/terms",
    operation_id="get_programme_terms",
    response=shown.ProgrammeTerms,
)
def get_programme_terms(request: edge.Request, name: str, version: int, asked: Query[TermsQuery]) -> dict[str, Any]:
    """The terms of a version of a programme in plain language, with the digest that is accepted with a signature."""
    found = programmes.version_of(name=name, version=version)
    if found is None:
        raise NotFound
    if asked.digest is None:
        return shown.terms(accepted.terms_of(programme=found, language=asked.language))
    kept = accepted.kept(name=name, version=version, digest=asked.digest)
    if kept is None:
        raise NotFound(field="digest")
    return shown.terms(kept)


@router.get("/contracts/{contract_id}/terms", operation_id="get_contract_terms", response=shown.ContractTerms)
def get_contract_terms(request: edge.Request, contract_id: str, asked: Query[Language]) -> dict[str, Any]:
    """The terms of the contract's programme, to be accepted with the signature; and what changed in them since one's
    own side accepted an earlier version."""
    standing = queries.contract_for(caller=request.auth, ref=contract_id)
    scopes.reads(request.auth)
    page = queries.page(contract_id=standing.id, role=standing.role)
    return shown.asked(accepted.asked(page=page, language=asked.language))


@router.get(
    "/terms-acceptances", operation_id="list_terms_acceptances", response=presenting.Page[shown.TermsAcceptance]
)
def list_terms_acceptances(request: edge.Request, page: Query[pagination.PageQuery]) -> dict[str, Any]:
    """The register of the terms that one's own organisation accepted, newest first."""
    scopes.reads(request.auth)
    found = accepted.of_organisation(
        organisation_id=edge.owner(request.auth), before=pagination.opened(page.cursor), limit=page.limit + 1
    )
    return pagination.shown(found, limit=page.limit, present=shown.acceptance)

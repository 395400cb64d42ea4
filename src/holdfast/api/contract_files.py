"""Contracts as files: the paper for people, and lines and specification as a spreadsheet, out and in."""

from typing import Any, Literal

from django.http import HttpResponse
from ninja import Query, Router, Schema

from holdfast.api import edge, scopes
from holdfast.api.description import gives
from holdfast.api.edge import command
from holdfast.api.events import UPLOAD
from holdfast.api.papers import attachment
from holdfast.api.shown import techpacks as shown
from holdfast.contracts import operations, queries, rules, techpack
from holdfast.contracts.printing import contract as printed
from holdfast.contracts.printing import found_for
from holdfast.contracts.techpack import Preview
from holdfast.parties.queries import organisation
from holdfast.record.act import Act
from holdfast.record.files import XLSX

router = Router(tags=["contracts"])


class PaperQuery(Schema):
    """In which language; without it, in that of one's own organisation."""

    language: Literal["en", "es", "zh-hans"] | None = None


class ImportQuery(Schema):
    """With `preview`, only look: nothing is changed, and no `Idempotency-Key` is needed."""

    preview: bool = False


class CsvQuery(Schema):
    """`bom` begins the file with what makes some spreadsheets read UTF-8."""

    bom: bool = False


@router.get("/contracts/{contract_id}/pdf", operation_id="print_contract", openapi_extra=gives("application/pdf"))
def print_contract(request: edge.Request, contract_id: str, asked: Query[PaperQuery]) -> HttpResponse:
    """The contract as PDF: every term numbered, both parties, the digest, who signed and how. A draft says that it is
    one on each page. The same bytes as long as nothing changes."""
    standing = queries.contract_for(caller=request.auth, ref=contract_id)
    scopes.reads(request.auth)
    found = found_for(contract_id=standing.id)
    language = asked.language or organisation(organisation_id=edge.owner(request.auth)).language
    return attachment(printed(found, language=language), "application/pdf", f"{found.number}.pdf")


@router.get("/contracts/{contract_id}/export.xlsx", operation_id="export_contract_xlsx", openapi_extra=gives(XLSX))
def export_contract_xlsx(request: edge.Request, contract_id: str) -> HttpResponse:
    """Lines and specification as a workbook; importing it again gives the same document."""
    page = _page(request, contract_id)
    return attachment(techpack.as_xlsx(page.text["agreed"]), XLSX, f"{page.number}.xlsx")


@router.get("/contracts/{contract_id}/export.csv", operation_id="export_contract_csv", openapi_extra=gives("text/csv"))
def export_contract_csv(request: edge.Request, contract_id: str, asked: Query[CsvQuery]) -> HttpResponse:
    """The same as CSV in UTF-8, both tables one below the other."""
    page = _page(request, contract_id)
    content = techpack.as_csv(page.text["agreed"], bom=asked.bom)
    return attachment(content, "text/csv; charset=utf-8", f"{page.number}.csv")


def _page(request: edge.Request, contract_id: str) -> queries.ContractPage:
    standing = queries.contract_for(caller=request.auth, ref=contract_id)
    scopes.reads(request.auth)
    return queries.page(contract_id=standing.id, role=standing.role)


@router.post(
    "/contracts/{contract_id}/import",
    operation_id="import_contract",
    response=shown.TechPackImport,
    openapi_extra=UPLOAD,
)
def import_contract(request: edge.Request, contract_id: str, asked: Query[ImportQuery]) -> HttpResponse:
    """Put a tech pack into a draft: an XLSX workbook or a CSV file of at most 10 MiB. Its lines replace the draft's
    lines, its terms the specification; what it has none of stays. Where one cell is unclear nothing is changed, and
    every such cell is told with what would be taken."""
    standing = queries.contract_for(caller=request.auth, ref=contract_id)
    scopes.acts(request.auth, role=standing.role)
    if not asked.preview:
        edge.require_idempotency_key(request)

    def looked_at() -> Preview:
        page = queries.page(contract_id=standing.id, role=standing.role)
        rules.next_state(state=page.state, verb="revise", role=standing.role, drafter=page.drafter)
        agreed: dict[str, Any] = page.text["agreed"]
        pack = techpack.read(techpack.opened(request.body), currency=page.currency)
        return techpack.preview(pack=pack, agreed=agreed, total_minor=page.total_minor)

    if asked.preview:
        return edge.answer(shown.imported(looked_at()))
    found: list[Preview] = []

    def put_in(act: Act) -> queries.ContractPage:
        found.append(looked_at())
        return operations.import_techpack(act=act, contract_id=standing.id, pack=found[0].pack)

    return command(
        request,
        caller=request.auth,
        role=standing.role,
        operation=put_in,
        present=lambda page: shown.imported(found[0], page),
    )

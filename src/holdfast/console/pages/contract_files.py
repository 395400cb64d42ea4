"""A contract as files: its paper, its lines and terms as a spreadsheet, and a tech pack put into a draft.

A file is looked at first, with everything in it that is unclear; what was looked at is what is put in, and no more.
"""

from dataclasses import asdict
from typing import Any

from django import forms
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from holdfast.console import edge, fields, noes, words
from holdfast.console.pages.home import said
from holdfast.contracts import operations, queries, techpack
from holdfast.contracts.printing import amended_for, found_for
from holdfast.contracts.printing import contract as printed
from holdfast.contracts.rules import PERSON_ROLES
from holdfast.contracts.techpack import Preview, Problem, TechPack, Unread
from holdfast.contracts.techpack.opening import MOST_BYTES
from holdfast.contracts.techpack.refusals import SpreadsheetTooLarge
from holdfast.contracts.versions import amendment_for
from holdfast.kernel.identifiers import public
from holdfast.kernel.refusals import NotFound, Refusal
from holdfast.parties.access import Caller, Standing, require
from holdfast.record.files import XLSX

SHOWN = 100
"""So many lines, terms and remarks are shown of a long file; all of them are put in."""


class Upload(forms.Form):
    """A file as the buyer keeps it."""

    file = forms.FileField(label=_("Tech pack: XLSX or CSV"), help_text=_("At most 10 MB. Nothing is changed yet."))


class Putting(forms.Form):
    """What was looked at, signed so that it is this and nothing else, and over which draft."""

    pack = forms.CharField(widget=forms.HiddenInput)
    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)


@require_GET
@edge.page
def pdf(request: HttpRequest, caller: Caller, ref: str) -> HttpResponse:
    """The contract as PDF, in the reader's language."""
    found = found_for(contract_id=queries.contract_for(caller=caller, ref=ref).id)
    return _attachment(printed(found, language=get_language() or "en"), "application/pdf", f"{found.number}.pdf")


@require_GET
@edge.page
def amendment_pdf(request: HttpRequest, caller: Caller, ref: str) -> HttpResponse:
    """A new version as PDF, in the reader's language."""
    found = amended_for(amendment_id=amendment_for(caller=caller, ref=ref).amendment_id)
    return _attachment(printed(found, language=get_language() or "en"), "application/pdf", f"{found.number}.pdf")


@require_GET
@edge.page
def xlsx(request: HttpRequest, caller: Caller, ref: str) -> HttpResponse:
    """Lines and specification as a workbook."""
    page = _page(queries.contract_for(caller=caller, ref=ref))
    return _attachment(techpack.as_xlsx(page.text["agreed"]), XLSX, f"{page.number}.xlsx")


@require_GET
@edge.page
def csv(request: HttpRequest, caller: Caller, ref: str) -> HttpResponse:
    """The same as CSV, with what makes spreadsheets read UTF-8."""
    page = _page(queries.contract_for(caller=caller, ref=ref))
    content = techpack.as_csv(page.text["agreed"], bom=True)
    return _attachment(content, "text/csv; charset=utf-8", f"{page.number}.csv")


@require_http_methods(["GET", "POST"])
@edge.page
def tech_pack(request: HttpRequest, caller: Caller, ref: str) -> HttpResponse:
    """Bring a file, look at what it says, put it in."""
    standing = queries.contract_for(caller=caller, ref=ref)
    page = _page(standing)
    if "revise" not in {one.verb for one in page.acts}:
        raise NotFound
    require(caller, roles=PERSON_ROLES)
    if request.method == "GET":
        return _form(request, page, Upload())
    if "pack" in request.POST:
        return _put_in(request, caller, standing, page)
    upload = Upload(request.POST, request.FILES)
    if not upload.is_valid():
        return _form(request, page, upload, status=422)
    try:
        pack = _read(upload.cleaned_data["file"], page)
    except Refusal as refusal:
        fields.say_no(upload, refusal)
        return _form(request, page, upload, status=refusal.status)
    preview = techpack.preview(pack=pack, agreed=page.text["agreed"], total_minor=page.total_minor)
    return _form(request, page, Upload(), preview=preview)


def _read(file: Any, page: queries.ContractPage) -> TechPack:
    if file.size > MOST_BYTES:
        raise SpreadsheetTooLarge(field="file", accepted={"at_most_bytes": MOST_BYTES})
    return techpack.read(techpack.opened(file.read()), currency=page.currency)


def _put_in(request: HttpRequest, caller: Caller, standing: Standing, page: queries.ContractPage) -> HttpResponse:
    putting = Putting(request.POST)
    try:
        pack = _opened(putting.data.get("pack", ""), page)
        if not putting.is_valid():
            raise NotFound
    except signing.BadSignature as error:
        # Not a pack that was looked at here, for this contract.
        raise NotFound from error
    digest = putting.cleaned_data["digest"]
    try:
        done = edge.command(
            request,
            caller=caller,
            role=standing.role,
            operation=lambda act: operations.import_techpack(
                act=act, contract_id=standing.id, pack=pack, digest=digest
            ),
            then=lambda result: reverse("contract", args=[public("con", result.id)]),
        )
    except Refusal as refusal:
        upload = Upload()
        upload.cleaned_data = {}
        return _form(request, page, upload, refused=words.refusal(refusal), status=refusal.status)
    said(request)
    return done


def _sealed(pack: TechPack, page: queries.ContractPage) -> str:
    """A pack as text that only this console can have written, for this contract."""
    written = {"lines": pack.lines, "specification": pack.specification}
    return signing.dumps(written, salt=f"techpack {page.id}", compress=True)


def _opened(text: str, page: queries.ContractPage) -> TechPack:
    found = signing.loads(text, salt=f"techpack {page.id}")
    return TechPack(lines=tuple(found["lines"]), specification=tuple(found["specification"]))


def _form(
    request: HttpRequest,
    page: queries.ContractPage,
    upload: Upload,
    *,
    preview: Preview | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    shown: dict[str, Any] = {"page": page, "upload": upload, "preview": preview, "refused": refused, "tab": "contracts"}
    if preview is not None:
        shown |= _shown(preview, page)
    return render(request, "holdfast/techpack.html", shown, status=status)


def _shown(preview: Preview, page: queries.ContractPage) -> dict[str, Any]:
    pack = preview.pack
    shown: dict[str, Any] = {
        "problems": [_problem(one) for one in preview.problems[:SHOWN]],
        "tables": [asdict(one) for one in pack.tables],
        "left_aside": [{**asdict(one), "cell": _cell(one)} for one in pack.unread[:SHOWN]],
        "lines": pack.lines[:SHOWN],
        "terms": pack.specification[:SHOWN],
        "more_problems": max(0, len(preview.problems) - SHOWN),
        "more_lines": max(0, len(pack.lines) - SHOWN),
        "more_terms": max(0, len(pack.specification) - SHOWN),
        "more_left_aside": max(0, len(pack.unread) - SHOWN),
    }
    if not preview.problems:
        shown["putting"] = Putting(initial={"pack": _sealed(pack, page), "digest": page.digest})
    return shown


def _problem(one: Problem) -> dict[str, Any]:
    found = "" if one.found is None else str(one.found)
    return {
        "sheet": one.sheet,
        "cell": _cell(one),
        "found": gettext(found) if found in noes.FOUND else found,
        "accepted": words.accepted(one.accepted),
        "field": one.field or "",
    }


def _cell(one: Problem | Unread) -> str:
    return f"{one.column or ''}{one.row or ''}"


def _page(standing: Standing) -> queries.ContractPage:
    return queries.page(contract_id=standing.id, role=standing.role)


def _attachment(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response

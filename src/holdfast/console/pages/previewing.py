"""The preview of cover on the pages of a contract: of one that is stored, and of a draft that is being written.

It asks one question and hands the answer, or the refusal, to the page. Nothing is stored.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse

from holdfast.claims import previews
from holdfast.console import covering
from holdfast.console.drafting import document as documents
from holdfast.console.drafting.sheet import Sheet
from holdfast.contracts.queries import ContractPage
from holdfast.kernel.identifiers import parse
from holdfast.kernel.refusals import Refusal
from holdfast.parties.access import Caller

BEFORE_THE_ORDER = ("draft", "proposed", "signed_once")


def of_page(page: ContractPage, caller: Caller) -> dict[str, Any]:
    """What the page of a stored contract shows of its cover, until it is signed or has ended."""
    if page.state not in BEFORE_THE_ORDER:
        return {}
    try:
        return {"cover_panel": covering.panel(previews.of_contract(contract_id=page.id, now=caller.now))}
    except Refusal as refusal:
        return {"cover_refused": refusal}


def of_sheet(
    request: HttpRequest,
    caller: Caller,
    sheet: Sheet,
    between: forms.Form | None = None,
    *,
    page: ContractPage | None = None,
    answer: Callable[..., HttpResponse],
) -> HttpResponse:
    """The form again as it was filled in, with the preview of what stands in it; nobody needs to be named yet."""
    if caller.organisation_id is None or not sheet.is_valid():
        return answer(request, sheet, between, page, status=422)
    side, counterparty = _sides(between, page)
    draft = previews.Draft(
        document=documents.write(sheet),
        programme=sheet.agreement.cleaned_data["programme"],
        own_id=caller.organisation_id,
        side=side,
        counterparty_id=counterparty,
    )
    try:
        found = previews.of_draft(draft=draft, now=caller.now)
    except Refusal as refusal:
        sheet.say_no(refusal)
        return answer(request, sheet, between, page, status=refusal.status)
    if between is not None:
        # What is not filled in there is no mistake yet.
        between.errors.clear()
    return answer(request, sheet, between, page, cover_panel=covering.panel(found))


def _sides(between: forms.Form | None, page: ContractPage | None) -> tuple[str, Any]:
    """The drafter's side, and the other organisation where one is named."""
    if page is not None:
        return page.role, page.supplier.id if page.role == "buyer" else page.buyer.id
    if between is None:
        return "buyer", None
    between.is_valid()
    given = between.cleaned_data
    named = given.get("counterparty_ref") or given.get("counterparty") or ""
    return given.get("side") or "buyer", parse("org", named)

"""Entries by hand at the desk: proposed on a document, decided by somebody else, taken back by another entry."""

from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from holdfast.console import edge, fields, words
from holdfast.console.drafting.rows import currency_choices
from holdfast.console.pages.desk.navigation import desk_page
from holdfast.console.pages.home import page_of, said
from holdfast.kernel.identifiers import parse
from holdfast.kernel.refusals import Invalid, NotFound, Refusal
from holdfast.parties.access import Caller
from holdfast.rails.rules import RAILS
from holdfast.record.act import Act
from holdfast.treasury.operations import entries
from holdfast.treasury.queries import entries as queries
from holdfast.treasury.rules.entries import ENTRY, PAIRS

PAGE = 30
LARGEST = 10 * 1024 * 1024


def _pairs() -> list[tuple[str, str]]:
    return sorted(
        (f"{debit}/{credit}", f"{words.word('ledger', debit)} → {words.word('ledger', credit)}")
        for debit, credit in PAIRS
    )


def _rails() -> list[tuple[str, str]]:
    return [("", "–"), *((rail, words.word("rail", rail)) for rail in RAILS)]


class Proposing(forms.Form):
    """Money to be moved by hand."""

    pair = forms.ChoiceField(label=_("From debit to credit"), choices=_pairs)
    currency = forms.ChoiceField(label=_("Currency"), choices=currency_choices)
    amount = forms.CharField(
        label=_("Amount"), max_length=24, widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "amount"})
    )
    value_on = fields.DayField(label=_("Day that it concerns"))
    reason = forms.CharField(label=_("Why"), max_length=2000, widget=fields.area())
    document = forms.FileField(label=_("Document"))
    rail = forms.ChoiceField(label=_("Payment provider"), choices=_rails, required=False)
    organisation_id = forms.CharField(
        label=_("Supplier"), required=False, max_length=64, help_text=_("Its ID, org_…, where a balance is moved")
    )

    def proposal(self) -> entries.Proposal:
        """What was filled in. Refusal: `Invalid` for an amount that is none."""
        given = self.cleaned_data
        debit, _slash, credit = given["pair"].partition("/")
        try:
            amount = fields.read_amount(given["amount"], given["currency"])
        except ValueError as error:
            raise Invalid(field="amount", accepted=given["currency"]) from error
        return entries.Proposal(
            debit,
            credit,
            given["currency"],
            amount,
            given["value_on"],
            given["reason"],
            owner_id=parse("org", given["organisation_id"]),
            rail=given["rail"] or None,
        )


@require_http_methods(["GET", "POST"])
@desk_page
def index(request: HttpRequest, caller: Caller) -> HttpResponse:
    """What waits and what was decided; a post proposes."""
    if request.method == "GET":
        return _index(request, Proposing(initial={"value_on": caller.now.date()}))
    form = Proposing(request.POST, request.FILES)
    if not form.is_valid():
        return _index(request, form, status=422)
    upload = form.cleaned_data["document"]

    def operation(by: Act) -> Any:
        if upload.size > LARGEST:
            raise Invalid(field="document", accepted={"at_most_bytes": LARGEST})
        proposal = form.proposal()
        with transaction.atomic():
            alone = by.as_role(by.role)
            document = entries.bring_document(act=alone, name=upload.name or "document", content=upload.read())
            return entries.propose(act=by, proposal=proposal, document_id=document)

    try:
        done = edge.command(
            request,
            caller=caller,
            role="operator",
            operation=operation,
            then=lambda _entry: reverse("desk_entries"),
        )
    except Refusal as refusal:
        fields.say_no(form, refusal)
        return _index(request, form, status=refusal.status)
    said(request)
    return done


def _index(request: HttpRequest, form: forms.Form, *, status: int = 200) -> HttpResponse:
    rows, following = page_of(
        request, queries.entries(before=_id(request.GET.get("before", "")), limit=PAGE + 1), size=PAGE
    )
    reversed_ids = {row.reverses_id for row in rows if row.state in {"proposed", "posted"}}
    shown = {
        "rows": [(row, _verbs(row, reversed_ids)) for row in rows],
        "following": following,
        "form": form,
        "tab": "desk",
    }
    return render(request, "holdfast/desk/entries.html", shown, status=status)


def _verbs(row: queries.EntryView, reversed_ids: set[Any]) -> tuple[str, ...]:
    open_verbs = ENTRY.open_verbs(state=row.state, role="operator")
    return (*open_verbs, "reverse") if row.state == "posted" and row.id not in reversed_ids else open_verbs


def _id(text: str) -> Any:
    return parse("ent", f"ent_{text.replace('-', '')}") if text else None


@require_POST
@desk_page
def act(request: HttpRequest, caller: Caller, ref: str, verb: str) -> HttpResponse:
    """Decide an entry, or propose its opposite."""
    entry_id = parse("ent", ref)
    if entry_id is None or verb not in {*ENTRY.verbs, "reverse"}:
        raise NotFound

    def operation(by: Act) -> Any:
        if verb == "reverse":
            return entries.reverse(act=by, entry_id=entry_id, reason=request.POST.get("reason", ""))
        return entries.decide(act=by, entry_id=entry_id, verb=verb)

    done = edge.command(
        request, caller=caller, role="operator", operation=operation, then=lambda _entry: reverse("desk_entries")
    )
    said(request)
    return done


@require_GET
@desk_page
def document(request: HttpRequest, caller: Caller, ref: str) -> HttpResponse:
    """The bytes of an entry's document, as an attachment."""
    found = queries.document(document_id=parse("doc", ref))
    response = HttpResponse(found.content, content_type=found.media_type)
    response["Content-Disposition"] = f'attachment; filename="{ref}"'
    return response

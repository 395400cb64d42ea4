"""Bank accounts that wait: for the second person who looks at them, and for the end of their cooling-off.

It shows how the holder's name stands to the company's, and calls one operation an act. Who may verify the rules decide.
"""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from holdfast.console import edge, fields
from holdfast.console.pages.home import said
from holdfast.kernel.refusals import NotFound, Refusal
from holdfast.parties import access, operations, payees
from holdfast.parties.access import Caller
from holdfast.record.act import Act

MAY_VERIFY = ("verifier", "finance")
MAY_LOOK = (*MAY_VERIFY, "administrator")


class Verify(forms.Form):
    """What the second person says."""

    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=500,
        widget=fields.area(2),
        help_text=_("Needed where the names are not the same."),
    )

    def __init__(self, ref: str, data: Any = None) -> None:
        super().__init__(data, auto_id=f"verify-{ref}-%s")
        self.ref = ref


@require_GET
@edge.page
def index(request: HttpRequest, caller: Caller) -> HttpResponse:
    """What waits, the oldest first."""
    return _page(request, caller)


@require_POST
@edge.page
def act(request: HttpRequest, caller: Caller, ref: str, verb: str) -> HttpResponse:
    """Verify an account, or stop it."""
    if verb not in {"verify", "withdraw"}:
        raise NotFound
    role = access.require_staff(caller, *(MAY_VERIFY if verb == "verify" else ("finance", "administrator")))
    account = access.beneficiary_for(caller=caller, ref=ref)
    form = Verify(ref, request.POST)
    if not form.is_valid():
        return _page(request, caller, form, status=422)

    def operation(by: Act) -> Any:
        if verb == "withdraw":
            return operations.withdraw_beneficiary(act=by, beneficiary_id=account.id)
        reason = form.cleaned_data["reason"]
        return operations.verify_beneficiary(act=by, beneficiary_id=account.id, reason=reason)

    try:
        done = edge.command(
            request, caller=caller, role=role, operation=operation, then=lambda _result: reverse("verifying")
        )
    except Refusal as refusal:
        fields.say_no(form, refusal)
        return _page(request, caller, form, status=refusal.status)
    said(request)
    return done


def _page(request: HttpRequest, caller: Caller, bound: Verify | None = None, status: int = 200) -> HttpResponse:
    access.require_staff(caller, *MAY_LOOK)
    found = payees.waiting_beneficiaries(person_id=caller.id)
    may_verify = bool(caller.staff & set(MAY_VERIFY))

    def form(one: payees.WaitingAccount) -> Verify | None:
        if not may_verify or one.view.state != "pending":
            return None
        return bound if bound is not None and bound.ref == one.ref else Verify(one.ref)

    shown = {
        "tab": "verifying",
        "accounts": [(one, form(one)) for one in found],
        "may_stop": bool(caller.staff & {"finance", "administrator"}),
        "bound": bound,
    }
    return render(request, "holdfast/verifying.html", shown, status=status)

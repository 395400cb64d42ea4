"""What the two sides do in a case: bring evidence, answer, offer, accept, escalate, withdraw, appeal, send back.

Words and fields only; each form calls one operation of the claims' room.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from holdfast.claims.operations import answering, deciding, executing
from holdfast.console import uploads, words
from holdfast.console.cases.base import ClaimAct
from holdfast.console.fields import DayField, MoneyField, area
from holdfast.kernel.clock import local_day
from holdfast.record import files
from holdfast.record.act import Act


class AddEvidence(ClaimAct):
    """Something that shows it."""

    title = _("Bring evidence")
    says = _("Each file is kept under its hash and dated. Readings and carrier events weigh more than words.")
    submit = _("Bring it")

    def build(self) -> None:
        """The kinds of evidence, a file, an amount if it is an invoice."""
        kinds = [(kind, words.word("evidence", kind)) for kind in answering.EVIDENCE_KINDS]
        self.fields["kind"] = forms.ChoiceField(label=_("What it is"), choices=kinds, initial="photo")
        if self.act.organisation_id is not None:
            self.fields["file"] = forms.FileField(label=_("File"), required=False)
        self.fields["said_on"] = DayField(label=_("Its date"), required=False)
        self.fields["amount_minor"] = MoneyField(
            currency=self.page.currency, label=_("Amount, if it is an invoice"), required=False
        )
        self.fields["note"] = forms.CharField(label=_("What it shows"), required=False, max_length=5000, widget=area(3))

    def operation(self) -> Callable[[Act], Any]:
        """Stores the file, then brings it as evidence in one act."""
        data = self.cleaned_data

        def bring(act: Act, kept: files.Kept | None) -> Any:
            exhibit = answering.Exhibit(
                kind=data["kind"],
                reference=kept.id if kept else None,
                sha256=kept.sha256 if kept else None,
                said_on=data["said_on"],
                amount_minor=data["amount_minor"],
                note=data["note"],
            )
            return answering.add_evidence(act=act, exhibit=exhibit, **self.case)

        return uploads.together(order_id=self.page.order_id, upload=data.get("file"), then=bring)


class Answer(ClaimAct):
    """The respondent's word."""

    title = _("Answer the claim")
    says = _("Contest it with evidence, or offer an amount. If you are silent the programme decides what that means.")
    submit = _("Send the answer")

    def build(self) -> None:
        """How one answers; an offer names its amount."""
        self.fields["kind"] = forms.ChoiceField(
            label=_("Your answer"),
            choices=[
                ("contest", _("I contest it")),
                ("offer", _("I offer an amount")),
                ("misuse", _("The goods were misused")),
                ("force_majeure", _("Force majeure")),
            ],
            widget=forms.RadioSelect,
            initial="contest",
        )
        self.fields["offer_minor"] = MoneyField(currency=self.page.currency, label=_("Amount offered"), required=False)
        self.fields["text"] = forms.CharField(label=_("In your words"), required=False, max_length=5000, widget=area(4))

    def operation(self) -> Callable[[Act], Any]:
        """Answers."""
        data = self.cleaned_data
        offer = data["offer_minor"] if data["kind"] == "offer" else None
        return lambda act: answering.answer(
            act=act, kind=data["kind"], text=data["text"], offer_minor=offer, **self.case
        )


class Accept(ClaimAct):
    """Agree."""

    title = _("Accept")
    says = _("It is final at once: the money moves and nothing is reversed.")
    submit = _("Accept")

    def operation(self) -> Callable[[Act], Any]:
        """Accepts the claim, or the offer."""
        return lambda act: answering.accept(act=act, **self.case)


class Escalate(ClaimAct):
    """Ask for a mediator."""

    title = _("Ask for a mediator")
    says = _("A mediator reads the whole record and decides with reasons.")
    submit = _("Ask for a mediator")

    def operation(self) -> Callable[[Act], Any]:
        """Escalates."""
        return lambda act: answering.escalate(act=act, **self.case)


class Withdraw(ClaimAct):
    """Take it back."""

    title = _("Withdraw the claim")
    says = _("What was frozen goes where it belongs. While the time to claim runs you may claim again.")
    submit = _("Withdraw the claim")
    ends = True

    def operation(self) -> Callable[[Act], Any]:
        """Withdraws."""
        return lambda act: answering.withdraw(act=act, **self.case)


class WaiveAppeal(ClaimAct):
    """Take the decision as it is."""

    title = _("Accept the decision")
    says = _("When both sides accept it, it is carried out at once; else when the time to appeal is over.")
    submit = _("Accept the decision")

    def operation(self) -> Callable[[Act], Any]:
        """Waives."""
        return lambda act: deciding.waive_appeal(act=act, **self.case)


class Appeal(ClaimAct):
    """Ask for the one review."""

    title = _("Appeal")
    says = _("Another mediator reviews the decision once.")
    submit = _("Appeal")
    ground = forms.ChoiceField(
        label=_("Ground"),
        choices=[("new_evidence", _("New evidence")), ("error", _("An error in the decision"))],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(label=_("What is new, or what was overlooked"), max_length=5000, widget=area(4))

    def operation(self) -> Callable[[Act], Any]:
        """Appeals."""
        return lambda act: deciding.appeal(act=act, **self.cleaned_data, **self.case)


class SendGoodsBack(ClaimAct):
    """The goods are on their way back."""

    title = _("Send the goods back")
    says = _("The refund follows when the supplier has them, or when its time to examine them is over.")
    submit = _("They are on their way")

    def build(self) -> None:
        """The carrier and the number."""
        self.fields["carrier"] = forms.CharField(label=_("Carrier"), max_length=120)
        self.fields["number"] = forms.CharField(label=_("Tracking number"), max_length=64)
        self.fields["sent_on"] = DayField(label=_("Sent on"), initial=local_day(self.act.now, self.page.buyer_zone))

    def operation(self) -> Callable[[Act], Any]:
        """Sends."""
        return lambda act: executing.send_goods_back(act=act, **self.cleaned_data, **self.case)


class ConfirmReplacement(ClaimAct):
    """New goods are there."""

    title = _("Confirm that the new goods came")
    says = _("What stayed frozen until now goes to the supplier.")
    submit = _("The new goods are here")

    def operation(self) -> Callable[[Act], Any]:
        """Confirms."""
        return lambda act: executing.confirm_replacement(act=act, **self.case)


class ConfirmReturn(ClaimAct):
    """The goods are back."""

    title = _("Confirm that the goods are back")
    says = _("The award is then carried out.")
    submit = _("The goods are back")

    def operation(self) -> Callable[[Act], Any]:
        """Confirms."""
        return lambda act: executing.confirm_return(act=act, **self.case)

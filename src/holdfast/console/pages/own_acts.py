"""What every act for one's own organisation shares, and the one by which it says where its holidays are."""

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from holdfast.kernel import calendars
from holdfast.kernel.refusals import NotFound
from holdfast.parties import operations, queries
from holdfast.parties.access import Caller
from holdfast.record.act import Act

Operation = Callable[[Act], Any]


def organisation_of(caller: Caller) -> UUID:
    """The organisation one acts for. Refusal: `NotFound` where that is none."""
    if caller.organisation_id is None:
        raise NotFound
    return caller.organisation_id


class OwnAct(forms.Form):
    """Something one does for one's organisation. `ref` names what it is about, if it is about one of several."""

    title: ClassVar[str | Promise] = ""
    submit: ClassVar[str | Promise] = ""
    roles: ClassVar[tuple[str, ...]] = ("owner",)

    def __init__(self, caller: Caller, verb: str, ref: str, data: Any = None) -> None:
        super().__init__(data, auto_id=f"{verb}-{ref or 'new'}-%s")
        self.caller, self.verb, self.ref = caller, verb, ref
        self.secret = ""

    def operation(self) -> Operation:
        """The one operation, with what was filled in."""
        raise TypeError(self.verb)


class SetSubdivision(OwnAct):
    """Say in which part of its country an organisation is."""

    title, submit = _("Say whose regional holidays count"), _("Set")
    subdivision = forms.ChoiceField(
        label=_("Region"),
        required=False,
        help_text=_(
            "Its holidays are left out beside those of your country, where holidays count, in contracts proposed from "
            "now on."
        ),
    )

    def __init__(self, caller: Caller, verb: str, ref: str, data: Any = None) -> None:
        super().__init__(caller, verb, ref, data)
        organisation = queries.organisation(organisation_id=organisation_of(caller))
        choice: Any = self.fields["subdivision"]
        parts = calendars.named_parts_of(organisation.country)
        choice.choices = [("", _("The whole country")), *parts]
        # A country without regions shows no such form: one that is sent all the same has nothing to say.
        choice.required = not parts
        choice.initial = organisation.subdivision or ""

    def operation(self) -> Operation:
        """Sets it."""
        found = self.cleaned_data["subdivision"] or None
        return lambda act: operations.set_subdivision(
            act=act, organisation_id=organisation_of(self.caller), subdivision=found
        )

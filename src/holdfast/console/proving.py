"""Proving again who one is, before something that binds: by password in the form itself, or by passkey a moment ago.

It knows the account library's word for what was proven when. It keeps nothing.
"""

import time
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import ratelimit
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from holdfast.console import demo

MINUTES = 5


class Proof(forms.Form):
    """A form that is only valid from somebody who has just proven who they are."""

    password = forms.CharField(
        label=_("Your password, once more"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, request: HttpRequest, data: Any = None, **kwargs: Any) -> None:
        self.request = request
        super().__init__(data, auto_id="proof-%s", **kwargs)
        # Not required of the browser, so that an empty one gets the same answer as a wrong one.
        self.fields["password"].is_needed = True  # type: ignore[attr-defined]
        person: Any = request.user
        self.is_made_up = demo.is_made_up(person)
        if proven_lately(request) or self.is_made_up:
            del self.fields["password"]

    def clean_password(self) -> str:
        """The password is theirs. Guessing is slowed down as it is at the sign-in."""
        password: str = self.cleaned_data.get("password", "")
        person: Any = self.request.user
        if not ratelimit.consume(self.request, action="reauthenticate", user=person):
            raise ValidationError(_("Too many attempts. Wait a few minutes."))
        if not person.check_password(password):
            raise ValidationError(_("This is not your password."))
        return password


def proven_lately(request: HttpRequest) -> bool:
    """Whether they were asked again, and answered, in the last minutes; signing in itself does not count."""
    person: Any = request.user
    return any(
        record.get("reauthenticated") and time.time() - record.get("at", 0) < MINUTES * 60
        for record in get_authentication_records(request, person)
    )

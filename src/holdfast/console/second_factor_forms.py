"""The account library's forms in which a second factor is given, with whose wrong ones count together said by us.

The library counts them by person, so whoever knows a password could keep its owner's second factor from being heard.
From a browser in which this person has come in before, or once they are in, they are counted by themselves, as
passwords are.
"""

from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.core import context, ratelimit
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import forms as webauthn
from allauth.mfa.webauthn.internal import auth

from holdfast.console import known_browsers


def _counted_apart(person: Any) -> Callable[[], None] | None:
    """One attempt out of a known browser's own allowance; answers how it is given back once the factor was right. None
    where the attempt counts with everybody's."""
    request = context.request
    own = known_browsers.allowance(request, email=person.email)
    if own is None:
        return None
    key = f"second factor:{own}"
    if not ratelimit.consume(request, action="login_failed_known", key=key):
        raise get_account_adapter().validation_error("too_many_login_attempts")
    return lambda: ratelimit.clear(request, action="login_failed_known", key=key)


class _Code(forms.BaseAuthenticateForm):
    def clean_code(self) -> str:
        """As the library's own, but for the counting."""
        give_back = _counted_apart(self.user)
        if give_back is None:
            counted: str = super().clean_code()
            return counted
        code: str = self.cleaned_data["code"]
        # Passkeys know no codes. A wrong one is noted of the app rather than of the recovery codes.
        rows = Authenticator.objects.filter(user=self.user).exclude(type=Authenticator.Type.WEBAUTHN)
        found = sorted(rows, key=lambda row: row.type != Authenticator.Type.TOTP)
        for row in found:
            if row.wrap().validate_code(code):
                row.user, self.authenticator = self.user, row
                give_back()
                return code
        if found:
            self._emit_authentication_failed(found[0])
        raise get_adapter().validation_error("incorrect_code")


class Authenticate(_Code, forms.AuthenticateForm):
    """A code, on the way in."""


class Reauthenticate(_Code, forms.ReauthenticateForm):
    """A code, asked for once more."""


class _Key(webauthn.AuthenticateWebAuthnForm):
    def clean_credential(self) -> Authenticator:
        """As the library's own, but for the counting."""
        give_back = _counted_apart(self.user)
        if give_back is None:
            return super().clean_credential()
        credential = self.cleaned_data["credential"]
        auth.parse_authentication_response(credential)
        found = auth.complete_authentication(self.user, credential)
        give_back()
        return found


class AuthenticateKey(_Key):
    """A passkey or security key, on the way in."""


class ReauthenticateKey(_Key, webauthn.ReauthenticateWebAuthnForm):
    """The same, asked for once more."""

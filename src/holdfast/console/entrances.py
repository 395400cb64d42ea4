"""The ways in which somebody can come in, and how each stands, for the page of their own account.

It reads what the account library keeps. What is changed is changed on the library's own pages.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from holdfast.console.signon import configured
from holdfast.parties.models import Person


@dataclass(frozen=True, slots=True)
class Way:
    """One row: what it is, how it stands, where it is changed."""

    name: str
    state: str
    act: str
    address: str


def ways_in(*, person_id: UUID) -> list[Way]:
    """All of them, also those that are not in use."""
    person = Person.objects.get(id=person_id)
    held = {one.type: one for one in Authenticator.objects.filter(user=person)}
    keys = Authenticator.objects.filter(user=person, type=Authenticator.Type.WEBAUTHN).count()
    address = EmailAddress.objects.filter(user=person, primary=True).first()
    proven = _("confirmed") if address is not None and address.verified else _("not confirmed")
    has_password = person.has_usable_password()
    second = Authenticator.Type.TOTP in held
    found = [
        Way(_("E-mail"), f"{person.email}, {proven}", _("Change"), reverse("account_email")),
        Way(
            _("Password"),
            _("There is one") if has_password else _("There is none"),
            _("Change") if has_password else _("Set one"),
            reverse("account_change_password" if has_password else "account_set_password"),
        ),
        Way(
            _("Authenticator app"),
            _("In use") if second else _("Not in use"),
            _("Turn off") if second else _("Set up"),
            reverse("mfa_deactivate_totp" if second else "mfa_activate_totp"),
        ),
        Way(
            _("Passkeys and security keys"),
            ngettext("%(count)d key", "%(count)d keys", keys) % {"count": keys} if keys else _("None"),
            _("Manage") if keys else _("Add one"),
            reverse("mfa_list_webauthn" if keys else "mfa_add_webauthn"),
        ),
    ]
    return [*found, *_codes(held), *_single_sign_on(person), _sessions(person)]


def _codes(held: dict[str, Any]) -> list[Way]:
    """Only who has a second factor has codes for the day it is lost."""
    kept = held.get(Authenticator.Type.RECOVERY_CODES)
    if kept is None:
        return []
    left = len(kept.wrap().get_unused_codes())
    said = ngettext("%(count)d is left", "%(count)d are left", left) % {"count": left}
    return [Way(_("Recovery codes"), said, _("Show or make anew"), reverse("mfa_view_recovery_codes"))]


def _single_sign_on(person: Person) -> list[Way]:
    if not configured.is_offered():
        return []
    connected = SocialAccount.objects.filter(user=person).exists()
    return [
        Way(
            str(settings.OIDC["name"]),
            _("Connected") if connected else _("Not connected"),
            _("Manage") if connected else _("Connect"),
            reverse("socialaccount_connections"),
        )
    ]


def _sessions(person: Person) -> Way:
    open_now = sum(1 for one in UserSession.objects.filter(user=person) if one.exists())
    said = ngettext("Signed in at %(count)d place", "Signed in at %(count)d places", open_now) % {"count": open_now}
    return Way(_("Sessions"), said, _("See and end"), reverse("usersessions_list"))

"""Which provider stands behind the name of a rail in this installation, and whether the settings say so wholly."""

from django.conf import settings

from holdfast.kernel.refusals import Invalid, Refusal
from holdfast.rails.bank.rail import ByBank
from holdfast.rails.port import Rail
from holdfast.rails.rules import RAILS, SimulatedRail
from holdfast.rails.simulated import Simulated
from holdfast.rails.stripe.rail import Stripe

CARDS = ("simulated", "stripe")
WIRES = ("simulated", "bank")


class UnknownProvider(Refusal):
    """HOLDFAST_CARD says who takes cards: `simulated` or `stripe`."""


class UnknownWire(Refusal):
    """HOLDFAST_WIRE says how payouts and refunds by wire leave: `simulated`, or by payment files: `bank`."""


class StripeIncomplete(Refusal):
    """HOLDFAST_CARD=stripe, HOLDFAST_STRIPE_KEY and HOLDFAST_STRIPE_WEBHOOK_SECRET go together: set all or none."""


class StripeKeyMismatch(Refusal):
    """A live key of Stripe's works in production only, and a test key in a sandbox only."""


class StripeAddress(Refusal):
    """HOLDFAST_STRIPE_API is for tests; in production the key goes to an address with `https:` only."""


def rail_named(name: str) -> Rail:
    """The rail. Refusals: `Invalid` for an unknown name, `SimulatedRail` for a simulated one outside a sandbox."""
    if name not in RAILS:
        raise Invalid(field="rail", accepted=list(RAILS))
    if name == "card" and settings.CARD == "stripe":
        return Stripe()
    if name == "wire" and wires_by_file():
        return ByBank()
    if not settings.SANDBOX:
        raise SimulatedRail(field="rail", accepted=[rail for rail in RAILS if is_offered(rail)])
    return Simulated(name)


def is_offered(name: str) -> bool:
    """Whether this installation has anybody behind the rail."""
    by_provider = (name == "card" and settings.CARD == "stripe") or (name == "wire" and wires_by_file())
    return settings.SANDBOX or by_provider


def card_page() -> dict[str, str]:
    """The instrument with which a payer gives the card on the provider's own page; empty without such a page."""
    return {"page": "hosted"} if settings.CARD == "stripe" else {}


def check_settings() -> None:
    """Before anything starts. Refusals: `UnknownProvider`, `UnknownWire`, `StripeIncomplete`, `StripeKeyMismatch`,
    `StripeAddress`."""
    if settings.CARD not in CARDS:
        raise UnknownProvider(accepted=CARDS)
    if settings.WIRE not in WIRES:
        raise UnknownWire(accepted=WIRES)
    said = (settings.CARD == "stripe", bool(settings.STRIPE_KEY), bool(settings.STRIPE_WEBHOOK_SECRET))
    if any(said) and not all(said):
        raise StripeIncomplete
    if not any(said):
        return
    wanted = ("sk_test_", "rk_test_") if settings.SANDBOX else ("sk_live_", "rk_live_")
    if not settings.STRIPE_KEY.startswith(wanted):
        raise StripeKeyMismatch(accepted=wanted)
    if settings.STRIPE_API and not settings.SANDBOX and not settings.STRIPE_API.startswith("https://"):
        raise StripeAddress


def wires_by_file() -> bool:
    """Whether payouts and refunds by wire wait for a payment file that finance gives to the bank."""
    return bool(settings.WIRE == "bank")

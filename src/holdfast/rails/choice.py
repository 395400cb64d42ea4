"""Which provider stands behind the name of a rail in this installation."""

from django.conf import settings

from holdfast.kernel.refusals import Invalid
from holdfast.rails.port import Rail
from holdfast.rails.rules import RAILS, SimulatedRail
from holdfast.rails.simulated import Simulated


def rail_named(name: str) -> Rail:
    """The rail. Refusals: `Invalid` for an unknown name, `SimulatedRail` for a simulated one outside a sandbox."""
    if name not in RAILS:
        raise Invalid(field="rail", accepted=list(RAILS))
    if not settings.SANDBOX:
        raise SimulatedRail(field="rail")
    return Simulated(name)

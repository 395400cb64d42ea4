"""The "no" of a sampling plan that cannot be given."""

from holdfast.kernel.refusals import Invalid


class PlanNotHeld(Invalid):
    """There is no such sampling plan in the tables: only figures that two independent public sources agree on are."""

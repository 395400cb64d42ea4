"""Every "no" of an inspection that is more than a step out of turn."""

from holdfast.kernel.refusals import Invalid, NotAllowed, Refusal


class InspectorNotEligible(Invalid):
    """An inspector is an organisation of that kind, in good standing, and no party of the order."""


class AlreadyAssigned(Refusal):
    """This inspector is assigned for this kind of inspection already."""


class NotAssigned(NotAllowed):
    """Your organisation is not assigned for this kind of inspection of this order."""


class LotNeeded(Invalid):
    """Goods are examined after delivery lot by lot; before shipment there is no lot yet."""


class UnitsNotThere(Invalid):
    """These units are not in the lot, or not left of the order to be shipped."""


class ExaminedNotPossible(Invalid):
    """The goods were examined between the day the order was opened and now."""


class FileUnknown(Invalid):
    """A report names files of its own order."""


class NothingRead(Invalid):
    """A report says what was read on at least one unit, or how many were counted."""

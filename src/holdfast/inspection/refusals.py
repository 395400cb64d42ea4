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


class AlreadyBooked(Refusal):
    """This inspector has a visit for this kind of inspection already: move or cancel that one."""


class TooShortNotice(Invalid):
    """An inspection is booked so many working days of its place ahead."""


class NotAWorkingDay(Invalid):
    """This day is not worked where the inspection takes place."""


class PayerNotBound(Invalid):
    """The inspector is paid by whoever books the visit, or by whom the contract names."""


class ZoneNeeded(Invalid):
    """The inspection takes place in neither party's country: its time zone must be named."""


class NotTheDay(Refusal):
    """An inspection begins on the day for which it was booked, where it takes place."""


class NotReady(Refusal):
    """The supplier has not declared as much finished and packed as the contract asks for before this inspection."""


class FileUnknown(Invalid):
    """A report names files of its own order."""


class NothingRead(Invalid):
    """A report says what was read on at least one unit, or how many were counted."""


class DetailsInBooking(Refusal):
    """Payment details and ways round the platform have no place in what is said of a visit: what is agreed outside is
    not protected.

    `found` says what kinds of thing they are, never the things themselves.
    """

    status = 422

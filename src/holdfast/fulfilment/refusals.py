"""Every "no" of a shipment that is more than a step out of turn."""

from holdfast.kernel.refusals import Invalid, Refusal


class ContainerNumberNotValid(Invalid):
    """A container has an ISO 6346 number whose check digit is right: owner code, U, J or Z, seven digits."""


class ShipDateNotPossible(Invalid):
    """Goods were shipped between the day the order was opened and today."""


class EventNotPossible(Invalid):
    """What is reported has happened already, and not before the order was opened."""


class DocumentNotAccepted(Invalid):
    """A document has a known kind, a date that is not in the future, and names a file of this order."""


class AlreadyRecorded(Refusal):
    """This event was recorded before."""


class NoCarrier(Refusal):
    """No carrier can be made to speak here: this is not a sandbox."""

"""Every "no" that the rules of a programme can give."""

from holdfast.kernel.refusals import Invalid, NotFound, Refusal


class ProgrammeInvalid(Invalid):
    """The programme cannot be used as it is written."""


class ProgrammeChanged(Refusal):
    """This version of the programme is published already with other rules; a change needs a new version."""


class ProgrammeUnknown(NotFound):
    """There is no shipped programme of this name."""


class CurrencyNotCovered(Invalid):
    """The programme has no figures for this currency."""


class TierNotCovered(Invalid):
    """The programme gives no cover to this tier."""


class LinkedOrdersDenied(Refusal):
    """The programme does not cover an order that is linked to another one."""


class ExcessRefused(Refusal):
    """The order is larger than its cover, and the programme allows no uncovered excess."""


class RailNotOffered(Invalid):
    """The programme does not take payments by this rail."""


class OverRailLimit(Invalid):
    """The amount is above the limit of this rail."""


class ShipDateTooFar(Invalid):
    """The ship date would move further than the programme allows in all."""


class FreightRiseTooHigh(Invalid):
    """The freight would rise by more than the programme allows."""


class FixedSampleRefused(Invalid):
    """A small sample of fixed size says too little about a lot; use a sampling plan."""


class ReasonUnknown(Invalid):
    """There is no such reason for a claim."""


class IncotermUnknown(Invalid):
    """This is not one of the eleven Incoterms 2020."""


class PartsNotPossible(Invalid):
    """The order cannot be split into so many contracts."""

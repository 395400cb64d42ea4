"""Every "no" of an order that is more than a step out of turn."""

from holdfast.kernel.refusals import Invalid, NotAllowed, Refusal


class NotPayable(Refusal):
    """This tranche is not due."""


class TooMuch(Refusal):
    """More than is still to be paid on this tranche."""


class UnitsNotOrdered(Invalid):
    """These units are not in the contract, or more of them than were ordered."""


class PartialShipmentsNotAgreed(Refusal):
    """The contract allows one shipment only: it must carry everything."""


class NothingHeld(Refusal):
    """Nothing is held for this order: production and shipment wait for the buyer's payment."""


class BalanceUnpaid(Refusal):
    """A tranche that is due before shipment is not held."""


class InspectionMissing(Refusal):
    """The inspection that the contract or the programme requires has not been passed; both sides may waive it."""


class NoInspectionRequired(Refusal):
    """There is no required inspection to waive."""


class DeliveryBeforeShipment(Invalid):
    """Goods cannot arrive before they were shipped, nor in the future."""


class ReasonNeeded(Invalid):
    """A rejection says what is wrong."""


class UnitsNotShipped(Invalid):
    """These units were not in this lot."""


class AlreadyExtended(Refusal):
    """Your side has extended the time for receipt already; each side may do it once."""


class NotLateEnough(Refusal):
    """The buyer may cancel for lateness from the day after the programme's limit, not before."""


class ProductionStarted(Refusal):
    """Production has started; the buyer alone cannot cancel any more."""


class BalanceNotOverdue(Refusal):
    """The supplier may cancel for an unpaid balance only when the time to pay and the grace are over."""


class NotProposed(Refusal):
    """The other side has not proposed to cancel."""


class OwnProposal(NotAllowed):
    """You proposed this yourself; the other side must agree."""


class NotDueYet(Refusal):
    """The deadline has not come."""


class ClaimOpen(Refusal):
    """Something is still in dispute."""


class MoreThanOwed(Refusal):
    """More than the supplier still owes on this debt."""


class AwardOpen(Refusal):
    """The operator owes this to the buyer: it must be paid from the reserve before the supplier's debt can be written
    off."""


class WriteOffAsked(Refusal):
    """Somebody has asked to write this debt off already; another person must say yes."""


class WriteOffNotAsked(Refusal):
    """Nobody has asked to write this debt off."""


class CoverStopped(Refusal):
    """The operator owes an award in this currency that its reserve could not pay; until it is paid no new order is
    covered."""


class ReserveTooSmall(Refusal):
    """The reserve does not hold so much that is not drawn."""


class NothingToFund(Refusal):
    """No advance in this currency waits for so much of the operator's money."""


class TotalTooLow(Invalid):
    """What has left, was released or was given back already costs more than the new total."""


class PaidInPart(Refusal):
    """A tranche is paid in part; the total can fall once it is paid or given back."""


class NothingLeftToShip(Invalid):
    """All units have left, so nothing would be left that this part of the price is for."""


class Overtaken(Refusal):
    """What was paid or shipped meanwhile no longer fits this amendment; propose it anew."""


class ChargebackOpen(Refusal):
    """The total cannot change while a payment of this order is charged back."""

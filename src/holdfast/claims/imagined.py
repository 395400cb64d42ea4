"""Cases that have not happened: the worst that can be claimed under a contract for each reason, as facts for an engine.

Everything was paid and the other side accepts what is claimed, so that what an engine answers is the most that it can
give. Days lie far ahead where lateness is to reach its highest rate. It judges nothing.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from holdfast.claims.agreed import contract_facts
from holdfast.claims.facts import Answer, AssessmentFacts, ClaimedUnits, Complaint, Lot, LotLine
from holdfast.contracts.shape import Document
from holdfast.programme import Programme
from holdfast.programme.rules import OrderMoney, lateness_cancel_on

NEVER = date(9998, 1, 1)
"""Later than any rate can count."""
CLAIM = "clm_imagined"


@dataclass(frozen=True, slots=True)
class Signing:
    """A contract as it would be signed: its document, the supplier's cap, and the cover that would be reserved, minor
    units. `today` counts where the ship date hangs on a payment."""

    document: Document
    buyer_zone: str
    supplier_zone: str
    cap_minor: int
    cover_minor: int
    today: date
    number: str = ""
    digest: str = ""

    @property
    def ship_on(self) -> date:
        """The agreed ship date, or the one it would be if it were paid today."""
        return self.document.ship_on(first_paid_on=self.today) or self.today

    @property
    def arrives_on(self) -> date:
        """The expected delivery by that date."""
        return self.ship_on + timedelta(days=self.document.transit_days)

    def money(self, *, held: bool) -> OrderMoney:
        """All was paid; what is released before receipt is gone, and the rest held, or released too."""
        total = self.document.total_minor
        return OrderMoney(
            paid=total,
            refunded=0,
            held=total - self.document.early_minor if held else 0,
            frozen=0,
            cover_reserved=self.cover_minor,
            cover_drawn=0,
            cap=self.cap_minor,
        )


def case(*, signing: Signing, complaint: Complaint, lots: tuple[Lot, ...], held: bool = True) -> AssessmentFacts:
    """One complaint under the contract, which the other side accepts."""
    at = complaint.opened_at
    return AssessmentFacts(
        order="ord_imagined",
        assessed_at=at,
        buyer_zone=signing.buyer_zone,
        supplier_zone=signing.supplier_zone,
        contract=contract_facts(
            document=signing.document,
            number=signing.number,
            digest=signing.digest,
            ship_on=signing.ship_on,
            inspection="none",
        ),
        lots=lots,
        money=signing.money(held=held),
        complaints=(complaint,),
        answer=Answer("accept", at),
    )


def complains(signing: Signing, reason: str, **more: object) -> Complaint:
    """A complaint made in time: no window ends before the first day that was agreed."""
    latest = signing.document.latest_delivery_on
    at = datetime.combine(min(signing.ship_on, latest or signing.ship_on), time(), tzinfo=UTC)
    return replace(Complaint(CLAIM, reason, at), **more)  # type: ignore[arg-type]


def lot(signing: Signing, **changes: object) -> Lot:
    """Everything in one lot that came as agreed."""
    lines = signing.document.lines
    whole = Lot(
        number=1,
        lines=tuple(LotLine(line.number, line.quantity, line.quantity, line.quantity) for line in lines),
        price_minor=signing.document.total_minor,
        ship_on=signing.ship_on,
        deliver_by=signing.document.latest_delivery_on,
        shipped_on=signing.ship_on,
        ship_grade="A",
        uploaded_on=signing.ship_on,
        expected_delivery_on=signing.arrives_on,
        delivered_on=signing.arrives_on,
        delivery_grade="A",
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def late(signing: Signing, reason: str) -> AssessmentFacts:
    """Everything came, after all time."""
    came = lot(signing, shipped_on=NEVER, uploaded_on=NEVER, delivered_on=NEVER)
    return case(signing=signing, complaint=complains(signing, reason), lots=(came,))


def cancelled_for_lateness(signing: Signing, programme: Programme) -> AssessmentFacts:
    """Nothing was shipped, and the buyer cancels as soon as it may."""
    document = signing.document
    owed = document.latest_delivery_on or signing.ship_on
    day = lateness_cancel_on(programme=programme, expected_on=max(owed, signing.ship_on), clause=document.late)
    complaint = complains(signing, "late_shipment", cancel_late=True)
    facts = case(signing=signing, complaint=complaint, lots=())
    return replace(facts, assessed_at=datetime.combine(day + timedelta(days=1), time(), tzinfo=UTC))


def not_shipped(signing: Signing) -> AssessmentFacts:
    """Nothing was shipped."""
    return case(signing=signing, complaint=complains(signing, "not_shipped"), lots=())


def supplier_cancelled(signing: Signing) -> AssessmentFacts:
    """The supplier gave the order up."""
    return case(signing=signing, complaint=complains(signing, "supplier_cancelled"), lots=())


def all_defective(signing: Signing) -> AssessmentFacts:
    """Every unit is said to breach its terms."""
    units = tuple(ClaimedUnits(1, line.number, line.quantity) for line in signing.document.lines)
    complaint = complains(signing, "quality", lots=(1,), quantities=units)
    return case(signing=signing, complaint=complaint, lots=(lot(signing),))


def nothing_in_the_boxes(signing: Signing) -> AssessmentFacts:
    """A lot arrived, and not one unit was in it."""
    lines = tuple(LotLine(line.number, line.quantity, line.quantity, 0) for line in signing.document.lines)
    came = lot(signing, lines=lines, counted_by="both")
    return case(signing=signing, complaint=complains(signing, "quantity"), lots=(came,))

"""Cases that have not happened: the worst that can be claimed under a contract for each reason, as facts for an engine.

Everything was paid and stands in one lot, and nobody has answered: what an engine gives rests on the record alone, but
where it is said that the other side accepts. It judges nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from holdfast.claims.agreed import contract_facts
from holdfast.claims.facts import Answer, AssessmentFacts, ClaimedUnits, Complaint, Lot, LotLine, Report
from holdfast.contracts.shape import Document
from holdfast.programme.rules import OrderMoney
from holdfast.terms.criterion import EVERY_UNIT
from holdfast.terms.readings import Defect, Readings, Unit
from holdfast.terms.specification import Term

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
    """One complaint under the contract, to which nobody has answered."""
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
    )


def accepted(facts: AssessmentFacts) -> AssessmentFacts:
    """The same, and the other side accepts it."""
    return replace(facts, answer=Answer("accept", facts.assessed_at))


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


def late(signing: Signing, reason: str, *, shipped_on: date, delivered_on: date) -> AssessmentFacts:
    """Everything was shipped on one day and came on another, both by a carrier's record."""
    came = lot(signing, shipped_on=shipped_on, uploaded_on=shipped_on, delivered_on=delivered_on)
    return case(signing=signing, complaint=complains(signing, reason), lots=(came,))


def nothing_shipped(signing: Signing, reason: str, *, on: date, cancel: bool = False) -> AssessmentFacts:
    """Nothing had been shipped on a day; with `cancel` the buyer cancels for it."""
    complaint = complains(signing, reason, cancel_late=cancel)
    facts = case(signing=signing, complaint=complaint, lots=())
    # The last second of the day where the buyer is: its days are those that lateness counts.
    return replace(facts, assessed_at=datetime.combine(on, time(23, 59, 59), tzinfo=ZoneInfo(signing.buyer_zone)))


def supplier_cancelled(signing: Signing) -> AssessmentFacts:
    """The supplier gave the order up before anything came."""
    facts = case(signing=signing, complaint=complains(signing, "supplier_cancelled"), lots=())
    return replace(facts, supplier_cancelled_on=signing.ship_on)


def all_defective(signing: Signing) -> AssessmentFacts:
    """Every unit is said to breach its terms; nobody has measured any."""
    units = tuple(ClaimedUnits(1, line.number, line.quantity) for line in signing.document.lines)
    complaint = complains(signing, "quality", lots=(1,), quantities=units)
    return case(signing=signing, complaint=complaint, lots=(lot(signing),))


def all_measured(signing: Signing, *, role: str = "inspector") -> AssessmentFacts:
    """Every unit was measured, and each breaches every term that speaks of it and can be measured."""
    document = signing.document
    terms = [term for term in document.specification.terms if not term.obstacle]
    units = tuple(
        Unit(str(line.number), line.number, count=line.quantity, defects=tuple(_defects(terms, line.number)))
        for line in document.lines
    )
    report = Report("rep_imagined", role, signing.arrives_on, Readings(units))
    facts = case(
        signing=signing,
        complaint=complains(signing, "quality", lots=(1,)),
        lots=(lot(signing, reports=(report,)),),
    )
    # Where every unit is examined no sample decides; without it no table has to hold a plan for so large a lot.
    return replace(facts, contract=replace(facts.contract, criterion=EVERY_UNIT))


def _defects(terms: Iterable[Term], line: int) -> Iterator[Defect]:
    for term in terms:
        if not term.applies_to.lines or line in term.applies_to.lines:
            yield Defect(term.severity, term=term.id)


def nothing_in_the_boxes(signing: Signing) -> AssessmentFacts:
    """A lot arrived, and both sides counted that not one unit was in it."""
    lines = tuple(LotLine(line.number, line.quantity, line.quantity, 0) for line in signing.document.lines)
    came = lot(signing, lines=lines, counted_by="both")
    return case(signing=signing, complaint=complains(signing, "quantity"), lots=(came,))

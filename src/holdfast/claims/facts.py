"""The frozen input of an assessment: what contract, record, money and parties say of a case, and nothing else.

Every fact an engine may use stands here, so that an exported case can be assessed again, offline, byte for byte. No
person is named and no free text is kept: sides are roles, documents are identifiers.
"""

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from holdfast.kernel.refusals import Invalid
from holdfast.programme.rules import LateClause, OrderMoney
from holdfast.terms.criterion import EVERY_UNIT, Criterion, check_criterion
from holdfast.terms.documents import as_document as to_document
from holdfast.terms.documents import from_document as read_document
from holdfast.terms.readings import Readings
from holdfast.terms.specification import Specification, Term, read_specification, read_term
from holdfast.terms.units import Conversion

SIDES = ("buyer", "supplier")
ANSWERS = ("accept", "offer", "contest", "misuse", "force_majeure", "silence")
UNASSIGNED = 0
"""The lot number of units that no lot has taken up yet."""


@dataclass(frozen=True, slots=True)
class ContractLine:
    """A line as signed. The tolerance is of its quantity; the weight is one unit's, in any one unit of mass."""

    number: int
    product: str
    quantity: int
    unit_price_minor: int
    tolerance_percent: Fraction = Fraction(0)
    unit_weight: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Charge:
    """A charge as signed, shared out by `value`, `weight` or `unit`. A discount is negative.

    Award lines name it by its kind; the second of a kind is `handling.2`.
    """

    kind: str
    amount_minor: int
    basis: str = "value"
    refunded_minor: int = 0
    """What earlier awards gave back of it."""


@dataclass(frozen=True, slots=True)
class ContractFacts:
    """The contract version by which the claim is judged."""

    number: str
    version: int
    currency: str
    incoterm: str
    lines: tuple[ContractLine, ...]
    charges: tuple[Charge, ...] = ()
    specification: Specification = Specification()
    criterion: Criterion = EVERY_UNIT
    ship_on: date | None = None
    new_ship_on: date | None = None
    date_act: str | None = None
    """The act by which the ship date moved: `new_date`, `rights_reserved` or `with_compensation`."""
    deliver_by: date | None = None
    promises_arrival: bool = False
    late_clause: LateClause | None = None
    inspection: str = ""
    """The inspection clause in a word: `none`, `waived_by_both`, `pre_shipment`..."""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class LotLine:
    """Units of a contract line in a lot; None: not known. `refunded` were given back in full before.

    `short` are the missing units beyond the tolerance of the line over all lots, less those whose price went back on
    receipt; None: nothing was settled, and the tolerance is asked of the lot alone.
    """

    line: int
    ordered: int
    shipped: int | None = None
    received: int | None = None
    refunded: int = 0
    short: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """One examination of a lot. `role`: inspector, buyer, supplier or both."""

    id: str
    role: str
    reported_on: date
    readings: Readings
    stage: str = "after_delivery"


@dataclass(frozen=True, slots=True)
class Lot:
    """What the record knows of a lot. Days are local to where the thing happened."""

    number: int
    lines: tuple[LotLine, ...]
    price_minor: int
    ship_on: date | None = None
    deliver_by: date | None = None
    shipped_on: date | None = None
    ship_grade: str | None = None
    uploaded_on: date | None = None
    expected_delivery_on: date | None = None
    delivered_on: date | None = None
    delivery_grade: str | None = None
    receipt_confirmed_on: date | None = None
    receipt_deadline_at: datetime | None = None
    accepted_without_reservation: bool = False
    counted_by: str = "buyer"
    """Who counted what was received: carrier, inspector, both or buyer."""
    reports: tuple[Report, ...] = ()


@dataclass(frozen=True, slots=True)
class ClaimedUnits:
    """So many units of a line in a lot, as the claim says."""

    lot: int
    line: int
    units: int


@dataclass(frozen=True, slots=True)
class Complaint:
    """One reason in the case. Two claims on one lot are two complaints in one case."""

    id: str
    reason: str
    opened_at: datetime
    by: str = "buyer"
    lots: tuple[int, ...] = ()
    quantities: tuple[ClaimedUnits, ...] = ()
    terms: tuple[str, ...] = ()
    about: str = ""
    """The kind of property complained of, like `colour`: it names the term that is missing where there is none."""
    remedy: str = "refund"
    amount_minor: int | None = None
    event_on: date | None = None
    """The event complained of, for the supplier's reasons."""
    cancel_rest: bool = False
    cancel_late: bool = False
    return_waived: bool = False
    counterfeit: bool = False
    dangerous: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """A document of the case. `term` is what a message from outside states, where it states a measurable value."""

    id: str
    kind: str
    by: str
    origin: str = "platform"
    attested: str = ""
    """For material from outside: `both`, `denied` or `silent`."""
    on: date | None = None
    lot: int | None = None
    amount_minor: int | None = None
    term: Term | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side answered; `evidence` are its documents by ID."""

    kind: str
    at: datetime
    evidence: tuple[str, ...] = ()
    has_text: bool = False


@dataclass(frozen=True, slots=True)
class AssessmentFacts:
    """A whole case, as at `assessed_at`."""

    order: str
    assessed_at: datetime
    buyer_zone: str
    supplier_zone: str
    contract: ContractFacts
    lots: tuple[Lot, ...]
    money: OrderMoney
    complaints: tuple[Complaint, ...]
    evidence: tuple[Evidence, ...] = ()
    answer: Answer | None = None
    established: tuple[str, ...] = ()
    """Exclusions whose facts are established (`waived`, `sent_elsewhere`...)."""
    excused_days: int = 0
    """Days by which force majeure, declared in time with proof, moved the dates."""
    supplier_cancelled_on: date | None = None
    conversions: tuple[Conversion, ...] = ()
    """Unit factors an earlier assessment used; they are used again before any library is asked."""

    def as_document(self) -> dict[str, Any]:
        """The canonical JSON form."""
        document: dict[str, Any] = to_document(self)
        return document

    def lot(self, number: int) -> Lot | None:
        """The lot of that number."""
        return next((lot for lot in self.lots if lot.number == number), None)


def from_document(document: Any) -> AssessmentFacts:
    """A case from its JSON form. Refusals: `Invalid`, naming field, found and accepted."""
    facts = read_document(AssessmentFacts, document)
    check(facts)
    return facts


def _lot_lines(facts: AssessmentFacts, numbers: list[int]) -> None:
    assigned: dict[int, int] = {}
    for place, lot in enumerate(facts.lots):
        for row in lot.lines:
            assigned[row.line] = assigned.get(row.line, 0) + row.ordered
            if row.line not in numbers:
                raise Invalid(field=f"lots.{place}.lines", found=row.line, accepted=numbers)
    for line in facts.contract.lines:
        if assigned.get(line.number, 0) > line.quantity:
            found = assigned[line.number]
            raise Invalid(field="lots", found=found, accepted=f"at most {line.quantity} units of line {line.number}")


def check(facts: AssessmentFacts) -> None:
    """That the parts of a case speak of each other. Refusals: `Invalid`."""
    numbers = [line.number for line in facts.contract.lines]
    if not numbers or len(set(numbers)) != len(numbers):
        raise Invalid(field="contract.lines", found=numbers, accepted="at least one line, each number once")
    if not facts.complaints:
        raise Invalid(field="complaints", found="none", accepted="at least one complaint")
    read_specification(facts.contract.specification.as_document(), lines=tuple(numbers), path="contract.specification")
    check_criterion(facts.contract.criterion, path="contract.criterion")
    _lot_lines(facts, numbers)
    lots = [lot.number for lot in facts.lots]
    if len(set(lots)) != len(lots) or UNASSIGNED in lots:
        raise Invalid(field="lots", found=lots, accepted="each number once, from 1")
    for place, complaint in enumerate(facts.complaints):
        named = {*complaint.lots, *(row.lot for row in complaint.quantities)} - {UNASSIGNED}
        if named - set(lots):
            raise Invalid(field=f"complaints.{place}.lots", found=sorted(named - set(lots)), accepted=lots)
        if complaint.by not in SIDES:
            raise Invalid(field=f"complaints.{place}.by", found=complaint.by, accepted=list(SIDES))
    if facts.answer is not None and facts.answer.kind not in ANSWERS:
        raise Invalid(field="answer.kind", found=facts.answer.kind, accepted=list(ANSWERS))
    for place, charge in enumerate(facts.contract.charges):
        if charge.basis not in ("value", "weight", "unit"):
            raise Invalid(
                field=f"contract.charges.{place}.basis", found=charge.basis, accepted=["value", "weight", "unit"]
            )
    for place, one in enumerate(facts.evidence):
        if one.term is not None:
            read_term(to_document(one.term), path=f"evidence.{place}.term")

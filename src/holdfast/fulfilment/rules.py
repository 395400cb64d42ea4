"""What a shipment may do and how good its proof is: tables and pure functions over dated facts.

The grade says what the proof may trigger. It knows codes, days and numbers already checked; it refuses to know where
they are stored, and what anybody is paid for them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from holdfast.kernel.clock import local_day
from holdfast.kernel.lifecycle import Lifecycle, step
from holdfast.programme import Programme
from holdfast.programme import rules as programme_rules

MODES = ("sea", "air", "road", "rail", "courier", "multimodal")
DOCUMENTS = (
    "bill_of_lading",
    "air_waybill",
    "packing_list",
    "invoice",
    "certificate_of_origin",
    "insurance_certificate",
    "proof_of_delivery",
)
CODES = {
    "ACCEPTED": "the carrier has taken the goods over",
    "GTIN": "through the gate of a terminal, inwards",
    "LOAD": "loaded on a means of transport",
    "DEPA": "departed",
    "ARRI": "arrived",
    "DISC": "unloaded",
    "GTOT": "through the gate of a terminal, outwards",
    "OFD": "out for delivery",
    "DELIVERED": "handed over to the consignee",
    "EXCEPTION": "something is wrong",
}
"""Transport and equipment events as DCSA names them, with the acceptance, last mile and trouble of a parcel."""

HANDOVER = frozenset({"ACCEPTED", "GTIN", "LOAD", "DEPA"})
"""Who says one of these has the goods."""
MOVING = frozenset(CODES) - {"DELIVERED", "EXCEPTION"}
GRADES = "ABCD"
SPEAKERS = ("carrier", "supplier", "buyer", "operator")
REUSED_WITHIN = timedelta(days=365)
LONGEST_VOYAGE = timedelta(days=120)
"""A container that nobody reported delivered travels for somebody else after that."""

SHIPMENT = Lifecycle(
    "shipment",
    "booked",
    (
        step("move", "booked", "in_transit", *SPEAKERS),
        step("deliver", "booked", "delivered", *SPEAKERS),
        step("deliver", "in_transit", "delivered", *SPEAKERS),
    ),
)
"""booked: the supplier says so; in_transit: somebody reported it on its way; delivered: its lot is delivered."""

_FASTEST = {
    "sea": timedelta(days=1),
    "rail": timedelta(hours=12),
    "road": timedelta(hours=1),
    "air": timedelta(hours=1),
    "courier": timedelta(hours=1),
    "multimodal": timedelta(hours=1),
}
"""Nothing crosses a border, or goes from the carrier's hands to the consignee's, in less."""


@dataclass(frozen=True, slots=True)
class Said:
    """One tracking event: what, when (with the zone of the place), by whom. `place` is a UN/LOCODE or empty."""

    code: str
    at: datetime
    zone: str
    source: str
    place: str = ""
    has_proof: bool = False

    @property
    def on(self) -> date:
        """The calendar day where it happened."""
        return local_day(self.at, self.zone)


@dataclass(frozen=True, slots=True)
class Paper:
    """A document by its kind and date."""

    kind: str
    dated_on: date | None


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a grade is computed from. `is_reused`: another shipment had the number within twelve months;
    `is_elsewhere`: another supplier's goods travel in this container meanwhile; `to_country`: where it should go."""

    mode: str
    number_is_valid: bool
    is_reused: bool
    is_elsewhere: bool
    to_country: str
    papers: tuple[Paper, ...] = ()
    said: tuple[Said, ...] = ()

    @property
    def by_carrier(self) -> tuple[Said, ...]:
        """The carrier's own words, in the order of their times."""
        return tuple(sorted((one for one in self.said if one.source == "carrier"), key=lambda one: one.at))


def oddities(facts: Facts) -> tuple[str, ...]:
    """What speaks against the carrier's events being about these goods, each kind once."""
    found = []
    spoken = facts.by_carrier
    if facts.is_elsewhere:
        found.append("container_elsewhere")
    if _out_of_order(spoken):
        found.append("impossible_order")
    if _too_fast(spoken, facts.mode):
        found.append("impossible_speed")
    ends = [one.place[:2] for one in spoken if one.code == "DELIVERED" and one.place]
    if facts.to_country and any(country != facts.to_country for country in ends):
        found.append("other_destination")
    return tuple(found)


def _out_of_order(spoken: Sequence[Said]) -> bool:
    """Before the carrier accepted, or after it delivered, nothing moves."""
    accepted = [one.at for one in spoken if one.code == "ACCEPTED"]
    delivered = [one.at for one in spoken if one.code == "DELIVERED"]
    moves = [one.at for one in spoken if one.code in MOVING]
    early = bool(accepted) and any(at < min(accepted) for at in [*moves, *delivered])
    return early or (bool(delivered) and any(at > max(delivered) for at in moves))


def _too_fast(spoken: Sequence[Said], mode: str) -> bool:
    least = _FASTEST[mode]
    for before, after in pairwise(spoken):
        crossed = before.place and after.place and before.place[:2] != after.place[:2]
        if crossed and after.at - before.at < least:
            return True
    taken = handover(spoken)
    arrived = [one.at for one in spoken if one.code == "DELIVERED"]
    return taken is not None and bool(arrived) and timedelta(0) <= max(arrived) - taken.at < least


def handover(said: Sequence[Said]) -> Said | None:
    """The earliest event in which the carrier itself has the goods."""
    taken = [one for one in said if one.source == "carrier" and one.code in HANDOVER]
    return min(taken, key=lambda one: one.at, default=None)


def grade(facts: Facts) -> str:
    """How good the proof of shipment is.

    A: the carrier's own event on a number whose check digit is right. B: the carrier's event on any other number.
    C: a document, or a party's event with a proof. D: words. Each oddity lowers by one; a number that another shipment
    had within twelve months proves nothing.
    """
    documented = bool(facts.papers) or any(one.has_proof for one in facts.said)
    return _grade(facts, spoke=bool(facts.by_carrier), documented=documented)


def delivery_grade(facts: Facts, *, said: Said) -> str:
    """How good one report of delivery is.

    Reading: what the buyer says against itself is worth B; anybody else's word needs a proof, and a word alone is D.
    """
    if said.source == "buyer":
        return "B"
    return _grade(facts, spoke=said.source == "carrier", documented=said.has_proof)


def _grade(facts: Facts, *, spoke: bool, documented: bool) -> str:
    if facts.is_reused:
        return "D"
    if not spoke:
        return "C" if documented else "D"
    place = (0 if facts.number_is_valid else 1) + len(oddities(facts))
    return GRADES[min(place, len(GRADES) - 1)]


def delivers(grade_of_report: str) -> bool:
    """Whether a report of this grade makes a lot delivered; a word alone is noted and nothing more."""
    return grade_of_report != "D"


def is_better(new: str, old: str) -> bool:
    """Whether a grade proves more than another."""
    return GRADES.index(new) < GRADES.index(old)


@dataclass(frozen=True, slots=True)
class ShipDate:
    """`left_on`: the day the goods left; `on`: the ship date of record, which may count from the upload; `basis`: what
    that rests on: `carrier`, `document` or `word`."""

    left_on: date
    on: date
    basis: str


def ship_date(
    *, programme: Programme, facts: Facts, stated_on: date, uploaded_on: date, delivered_on: date | None = None
) -> ShipDate:
    """The earliest trusted acceptance by the carrier, on the local date where it accepted; before the carrier has
    spoken, the date on a conclusive document, else the date the supplier states. Not the upload, unless the
    programme asks for that too.

    Readings: a reused number is somebody else's parcel, so its events are not trusted; goods left no later than they
    arrived, whatever was stated.
    """
    taken = None if facts.is_reused else handover(facts.said)
    papers = [paper.dated_on for paper in facts.papers if _is_conclusive(programme, paper) and paper.dated_on]
    if taken is not None:
        left, basis = programme_rules.ship_day(accepted_at=taken.at, zone=taken.zone), "carrier"
    elif papers:
        left, basis = min(papers), "document"
    else:
        left, basis = stated_on, "word"
    seen = [] if facts.is_reused else [one.on for one in facts.by_carrier if one.code == "DELIVERED"]
    left = min([left, *seen, *([delivered_on] if delivered_on else [])])
    counts = programme_rules.ship_date_of_record(programme=programme, accepted_on=left, uploaded_on=uploaded_on)
    return ShipDate(left, counts, basis)


def _is_conclusive(programme: Programme, paper: Paper) -> bool:
    return programme_rules.conclusive(programme=programme, document=paper.kind)


def conclusive_papers(*, programme: Programme, facts: Facts) -> tuple[str, ...]:
    """What defeats a late record, as far as it is on file: conclusive documents and the carrier's own acceptance."""
    found = [paper.kind for paper in facts.papers if _is_conclusive(programme, paper)]
    taken = None if facts.is_reused else handover(facts.said)
    if taken is not None and programme_rules.conclusive(programme=programme, document="carrier_acceptance_scan"):
        found.append("carrier_acceptance_scan")
    return tuple(dict.fromkeys(found))


def open_verbs(*, state: str, role: str) -> tuple[str, ...]:
    """What a role is asked for now: reports until the goods have arrived, and the sender's papers."""
    verbs = ("track",) if role in SPEAKERS and state != "delivered" else ()
    return (*verbs, "add_documents") if role == "supplier" else verbs

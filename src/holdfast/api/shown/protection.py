"""How comparisons, plans for large orders and the table of Incoterms look from outside."""

from ninja import Schema

from holdfast.api.shown.contracts import ProgrammeName


class RailCostShown(Schema):
    """Processing on one rail; null where the amount is above what it takes at once."""

    rail: str
    cost_minor: int | None
    limit_minor: int | None


class Said(Schema):
    """A figure in its source's own words, and the day the source is of."""

    figure: str
    says: str
    source: str
    address: str
    on: str


class WayToPay(Schema):
    """One way to pay. Ranges where the figure is one; null: not stated. `cost_more` names what is not in the cost.
    `unprotected` is what protection does not reach of the amount, once all of it has been released;
    `unprotected_while_held_minor` the same while all of it is held."""

    name: str
    title: str
    cost_low_minor: int | None
    cost_high_minor: int | None
    cost_more: str
    rails: list[RailCostShown]
    supplier_fee_minor: int | None
    held: str
    covered: list[str]
    not_covered: list[str]
    cap_low_minor: int | None
    cap_high_minor: int | None
    unprotected_low_minor: int | None
    unprotected_high_minor: int | None
    unprotected_while_held_minor: int | None
    window_days: int | None
    window_anchor: str
    window_ends_on: str | None
    evidence: list[str]
    best_for: str
    said: list[Said]


class ProtectionComparison(Schema):
    """One order's amount under this programme (the first way) and outside."""

    programme: ProgrammeName
    amount_minor: int
    currency: str
    tier: str
    incoterm: str
    ways: list[WayToPay]


class PlannedContractShown(Schema):
    """One contract of a plan."""

    total_minor: int
    linked: bool
    cover_minor: int
    uncovered_minor: int


class WayToPlaceShown(Schema):
    """A large order in these contracts. `refused` is the code of the rule that does not take them, or null."""

    contracts: list[PlannedContractShown]
    cover_minor: int
    uncovered_minor: int
    refundable_while_held_minor: int
    cost_minor: int
    fee_minor: int
    refused: str | None


class LargeOrderPlan(Schema):
    """One contract beside several; `advice` is a stable word, `sentence` says it."""

    programme: ProgrammeName
    currency: str
    cap_minor: int
    one: WayToPlaceShown
    split: WayToPlaceShown
    cover_gained_minor: int
    cost_added_minor: int
    fee_added_minor: int
    advice: str
    sentence: str


class CarriedShown(Schema):
    """Who carries it, and whether the buyer may claim it from the supplier."""

    bearer: str
    covered: bool
    rule: str
    sentence: str


class IncotermCarried(Schema):
    """One Incoterm."""

    incoterm: str
    risk_passes_at: str
    transit: CarriedShown
    export_clearance: CarriedShown
    import_clearance: CarriedShown


class IncotermTable(Schema):
    """The eleven of them under a programme."""

    programme: ProgrammeName
    items: list[IncotermCarried]

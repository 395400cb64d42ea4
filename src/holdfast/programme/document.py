"""A programme as a value: every rule an operator may choose, each with its unit, anchor and what is allowed.

It knows the shape of the rules and no figure at all; the figures are in the TOML files. It cannot act: what a
figure means in a case is said by the functions in `rules`.
"""

from dataclasses import dataclass, field
from fractions import Fraction

from holdfast.programme import keys
from holdfast.programme.days import DayCount
from holdfast.programme.keys import Table

TIERS = ("enrolled", "verified", "gold")
BUYER_REASONS = (
    "late_shipment",
    "late_delivery",
    "not_shipped",
    "not_delivered",
    "quality",
    "quantity",
    "wrong_goods",
    "packaging_labelling",
    "supplier_cancelled",
    "carrier_damage",
    "customs",
    "subjective",
)
SUPPLIER_REASONS = ("balance_unpaid", "wrongful_rejection", "goods_not_returned", "used_goods_returned")
REASONS = BUYER_REASONS + SUPPLIER_REASONS
WITHOUT_WINDOW = ("supplier_cancelled",)
ANCHORS = (
    "delivered",
    "receipt_confirmed",
    "expected_delivery",
    "expected_ship",
    "shipped",
    "order_closed",
    "event",
)
GRADES = ("A", "B", "C", "D")
RAILS = ("card", "paypal", "wire", "e_check")
EXCLUSIONS = (
    "force_majeure",
    "used_before_claim",
    "changed_by_washing_or_use",
    "duties_or_taxes",
    "paid_outside",
    "waived",
    "sent_elsewhere",
)
REMEDIES = ("refund", "price_reduction", "return_and_refund", "replacement", "rework_cost")
CONCLUSIVE = ("bill_of_lading", "air_waybill", "carrier_acceptance_scan")
POINTS = ("late_shipment", "undelivered", "supplier_cancelled", "false_document", "fraud")
SOURCES = ("held", "balance", "deposit", "reserve")
AQL = r"0|0\.065|0\.10|0\.15|0\.25|0\.40|0\.65|1\.0|1\.5|2\.5|4\.0|6\.5"


@dataclass(frozen=True, slots=True)
class Signing:
    """Times before the order stands."""

    sign_days: int = keys.days("both parties sign", anchor="first signature", least=1)
    pay_days: int = keys.days("a tranche is paid", anchor="the tranche falls due", least=1)
    confirm_days: int = keys.days("the supplier confirms a direct order", anchor="order placed", least=1)
    balance_grace_days: int = keys.days(
        "grace for an unpaid balance; after it the supplier may cancel", anchor="last day to pay"
    )


@dataclass(frozen=True, slots=True)
class WindowRule:
    """How long a claim for one reason may be opened."""

    days: int = keys.days("the claim may be opened", anchor="as named in `anchors`", least=1, most=365)
    anchors: tuple[str, ...] = keys.choices("what the days count from", *ANCHORS)
    combine: str = keys.choice(
        "several anchors: the first named that is known, the later of all, or the earlier of those known",
        "first",
        "later_of",
        "earlier_of",
    )


@dataclass(frozen=True, slots=True)
class Claims:
    """The way of a claim from opening to appeal."""

    answer_days: int = keys.days("the respondent answers", anchor="claim opened", least=1)
    on_silence: str = keys.choice("what silence of the supplier does", "escalate", "refund")
    escalate_from_day: int = keys.days("either side may escalate, from the start of that day", anchor="claim opened")
    escalate_automatic_day: int = keys.days(
        "the claim escalates by itself, at the start of that day", anchor="claim opened"
    )
    rebut_days: int = keys.days("the supplier may rebut a record with documents", anchor="claim opened")
    without_person: tuple[str, ...] = keys.choices("reasons that may be decided without a person", *REASONS)
    undisputed_only: tuple[str, ...] = keys.choices("of these, only where the facts are undisputed", *REASONS)
    mediation_target_days: int = keys.days("a decision is aimed at", anchor="escalated", least=1)
    mediation_limit_days: int = keys.days("a decision is given at the latest", anchor="escalated", least=1)
    evidence_days: int = keys.days("evidence asked for by the mediator is due", anchor="asked", least=1)
    evidence_extension_days: int = keys.days("one extension of that time", anchor="the first due day")
    appeal_days: int = keys.days("an appeal may be made", anchor="determination published", least=1)
    appeal_grounds: tuple[str, ...] = keys.choices("grounds of appeal", "new_evidence", "error")
    outside_evidence: str = keys.choice(
        "messages from outside: count if both attest, never, or are weighed", "both_attest", "never", "weighed"
    )
    conclusive_documents: tuple[str, ...] = keys.choices(
        "supplier's documents that defeat a late record; nothing else does", *CONCLUSIVE
    )


@dataclass(frozen=True, slots=True)
class Receipt:
    """When goods count as received although nobody said so."""

    silence: str = keys.choice("whether silence after delivery counts as receipt", "counts", "never")
    silence_days: int = keys.days("silence counts as receipt", anchor="delivered", least=1)
    grades: tuple[str, ...] = keys.choices("grades of delivery proof that let silence count", *GRADES)
    extension_days: int = keys.days("each party may extend once by", anchor="receipt deadline")
    notice_hours: int = keys.whole("a delivered notice comes before the deadline by", unit="hours", most=720)
    bounce_days: int = keys.days("without a delivered notice the deadline moves once by", anchor="receipt deadline")


@dataclass(frozen=True, slots=True)
class Cover:
    """What is paid beyond the held money, and for whom."""

    tiers: Table[Table[int]] = keys.amounts_table("most cover of one order by tier", allowed=TIERS)
    limits: str = keys.choice(
        "what the cap limits: what is paid beyond held money, or every refund", "beyond_held", "total"
    )
    line_times: int = keys.whole(
        "a supplier's line is at most this many caps", unit="times the cap", least=1, most=1000
    )
    linked: str = keys.choice("linked orders share one cap, each has its own, or are refused", "link", "allow", "deny")
    linked_days: int = keys.days(
        "orders of the same two parties are linked when signed within", anchor="other signature"
    )
    excess: str = keys.choice("an order above its cover: both sign for the excess, or it is refused", "sign", "refuse")
    early_release: str = keys.choice("early releases together: at most the cover, or none", "within_cover", "never")


@dataclass(frozen=True, slots=True)
class Guarantee:
    """What a supplier puts up."""

    by: str = keys.choice("how it is put up", "deposit", "credit_hold")
    deposit_percent: Fraction = keys.percent("required share of the supplier's line")
    hold_percent: Fraction = keys.percent("kept back from each release until it is met")


@dataclass(frozen=True, slots=True)
class LateStep:
    """One step of late compensation by duration."""

    from_day: int = keys.days("the step begins with this day", anchor="expected date", least=1)
    percent: Fraction = keys.percent("of the late value")


@dataclass(frozen=True, slots=True)
class Late:
    """What lateness costs where the contract has no clause of its own."""

    basis: str = keys.choice(
        "which date is measured unless the term is D or an arrival is promised", "shipment", "delivery"
    )
    scale: str = keys.choice(
        "how it is computed: by the day, by steps, or only by the contract's clause", "daily", "steps", "clause_only"
    )
    percent_per_day: Fraction = keys.percent("of the late value for each day counted")
    grace_days: int = keys.days("grace", anchor="expected date")
    grace: str = keys.choice("grace is deducted from the days, or only a threshold", "deducted", "threshold")
    cap_percent: Fraction = keys.percent("at most, of the late value")
    steps: tuple[LateStep, ...] = keys.sections("steps by days late", LateStep, optional=True)
    cancel_after_days: int = keys.days("from the day after, the buyer may cancel for a full refund", anchor="ship date")
    tracking: str = keys.choice(
        "proof of shipment counts by its own date, or must also be uploaded by the ship date", "by_date", "uploaded"
    )


@dataclass(frozen=True, slots=True)
class Short:
    """What a short delivery gives."""

    measure: str = keys.choice("the missing units, or everything with the goods kept", "missing_units", "full_refund")
    threshold_percent: Fraction = keys.percent(
        "a lot of which this share or less arrived may be rejected (or is refunded in full)"
    )
    may_reject: bool = keys.flag("such a lot may be rejected and returned for a full refund")


@dataclass(frozen=True, slots=True)
class Remedies:
    """What a buyer may ask for."""

    allowed: tuple[str, ...] = keys.choices("remedies", *REMEDIES)
    goods_kept: bool = keys.flag("goods refunded at full price stay with the buyer")
    cancel_rest: bool = keys.flag("a lot rejected whole lets the buyer cancel the undelivered rest")


@dataclass(frozen=True, slots=True)
class Inspection:
    """When goods are examined, how, and who pays."""

    advised_from: Table[int] = keys.amounts("inspection is advised from this order total")
    required_from: Table[int] = keys.amounts("inspection is required from this order total", optional=True)
    bearer: str = keys.choice("who bears the fee", "party_at_fault", "buyer", "supplier")
    level: str = keys.choice("ISO 2859-1 inspection level by default", "I", "II", "III", "S-1", "S-2", "S-3", "S-4")
    aql_critical: str = keys.text("AQL for critical defects by default", pattern=AQL)
    aql_major: str = keys.text("AQL for major defects by default", pattern=AQL)
    aql_minor: str = keys.text("AQL for minor defects by default", pattern=AQL)
    fixed_sample_refused: int = keys.whole(
        "a fixed sample of so many pieces or fewer is refused", unit="pieces", most=1000
    )
    notice_days: int = keys.place_days("an inspection is booked ahead of its day by", anchor="booked", default=3)
    answer_days: int = keys.place_days("the inspector accepts or declines", anchor="booked or moved", default=2)
    report_days: int = keys.place_days(
        "a report is filed; so long an inspection holds up deadlines", anchor="the inspection began", default=3
    )


@dataclass(frozen=True, slots=True)
class Exclusions:
    """What is not covered."""

    apply: tuple[str, ...] = keys.choices("facts that, once established, exclude a claim they touch", *EXCLUSIONS)
    carrier_damage: str = keys.choice("damage on the way: by the Incoterm, or never covered", "by_incoterm", "never")
    customs: str = keys.choice("clearance: by the Incoterm, or never covered", "by_incoterm", "never")
    lost_after_grades: tuple[str, ...] = keys.choices(
        "grades of handover proof after which loss is the buyer's risk", *GRADES
    )
    force_majeure_notice_days: int = keys.days("force majeure is declared", anchor="event began")
    force_majeure_most_days: int = keys.days(
        "it extends dates at most; then the buyer may cancel", anchor="event began"
    )


@dataclass(frozen=True, slots=True)
class Band:
    """One band of the fee."""

    tiers: tuple[str, ...] = keys.choices("tiers it is for", *TIERS)
    above: Table[int] = keys.amounts("the part of released goods value above this amount", optional=True)
    percent: Fraction = keys.percent("of that part")


@dataclass(frozen=True, slots=True)
class Fees:
    """What protection costs."""

    payer: str = keys.choice("who pays the fee", "supplier")
    bands: tuple[Band, ...] = keys.sections("the fee, part by part of the released goods value", Band)
    minimum: Table[int] = keys.amounts("least fee of an order, once anything is released", optional=True)
    cap: Table[int] = keys.amounts("most fee of an order", optional=True)
    hides_direct_price: bool = keys.flag(
        "quotations do not show buyers what goods would cost by direct transfer, unprotected", optional=True
    )


@dataclass(frozen=True, slots=True)
class Rail:
    """One way money comes in."""

    limit: Table[int] = keys.amounts("most of one payment", optional=True)
    percent: Fraction = keys.percent("processing at cost, of the amount")
    fixed: Table[int] = keys.amounts("processing at cost, for each payment", optional=True)
    settle_days: int = keys.whole("until it is settled", unit="banking days", anchor="captured", most=60)
    refund_days: int = keys.days("a refund can go back this way", anchor="captured", least=1)
    releasable_after: str = keys.choice("when it may be released", "captured", "settled")
    returnable: bool = keys.flag("the network can take it back before it is settled")
    short_limit: Table[int] = keys.amounts(
        "a payment this much short of what is due (at most a tenth of it), by what banks took, counts as whole",
        optional=True,
    )


@dataclass(frozen=True, slots=True)
class Returns:
    """Goods going back, money going back."""

    ship_back_days: int = keys.days("the buyer ships goods back", anchor="return agreed or final", least=1)
    inspect_days: int = keys.days("the supplier examines returned goods", anchor="goods came back", least=1)
    refund_start_days: int = keys.whole("a refund is started", unit="business days", anchor="final", least=1, most=60)


@dataclass(frozen=True, slots=True)
class Recourse:
    """Who pays in the end."""

    refund_order: tuple[str, ...] = keys.choices("where refund lines are drawn from, in order", *SOURCES)
    cost_order: tuple[str, ...] = keys.choices("where cost lines are drawn from, in order", *SOURCES[:3])
    lost_chargeback: str = keys.choice("bearer of a lost chargeback", "party_at_fault", "operator", "supplier")


AFTER_PAYMENT = (
    *("lines", "prices", "charges", "specification", "criterion", "packaging", "documents", "inspection"),
    *("incoterm", "place", "ship_to", "mode", "ship", "transit_days", "latest_delivery_on", "late"),
    *("partial_shipments", "remarks"),
)
"""The clauses of a contract that a programme may open to amendment once money is held. `prices` are the unit prices."""
AFTER_SHIPMENT = tuple(name for name in AFTER_PAYMENT if name not in ("incoterm", "late"))
"""Those it may leave open once a lot has left; what has left is under the version that was in force then."""


@dataclass(frozen=True, slots=True)
class Amendments:
    """What may change by an amendment that both sides sign."""

    ship_date_days: int = keys.days("the ship date may move in all by", anchor="first agreed ship date")
    freight_percent: Fraction = keys.percent("freight may rise by at most")
    buyer_default_percent: Fraction = keys.percent("most a contract may set as buyer-default share")
    after_payment: tuple[str, ...] = keys.choices(
        "clauses that may change once anything is paid", *AFTER_PAYMENT, default=AFTER_PAYMENT
    )
    after_shipment: tuple[str, ...] = keys.choices(
        "clauses that may change, for what has not left, once a lot has left", *AFTER_SHIPMENT, default=AFTER_SHIPMENT
    )


@dataclass(frozen=True, slots=True)
class Points:
    """Penalty points of a supplier."""

    weights: Table[int] = keys.whole_table("points by event", unit="points", allowed=POINTS)
    expire_days: int = keys.days("a point expires", anchor="event", least=1)
    suspend_at: int = keys.whole("the badge is suspended at", unit="points", least=1)


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Who and what may be protected; an empty allowed list allows everything that is not barred."""

    countries_allowed: tuple[str, ...] = keys.words("countries", pattern="[A-Z]{2}", optional=True)
    countries_barred: tuple[str, ...] = keys.words("countries", pattern="[A-Z]{2}", optional=True)
    categories_allowed: tuple[str, ...] = keys.words("categories", pattern="[a-z0-9_/-]+", optional=True)
    categories_barred: tuple[str, ...] = keys.words("categories", pattern="[a-z0-9_/-]+", optional=True)
    products_barred: tuple[str, ...] = keys.words("products", pattern="[a-z0-9_/-]+", optional=True)


@dataclass(frozen=True, slots=True)
class Advised:
    """Advice; it never limits anything."""

    sample_first: bool = keys.flag("a sample is advised before a first order with a supplier")
    card_under: Table[int] = keys.amounts("card or PayPal is advised under this order total", optional=True)
    insurance_from: Table[int] = keys.amounts("cargo insurance is advised from this order total", optional=True)


@dataclass(frozen=True, slots=True)
class Programme:
    """The whole set of rules, by name and version; `digest` is the SHA-256 of its canonical form, in hex."""

    name: str = keys.text("name", pattern="[a-z][a-z0-9-]{0,39}")
    version: int = keys.whole("version", unit="counted from 1", least=1, most=100000)
    title: str = keys.text("one line for people", pattern=r"\S[^\n]{0,119}")
    currencies: tuple[str, ...] = keys.words("currencies with figures; every amount names each", pattern="[A-Z]{3}")
    signing: Signing = keys.section("signing, paying, confirming", Signing)
    window: Table[WindowRule] = keys.table(
        "claim windows by reason",
        WindowRule,
        allowed=REASONS,
        required=tuple(reason for reason in REASONS if reason not in WITHOUT_WINDOW),
    )
    claims: Claims = keys.section("the way of a claim", Claims)
    receipt: Receipt = keys.section("receipt", Receipt)
    cover: Cover = keys.section("cover", Cover)
    guarantee: Guarantee = keys.section("the supplier's guarantee", Guarantee)
    late: Late = keys.section("lateness", Late)
    short: Short = keys.section("short delivery", Short)
    remedies: Remedies = keys.section("remedies", Remedies)
    inspection: Inspection = keys.section("inspection", Inspection)
    exclusions: Exclusions = keys.section("exclusions", Exclusions)
    fees: Fees = keys.section("fees", Fees)
    rails: Table[Rail] = keys.table("payment rails", Rail, allowed=RAILS)
    returns: Returns = keys.section("returns and refunds", Returns)
    recourse: Recourse = keys.section("recourse", Recourse)
    amendments: Amendments = keys.section("amendments", Amendments)
    points: Points = keys.section("penalty points", Points)
    eligibility: Eligibility = keys.section("eligibility", Eligibility)
    advice: Advised = keys.section("advice", Advised)
    calendar: DayCount = keys.section("how days are counted, and reminders", DayCount, optional=True)
    digest: str = field(default="")

    def __hash__(self) -> int:
        return hash((self.name, self.version, self.digest))

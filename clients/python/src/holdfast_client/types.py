"""What is sent and what comes back. Made from the API's description by `python3 run.py client`; a test refuses it
when it is stale."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypeAlias, TypedDict


class Acceptance(TypedDict):
    """The version that was read; quantities where they differ from those quoted; where the goods go, if the
    quotation does not say it."""

    version: int
    quantities: NotRequired[list[WantedQuantity]]
    ship_to: NotRequired[ShipTo | None]
    external_id: NotRequired[str | None]
    metadata: NotRequired[dict[str, str]]


class AcceptanceChance(TypedDict):
    """A lot of which `percent` is defective is accepted with this chance: `this_lot` for exactly `defective`
    units of a lot of this size, `long_run` for lots of a steady production. Decimals from 0 to 1."""

    percent: str
    defective: int
    this_lot: str
    long_run: str


class AccountEntry(TypedDict):
    """One line of an account: a credit when positive; `running_minor` is what stood after it."""

    transfer_id: str
    kind: str
    other_code: str
    other_owner: str
    amount_minor: int
    running_minor: int
    currency: str
    happened_at: str
    booked_on: str
    order_id: str | None
    subject_id: str | None


class AccountNumber(TypedDict):
    """Under which number and name an account is exported."""

    code: str
    number: str
    name: str
    group: str


class AccountNumberBody(TypedDict):
    """An account of the chart, and the bookkeeper's number and name for it."""

    code: str
    number: str
    name: str


class AccountQuery(TypedDict):
    """Which accounts: by what they are for, whose they are (an organisation, an order, a rail, `operator`)."""

    limit: NotRequired[int]
    cursor: NotRequired[str | None]
    code: NotRequired[str | None]
    owner: NotRequired[str | None]
    currency: NotRequired[str | None]


class AccountShown(TypedDict):
    """An account of the ledger and what stands on it: credits less debits."""

    id: str
    code: str
    purpose: str
    owner: str
    owner_name: str
    currency: str
    balance_minor: int


class AccountStatement(TypedDict):
    """An account's lines of a period; `next_cursor` is null on the last page."""

    account: AccountShown
    opening_minor: int
    closing_minor: int
    items: list[AccountEntry]
    next_cursor: str | None


class ActOut(TypedDict):
    """Something the caller may do now; `due_at` is by when, or null."""

    verb: str
    due_at: str | None


class Adjustment(TypedDict):
    """A line of its own for what departs from the computed ones; below zero it takes away."""

    amount_minor: int
    reason: str
    label: NotRequired[str]
    head: NotRequired[Literal["refund", "cost"]]


class AgreedAddress(TypedDict):
    """Where the goods go."""

    name: str
    street: str
    city: str
    country: str
    region: NotRequired[str]
    postcode: NotRequired[str]


class AgreedAppliesTo(TypedDict):
    """The contract lines and sizes a term speaks of; empty means all."""

    lines: NotRequired[list[int]]
    sizes: NotRequired[list[str]]


class AgreedCharge(TypedDict):
    """A cost beside the goods; a discount's amount is subtracted. `basis` says how lots and lines share it."""

    kind: Literal["freight", "insurance", "handling", "tooling", "sample", "discount", "tax"]
    amount_minor: int
    basis: NotRequired[Literal["value", "weight", "unit"]]
    label: NotRequired[str]


AgreedClassPlan = TypedDict(
    "AgreedClassPlan", {"class": "Literal['critical', 'major', 'minor']", "n": "int", "ac": "int", "re": "int"}
)
"""For one class of defect: draw `n`; accepted up to `ac` defective units, rejected from `re`."""


AgreedClassQuality = TypedDict("AgreedClassQuality", {"class": "str", "aql": "str"})
"""For one class of defect: its acceptance quality limit, as the tables spell it; `0` accepts none."""


class AgreedCriterion(TypedDict):
    """How the units read decide the lot. `level`, `inspection` and `aql` are a plan's by the tables; with
    `switching` the severity begins as normal and follows the supplier's record."""

    kind: Literal["plan", "aql", "fraction", "every_unit"]
    plans: NotRequired[list[AgreedClassPlan]]
    fraction: NotRequired[int | str | None]
    sample_size: NotRequired[int | None]
    level: NotRequired[str | None]
    inspection: NotRequired[str | None]
    aql: NotRequired[list[AgreedClassQuality]]
    switching: NotRequired[bool]


class AgreedDocument(TypedDict):
    """Everything that two sides agree on."""

    currency: str
    lines: NotRequired[list[AgreedLine]]
    payment: AgreedPayment
    incoterm: Literal["EXW", "FCA", "CPT", "CIP", "FAS", "FOB", "CFR", "CIF", "DAP", "DPU", "DDP"]
    place: str
    ship_to: AgreedAddress
    mode: Literal["sea", "air", "road", "rail", "courier", "multimodal"]
    ship: AgreedShip
    transit_days: int
    charges: NotRequired[list[AgreedCharge]]
    specification: NotRequired[list[AgreedTerm]]
    criterion: NotRequired[AgreedCriterion | None]
    category: NotRequired[str]
    packaging: NotRequired[str]
    documents: NotRequired[list[str]]
    inspection: NotRequired[AgreedInspection | None]
    latest_delivery_on: NotRequired[str | None]
    late: NotRequired[AgreedLateClause | None]
    buyer_default_percent: NotRequired[int | str]
    partial_shipments: NotRequired[bool]
    remarks: NotRequired[str]
    matrix: NotRequired[list[dict[str, Any]]]


class AgreedInspection(TypedDict):
    """Who examines the goods, when, at whose cost, and what waits for the verdict."""

    type: Literal["during_production", "pre_shipment", "loading", "after_delivery"]
    by: NotRequired[str]
    when: NotRequired[str]
    finished_percent: NotRequired[int | str]
    packed_percent: NotRequired[int | str]
    payer: NotRequired[Literal["party_at_fault", "buyer", "supplier"]]
    blocks: NotRequired[list[str]]


class AgreedLateClause(TypedDict):
    """The contract's own clause; percentages as fractions of a per cent (1/2 is 0.5%)."""

    percent_per_day: int | str
    grace_days: int
    cap_percent: int | str
    cancel_after_days: NotRequired[int | None]


class AgreedLine(TypedDict):
    """So many units of one product at one price; `weight_grams` is one unit's, for charges shared by weight."""

    number: int
    product: str
    quantity: int
    unit: str
    unit_price_minor: int
    sku: NotRequired[str]
    variant: NotRequired[str]
    size: NotRequired[str]
    weight_grams: NotRequired[int | None]
    tolerance: NotRequired[AgreedQuantityTolerance | None]


class AgreedPayment(TypedDict):
    """The payment schedule. A shorthand (`full`, `deposit_balance` with its deposit) is written out in
    `tranches`."""

    kind: Literal["full", "deposit_balance", "milestones"]
    deposit_percent: NotRequired[int | str | None]
    tranches: NotRequired[list[AgreedTranche]]


class AgreedQuantityTolerance(TypedDict):
    """How far the delivered quantity may be off: in per cent of the line, or in units; one of the two."""

    percent: NotRequired[int | str | None]
    units: NotRequired[int | None]


class AgreedShip(TypedDict):
    """The ship date: a fixed day, or so many days after the first payment; one of the two."""

    on: NotRequired[str | None]
    days_after_payment: NotRequired[int | None]


class AgreedSizeNominal(TypedDict):
    """A point of measure in one size."""

    size: str
    nominal: str


AgreedTerm = TypedDict(
    "AgreedTerm",
    {
        "id": "str",
        "property": "str",
        "kind": "Literal['dimension', 'weight', 'fabric_weight', 'composition', 'performance', 'count', 'packaging', 'fastness', 'component', 'version', 'label', 'logo', 'function', 'sample', 'document', 'certificate', 'colour']",
        "class": "Literal['critical', 'major', 'minor']",
        "nominal": "NotRequired[str]",
        "accepted": "NotRequired[list[str]]",
        "by_size": "NotRequired[list[AgreedSizeNominal]]",
        "unit": "NotRequired[str | None]",
        "limit": "NotRequired[Literal['within', 'at_least', 'at_most'] | None]",
        "tolerance": "NotRequired[AgreedTolerance | None]",
        "system": "NotRequired[Literal['pantone', 'ral', 'lab'] | None]",
        "lab": "NotRequired[list[int | str] | None]",
        "delta_e": "NotRequired[int | str | None]",
        "method": "NotRequired[str]",
        "applies_to": "NotRequired[AgreedAppliesTo]",
        "refund_trigger": "NotRequired[bool]",
        "decides_lot": "NotRequired[bool]",
        "references": "NotRequired[list[str]]",
        "number": "NotRequired[str]",
        "held_by": "NotRequired[str]",
        "valid_until": "NotRequired[str | None]",
    },
)
"""One agreed property. `nominal` is a number, a model, a code or a text, by kind."""


class AgreedTolerance(TypedDict):
    """How far from the nominal value is still permitted; in the term's unit, or in per cent of the nominal."""

    minus: NotRequired[int | str]
    plus: NotRequired[int | str]
    percent: NotRequired[bool]
    edges: NotRequired[Literal["inclusive", "exclusive"]]


class AgreedTranche(TypedDict):
    """A part of the price: what makes it payable and what releases it. `amount_minor` is computed from `percent`."""

    number: int
    payable: Literal["signature", "production", "ready", "shipment"]
    release: Literal["production", "inspection", "shipment", "receipt"]
    percent: NotRequired[int | str | None]
    amount_minor: NotRequired[int | None]


class AmendableShown(TypedDict):
    """What may still change. `barred` says why nothing can: `order_ended`, `claim_open`, `amendment_open`;
    `clauses` null: every one but the currency. `document` is what is agreed in the version in force."""

    barred: str | None
    stage: str
    clauses: list[str] | None
    last_ship_on: str | None
    most_freight_minor: int
    least_total_minor: int
    total_fixed: bool
    currency: str
    shipped: list[ShippedShown]
    claims: list[ClaimedShown]
    version: int
    digest: str
    document: dict[str, Any]


class AmendmentShown(TypedDict):
    """An amendment; `text` is the canonical text of the new version whose SHA-256 is `digest`: what is signed.
    `base_digest` is the digest of the version that `changes` are counted from."""

    id: str
    number: int
    version: int
    order_id: str
    contract_id: str
    contract_number: str
    state: str
    in_force: bool
    proposer: str
    role: str
    note: str
    currency: str
    total_before_minor: int
    total_minor: int
    cover_minor: int
    uncovered_minor: int
    changes: list[ChangeShown]
    text: ContractText
    digest: str
    base_digest: str
    signatures: list[Signature]
    waits_for: list[str]
    sign_due_at: str | None
    proposed_at: str
    signed_at: str | None
    ended_at: str | None
    external_id: str | None
    metadata: dict[str, str]
    acts: list[ActOut]


class AmendmentSignature(TypedDict):
    """The digest of the text that is signed: the one the amendment shows."""

    digest: str


class AmendmentSigned(TypedDict):
    """What a signature did; `back_minor` goes back to the buyer, `due_minor` is asked of it in more."""

    amendment_id: str
    order_id: str
    amendment_state: str
    version: int
    side: str
    kind: str
    total_minor: int
    cover_minor: int
    back_minor: int
    due_minor: int
    currency: str


class AskedTerm(TypedDict):
    """A term as a template asks for it: fill in what it `needs`; `example` is what could stand there."""

    id: str
    aspect: str
    expected: bool
    say: str
    needs: list[str]
    term: dict[str, Any]
    example: dict[str, Any]


class AssessmentShown(TypedDict):
    """What the rules compute now, before a person decides: every sentence points to what it rests on."""

    engine: str
    outcome: str
    without_person: bool
    refund_minor: int
    cost_minor: int
    total_minor: int
    currency: str
    assessment: AssessmentDocument


class Assignment(TypedDict):
    """An inspector named for one kind of inspection; `is_binding` says whether its verdict opens and blocks."""

    id: str
    order_id: str
    order_number: str
    inspector_id: str
    inspector_name: str
    kind: str
    state: str
    commissioned_by: str
    is_binding: bool
    fee_minor: int
    currency: str
    assigned_at: str
    external_id: str | None
    metadata: dict[str, str]
    acts: list[ActOut]


class AttemptShown(TypedDict):
    """What in a message looks as if it would take the deal off the platform: its kind, and the words."""

    kind: str
    said: str


class Back(TypedDict):
    """Why money goes back to who sent it."""

    reason: NotRequired[str]


class Balance(TypedDict):
    """What stands on the balance, what of it is owed for awards, and what is free to be paid out now."""

    organisation_id: str
    payable_minor: int
    owed_minor: int
    free_minor: int
    currency: str


class BankAccount(TypedDict):
    """An account of the operator's; `holds` says whose money is on it."""

    id: str
    name: str
    number: str
    bic: str
    currency: str
    holds: str
    added_at: str


class BankCharge(TypedDict):
    """What a bank took; `included`: out of the line's amount."""

    amount_minor: int
    currency: str
    included: bool


class BankLine(TypedDict):
    """One booked movement and what became of it."""

    id: str
    bank_account_id: str
    file_id: str
    state: str
    kind: str
    direction: str
    amount_minor: int
    currency: str
    booked_on: str
    value_on: str | None
    reversal: bool
    bank_ref: str
    end_to_end: str
    references: list[str]
    text: str
    counterparty_name: str
    counterparty_account: str
    charges: list[BankCharge]
    code: str
    subject_id: str | None
    order_id: str | None
    note: str
    ended_at: str | None
    acts: list[ActOut]


class BankStanding(TypedDict):
    """Clients' money by the ledger and by the bank's statements; null where there is no statement."""

    currency: str
    ledger_minor: int
    statement_minor: int | None
    statement_on: str | None
    explained_minor: int


class BankStatement(TypedDict):
    """A statement of a file. `break_minor`: it opens so much off the one before it; `off_minor`: its lines miss
    its closing balance by so much. Null where there is nothing to compare with."""

    bank_account_id: str
    number: str
    currency: str
    kind: str
    name: str
    sequence: str
    from_on: str | None
    to_on: str | None
    opening_minor: int | None
    closing_minor: int | None
    lines: int
    credits_minor: int
    debits_minor: int
    off_minor: int | None
    break_minor: int | None


class BankStatementFile(TypedDict):
    """A file that was taken in: of its booked `lines`, `known` had come by other files; `not_booked` were
    announced only; `states` counts what became of the others. `again`: it had been sent before."""

    id: str
    name: str
    sha256: str
    size_bytes: int
    state: str
    lines: int
    not_booked: int
    known: int
    states: dict[str, int]
    statements: list[BankStatement]
    received_at: str
    ended_at: str | None
    again: bool


class BeforeContract(TypedDict):
    """What was said about the quotation that a contract came from, if it came from one."""

    quotation: QuotationThread | None


class Beneficiary(TypedDict):
    """A bank account. `name_match` is how its holder's name stands to the organisation's: `match`, `close` or
    `no_match` (empty for accounts of before), and `match_reason` the verifier's, for the operator. A changed
    account is `cooling` until `usable_at`."""

    id: str
    organisation_id: str
    name: str
    currency: str
    iban: str
    bic: str
    account: str
    bank: str
    state: str
    created_at: str
    verified_at: str | None
    usable_at: str | None
    withdrawn_at: str | None
    name_match: str
    name_match_why: str
    match_reason: str | None
    external_id: str | None
    metadata: dict[str, str]
    acts: list[ActOut]


class Billing(TypedDict):
    """Whom invoices are made out to."""

    organisation_id: str
    legal_name: str
    address: str
    country: str
    registration_number: str
    vat_number: str


class Booking(TypedDict):
    """A visit of an inspector on a day of its place. `notice` is how the working days ahead of it were counted:
    places, the source of the holidays, the days skipped, and the first day that left enough of them. `late` says
    that it was cancelled or moved with fewer left; what that costs is between the payer and the inspector."""

    id: str
    order_id: str
    order_number: str
    assignment_id: str
    inspector_id: str
    inspector_name: str
    kind: str
    lot: int | None
    state: str
    on: str
    place: str
    city: str
    time_zone: str
    notice: dict[str, Any]
    booked_by: str
    payer: str
    fee_minor: int
    currency: str
    booked_at: str
    answered_at: str | None
    began_at: str | None
    ended_at: str | None
    moved: int
    late: bool
    why: str
    report_id: str | None
    external_id: str | None
    metadata: dict[str, str]
    acts: list[ActOut]


class Bookings(TypedDict):
    """A page of the visits of an order, the earliest booked first, and how far its goods are."""

    items: list[Booking]
    next_cursor: str | None
    readiness: Readiness | None


class Bounce(TypedDict):
    """What a delivery report was about and came to. `effect`: `dead`, nothing more is sent to that address;
    `refused`, this mail was not taken; `later`, it is sent again; `nothing`, where it is known already, says of
    no failure, or speaks of no notice of ours."""

    notice_id: str | None
    delivery: str | None
    effect: str
    status: str
    said: str


class BreakShown(TypedDict):
    """Something that does not agree or is late: since which close, until when, and whether it was carried over."""

    kind: str
    subject: str
    currency: str
    amount_minor: int
    who: str
    since: str
    until: str
    carried: bool


class BriefLine(TypedDict):
    """A line to examine."""

    number: int
    product: str
    sku: str
    variant: str
    size: str
    quantity: int
    unit: str


class BriefLot(TypedDict):
    """A lot to examine."""

    number: int
    state: str
    quantities: list[Units]
    version: int


class BriefQuery(TypedDict):
    """Whose terms the brief gives."""

    lot: NotRequired[int | None]


class CalledInState(TypedDict):
    """For lists: only what is in a state, and what is called so."""

    limit: NotRequired[int]
    cursor: NotRequired[str | None]
    state: NotRequired[str | None]
    external_id: NotRequired[str | None]


class CalledQuery(TypedDict):
    """For lists: only what its maker, or one's own organisation, calls so."""

    external_id: NotRequired[str | None]


class CancellationShown(TypedDict):
    """What a cancellation gave back; `owed_minor` is what the supplier had already and now owes."""

    order_id: str
    order_state: str
    ground: str
    refunded_minor: int
    owed_minor: int
    currency: str


class Capture(TypedDict):
    """What became of a payment: `captured` with what is held, `declined` for a reason, or `pending`."""

    payment_id: str
    payment_state: str
    order_id: str
    order_state: str | None
    tranche: int
    tranche_state: str | None
    held_minor: int
    refundable_minor: int
    currency: str
    reason: str | None


class CarriedShown(TypedDict):
    """Who carries it, and whether the buyer may claim it from the supplier."""

    bearer: str
    covered: bool
    rule: str
    sentence: str


class CarrierWord(TypedDict):
    """What the simulated carrier says of a shipment; now, or at a moment that has passed."""

    shipment_id: str
    code: Literal["ACCEPTED", "GTIN", "LOAD", "DEPA", "ARRI", "DISC", "GTOT", "OFD", "DELIVERED", "EXCEPTION"]
    at: NotRequired[str | None]
    place: NotRequired[str]


Change = TypedDict("Change", {"path": "str", "from": "NotRequired[Any]", "to": "Any"})
"""One place of the agreed document (`lines.0.quantity`, `specification.T1.nominal`): what is to stand there.
Where `from` is given it must be what stands there now. A member is added behind the last; `to` null takes one
away."""


class ChangeShown(TypedDict):
    """One place that changes: null before where something is added, null after where it is taken away."""

    path: str
    before: NotRequired[Any]
    to: NotRequired[Any]


class Claim(TypedDict):
    """A case, as the caller's side sees it now."""

    id: str
    order_id: str
    order_number: str
    number: int
    role: str
    claimant: str
    respondent: str
    reason: str
    state: str
    lots: list[int]
    units: list[dict[str, int]]
    terms: list[str]
    about: str
    remedy: str
    amount_minor: int | None
    currency: str
    frozen_minor: int
    statement: str
    cancel_rest: bool
    opened_at: str
    window_ends_at: str | None
    buyer_zone: str
    supplier_zone: str
    answer: str | None
    answer_text: str
    answered_at: str | None
    offer_minor: int | None
    escalated_at: str | None
    appeal_ends_at: str | None
    appeal_waived_by: list[str]
    final_at: str | None
    return_number: str | None
    ended_at: str | None
    paused_at: str | None
    waiting_minor: int
    charged_back_minor: int
    evidence: list[Exhibit]
    missing: list[str]
    determination: Determination | None
    deadlines: list[Waits]
    acts: list[ClaimAct]
    external_id: str | None
    metadata: dict[str, str]


class ClaimAct(TypedDict):
    """Something the caller may do now, or from `from` on; `due_at` is by when."""

    verb: str
    opens_at: str | None
    due_at: str | None
    zone: str | None


class ClaimInList(TypedDict):
    """A claim in a list; `who` must act by `due_at`."""

    id: str
    order_id: str
    order_number: str
    number: int
    reason: str
    state: str
    claimant: str
    buyer_name: str
    supplier_name: str
    amount_minor: int | None
    frozen_minor: int
    currency: str
    opened_at: str
    due_at: str | None
    who: str | None


class ClaimQuery(TypedDict):
    """What the list of claims takes."""

    limit: NotRequired[int]
    cursor: NotRequired[str | None]
    state: NotRequired[str | None]
    external_id: NotRequired[str | None]


class ClaimedShown(TypedDict):
    """What an open claim holds as it is: terms by ID, lots by number, whether what has not left is in it."""

    claim: int
    terms: list[str]
    lots: list[int]
    rest: bool


class ClaimedUnits(TypedDict):
    """So many units of a line in a lot; lot 0 is what was not shipped."""

    lot: int
    line: int
    units: int


class ClassSamplingShown(TypedDict):
    """What a contract's criterion means for one class of defect; no class where it makes no difference."""

    severity: str | None
    aql: str | None
    letter: str | None
    n: int
    ac: int | None
    re: int | None
    whole_lot: bool
    chances: list[AcceptanceChance]
    curve: list[CurvePoint]


class ClientsMoney(TypedDict):
    """Money apart from the operator's own, beside what is owed to clients."""

    currency: str
    there_minor: int
    owed_minor: int


class Clock(TypedDict):
    """The time of a sandbox."""

    now: str


class ClockStep(TypedDict):
    """How far, or to when."""

    advance_seconds: NotRequired[int | None]
    until: NotRequired[str | None]


class CloseFile(TypedDict):
    """A close as it is verified: what is signed, the signature, the key; the books for the operator alone."""

    statement: dict[str, Any]
    key_id: str
    public_key: str
    signature: str
    books: NotRequired[dict[str, Any] | None]


class CloseInList(TypedDict):
    """A close: the days it covers, the SHA-256 of what was signed, and how much did not agree (for the operator)."""

    day: str
    first_day: str
    closed_at: str
    digest: str
    breaks: int | None


class CloseMade(TypedDict):
    """A day that was closed."""

    day: str
    first_day: str
    digest: str
    breaks: int


class ComparedProtection(TypedDict):
    """What stands behind a quotation; `covered_percent` of what is paid is covered beyond what is held."""

    cap_minor: int
    cover_minor: int
    covered_percent: str
    uncovered_minor: int
    fee_minor: int
    claim_days: int


class ComparedQuotation(TypedDict):
    """One quotation in a comparison. `claimability_percent` is the share of the goods' value that would rest on
    enforceable terms. `landed` is null, and `least_quantity` says why, where the quantity is below the smallest
    quoted; `protection` is null where the programme covers no such supplier or currency."""

    quotation_id: str
    number: str
    supplier: Party
    product: str
    incoterm: str
    place: str
    lead_time_days: int
    valid_until: str
    state: str
    programme: str
    is_lowest: bool
    least_quantity: int | None
    claimability_percent: str
    landed: LandedCost | None
    protection: ComparedProtection | None
    gap: PriceGap | None
    record: SupplierRecord


class ComparisonQuery(TypedDict):
    """The other quotations by ID, and what the buyer reckons with: an own freight counts where the term leaves
    the main carriage to the buyer."""

    beside: NotRequired[list[str]]
    quantity: NotRequired[int | None]
    duty_percent: NotRequired[str | None]
    insurance_percent: NotRequired[str | None]
    freight_minor: NotRequired[int | None]


class ConcessionDeclined(TypedDict):
    """Why, in words."""

    reason: NotRequired[str]


class ConcessionDigest(TypedDict):
    """The digest of the act that is signed: the one it shows."""

    digest: str


class ConcessionShown(TypedDict):
    """An explicit act about a breach; in force once `state` is `signed`. `document` is what is signed, its
    SHA-256 the `digest`."""

    id: str
    order_id: str
    kind: str
    breach: str
    terms: list[str]
    lots: list[int]
    original_on: str | None
    new_on: str | None
    compensation_minor: int | None
    currency: str
    proposed_by: str
    needs: list[str]
    state: str
    document: dict[str, Any]
    digest: str
    signatures: list[ConcessionSignatureShown]
    proposed_at: str
    ended_at: str | None
    external_id: str | None
    metadata: dict[str, str]
    acts: list[ActOut]


class ConcessionSignatureShown(TypedDict):
    """One side's signature: a person's, or attested by the marketplace."""

    side: str
    kind: str
    digest: str
    at: str


class Confirmation(TypedDict):
    """The payer's part at the provider: lead them to `url`, or confirm with `client_secret` in a page of your
    own."""

    payment_id: str
    provider: str
    url: str | None
    client_secret: str | None


class Consent(TypedDict):
    """What a marketplace may do for an organisation. `basis` is `created` where it made it, else `given`. It
    stands `good`, `suspended` (it serves on and takes on nobody new) or `ended` (it does nothing more)."""

    id: str
    organisation_id: str
    marketplace_id: str
    marketplace_name: str
    marketplace_standing: str
    basis: str
    scopes: list[str]
    sign_limit_minor: int | None
    sign_limit_currency: str | None
    given_at: str
    revoked_at: str | None
    acts: list[ActOut]


class ConsentTerms(TypedDict):
    """What a marketplace may do for an organisation: scopes, and with `contracts:sign` the most it may sign for."""

    scopes: list[str]
    sign_limit_minor: NotRequired[int | None]
    sign_limit_currency: NotRequired[str | None]


class Contract(TypedDict):
    """A contract; `text` is the canonical text whose SHA-256 is `digest`: what is signed. It is the first
    version's; `version_in_force` is a later one where both have signed an amendment of the order."""

    id: str
    number: str
    order_id: str | None
    state: str
    drafter: str
    role: str
    buyer: Party
    supplier: Party
    currency: str
    total_minor: int
    cover_minor: int | None
    uncovered_minor: int | None
    fee_minor: int | None
    programme: ProgrammeName
    text: ContractText
    digest: str
    version_in_force: int
    signatures: list[Signature]
    waits_for: list[str]
    sign_due_at: str | None
    drafted_at: str
    proposed_at: str | None
    signed_at: str | None
    ended_at: str | None
    external_id: str | None
    metadata: dict[str, str]
    acts: list[ActOut]


class ContractInList(TypedDict):
    """A contract in a list."""

    id: str
    number: str
    order_id: str | None
    state: str
    buyer_name: str
    supplier_name: str
    currency: str
    total_minor: int
    sign_due_at: str | None
    external_id: str | None


class ContractQuery(TypedDict):
    """What the list of contracts takes."""

    limit: NotRequired[int]
    cursor: NotRequired[str | None]
    state: NotRequired[str | None]
    external_id: NotRequired[str | None]


class ContractSampling(TypedDict):
    """A contract's criterion for a lot of this size. `classes` is empty where each unit stands for itself."""

    contract_id: str
    lot_size: int
    kind: str
    level: str | None
    inspection: str | None
    code_letter: str | None
    classes: list[ClassSamplingShown]
    sources: list[SourceOfFigures]


class ContractTerms(TypedDict):
    """The terms that a side accepts when it signs, with the digest of each language. `standing` says what is
    asked of the caller's side: `first` if it never accepted terms of this programme, `again` if it accepted
    another version, of which `changes` says what differs, `accepted` if it accepted this one; null for whoever is
    no side. `accepted_before` is what it accepted last."""

    programme: str
    version: int
    language: str
    digest: str
    text: str
    digests: dict[str, str]
    standing: Literal["first", "again", "accepted"] | None
    accepted_before: TermsAcceptance | None
    changes: list[TermsChange]


class ContractText(TypedDict):
    """The canonical text of a contract (RFC 8785): its SHA-256 is the digest that is signed."""

    format: str
    number: str
    order: str
    version: NotRequired[int]
    amends: NotRequired[dict[str, Any]]
    programme: dict[str, Any]
    buyer: dict[str, Any]
    supplier: dict[str, Any]
    agreed: ContractDocument
    totals: dict[str, Any]
    cover: dict[str, Any] | None


class Counted(TypedDict):
    """How many units of a line were counted; none is a count too."""

    line: int
    units: int


class CountryQuery(TypedDict):
    """Of which country."""

    country: str


class CoverLine(TypedDict):
    """A supplier's line in one currency, minor units: `set_minor` is a verifier's word, null where the
    programme's most for the tier counts; `reserved_minor` stands behind open orders; `left_minor` may still be
    signed for, and of it `one_order_minor` at most for one order."""

    organisation_id: str
    currency: str
    tier: str
    set_minor: int | None
    line_minor: int
    reserved_minor: int
    left_minor: int
    one_order_minor: int
    is_suspended: bool


class CoverPreview(TypedDict):
    """What a contract would be worth in a claim, reason by reason, computed by the functions that assess one."""

    programme: str
    programme_version: int
    engine: str
    tier: str
    currency: str
    total_minor: int
    cap_minor: int
    cover_minor: int
    uncovered_minor: int
    supplier_line: LineLeft | None
    promises: list[PromiseOut]
    lacking: list[LackingOut]
    exclusions: list[ExclusionOut]


class CoverQuery(TypedDict):
    """For how much cover is looked for."""

    limit: NotRequired[int]
    cursor: NotRequired[str | None]
    amount_minor: int
    currency: str
    programme: NotRequired[str]


class CoveringSupplier(TypedDict):
    """A supplier with enough cover; `cover_minor` is the most that one order could get now."""

    id: str
    name: str
    country: str
    tier: str
    currency: str
    cap_minor: int
    cover_minor: int
    line_left_minor: int | None
    shipments: int
    shipments_on_time: int
    on_time_percent: str | None


class CsvQuery(TypedDict):
    """`bom` begins the file with what makes some spreadsheets read UTF-8."""

    bom: NotRequired[bool]


class CurrencyQuery(TypedDict):
    """Of which currency."""

    currency: str


class CurvePoint(TypedDict):
    """A point of the operating characteristic curve."""

    percent: str
    long_run: str


class DaysQuery(TypedDict):
    """Over how many days."""

    days: NotRequired[int]


class Debt(TypedDict):
    """What a supplier owes for one award. `waiting_minor` the buyer has not got yet; `reserve_minor` was paid
    ahead by the reserve. Money sent for it bears `reference` (ISO 11649)."""

    id: str
    order_id: str
    supplier_id: str
    claim_id: str | None
    kind: str
    state: str
    currency: str
    amount_minor: int
    collected_minor: int
    open_minor: int
    advanced_minor: int
    reserve_minor: int
    waiting_minor: int
    owed_by_operator_minor: int
    reference: str
    reminders: int
    recorded_at: str
    ended_at: str | None
    write_off_asked_at: str | None
    acts: list[ActOut]


class DebtQuery(TypedDict):
    """What the list of debts takes."""

    limit: NotRequired[int]
    cursor: NotRequired[str | None]
    state: NotRequired[Literal["open", "collected", "written_off"] | None]
    currency: NotRequired[str | None]


class Declining(TypedDict):
    """Why, and in words what the list does not say."""

    reason: Literal["price", "quantity", "lead_time", "specification", "cover", "capacity", "terms", "other"]
    note: NotRequired[str]


class DeliveryQuery(TypedDict):
    """Of one state or kind."""

    limit: NotRequired[int]
    cursor: NotRequired[str | None]
    state: NotRequired[Literal["waiting", "sending", "delivered", "failed"] | None]
    kind: NotRequired[str | None]


class Determination(TypedDict):
    """A decision, with the lines that sum to the award and the assessment it stood beside."""

    id: str
    kind: str
    outcome: str
    supplier_percent: int
    award_minor: int
    refund_minor: int
    cost_minor: int
    currency: str
    lines: list[AwardLine]
    goods_back: bool
    reasons: str
    departure: str
    engine: str
    assessment: AssessmentDocument
    assessment_sha256: str
    published_at: str


class Dispute(TypedDict):
    """Money that a payer's bank took back. `amount_minor` is what it took: of the order (`order_minor`),
    processing, refunds stopped for it, and what was above all that was left. Of a lost one the `bearer` and what
    was taken from frozen money (`held_minor`), from the supplier, from the operator, or is owed again. `due_at`
    is the operator's."""

    id: str
    order_id: str
    payment_id: str
    rail: str
    kind: str
    state: str
    reason: str
    currency: str
    amount_minor: int
    order_minor: int
    processing_minor: int
    stopped_minor: int
    excess_minor: int
    frozen_minor: int
    waiting: list[DisputeWaiting]
    bearer: str | None
    fault: str | None
    held_minor: int
    supplier_minor: int
    operator_minor: int
    due_again_minor: int
    due_at: str | None
    answered_at: str | None
    opened_at: str
    ended_at: str | None
    provider_ref: str | None
    notes: list[DisputeNote]
    acts: list[ActOut]


class DisputeEnding(TypedDict):
    """On which paper it ended: the reason in words, and the name of the document."""

    text: str
    document: str


class DisputeEvidence(TypedDict):
    """What was sent to the provider: in words, and the name of the document."""

    text: str
    document: NotRequired[str]


class DisputeNote(TypedDict):
    """What the operator sent to the provider, or on which paper it ended."""

    kind: str
    text: str
    document: str
    added_at: str


class DisputeOut(TypedDict):
    """What an act did to a dispute."""

    dispute_id: str
    order_id: str
    payment_id: str
    state: str
    kind: str
    amount_minor: int
    frozen_minor: int
    bearer: str | None
    currency: str
    order_state: str


class DisputeQuery(TypedDict):
    """Which of them."""

    state: NotRequired[Literal["open", "won", "lost"] | None]


class DisputeWaiting(TypedDict):
    """A refund that waits for the end of the dispute; `lot` 0 is what was not shipped."""

    lot: int
    amount_minor: int
    claim_id: str | None


class DocumentBrought(TypedDict):
    """A document that an entry may be proposed on."""

    id: str


class DriftShown(TypedDict):
    """Something said that the contract (of a quotation: its last version) says otherwise or not at all. `source`
    is `message`, `quotation` for a message about the quotation an order came from, or `outside` for what both
    attested to. `change` is what an amendment or the next version takes: `path`, `from`, `to`. A price or a payee
    is never changed by a message: such an entry only warns and has no change."""

    kind: str
    source: str
    message_id: str
    role: str
    said_on: str
    text: str
    said: str
    value: str
    agreed: list[str]
    only_warns: bool
    change: dict[str, Any] | None


class Ending(TypedDict):
    """Why, in words."""

    reason: NotRequired[str]


class EntryQuery(TypedDict):
    """Which entries."""

    limit: NotRequired[int]
    cursor: NotRequired[str | None]
    state: NotRequired[Literal["proposed", "posted", "declined", "withdrawn"] | None]


class EntryShown(TypedDict):
    """An entry by hand. Owners are `operator`, a rail or an organisation."""

    id: str
    state: str
    debit: str
    debit_owner: str
    credit: str
    credit_owner: str
    currency: str
    amount_minor: int
    value_on: str
    reason: str
    document_id: str
    reverses_id: str | None
    proposed_by: str | None
    proposed_at: str
    decided_by: str | None
    decided_at: str | None
    due_at: str
    acts: list[ActOut]


class Event(TypedDict):
    """Something that happened: opaque IDs and figures, nothing personal. `cursor` is where a later page begins."""

    id: str
    name: str
    at: str
    chain: str
    seq: int
    about: dict[str, str]
    data: dict[str, Any]
    cursor: str


class EventKind(TypedDict):
    """A kind of event: a sentence, whose chain it stands on, and an example as it is sent."""

    kind: str
    says: str
    chain: str
    example: dict[str, Any]


class EventQuery(TypedDict):
    """From where on; `after` is the cursor of the last event seen."""

    after: NotRequired[str | None]
    limit: NotRequired[int]


class EventTold(TypedDict):
    """Something that happened to an order, with what only its parties read; `hash` chains it to the one before."""

    id: str
    seq: int
    name: str
    at: str
    by: dict[str, Any]
    about: dict[str, str]
    data: dict[str, Any]
    private: dict[str, Any]
    hash: str


class Events(TypedDict):
    """A page of what happened, in the order in which it was committed; `cursor` is given even when nothing is
    left."""

    items: list[Event]
    cursor: str | None
    has_more: bool


class ExchangeRate(TypedDict):
    """So much of `currency` for one unit of `base` on a day."""

    base: str
    currency: str
    on: str
    per_base: str
    source: str


class ExclusionOut(TypedDict):
    """A fact that takes cover away once it is established."""

    name: str
    sentence: str
    reasons: list[str]


class Exhibit(TypedDict):
    """Evidence: what it is, who brought it, what it points to."""

    id: str
    kind: str
    by: str
    reference: str | None
    sha256: str | None
    said_on: str | None
    lot: int | None
    amount_minor: int | None
    note: str
    added_at: str
    external_id: str | None
    metadata: dict[str, str]


class ExhibitAdded(TypedDict):
    """Evidence as it was taken in."""

    id: str
    claim_id: str
    order_id: str
    kind: str
    by: str
    external_id: str | None
    metadata: dict[str, str]


class Explanation(TypedDict):
    """What a debit is that nobody knew: the bank's charge or the operator's own money, which is booked then, or
    something that is written elsewhere."""

    kind: Literal["bank_charge", "own_money", "by_hand"]
    reason: str


class ExtensionShown(TypedDict):
    """Who has extended the time for receipt so far."""

    order_id: str
    lot: int
    extended_by: list[str]
    delivered_on: str


class File(TypedDict):
    """A file of an order, or of a quotation."""

    id: str
    order_id: str | None
    quotation_id: str | None
    organisation_id: str
    name: str
    media_type: str
    size_bytes: int
    sha256: str
    received_at: str
    is_erased: bool
    external_id: str | None
    metadata: dict[str, str]


class FileName(TypedDict):
    """How the bank called the file."""

    name: NotRequired[str]


class FileQuery(TypedDict):
    """How the file is called, and one's own labels on it; `metadata` is an object of JSON."""

    name: NotRequired[str]
    external_id: NotRequired[str | None]
    metadata: NotRequired[dict[str, str]]


class Finding(TypedDict):
    """Something that would weaken a claim; `where` is a dotted path into the document."""

    code: str
    where: str
    severity: str
    message: str
    suggestion: str
    facts: dict[str, str]
    change: LintChange | None


class FlagQuery(TypedDict):
    """Which of them."""

    state: NotRequired[Literal["open", "harmless", "upheld"] | None]


class FlagReview(TypedDict):
    """Why, in words."""

    note: str


class FlagShown(TypedDict):
    """A message that was sent although it was flagged. `kinds` are those of the day it was sent, `flags` what is
    found in its words now; nothing once they are erased."""

    id: str
    state: str
    kinds: list[str]
    flags: list[AttemptShown]
    message: ThreadMessage
    raised_at: str
    reviewed_at: str | None
    acts: list[ActOut]


class Flagged(TypedDict):
    """What in a message would be flagged; nothing where it may go as it is."""

    flags: list[AttemptShown]


class FoundAssessment(TypedDict):
    """What the rules compute before a person decides."""

    engine: str
    order: str
    programme: FoundProgrammeName
    currency: str
    outcome: str
    without_person: bool
    parts: list[FoundPart]
    findings: list[FoundFinding]
    missing: list[FoundMissing]
    lines: list[FoundLine]
    refund_minor: int
    cost_minor: int
    total_minor: int
    limits: FoundLimitFigures
    obligations: list[FoundObligation]
    verdicts: list[FoundLotVerdict]
    conversions: list[FoundConversion]


FoundClassFinding = TypedDict(
    "FoundClassFinding", {"class": "str", "examined": "int", "defective": "int", "ac": "int | None", "re": "int | None"}
)
"""A class of defect against its row of the plan."""


FoundClassPlan = TypedDict(
    "FoundClassPlan", {"class": "Literal['critical', 'major', 'minor']", "n": "int", "ac": "int", "re": "int"}
)
"""For one class of defect: draw `n`; accepted up to `ac` defective units, rejected from `re`."""


FoundClassQuality = TypedDict("FoundClassQuality", {"class": "str", "aql": "str"})
"""For one class of defect: its acceptance quality limit, as the tables spell it; `0` accepts none."""


FoundClassSampling = TypedDict(
    "FoundClassSampling",
    {
        "class": "str",
        "aql": "str",
        "letter": "str",
        "n": "int",
        "ac": "int | None",
        "re": "int | None",
        "whole_lot": "bool",
    },
)
"""What the tables give for a class in a lot; no numbers where every unit is to be examined."""


class FoundConversion(TypedDict):
    """One unit of `source` is `factor` of `target`, exactly."""

    source: str
    target: str
    factor: int | str


class FoundCriterion(TypedDict):
    """How the units read decide the lot. `level`, `inspection` and `aql` are a plan's by the tables; with
    `switching` the severity begins as normal and follows the supplier's record."""

    kind: Literal["plan", "aql", "fraction", "every_unit"]
    plans: NotRequired[list[FoundClassPlan]]
    fraction: NotRequired[int | str | None]
    sample_size: NotRequired[int | None]
    level: NotRequired[str | None]
    inspection: NotRequired[str | None]
    aql: NotRequired[list[FoundClassQuality]]
    switching: NotRequired[bool]


class FoundFigure(TypedDict):
    """A named figure of a formula."""

    name: str
    value: str


class FoundFinding(TypedDict):
    """One thing found. `points_to` names clauses, evidence, records or rules: `contract:term:T1`,
    `rule:late.daily`."""

    complaint: str
    topic: str
    grade: str
    sentence: str
    points_to: list[str]


class FoundLimitFigures(TypedDict):
    """Most that can come back, as computed from programme and money."""

    refund_minor: int
    total_minor: int
    cover_left_minor: int


class FoundLine(TypedDict):
    """One line of an award. `exact` is in minor units, before the supplier's share and the one rounding."""

    kind: str
    label: str
    basis: str
    exact: int | str
    amount_minor: int
    formula: str
    head: NotRequired[str]
    share_percent: NotRequired[int | str]
    assigned_to: NotRequired[str]
    figures: NotRequired[list[FoundFigure]]
    units: NotRequired[list[FoundUnitsOf]]
    charge: NotRequired[str | None]
    grade: NotRequired[str]
    points_to: NotRequired[list[str]]
    reason: NotRequired[str]


class FoundLineUnits(TypedDict):
    """So many units of a contract line."""

    line: int
    units: int


class FoundLotSampling(TypedDict):
    """A plan by level and AQL, as it stands for a lot of this size, and the tables it was read from."""

    level: str
    inspection: str
    lot_size: int
    code_letter: str
    classes: list[FoundClassSampling]
    sources: list[str]


class FoundLotVerdict(TypedDict):
    """The conformity verdict an assessment rests on."""

    lot: int
    report: str
    verdict: FoundVerdict


class FoundMissing(TypedDict):
    """Evidence that would decide what is open."""

    complaint: str
    kind: str
    lot: int | None
    sentence: str
    points_to: list[str]


class FoundObligation(TypedDict):
    """What follows besides money: goods that go back, goods to be replaced."""

    kind: str
    by: str
    sentence: str
    points_to: list[str]


class FoundPart(TypedDict):
    """What the rules give for one complaint."""

    complaint: str
    reason: str
    outcome: str
    without_person: bool


class FoundProgrammeName(TypedDict):
    """The programme version the assessment was made under."""

    name: str
    version: int
    digest: str


FoundTermFinding = TypedDict(
    "FoundTermFinding",
    {
        "term": "str",
        "property": "str",
        "class": "str",
        "permitted": "str",
        "status": "Literal['met', 'breached', 'undecided']",
        "examined": "int",
        "breached": "int",
        "undecided": "int",
        "worst": "str | None",
        "worst_unit": "str | None",
        "why": "str",
        "units": "list[FoundUnitFigure]",
    },
)
"""A term over all the units read for it. `worst` is the figure furthest to the forbidden side."""


class FoundUnitFigure(TypedDict):
    """What one unit (or `count` alike) showed for a term."""

    unit: str
    line: int
    count: int
    figure: str
    state: Literal["met", "breached", "undecided"]


class FoundUnitsOf(TypedDict):
    """Units of a contract line in a lot (lot 0: not in any lot yet)."""

    lot: int
    line: int
    units: int


class FoundVerdict(TypedDict):
    """`lot` is accepted, rejected or undecided by `rule`; `claimable` is the measure a remedy starts from."""

    lot: Literal["accepted", "rejected", "undecided"]
    rule: str
    sentence: str
    measure: Literal["lot", "found_units", "fraction", "none"]
    examined: int
    lot_size: int
    terms: list[FoundTermFinding]
    classes: list[FoundClassFinding]
    defective: list[FoundLineUnits]
    claimable: list[FoundLineUnits]
    observed_fraction: int | str | None
    conversions: list[FoundConversion]
    sampling: NotRequired[FoundLotSampling | None]


class FromTemplate(TypedDict):
    """The terms of a category's template; `values` are by the term's ID, `{"T1": {"nominal": "19-4052 TCX"}}`.
    Terms whose values are not given are left out; the lint says which of them are missed."""

    category: str
    values: NotRequired[dict[str, dict[str, Any]]]


class GroupSum(TypedDict):
    """A group in the report currency; not complete where a rate is missing."""

    group: str
    report_minor: int
    is_complete: bool


class Guarantee(TypedDict):
    """A supplier's line in one currency and the guarantee behind it; `free_minor` may be withdrawn."""

    id: str
    organisation_id: str
    currency: str
    programme: str
    programme_version: int
    by: str
    state: str
    line_minor: int
    required_minor: int
    deposit_minor: int
    missing_minor: int
    free_minor: int
    reference: str
    short_since: str | None
    suspends_at: str | None
    suspended_at: str | None
    acts: list[ActOut]


class GuaranteeAmount(TypedDict):
    """An amount from the balance into the guarantee, or back."""

    currency: str
    amount_minor: int


class HoldHeap(TypedDict):
    """All amounts of one account and reason: `late_minor` is past its deadline; `by_age` is in days."""

    account: str
    why: str
    currency: str
    count: int
    amount_minor: int
    late_minor: int
    by_age: dict[str, int]


class HoldInRegister(TypedDict):
    """An amount that has not reached its end: on which account, why, who must act, since when and until when."""

    account: str
    owner: str
    currency: str
    amount_minor: int
    where: str
    why: str
    who: str
    since: str | None
    until: str | None
    is_late: bool
    order_id: str | None
    organisation_id: str | None


class HoldQuery(TypedDict):
    """Which amounts: of an account, for a reason, waiting for somebody, late."""

    account: NotRequired[str | None]
    why: NotRequired[str | None]
    who: NotRequired[str | None]
    late: NotRequired[bool]


class HoldShown(TypedDict):
    """Money that has not reached its end: how much, where, why, who must act, until when."""

    where: str
    amount_minor: int
    currency: str
    why: str
    who: str
    until: str | None


class HoldSummary(TypedDict):
    """The register in figures."""

    items: list[HoldHeap]
    time_taken: TimeTaken


class HowFar(TypedDict):
    """How far the goods are, in whole percent; no more is packed than is finished."""

    finished_percent: int
    packed_percent: int


class ImportQuery(TypedDict):
    """With `preview`, only look: nothing is changed, and no `Idempotency-Key` is needed."""

    preview: NotRequired[bool]


class IncotermCarried(TypedDict):
    """One Incoterm."""

    incoterm: str
    risk_passes_at: str
    transit: CarriedShown
    export_clearance: CarriedShown
    import_clearance: CarriedShown


class IncotermTable(TypedDict):
    """The eleven of them under a programme."""

    programme: ProgrammeName
    items: list[IncotermCarried]


class InspectionBrief(TypedDict):
    """What is examined and against what: terms and criterion as signed under `contract_digest`. No prices.
    `samples` says, where the criterion is a level and AQLs, how many units of each lot are drawn and how many of
    them may be defective; under `lot` null of what is in no lot yet. `switching` is there where the contract
    follows the supplier's record; `missing` names the plan for want of which a lot is inspected normally instead
    of reduced."""

    order_id: str
    order_number: str
    inspection: str
    contract_digest: str
    version: int
    lines: list[BriefLine]
    specification: list[TermDocument]
    criterion: CriterionDocument
    clause: InspectionClause | None
    lots: list[BriefLot]
    samples: list[LotSample]
    switching: Switching | None
    inspectors: list[Assignment]


class Instrument(TypedDict):
    """How it is paid: a PayPal address, a bank account for an e-check, nothing for a wire. A card in a sandbox of
    simulated rails: its test number. A card with Stripe: a payment method that Stripe knows, or its own page
    (`page`: `hosted`), or nothing, for a page of yours; the payer's part is at `/v1/payments/{id}/confirmation`."""

    number: NotRequired[str | None]
    payment_method: NotRequired[str | None]
    page: NotRequired[Literal["hosted"] | None]
    payer: NotRequired[str | None]
    account: NotRequired[str | None]


JournalQuery = TypedDict(
    "JournalQuery",
    {
        "from": "str",
        "to": "str",
        "format": "NotRequired[Literal['csv', 'beancount', 'hledger']]",
        "bom": "NotRequired[bool]",
    },
)
"""Over which accounting days (both included), and in which form."""


class Key(TypedDict):
    """An API key; `secret` is null but in the answer to its making."""

    id: str
    organisation_id: str
    name: str
    prefix: str
    scopes: list[str]
    addresses: list[str]
    sign_limit_minor: int | None
    sign_limit_currency: str | None
    created_at: str
    expires_at: str | None
    last_used_at: str | None
    revoked_at: str | None
    holder_id: str | None
    secret: str | None
    acts: list[ActOut]


class LabelQuery(TypedDict):
    """Of which kind of thing (the prefix of its name, like `ord`), called how."""

    limit: NotRequired[int]
    cursor: NotRequired[str | None]
    kind: NotRequired[str | None]
    external_id: NotRequired[str | None]


class LabelShown(TypedDict):
    """What one's own organisation calls a thing; `changed_at` is null where it never called it anything."""

    object_id: str
    kind: str
    external_id: str | None
    metadata: dict[str, str]
    changed_at: str | None


class Labels(TypedDict):
    """One's own labels on a thing."""

    external_id: NotRequired[str | None]
    metadata: NotRequired[dict[str, str]]


class LackingOut(TypedDict):
    """A property that nothing could be claimed about, and what would make it enforceable."""

    about: str
    term: str | None
    property: str | None
    obstacle: str | None
    suggestion: str


class LandedCost(TypedDict):
    """What the goods cost once they are here."""

    units: int
    goods_minor: int
    charges_minor: int
    freight_minor: int
    insurance_minor: int
    duty_minor: int
    total_minor: int


class Language(TypedDict):
    """In which language: `en`, `es` or `zh-hans`."""

    language: NotRequired[str]


class LargeOrderPlan(TypedDict):
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


class Lateness(TypedDict):
    """How late a lot left, in calendar days after the agreed ship date, and what that rests on; `conclusive`
    lists the proofs on file that settle the date against any other record."""

    lot: int
    expected_ship_on: str | None
    left_on: str
    ship_date_on: str
    ship_basis: str
    grade: str
    uploaded_on: str
    days_late: int | None
    expected_delivery_on: str | None
    delivered_on: str | None
    delivery_grade: str | None
    conclusive: list[str]


class Leaf(TypedDict):
    """What was owed on one account at a close, and the path from it to the signed root."""

    format: str
    day: str
    currency: str
    account: str
    code: str
    owner: str
    amount_minor: int
    salt: str
    path: list[LeafStep]


class LeafStep(TypedDict):
    """A neighbour on the way from a leaf to the root, and on which side it stands."""

    side: str
    hash: str
    sum_minor: int


class LegalBody(TypedDict):
    """An organisation as the law knows it. The address is lines of text; the tax number is checked by its
    country's form."""

    legal_name: str
    address: str
    country: str
    registration_number: NotRequired[str]
    vat_number: NotRequired[str]


class Limit(TypedDict):
    """Above this amount two people let a payout, or a batch, out."""

    currency: str
    amount_minor: int


class LineClaim(TypedDict):
    """What a line rests on; `share` is the part of its price that does, an exact number from 0 to 1."""

    line: int
    price_minor: int
    share: str
    rests_on: list[str]
    open: list[Open]


class LineLeft(TypedDict):
    """What the supplier's line has left for this contract."""

    left_minor: int
    needed_minor: int
    is_enough: bool
    is_suspended: bool


class LineQuery(TypedDict):
    """Of one state, or of one file."""

    limit: NotRequired[int]
    cursor: NotRequired[str | None]
    state: NotRequired[Literal["entered", "matched", "suspense", "explained", "unexplained", "returned"] | None]
    file_id: NotRequired[str | None]


class LineUnits(TypedDict):
    """So many units of a line of the contract."""

    line: int
    units: int


class Lint(TypedDict):
    """The lint of a document: the share of its value that rests on enforceable terms, and what weakens the rest.
    `score_exact` is the score as a decimal or a ratio; `score_percent` the same to one decimal."""

    score_percent: str
    score_exact: str
    lines: list[LineClaim]
    findings: list[Finding]


class LintChange(TypedDict):
    """What puts a suggestion in: `add` to the list at `path`, `set` it there, or `take` the text out. `needs` are
    the keys of the value that only the parties know."""

    act: str
    path: str
    value: Any
    needs: list[str]


class Linted(TypedDict):
    """A contract's document, as far as it is written."""

    document: dict[str, Any]


class LintedPhrases(TypedDict):
    """Phrases as they would stand in a contract, and the category of the goods for the suggestions."""

    phrases: list[str]
    category: NotRequired[str]


class LotOfRecord(TypedDict):
    """A lot of the supplier's that counted. Whose it was is told where it is the reader's own; `points` is what
    it adds to the switching score."""

    report: str | None
    order: str | None
    examined_on: str
    accepted: bool
    inspection: str
    points: int


class LotQuery(TypedDict):
    """Another lot than the whole contract."""

    lot_size: NotRequired[int | None]


class LotSample(TypedDict):
    """A plan by level and AQL, as it stands for a lot of this size, and the tables it was read from."""

    lot: NotRequired[int | None]
    level: str
    inspection: str
    lot_size: int
    code_letter: str
    classes: list[FoundClassSampling]
    sources: list[str]


class LotShown(TypedDict):
    """Goods that travel and are judged together."""

    id: str
    number: int
    state: str
    quantities: list[Units]
    received: list[Units] | None
    price_minor: int
    refunded_minor: int
    frozen_minor: int
    reserved_minor: int
    currency: str
    version: int
    shipped_on: str
    grade: str
    expected_delivery_on: str | None
    delivered_on: str | None
    received_at: str | None
    receipt: str | None
    external_id: str | None
    metadata: dict[str, str]


class Marketplace(TypedDict):
    """Who can be let act."""

    id: str
    name: str


class Match(TypedDict):
    """For what money in suspense came, one of them: a payment, an order, for whose due tranche it then counts, or
    what bears a reference (a payment, a supplier's guarantee, what it owes); and why."""

    payment_id: NotRequired[str | None]
    reference: NotRequired[str | None]
    order_id: NotRequired[str | None]
    reason: str


class Me(TypedDict):
    """A key about itself."""

    id: str
    name: str
    organisation_id: str
    organisation_kind: str
    scopes: list[str]
    sign_limit_minor: int | None
    sign_limit_currency: str | None
    marketplace_id: str | None
    sandbox: bool
    now: str


class Member(TypedDict):
    """A person in a company."""

    id: str
    organisation_id: str
    person_id: str
    email: str
    name: str
    role: str
    created_at: str
    acts: list[ActOut]


class Message(TypedDict):
    """Something said elsewhere: it counts as the programme says, most of all when the other side attests to it."""

    id: str
    order_id: str
    brought_by: str
    brought_role: str
    channel: str
    said_on: str
    text: str | None
    term: TermDocument | None
    file_id: str | None
    sha256: str
    state: str
    answered_at: str | None
    external_id: str | None
    metadata: dict[str, str]
    acts: list[ActOut]


class MessageToCheck(TypedDict):
    """A message that is not sent yet."""

    text: str


class Missed(TypedDict):
    """Why the visit did not take place."""

    why: Literal["not_ready", "no_access", "inspector"]


class Money(TypedDict):
    """The order's money in minor units of its currency: what came, where it stands, where it went."""

    currency: str
    total_minor: int
    paid_minor: int
    held_minor: int
    frozen_minor: int
    disputed_minor: int
    refundable_minor: int
    released_minor: int
    refunded_minor: int
    fee_minor: int
    owed_by_supplier_minor: int
    cover_minor: int
    cover_left_minor: int
    refund_limit_minor: int


class Month(TypedDict):
    """A month as `2026-03`."""

    month: str


class MovementShown(TypedDict):
    """One transfer between two accounts, caused by one event."""

    id: str
    kind: str
    debit: str
    credit: str
    amount_minor: int
    currency: str
    tranche: int | None
    lot: int | None
    event_id: str
    happened_at: str


class MovementSum(TypedDict):
    """The sum of one kind of movement."""

    movement: str
    amount_minor: int


class NameQuery(TypedDict):
    """What a document is called."""

    name: str


class NewAmendment(TypedDict):
    """What is to change: place by place, or as the whole document; one of the two."""

    changes: NotRequired[list[Change] | None]
    document: NotRequired[dict[str, Any] | None]
    note: NotRequired[str]
    external_id: NotRequired[str | None]
    metadata: NotRequired[dict[str, str]]


class NewAnswer(TypedDict):
    """The respondent's word; an offer names its amount."""

    kind: Literal["contest", "offer", "misuse", "force_majeure"]
    text: NotRequired[str]
    offer_minor: NotRequired[int | None]


class NewAppeal(TypedDict):
    """On which ground, and why."""

    ground: str
    text: str


class NewBankAccount(TypedDict):
    """An account whose statements will be taken in; `number` is its IBAN, or another number."""

    name: str
    number: str
    currency: str
    bic: NotRequired[str]
    holds: NotRequired[Literal["clients", "own"]]


class NewBatch(TypedDict):
    """What a payment file shall hold: all that waits in the currency, unless some are named."""

    currency: str
    bank_account_id: str
    execution_on: str
    payout_ids: NotRequired[list[str] | None]
    refund_ids: NotRequired[list[str] | None]


class NewBeneficiary(TypedDict):
    """A bank account: an IBAN, or a local account number with its bank's BIC or name."""

    name: str
    currency: str
    iban: NotRequired[str]
    bic: NotRequired[str]
    account: NotRequired[str]
    bank: NotRequired[str]
    external_id: NotRequired[str | None]
    metadata: NotRequired[dict[str, str]]


class NewBooking(TypedDict):
    """A visit of an assigned inspector. `place` is a country like `CN`, or a part of one with holidays of its own
    like `DE-BY`; `time_zone` may be left out in a party's country; `lot` is needed after delivery."""

    assignment_id: str
    on: str
    place: str
    city: str
    time_zone: NotRequired[str | None]
    lot: NotRequired[int | None]
    payer: NotRequired[Literal["buyer", "supplier", "platform"] | None]
    external_id: NotRequired[str | None]
    metadata: NotRequired[dict[str, str]]


class NewCancellation(TypedDict):
    """On which ground: `withdrawal` and `balance_unpaid` are the supplier's, `lateness` and `before_production`
    the buyer's; `agreement` completes the other side's proposal."""

    ground: Literal["withdrawal", "lateness", "before_production", "agreement", "balance_unpaid"]


class NewCap(TypedDict):
    """A cover of one's own, or null for the tier's."""

    individual_cap_minor: int | None
    individual_cap_currency: str | None
    reason: str


class NewClaim(TypedDict):
    """What is wrong, with which goods, against which terms, and what is wanted. Without units the lots are meant
    whole; without lots all of them."""

    reason: Literal[
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
        "balance_unpaid",
        "wrongful_rejection",
        "goods_not_returned",
        "used_goods_returned",
    ]
    lots: NotRequired[list[int]]
    units: NotRequired[list[ClaimedUnits]]
    terms: NotRequired[list[str]]
    about: NotRequired[str]
    remedy: NotRequired[Literal["refund", "price_reduction", "return_and_refund", "replacement", "rework_cost"]]
    amount_minor: NotRequired[int | None]
    statement: NotRequired[str]
    cancel_rest: NotRequired[bool]
    cancel_late: NotRequired[bool]
    return_waived: NotRequired[bool]
    counterfeit: NotRequired[bool]
    dangerous: NotRequired[bool]
    external_id: NotRequired[str | None]
    metadata: NotRequired[dict[str, str]]


class NewClose(TypedDict):
    """Through which day; every day before it that is open is closed with it."""

    day: str


class NewConcession(TypedDict):
    """An explicit act about a breach: `late` (the ship date) or `term`. `new_on` is the new ship date; without
    `compensation_minor` the usual rate for the days of delay is taken. `message` is sent to the other side with
    it."""

    kind: Literal["waive", "rights_reserved", "with_compensation"]
    breach: NotRequired[Literal["late", "term"]]
    terms: NotRequired[list[str]]
    lots: NotRequired[list[int]]
    new_on: NotRequired[str | None]
    compensation_minor: NotRequired[int | None]
    message: NotRequired[str | None]
    file_ids: NotRequired[list[str]]
    flagged: NotRequired[bool]
    external_id: NotRequired[str | None]
    metadata: NotRequired[dict[str, str]]


class NewConsent(TypedDict):
    """Whom an organisation lets act for it, and what it lets them do."""

    scopes: list[str]
    sign_limit_minor: NotRequired[int | None]
    sign_limit_currency: NotRequired[str | None]
    marketplace_id: str


class NewContract(TypedDict):
    """A draft. `side` is the drafter's own and may be left out where the organisation has only one. With
    `template`, its terms stand before those of the document, which takes the category from it if it has none."""

    counterparty_id: str
    side: NotRequired[Literal["buyer", "supplier"] | None]
    programme: NotRequired[str]
    document: ContractDocument
    template: NotRequired[FromTemplate | None]
    external_id: NotRequired[str | None]
    metadata: NotRequired[dict[str, str]]


class NewDecision(TypedDict):
    """A mediator's word: which of the computed lines stand (all, if not said), lines of its own, the supplier's
    share of the responsibility, reasons for both sides, and why it departs where it does."""

    outcome: Literal["full", "partial", "denied", "shared"]
    computed: NotRequired[list[int] | None]
    adjustments: NotRequired[list[Adjustment]]
    supplier_percent: NotRequired[int]
    reasons: str
    departure: NotRequired[str]
    goods_back: NotRequired[bool | None]


class NewDocument(TypedDict):
    """A document that travels with the goods; the file was uploaded to the order before."""

    kind: Literal[
        "bill_of_lading",
        "air_waybill",
        "packing_list",
        "invoice",
        "certificate_of_origin",
        "insurance_certificate",
        "proof_of_delivery",
    ]
    number: NotRequired[str]
    dated_on: NotRequired[str | None]
    file_id: NotRequired[str | None]


class NewDocuments(TypedDict):
    """More documents."""

    documents: list[NewDocument]


class NewEntry(TypedDict):
    """Money to be moved by hand: debit and credit by the list, on a document that was brought in."""

    debit: str
    credit: str
    currency: str
    amount_minor: int
    value_on: str
    reason: str
    document_id: str
    organisation_id: NotRequired[str | None]
    rail: NotRequired[str | None]


class NewEvent(TypedDict):
    """Something that happened on the way. `zone` is the time zone of the place; the proof is a file of the order,
    or the SHA-256 of something shown later. A party's own word of delivery counts only with a proof."""

    code: Literal["ACCEPTED", "GTIN", "LOAD", "DEPA", "ARRI", "DISC", "GTOT", "OFD", "DELIVERED", "EXCEPTION"]
    at: str
    zone: NotRequired[str | None]
    place: NotRequired[str | None]
    proof_file_id: NotRequired[str | None]
    proof_sha256: NotRequired[str | None]
    note: NotRequired[str]


class NewEvidence(TypedDict):
    """What it is, what it points to (a file, message or report), what it costs if it is an invoice."""

    kind: Literal[
        "contract_version",
        "listing",
        "message",
        "photo",
        "unboxing_video",
        "inspection_report",
        "tracking",
        "test_report",
        "document",
        "spec_comparison",
        "bill_of_lading",
        "air_waybill",
        "carrier_acceptance_scan",
        "inspection_invoice",
        "rework_invoice",
        "return_freight_invoice",
        "customs_brokerage",
        "duty",
        "tax",
        "bank_fee",
    ]
    reference: NotRequired[str | None]
    sha256: NotRequired[str | None]
    said_on: NotRequired[str | None]
    lot: NotRequired[int | None]
    amount_minor: NotRequired[int | None]
    note: NotRequired[str]
    external_id: NotRequired[str | None]
    metadata: NotRequired[dict[str, str]]


class NewInspector(TypedDict):
    """An inspector for one kind of inspection; the fee is in the order's currency."""

    inspector_id: str
    kind: Literal["during_production", "pre_shipment", "loading", "after_delivery"]
    fee_minor: NotRequired[int]
    external_id: NotRequired[str | None]
    metadata: NotRequired[dict[str, str]]


class NewKey(TypedDict):
    """A key to be made."""

    name: str
    scopes: list[str]
    addresses: NotRequired[list[str]]
    expires_at: NotRequired[str | None]
    sign_limit_minor: NotRequired[int | None]
    sign_limit_currency: NotRequired[str | None]
    holder_id: NotRequired[str | None]


class NewLimit(TypedDict):
    """Above this, two people."""

    amount_minor: int


class NewLine(TypedDict):
    """For how much open cover a supplier is good; the programme (the installation's own, without one) says what
    guarantee that needs."""

    currency: str
    line_minor: int
    programme: NotRequired[str | None]
    reason: str


class NewMember(TypedDict):
    """A person to belong."""

    email: str
    name: str
    role: Literal["owner", "trader", "finance", "viewer"]


class NewMessage(TypedDict):
    """What was said, where and when, perhaps with the specification term that it is said to have agreed on."""

    channel: Literal["whatsapp", "wechat", "email", "phone", "meeting", "other"]
    said_on: str
    text: NotRequired[str | None]
    term: NotRequired[dict[str, Any] | None]
    file_id: NotRequired[str | None]
    external_id: NotRequired[str | None]
    metadata: NotRequired[dict[str, str]]


class NewOrganisation(TypedDict):
    """A company to be."""

    name: str
    kind: Literal["buyer", "supplier", "agent", "inspector", "marketplace"]
    country: str
    subdivision: NotRequired[str | None]
    time_zone: str
    language: NotRequired[str]
    external_id: NotRequired[str | None]
    metadata: NotRequired[dict[str, str]]
    consent: NotRequired[ConsentTerms | None]


class NewPayment(TypedDict):
    """A tranche to pay: all that it still misses, or a part."""

    tranche: int
    rail: Literal["card", "paypal", "wire", "e_check"]
    instrument: NotRequired[Any]
    amount_minor: NotRequired[int | None]
    external_id: NotRequired[str | None]
    metadata: NotRequired[dict[str, str]]


class NewPayout(TypedDict):
    """A balance to pay out: all of it, or an amount; to the account verified last, or to a named one."""

    currency: str
    amount_minor: NotRequired[int | None]
    beneficiary_id: NotRequired[str | None]
    external_id: NotRequired[str | None]
    metadata: NotRequired[dict[str, str]]


class NewPreview(TypedDict):
    """A document as it would be drafted. Where no supplier is named, `tier` is assumed, or the programme's first."""

    document: ContractDocument
    programme: NotRequired[str]
    side: NotRequired[Literal["buyer", "supplier"] | None]
    counterparty_id: NotRequired[str | None]
    tier: NotRequired[Literal["enrolled", "verified", "gold"] | None]


class NewQuotation(TypedDict):
    """A quotation to a named buyer."""

    buyer_id: str
    programme: NotRequired[str]
    document: dict[str, Any]
    external_id: NotRequired[str | None]
    metadata: NotRequired[dict[str, str]]


class NewQuotationMessage(TypedDict):
    """A message to the other side, with files uploaded to the quotation before. `plain` sends an answer that
    could be taken for agreement to something the quotation does not say as a message all the same: it changes
    nothing. `flagged` sends what looks as if it would take the deal off the platform: the operator looks at it."""

    text: str
    file_ids: NotRequired[list[str]]
    answers_id: NotRequired[str | None]
    plain: NotRequired[bool]
    flagged: NotRequired[bool]
    external_id: NotRequired[str | None]
    metadata: NotRequired[dict[str, str]]


class NewReceipt(TypedDict):
    """What came: the units of each line, or everything as it was shipped; a reservation in words."""

    received: NotRequired[list[ReceivedUnits] | None]
    reservation: NotRequired[str]


class NewRejection(TypedDict):
    """What is wrong."""

    reason: str


class NewReport(TypedDict):
    """An examination. Before shipment `covers` says what the sample stands for (everything left, when not given);
    after delivery `lot` does. `readings` are `{"units": [...]}`, unit by unit, as the contract's terms ask."""

    kind: Literal["during_production", "pre_shipment", "loading", "after_delivery"]
    examined_at: str
    readings: NotRequired[dict[str, Any]]
    lot: NotRequired[int | None]
    covers: NotRequired[list[LineUnits] | None]
    counted: NotRequired[list[Counted] | None]
    file_ids: NotRequired[list[str]]
    external_id: NotRequired[str | None]
    metadata: NotRequired[dict[str, str]]


class NewReserveChange(TypedDict):
    """So much more (`set_aside`) or less (`give_up`) to stand behind advances, and why."""

    currency: str
    kind: Literal["set_aside", "give_up"]
    amount_minor: int
    reason: str


class NewReturn(TypedDict):
    """That the goods are on their way back."""

    carrier: NotRequired[str]
    number: str
    sent_on: str


class NewRole(TypedDict):
    """Another role."""

    role: Literal["owner", "trader", "finance", "viewer"]


class NewSecret(TypedDict):
    """For how many hours the old secrets sign beside the new one; 0 ends them now."""

    keep_old_hours: NotRequired[int]


class NewShipment(TypedDict):
    """A lot to send. `shipped_on` is what the supplier states; the carrier's own acceptance overrides it.
    `lot_labels` are one's own on the lot that the shipment makes, the others those on the shipment."""

    quantities: list[LineUnits]
    carrier: str
    mode: Literal["sea", "air", "road", "rail", "courier", "multimodal"]
    shipped_on: str
    tracking_number: NotRequired[str | None]
    container_number: NotRequired[str | None]
    documents: NotRequired[list[NewDocument]]
    external_id: NotRequired[str | None]
    metadata: NotRequired[dict[str, str]]
    lot_labels: NotRequired[Labels | None]


class NewSignature(TypedDict):
    """The digest of the text that is signed: the one the contract shows. With `terms_digest` the terms of its
    programme are accepted, in the language whose digest it is (`get_contract_terms`)."""

    digest: str
    terms_digest: NotRequired[str | None]


class NewStanding(TypedDict):
    """Whether an organisation takes part."""

    standing: Literal["good", "suspended", "ended"]
    reason: str


class NewSubdivision(TypedDict):
    """The part of its country whose holidays count for an organisation; null for the country's alone."""

    subdivision: str | None


class NewThreadMessage(TypedDict):
    """A message to the other side, with files uploaded to the order before. `plain` sends an answer that could be
    taken for the acceptance of a breach as a message all the same: it waives nothing. `flagged` sends what looks
    as if it would take the deal off the platform: the operator looks at it."""

    text: str
    file_ids: NotRequired[list[str]]
    answers_id: NotRequired[str | None]
    plain: NotRequired[bool]
    flagged: NotRequired[bool]
    external_id: NotRequired[str | None]
    metadata: NotRequired[dict[str, str]]


class NewTier(TypedDict):
    """The verifier's word."""

    tier: Literal["none", "enrolled", "verified", "gold"]
    reason: str


class NewVersion(TypedDict):
    """The whole document of the next version."""

    document: dict[str, Any]


class NewWebhook(TypedDict):
    """An endpoint to be registered: where to, for which kinds (`*` for all, `order.*` for those of a noun), and
    whether events of one order must come in their order."""

    url: str
    kinds: list[str]
    ordered: NotRequired[bool]
    description: NotRequired[str]
    external_id: NotRequired[str | None]
    metadata: NotRequired[dict[str, str]]


class NewWire(TypedDict):
    """A credit on a statement of the designated account; `source_ref` is the bank's own name for it."""

    source_ref: str
    reference: NotRequired[str]
    amount_minor: int
    currency: str
    payer_name: NotRequired[str]


class NewWriteOff(TypedDict):
    """Why nothing more is expected."""

    reason: str


class Nothing(TypedDict):
    """A command without particulars: `{}`."""


class Notice(TypedDict):
    """What a person was told; `delivery` is the state of the mail, `answer` what a mail server said of it last. A
    marketplace sees neither who it was nor what their mail server said."""

    id: str
    kind: str
    order_id: str | None
    organisation_id: str | None
    person_id: str | None
    has_deadline: bool
    subject: str
    text: str
    created_at: str
    read_at: str | None
    delivery: str
    accepted_at: str | None
    answer: str


class NoticeKind(TypedDict):
    """A kind of notice: who is told of it, whether it is legal, so that nobody can switch it off, with the kinds
    of deadline that hang on it, and what it says."""

    kind: str
    group: str
    told: str
    is_legal: bool
    deadlines: list[str]
    example: str


class NoticeQuery(TypedDict):
    """Of one order, or of one kind."""

    limit: NotRequired[int]
    cursor: NotRequired[str | None]
    order_id: NotRequired[str | None]
    kind: NotRequired[str | None]


class OfferedAppliesTo(TypedDict):
    """The contract lines and sizes a term speaks of; empty means all."""

    lines: NotRequired[list[int]]
    sizes: NotRequired[list[str]]


OfferedClassPlan = TypedDict(
    "OfferedClassPlan", {"class": "Literal['critical', 'major', 'minor']", "n": "int", "ac": "int", "re": "int"}
)
"""For one class of defect: draw `n`; accepted up to `ac` defective units, rejected from `re`."""


OfferedClassQuality = TypedDict("OfferedClassQuality", {"class": "str", "aql": "str"})
"""For one class of defect: its acceptance quality limit, as the tables spell it; `0` accepts none."""


class OfferedCriterion(TypedDict):
    """How the units read decide the lot. `level`, `inspection` and `aql` are a plan's by the tables; with
    `switching` the severity begins as normal and follows the supplier's record."""

    kind: Literal["plan", "aql", "fraction", "every_unit"]
    plans: NotRequired[list[OfferedClassPlan]]
    fraction: NotRequired[int | str | None]
    sample_size: NotRequired[int | None]
    level: NotRequired[str | None]
    inspection: NotRequired[str | None]
    aql: NotRequired[list[OfferedClassQuality]]
    switching: NotRequired[bool]


class OfferedDestination(TypedDict):
    """Where the goods go, if it is known already."""

    name: str
    street: str
    city: str
    country: str
    region: NotRequired[str]
    postcode: NotRequired[str]


class OfferedLateClause(TypedDict):
    """The contract's own clause; percentages as fractions of a per cent (1/2 is 0.5%)."""

    percent_per_day: int | str
    grace_days: int
    cap_percent: int | str
    cancel_after_days: NotRequired[int | None]


class OfferedOffer(TypedDict):
    """One version of a quotation. `lead_time_days` count from the first payment to the ship date."""

    currency: str
    lines: list[OfferedQuotedLine]
    incoterm: str
    place: str
    mode: str
    lead_time_days: int
    transit_days: int
    valid_until: str
    charges: NotRequired[list[OfferedQuotedCharge]]
    specification: NotRequired[list[OfferedTerm]]
    criterion: NotRequired[OfferedCriterion]
    category: NotRequired[str]
    packaging: NotRequired[str]
    documents: NotRequired[list[str]]
    payment: NotRequired[OfferedTerms]
    ship_to: NotRequired[OfferedDestination | None]
    late: NotRequired[OfferedLateClause | None]
    partial_shipments: NotRequired[bool]
    remarks: NotRequired[str]


OfferedPrice = TypedDict(
    "OfferedPrice", {"from": "int", "unit_price_minor": "int", "direct_price_minor": "NotRequired[int | None]"}
)
"""The price of one unit from a quantity on. `direct_price_minor` is what it would be by direct transfer, without
any protection: information, never an offer."""


class OfferedQuotedCharge(TypedDict):
    """A cost beside the goods; a discount's amount is subtracted."""

    kind: str
    amount_minor: int
    basis: NotRequired[str]
    label: NotRequired[str]


class OfferedQuotedLine(TypedDict):
    """One product with its price breaks, quoted for a quantity."""

    number: int
    product: str
    quantity: int
    unit: str
    prices: list[OfferedPrice]
    sku: NotRequired[str]
    variant: NotRequired[str]
    size: NotRequired[str]
    weight_grams: NotRequired[int | None]
    tolerance: NotRequired[OfferedQuotedTolerance | None]


class OfferedQuotedTolerance(TypedDict):
    """How far the delivered quantity may be off: in per cent of the line, or in units; one of the two."""

    percent: NotRequired[int | str | None]
    units: NotRequired[int | None]


class OfferedSizeNominal(TypedDict):
    """A point of measure in one size."""

    size: str
    nominal: str


OfferedTerm = TypedDict(
    "OfferedTerm",
    {
        "id": "str",
        "property": "str",
        "kind": "Literal['dimension', 'weight', 'fabric_weight', 'composition', 'performance', 'count', 'packaging', 'fastness', 'component', 'version', 'label', 'logo', 'function', 'sample', 'document', 'certificate', 'colour']",
        "class": "Literal['critical', 'major', 'minor']",
        "nominal": "NotRequired[str]",
        "accepted": "NotRequired[list[str]]",
        "by_size": "NotRequired[list[OfferedSizeNominal]]",
        "unit": "NotRequired[str | None]",
        "limit": "NotRequired[Literal['within', 'at_least', 'at_most'] | None]",
        "tolerance": "NotRequired[OfferedTolerance | None]",
        "system": "NotRequired[Literal['pantone', 'ral', 'lab'] | None]",
        "lab": "NotRequired[list[int | str] | None]",
        "delta_e": "NotRequired[int | str | None]",
        "method": "NotRequired[str]",
        "applies_to": "NotRequired[OfferedAppliesTo]",
        "refund_trigger": "NotRequired[bool]",
        "decides_lot": "NotRequired[bool]",
        "references": "NotRequired[list[str]]",
        "number": "NotRequired[str]",
        "held_by": "NotRequired[str]",
        "valid_until": "NotRequired[str | None]",
    },
)
"""One agreed property. `nominal` is a number, a model, a code or a text, by kind."""


class OfferedTerms(TypedDict):
    """How it is paid: everything at signature, or a deposit and the balance when the goods are ready."""

    kind: NotRequired[str]
    deposit_percent: NotRequired[int | str | None]


class OfferedTolerance(TypedDict):
    """How far from the nominal value is still permitted; in the term's unit, or in per cent of the nominal."""

    minus: NotRequired[int | str]
    plus: NotRequired[int | str]
    percent: NotRequired[bool]
    edges: NotRequired[Literal["inclusive", "exclusive"]]


class Open(TypedDict):
    """What is said or expected of a line and held by no enforceable term."""

    aspect: str
    weight: int
    where: str
    why: str


class OrderAct(TypedDict):
    """Something the caller may do now: about the order, or a tranche or lot by its number; `due_at` is by when."""

    verb: str
    subject: str
    number: int | None
    due_at: str | None
    zone: str | None


class OrderInList(TypedDict):
    """An order in a list."""

    id: str
    number: str
    state: str
    buyer_id: str
    buyer_name: str
    supplier_id: str
    supplier_name: str
    currency: str
    total_minor: int
    paid_minor: int
    released_minor: int
    refunded_minor: int
    claims_open: int
    ship_on: str | None
    opened_at: str


class OrderQuery(TypedDict):
    """What the list of orders takes."""

    limit: NotRequired[int]
    cursor: NotRequired[str | None]
    state: NotRequired[Literal["agreed", "active", "completed", "cancelled", "closed"] | None]
    external_id: NotRequired[str | None]


class OrderShown(TypedDict):
    """An order as the caller's side sees it now."""

    id: str
    number: str
    contract_id: str
    contract_version: int
    state: str
    role: str
    buyer_id: str
    buyer_name: str
    supplier_id: str
    supplier_name: str
    programme: str
    programme_version: int
    incoterm: str
    inspection: str
    ship_on: str | None
    expected_delivery_on: str | None
    latest_delivery_on: str | None
    production_started_at: str | None
    ready_at: str | None
    cancel_from: str | None
    claims_open: int
    opened_at: str
    completed_at: str | None
    closed_at: str | None
    money: Money
    tranches: list[TrancheShown]
    lots: list[LotShown]
    holds: list[HoldShown]
    deadlines: list[Waits]
    acts: list[OrderAct]
    external_id: str | None
    metadata: dict[str, str]


class Organisation(TypedDict):
    """A company."""

    id: str
    name: str
    kind: str
    country: str
    subdivision: str | None
    time_zone: str
    language: str
    tier: str
    individual_cap_minor: int | None
    individual_cap_currency: str | None
    standing: str
    external_id: str | None
    metadata: dict[str, str]
    created_at: str
    acts: list[ActOut]


class OtherDay(TypedDict):
    """The day to which a visit is moved."""

    on: str


class OwnMoney(TypedDict):
    """Own money brought to the clients' bank account, or taken back, with the bank's reference."""

    currency: str
    amount_minor: int
    reference: NotRequired[str]


class PageQuery(TypedDict):
    """What every list takes."""

    limit: NotRequired[int]
    cursor: NotRequired[str | None]


class Paper(TypedDict):
    """An invoice or a credit note for fees. `document` is all that is printed; `sha256` that of its canonical
    JSON."""

    id: str
    kind: str
    number: str
    organisation_id: str
    order_id: str | None
    corrects_id: str | None
    currency: str
    period_from: str
    period_to: str
    issued_on: str
    gross_minor: int
    tax_minor: int
    net_minor: int
    document: dict[str, Any]
    sha256: str


class PaperQuery(TypedDict):
    """In which language; without it, in that of one's own organisation."""

    language: NotRequired[Literal["en", "es", "zh-hans"] | None]


class PapersIssued(TypedDict):
    """Which papers were issued just now; `month` where it was for a whole one."""

    month: str | None
    invoice_ids: list[str]


class Party(TypedDict):
    """A side."""

    id: str
    name: str
    country: str


class Payment(TypedDict):
    """Money asked for, with processing on top. A wire must bear `reference` (ISO 11649)."""

    id: str
    order_id: str
    tranche: int
    rail: str
    state: str
    currency: str
    due_minor: int
    processing_minor: int
    amount_minor: int
    captured_minor: int
    returned_minor: int
    disputed_minor: int
    reference: str
    instrument: dict[str, Any]
    reason: str | None
    requested_at: str
    expires_at: str | None
    captured_at: str | None
    settles_at: str | None
    settled_at: str | None
    external_id: str | None
    metadata: dict[str, str]
    acts: list[ActOut]


class Payout(TypedDict):
    """A balance on its way to a bank account. With `needs_approval` a second person lets it out first; in a batch
    (`batch_id`) it waits for a payment file."""

    id: str
    organisation_id: str
    beneficiary_id: str
    state: str
    amount_minor: int
    currency: str
    reason: str | None
    needs_approval: bool
    batch_id: str | None
    requested_at: str
    approved_at: str | None
    sent_at: str | None
    ended_at: str | None
    external_id: str | None
    metadata: dict[str, str]
    acts: list[ActOut]


class PayoutBatch(TypedDict):
    """Payouts and refunds for one payment file. Once it is released its file, of this `sha256`, never changes;
    the bank and the statement know the file as `reference`."""

    id: str
    bank_account_id: str
    currency: str
    execution_on: str
    state: str
    count: int
    total_minor: int
    needs_second: bool
    reference: str
    sha256: str | None
    reason: str | None
    made_at: str
    released_at: str | None
    booked_on: str | None
    ended_at: str | None
    acts: list[ActOut]


class PayoutReport(TypedDict):
    """What a bank's status report came to; `unknown` names its lines that fit nothing the bank was told."""

    batch: PayoutBatch
    accepted: int
    rejected: int
    unknown: list[str]


class PeriodQuery(TypedDict):
    """From which day through which."""

    limit: NotRequired[int]
    cursor: NotRequired[str | None]
    first: str
    last: str


class PeriodStatement(TypedDict):
    """`is_final` once the books of the whole period are closed."""

    holder: str
    issuer: str
    subject: str
    currency: str
    from_on: str
    to_on: str
    is_final: bool
    sections: list[StatementSection]


class Phrase(TypedDict):
    """One phrase: `missing` are `value`, `reference`, `unit`, `tolerance` or `method`."""

    text: str
    measurable: bool
    aspect: str
    anchors: list[str]
    words: list[str]
    missing: list[str]
    suggestion: str


class Phrases(TypedDict):
    """Each phrase, in the order asked."""

    items: list[Phrase]


class Placement(TypedDict):
    """To which account of the buyer: the one in its own name, unless one is named; all of it, or an amount."""

    beneficiary_id: NotRequired[str | None]
    amount_minor: NotRequired[int | None]


class PlanOfOrderQuery(TypedDict):
    """A large order, and what is given of the costs of splitting it."""

    total_minor: int
    currency: NotRequired[str]
    tier: NotRequired[Literal["enrolled", "verified", "gold"]]
    individual_cap_minor: NotRequired[int | None]
    linked_reserved_minor: NotRequired[int]
    line_left_minor: NotRequired[int | None]
    parts: NotRequired[int | None]
    days_apart: NotRequired[int]
    freight_together_minor: NotRequired[int]
    freight_each_minor: NotRequired[int]
    handling_each_minor: NotRequired[int]


class PlanQuery(TypedDict):
    """A lot, and how it is to be sampled."""

    lot_size: int
    level: NotRequired[Literal["I", "II", "III", "S-1", "S-2", "S-3", "S-4"]]
    aql: NotRequired[str]
    inspection: NotRequired[Literal["normal", "tightened", "reduced"]]


class PlannedContractShown(TypedDict):
    """One contract of a plan."""

    total_minor: int
    linked: bool
    cover_minor: int
    uncovered_minor: int


class PriceGap(TypedDict):
    """What protection adds to a price, for one quantity. `percent` has one decimal, half up, and is null above
    nothing. The direct price has no protection: nothing is held, nothing is covered, no claim can be opened."""

    line: int | None
    quantity: int
    protected_minor: int
    direct_minor: int
    difference_minor: int
    percent: str | None


class Problem(TypedDict):
    """Problem."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    field: NotRequired[str]
    accepted: NotRequired[Any]
    facts: NotRequired[dict[str, Any]]
    errors: NotRequired[list[dict[str, Any]]]


class ProblemKind(TypedDict):
    """A code that a problem can have: its HTTP status, and the sentence that tells it to people."""

    code: str
    status: int
    detail: str


class ProductionStart(TypedDict):
    """What shows that production has started: a note, the digest of a picture."""

    note: NotRequired[str]
    evidence_sha256: NotRequired[str | None]


class ProgrammeInList(TypedDict):
    """The newest version of a programme."""

    name: str
    version: int
    title: str
    digest: str
    currencies: list[str]


class ProgrammeName(TypedDict):
    """The version of the programme that a contract follows."""

    name: str
    version: int
    digest: str


class ProgrammeShown(TypedDict):
    """A version of a programme; `rules` is its whole document, the one that `digest` is taken of."""

    name: str
    version: int
    title: str
    digest: str
    currencies: list[str]
    rules: dict[str, Any]


class ProgrammeTerms(TypedDict):
    """The terms of a version of a programme in one language, Markdown; `digest` is the SHA-256 of `text` in
    UTF-8."""

    programme: str
    version: int
    language: str
    digest: str
    text: str


class ProgressShown(TypedDict):
    """How far an order is before shipment, and what this act released."""

    order_id: str
    order_state: str
    production_started_at: str | None
    ready_at: str | None
    inspection: str
    inspection_waived_by: list[str]
    released_minor: int
    currency: str


class PromiseCondition(TypedDict):
    """What has to be there besides the case itself; without it the assessment gives `otherwise_minor`."""

    code: str
    sentence: str
    otherwise_minor: int


class PromiseOut(TypedDict):
    """One reason in one situation: covered or not, by which rule and which keys of the programme, what the
    assessment grants in `case` while the money is held and once it was released (null where that cannot be), on
    which condition (null: on none), until when, on what evidence. Where the condition is a mediator's decision,
    the amounts are the most that may be awarded."""

    reason: str
    situation: str
    by: str
    covered: bool
    rule: str
    sentence: str
    measure: str
    keys: list[str]
    terms: list[str]
    held_minor: int
    released_minor: int | None
    case: SupposedCase
    condition: PromiseCondition | None
    until: WindowEnd
    evidence: list[str]
    goods_go_back: bool
    carrier_package: bool
    without_person: bool
    missing: list[str]


class ProposalShown(TypedDict):
    """Who proposes to cancel."""

    order_id: str
    cancel_proposed_by: str | None


class ProtectionBought(TypedDict):
    """What the protected price buys. `fee_minor` is the supplier's fee, which explains the difference; `gaps` is
    empty and `gap` null where no direct price was given or the programme hides it."""

    held_minor: int
    cover_minor: int | None
    fee_minor: int | None
    claim_days: int
    gap: PriceGap | None
    gaps: list[PriceGap]


class ProtectionComparison(TypedDict):
    """One order's amount under this programme (the first way) and outside."""

    programme: ProgrammeName
    amount_minor: int
    currency: str
    tier: str
    incoterm: str
    ways: list[WayToPay]


class ProtectionQuery(TypedDict):
    """One order. Dates make the windows end on a day; they are the buyer's."""

    amount_minor: int
    currency: NotRequired[str]
    tier: NotRequired[Literal["enrolled", "verified", "gold"]]
    incoterm: NotRequired[Literal["EXW", "FCA", "CPT", "CIP", "FAS", "FOB", "CFR", "CIF", "DAP", "DPU", "DDP"]]
    individual_cap_minor: NotRequired[int | None]
    paid_on: NotRequired[str | None]
    expected_delivery_on: NotRequired[str | None]


class ProviderSettlement(TypedDict):
    """A sum on its way from a provider to our bank, below zero if the provider collects. `arrived` once a line of
    a bank statement shows it."""

    id: str
    rail: str
    provider_ref: str
    trace: str
    state: str
    amount_minor: int
    currency: str
    arrival_on: str | None
    reason: str | None
    sent_at: str
    ended_at: str | None


class Quotation(TypedDict):
    """A quotation as its reader may see it. `document` is its last version; `contract_id` names the contract that
    it became, which is its drafter's alone until it is proposed."""

    id: str
    number: str
    state: str
    role: str
    buyer: Party
    supplier: Party
    currency: str
    programme: str
    programme_version: int
    direct_price_hidden: bool
    version: int
    total_minor: int
    valid_until: str
    due_at: str
    document: OfferDocument
    digest: str
    protection: ProtectionBought
    waits_for: str | None
    contract_id: str | None
    decline_reason: str | None
    end_note: str | None
    external_id: str | None
    metadata: dict[str, str]
    offered_at: str
    changed_at: str
    ended_at: str | None
    acts: list[ActOut]


class QuotationChange(TypedDict):
    """One place in which a version differs from the one before; null where it is not there."""

    path: str
    before: Any
    after: Any


class QuotationComparison(TypedDict):
    """Quotations side by side, the lowest landed cost first."""

    currency: str
    quantity: int | None
    duty_percent: str
    insurance_percent: str
    freight_minor: int
    quotations: list[ComparedQuotation]


class QuotationInList(TypedDict):
    """A quotation in a list; `side` is the reader's own."""

    id: str
    number: str
    state: str
    side: str
    buyer_name: str
    supplier_name: str
    product: str
    currency: str
    total_minor: int
    version: int
    due_at: str
    waits_for: str | None
    contract_id: str | None
    external_id: str | None


class QuotationQuery(TypedDict):
    """What the list of quotations takes."""

    limit: NotRequired[int]
    cursor: NotRequired[str | None]
    state: NotRequired[str | None]
    side: NotRequired[Literal["buyer", "supplier"] | None]
    external_id: NotRequired[str | None]


class QuotationReadUpTo(TypedDict):
    """The last message that was read."""

    up_to: str


class QuotationThread(TypedDict):
    """What was said about the quotation that an order or a contract came from."""

    quotation_id: str
    number: str
    items: list[ThreadMessage]


class QuotationVersion(TypedDict):
    """One version, with what it changed."""

    number: int
    side: str
    document: OfferDocument
    digest: str
    total_minor: int
    valid_until: str
    at: str
    changes: list[QuotationChange]


class RailCostShown(TypedDict):
    """Processing on one rail; null where the amount is above what it takes at once."""

    rail: str
    cost_minor: int | None
    limit_minor: int | None


class RailStanding(TypedDict):
    """What a provider owes by the ledger, and how much of it payments on their way explain."""

    rail: str
    currency: str
    ledger_minor: int
    explained_minor: int
    items: int


class RateBody(TypedDict):
    """So much of `currency` is one euro on a day."""

    currency: str
    on: str
    per_base: str


class RatesQuery(TypedDict):
    """Of one day, or the youngest ones."""

    on: NotRequired[str | None]


class RatesTaken(TypedDict):
    """What a file of rates brought."""

    source: str
    found: int
    added: int
    from_on: str
    to_on: str


class ReadUpTo(TypedDict):
    """The last message that was read."""

    up_to: str


class Readiness(TypedDict):
    """What the supplier said last of how far the goods are, in whole percent."""

    order_id: str
    finished_percent: int
    packed_percent: int
    declared_at: str


class ReceiptShown(TypedDict):
    """What a receipt or a rejection did; `reserved_minor` waits for a claim for the shortage."""

    order_id: str
    order_state: str
    lot: int
    lot_state: str
    receipt: str | None
    released_minor: int
    fee_minor: int
    refunded_minor: int
    reserved_minor: int
    currency: str


class ReceivedUnits(TypedDict):
    """So many units of a line came; none is a number too."""

    line: int
    units: int


class Reconciliation(TypedDict):
    """How the books stand now against providers and banks."""

    zone: str
    today: str
    closed_through: str | None
    trial_balance: list[TrialLine]
    rails: list[RailStanding]
    banks: list[BankStanding]
    clients_money: list[ClientsMoney]
    breaks: list[BreakShown]


class Refund(TypedDict):
    """Money on its way back to the instrument that paid (`payment_id`), or to a bank account of the buyer
    (`beneficiary_id`); it is started by `start_due_at`."""

    id: str
    order_id: str
    claim_id: str | None
    payment_id: str | None
    beneficiary_id: str | None
    batch_id: str | None
    state: str
    amount_minor: int
    currency: str
    reason: str | None
    requested_at: str
    start_due_at: str
    sent_at: str | None
    ended_at: str | None
    acts: list[ActOut]


class RefundQuery(TypedDict):
    """In which state, or any."""

    state: NotRequired[Literal["requested", "instructed", "sent", "confirmed", "bounced", "stopped"] | None]


class RefundStarts(TypedDict):
    """How long refunds took from final to sent, over so many days; `late` counts those after their day."""

    days: int
    count: int
    late: int
    p50_hours: int | None
    p95_hours: int | None


class Report(TypedDict):
    """An examination with its verdict. `document` is the canonical text whose SHA-256 is `digest`; the verdict
    can be computed again from it and the contract. `source` is `inspector` or `party`; `effect` says what it
    moved."""

    id: str
    order_id: str
    lot: int | None
    kind: str
    role: str
    source: str
    organisation_id: str
    commissioned_by: str | None
    fee_minor: int | None
    currency: str
    examined_at: str
    filed_at: str
    signed_by: str
    document: dict[str, Any]
    digest: str
    contract_digest: str
    verdict: VerdictDocument
    effect: str
    effect_rule: str
    released_minor: int
    file_ids: list[str]
    external_id: str | None
    metadata: dict[str, str]


class Reserve(TypedDict):
    """The operator's reserve in one currency: what can still be drawn, what was drawn and has not come back, what
    finance must still bring (below zero: may take back), what the operator owes buyers itself."""

    currency: str
    held_minor: int
    out_minor: int
    to_fund_minor: int
    owed_minor: int


class ReserveChange(TypedDict):
    """More or less to be set aside: proposed by one person, confirmed by another."""

    id: str
    currency: str
    kind: str
    amount_minor: int
    reason: str
    state: str
    proposed_at: str
    ended_at: str | None
    acts: list[ActOut]


class Reversal(TypedDict):
    """Why an entry is taken back."""

    reason: str


class Revision(TypedDict):
    """Another text for a draft; labels that are not given stay."""

    document: ContractDocument
    programme: NotRequired[str | None]
    external_id: NotRequired[str | None]
    metadata: NotRequired[dict[str, str] | None]


class Rotation(TypedDict):
    """How long the old key works on beside the new one; without it, the old one ends now."""

    overlap_seconds: NotRequired[int]


class Route(TypedDict):
    """By the way it came back from, or to an account of the buyer (`to_account`)."""

    to_account: NotRequired[bool]
    beneficiary_id: NotRequired[str | None]


class RoutineShown(TypedDict):
    """From which hour on the day before is closed by itself; null leaves it to people."""

    close_hour: int | None


class RoutineWanted(TypedDict):
    """The hour, where the operator is, from which on the day before is closed by itself; null for never."""

    close_hour: int | None


class Said(TypedDict):
    """A figure in its source's own words, and the day the source is of."""

    figure: str
    says: str
    source: str
    address: str
    on: str


class SamplingPlanShown(TypedDict):
    """A single sampling plan. Where `whole_lot` is true every unit is examined and counts for itself: there are
    no numbers, no chances and no curve."""

    lot_size: int
    level: str
    inspection: str
    aql: str
    code_letter: str
    letter: str
    n: int
    ac: int | None
    re: int | None
    whole_lot: bool
    chances: list[AcceptanceChance]
    curve: list[CurvePoint]
    sources: list[SourceOfFigures]


class Seller(TypedDict):
    """Who invoices."""

    legal_name: str
    address: str
    country: str
    registration_number: str
    vat_number: str
    prefix: str


class SellerBody(TypedDict):
    """Who invoices, and what the numbers of its papers begin with (1 to 12 capital letters and digits)."""

    legal_name: str
    address: str
    country: str
    registration_number: NotRequired[str]
    vat_number: NotRequired[str]
    prefix: str


class SettlementLine(TypedDict):
    """One movement at the provider; `payment_id` or `refund_id` if it is one of ours, else it is for finance to
    explain (a dispute, a fee of the provider's own)."""

    provider_ref: str
    kind: str
    source_ref: str
    amount_minor: int
    fee_minor: int
    net_minor: int
    payment_id: str | None
    refund_id: str | None


class SettlementQuery(TypedDict):
    """Which of them."""

    limit: NotRequired[int]
    cursor: NotRequired[str | None]
    state: NotRequired[str | None]


class SettlementWithLines(TypedDict):
    """The same with all it consists of: the nets add up to the amount."""

    id: str
    rail: str
    provider_ref: str
    trace: str
    state: str
    amount_minor: int
    currency: str
    arrival_on: str | None
    reason: str | None
    sent_at: str
    ended_at: str | None
    lines: list[SettlementLine]


class ShipTo(TypedDict):
    """Where the goods go."""

    name: str
    street: str
    city: str
    country: str
    region: NotRequired[str]
    postcode: NotRequired[str]


class Shipment(TypedDict):
    """One lot on its way. `grade` (A to D) says how good the proof of shipment is, `ship_basis` whether the ship
    date of record rests on the carrier, a document, or a word; `oddities` what speaks against the proof."""

    id: str
    order_id: str
    lot: int
    lot_id: str
    quantities: list[Units]
    state: str
    carrier: str
    mode: str
    tracking_number: str | None
    container_number: str | None
    number_scheme: str | None
    shipped_on: str
    left_on: str
    ship_date_on: str
    ship_basis: str
    grade: str
    oddities: list[str]
    accepted_at: str | None
    uploaded_at: str
    expected_delivery_on: str | None
    delivered_on: str | None
    delivery_grade: str | None
    documents: list[ShipmentDocument]
    events: list[TrackingEvent]
    external_id: str | None
    metadata: dict[str, str]
    acts: list[ActOut]


class ShipmentDocument(TypedDict):
    """A document that travels with the goods; `sha256` is the digest of the file, where one was brought."""

    kind: str
    number: str
    dated_on: str | None
    file_id: str | None
    sha256: str | None


class ShippedShown(TypedDict):
    """So many units of a line have left: it keeps all but a quantity that is at least as large."""

    line: int
    units: int


class Signature(TypedDict):
    """A signature: `person`, or `marketplace` for one that the marketplace's key attests."""

    side: str
    kind: str
    signer_kind: str
    digest: str
    terms: TermsAccepted | None
    at: str


class Signing(TypedDict):
    """What a signature did; `order_id` once both have signed."""

    contract_id: str
    contract_state: str
    side: str
    kind: str
    order_id: str | None
    cover_minor: int
    currency: str
    terms: TermsAccepted | None


class Since(TypedDict):
    """From when on."""

    since: str


class SourceOfFigures(TypedDict):
    """Where a plan's figures come from: a document, and through what it was read."""

    title: str
    read_from: str
    tables: str


StatementQuery = TypedDict(
    "StatementQuery",
    {
        "from": "str",
        "to": "str",
        "currency": "NotRequired[str | None]",
        "format": "NotRequired[Literal['json', 'csv', 'pdf']]",
        "bom": "NotRequired[bool]",
        "order_id": "NotRequired[str | None]",
        "organisation_id": "NotRequired[str | None]",
        "account": "NotRequired[str | None]",
        "owner": "NotRequired[str | None]",
    },
)
"""Over which days (both included), in which currency, of whom. Without more: of one's own organisation."""


class StatementRow(TypedDict):
    """A movement; a credit is positive."""

    transfer_id: str
    booked_on: str
    happened_at: str
    movement: str
    order_number: str | None
    lot: int | None
    amount_minor: int
    balance_minor: int


class StatementSection(TypedDict):
    """One account, or several looked at as one: balance, deposit, debt, held, processing or account."""

    key: str
    opening_minor: int
    closing_minor: int
    sums: list[MovementSum]
    lines: list[StatementRow]


class Step(TypedDict):
    """What an act did to a claim and to the money of its order."""

    claim_id: str
    order_id: str
    number: int
    state: str
    reason: str
    claimant: str
    frozen_minor: int
    award_minor: int | None
    refunded_minor: int
    released_minor: int
    owed_minor: int
    currency: str
    answer_due_at: str | None
    appeal_ends_at: str | None


class Stray(TypedDict):
    """Money that came and could not be placed: why, who must act, by when."""

    id: str
    state: str
    reason: str
    amount_minor: int
    currency: str
    reference: str
    payer_name: str
    order_id: str | None
    payment_id: str | None
    owner: str
    received_at: str
    due_at: str
    ended_at: str | None
    acts: list[ActOut]


class StrayCandidate(TypedDict):
    """A payment that money in suspense may be for; `why` says what fits."""

    payment_id: str
    order_id: str
    order_number: str
    payer_name: str
    amount_minor: int
    currency: str
    why: list[str]


class StrayWithCandidates(TypedDict):
    """Money in suspense, with the payments it may be for."""

    id: str
    state: str
    reason: str
    amount_minor: int
    currency: str
    reference: str
    payer_name: str
    order_id: str | None
    payment_id: str | None
    owner: str
    received_at: str
    due_at: str
    ended_at: str | None
    acts: list[ActOut]
    candidates: list[StrayCandidate]


class Subdivision(TypedDict):
    """A part of a country, as an organisation names it, and what it is called there."""

    code: str
    name: str


class SupplierRecord(TypedDict):
    """What is known of a supplier. `on_time_percent` is null where there is no record yet; `line_left_minor` is
    what another order could take of its line now."""

    tier: str
    standing: str
    country: str
    line_left_minor: int | None
    shipments: int
    shipments_on_time: int
    on_time_percent: str | None


class SupposedCase(TypedDict):
    """The exact case that the amounts are for: `code` is stable, `sentence` for people. Everything was paid, went
    in one lot and is claimed in time, and nothing has come back before. `units` are those the amount is for,
    `days_late` the fewest days that bring it, `on` that day, null where it hangs on a payment."""

    code: str
    sentence: str
    remedy: str
    units: int
    days_late: int | None
    on: str | None


class Switching(TypedDict):
    """The severity that the supplier's record of such goods asks for: kept from when the inspection was ordered,
    else as it stands now. `reason`: `begins`, `rejections` (two of five), `recovered` (five accepted), `steady`
    (the score reached), `slipped` (rejected under reduced inspection). `discontinued`: five were rejected under
    tightened inspection, and acceptance by sample should wait until the supplier has mended."""

    goods: str
    inspection: str
    reason: str
    score: int
    discontinued: bool
    decided_by: list[LotOfRecord]
    since: list[LotOfRecord]


class TaxRule(TypedDict):
    """How fees are taxed for a country's customers from a day on; `*` is any other country."""

    country: str
    treatment: str
    percent: str
    valid_from: str


class TaxRuleBody(TypedDict):
    """`country` is a code, or `*` for any other; `percent` is text like `21.00`, and 0 unless the treatment is
    `standard`."""

    country: str
    treatment: str
    percent: str
    valid_from: str


class TechPackImport(TypedDict):
    """What a file says, in the contract's own shape; `contract` is there once the draft was changed."""

    usable: bool
    problems: list[TechPackProblem]
    tables: list[TechPackTable]
    unread: list[TechPackUnread]
    assumed: list[str]
    lines: list[dict[str, Any]]
    specification: list[dict[str, Any]]
    currency: str
    total_before_minor: int
    total_minor: int | None
    contract: Contract | None


class TechPackProblem(TypedDict):
    """A cell that cannot be used: what stood there, and what would have been taken."""

    sheet: str
    row: int | None
    column: str | None
    field: str | None
    found: Any
    accepted: Any


class TechPackTable(TypedDict):
    """A table that was recognised."""

    kind: str
    sheet: str
    first_row: int
    last_row: int
    rows: int


class TechPackUnread(TypedDict):
    """What stands in the file and was not taken."""

    sheet: str
    row: int
    column: str | None
    text: str


class TemplateInList(TypedDict):
    """A template by its category."""

    name: str
    title: str
    units: list[str]


class TemplateShown(TypedDict):
    """What is asked of the goods of a category."""

    name: str
    title: str
    units: list[str]
    terms: list[AskedTerm]


class TermsAcceptance(TypedDict):
    """Terms that an organisation accepted with its signature of a contract."""

    id: str
    programme: str
    version: int
    language: str
    digest: str
    contract_id: str
    contract_number: str
    side: str
    signer_kind: str
    at: str


class TermsAccepted(TypedDict):
    """The terms that were accepted: in which language, and the SHA-256 of their text."""

    language: str
    digest: str


class TermsChange(TypedDict):
    """A part of the terms that another version says otherwise, in the language of the terms: its title, the
    sentences that are gone and those instead. `keys` are the programme's that differ, the same in every language."""

    title: str
    keys: list[str]
    before: list[str]
    after: list[str]


class TermsQuery(TypedDict):
    """With `digest` the terms are given as somebody accepted them by it, in the language they were accepted in."""

    language: NotRequired[str]
    digest: NotRequired[str | None]


class Thread(TypedDict):
    """A page of a thread; `unread` is how many messages of others one's own organisation has not read.
    `quotation` is what was said before, where an order came from a quotation."""

    items: list[ThreadMessage]
    next_cursor: str | None
    reads: list[ThreadRead]
    unread: int
    quotation: NotRequired[QuotationThread | None]


class ThreadMessage(TypedDict):
    """A message as it was sent, on an order or on a quotation; `text` is null once it was erased. `number` counts
    through the thread."""

    id: str
    order_id: str | None
    quotation_id: str | None
    number: int
    organisation_id: str
    role: str
    by_kind: str
    text: str | None
    answers_id: str | None
    file_ids: list[str]
    sent_at: str
    external_id: str | None
    metadata: dict[str, str]


class ThreadRead(TypedDict):
    """Up to which number an organisation has read, and since when."""

    organisation_id: str
    number: int
    read_at: str


class TimeTaken(TypedDict):
    """Seconds from the condition to the release and to the payout: half of the parts took at most p50."""

    parts: int
    release_p50_seconds: int | None
    release_p95_seconds: int | None
    payout_p50_seconds: int | None
    payout_p95_seconds: int | None


class ToPlace(TypedDict):
    """Money of an order that no instrument takes."""

    order_id: str
    amount_minor: int
    currency: str
    due_at: str


class Token(TypedDict):
    """A bearer token, as RFC 6749 (5.1) has it."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    scope: str


class TokenRefused(TypedDict):
    """Why there is no token, as RFC 6749 (5.2) has it."""

    error: str
    error_description: NotRequired[str]


class Total(TypedDict):
    """What stands in one currency, and what that is in the report currency by which rate of which day; null where
    no rate is known."""

    group: str
    currency: str
    amount_minor: int
    report_minor: int | None
    rate: str | None
    rate_on: str | None


class Totals(TypedDict):
    """What is held in all."""

    on: str
    is_closed: bool
    report_currency: str
    rates_source: str | None
    totals: list[Total]
    sums: list[GroupSum]


class TotalsQuery(TypedDict):
    """In which currency they are summed; `on` is a closed day, and without it they are as they stand now."""

    report_currency: str
    on: NotRequired[str | None]


class TrackingEvent(TypedDict):
    """One thing reported: what, when in the zone of the place, by whom (carrier, supplier, buyer or operator)."""

    id: str
    code: str
    at: str
    zone: str
    place: str | None
    source: str
    proof_sha256: str | None
    file_id: str | None
    received_at: str


class TrancheShown(TypedDict):
    """A part of the price: what makes it payable, what releases it, how much of it is held."""

    id: str
    number: int
    state: str
    amount_minor: int
    funded_minor: int
    currency: str
    payable: str
    release: str


class TrialLine(TypedDict):
    """What stands on all accounts of a code: credits less debits."""

    code: str
    currency: str
    balance_minor: int


class Units(TypedDict):
    """So many units of a line of the contract."""

    line: int
    units: int


class Verification(TypedDict):
    """Why the account is the organisation's all the same; needed where the names do not match."""

    reason: NotRequired[str | None]


class VersionShown(TypedDict):
    """A version that both have signed; `amendment_id` is null for the first."""

    version: int
    digest: str
    total_minor: int
    currency: str
    in_force: bool
    signed_at: str
    amendment_id: str | None


class Waits(TypedDict):
    """A deadline that stands open: who must act on what, by when, in the zone it was computed for. Since
    `paused_at` it stands still; `basis.calendar` has the places, the holiday data and the days skipped, `counted`
    says it in words. `said` is its text for people, by language, as the console and mails have it."""

    kind: str
    who: str
    due_at: str
    zone: str
    basis: dict[str, Any]
    said: dict[str, str]
    paused_at: str | None
    counted: list[str]


class WantedQuantity(TypedDict):
    """How many of a line."""

    line: int
    quantity: int


class WayToPay(TypedDict):
    """One way to pay. Ranges where the figure is one; null: not stated. `cost_more` names what is not in the
    cost. `unprotected` is what protection does not reach of the amount, once all of it has been released;
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


class WayToPlaceShown(TypedDict):
    """A large order in these contracts. `refused` is the code of the rule that does not take them, or null."""

    contracts: list[PlannedContractShown]
    cover_minor: int
    uncovered_minor: int
    refundable_while_held_minor: int
    cost_minor: int
    fee_minor: int
    refused: str | None


class Webhook(TypedDict):
    """An endpoint; `secret` is null but in the answer to its making. `disabled_why`: by_hand, failing (for five
    days) or gone (it answered 410)."""

    id: str
    organisation_id: str
    url: str
    description: str
    kinds: list[str]
    ordered: bool
    state: str
    created_at: str
    disabled_at: str | None
    disabled_why: str | None
    failing_since: str | None
    paused_until: str | None
    secrets: list[WebhookSecret]
    secret: str | None
    external_id: str | None
    metadata: dict[str, str]
    acts: list[ActOut]


class WebhookAttempt(TypedDict):
    """One call: its status and the first bytes of the answer, or the fault that left none."""

    number: int
    at: str
    status: int | None
    fault: str | None
    duration_ms: int
    answer: str


class WebhookChanges(TypedDict):
    """What is to be another; what is left out stays."""

    url: NotRequired[str | None]
    kinds: NotRequired[list[str] | None]
    ordered: NotRequired[bool | None]
    description: NotRequired[str | None]


class WebhookDelivery(TypedDict):
    """An event on its way to an endpoint. Status, fault, duration and answer are those of the last attempt."""

    id: str
    webhook_id: str
    event_id: str
    kind: str
    state: str
    attempts: int
    created_at: str
    not_before: str | None
    ended_at: str | None
    status: int | None
    fault: str | None
    duration_ms: int | None
    answer: str
    acts: list[ActOut]


class WebhookDeliveryLog(TypedDict):
    """A delivery with each of its attempts, the first one first."""

    id: str
    webhook_id: str
    event_id: str
    kind: str
    state: str
    attempts: int
    created_at: str
    not_before: str | None
    ended_at: str | None
    status: int | None
    fault: str | None
    duration_ms: int | None
    answer: str
    acts: list[ActOut]
    log: list[WebhookAttempt]


class WebhookReplay(TypedDict):
    """How many events are on their way, again or for the first time."""

    webhook_id: str
    since: str
    events: int


class WebhookSecret(TypedDict):
    """Since when a secret signs, and until when if another has followed it."""

    created_at: str
    ends_at: str | None


class WholeQuery(TypedDict):
    """What a list takes that is short by its nature: all of it, unless less is asked for."""

    limit: NotRequired[int]
    cursor: NotRequired[str | None]


class Why(TypedDict):
    """The reason, in words."""

    why: NotRequired[str]


class WindowEnd(TypedDict):
    """Until when a claim may be opened: at `ends_at` by the contract's own days; at `on_schedule_at` if the goods
    leave and come as agreed; else `days` after what the anchors name, combined as `combine` says."""

    rule: str
    days: int | None
    anchors: list[str]
    combine: str
    ends_at: str | None
    on_schedule_at: str | None
    zone: str


class WireOutcome(TypedDict):
    """Where a wire went: into escrow (`held_minor`), back to the buyer (`refundable_minor`), or into suspense for
    a reason; `again` if it was entered before."""

    order_id: str | None
    payment_id: str | None
    stray_id: str | None
    reason: str | None
    held_minor: int
    refundable_minor: int
    again: bool


class Withdrawing(TypedDict):
    """Why, in words."""

    note: NotRequired[str]


AssessmentDocument: TypeAlias = FoundAssessment
AwardLine: TypeAlias = FoundLine
ContractDocument: TypeAlias = AgreedDocument
CriterionDocument: TypeAlias = FoundCriterion
InspectionClause: TypeAlias = AgreedInspection
OfferDocument: TypeAlias = OfferedOffer
TermDocument: TypeAlias = AgreedTerm
VerdictDocument: TypeAlias = FoundVerdict

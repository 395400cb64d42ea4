"""A programme in words and figures, for people: what the parties read and accept.

Every sentence is built from the figures the rules use. It explains and never decides: the functions in `rules` do.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from holdfast.kernel.canonical import digest
from holdfast.kernel.money import Money
from holdfast.programme.document import AFTER_PAYMENT, AFTER_SHIPMENT, Programme, WindowRule
from holdfast.programme.keys import Table
from holdfast.programme.writing import plain


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the explanation."""

    title: str
    sentences: tuple[str, ...]


_SPELLED = {
    "paypal": "PayPal",
    "e_check": "e-check",
    "packaging_labelling": "packaging or labelling",
    "delivered": "delivery",
    "receipt_confirmed": "the confirmed receipt",
    "expected_delivery": "the expected delivery",
    "expected_ship": "the ship date",
    "shipped": "shipment",
    "order_closed": "the order's close",
    "event": "the event complained of",
    "held": "held money",
    "balance": "the supplier's balance",
    "deposit": "the guarantee deposit",
    "reserve": "the platform's reserve",
    "error": "an error",
}
_EXCLUDED = {
    "force_majeure": "Force majeure, declared in time with proof.",
    "used_before_claim": "Goods used or processed before the claim.",
    "changed_by_washing_or_use": "A change after washing or use, unless a term of the contract speaks of it.",
    "duties_or_taxes": "Duties and taxes.",
    "paid_outside": "Money paid outside.",
    "waived": "A breach expressly waived.",
    "sent_elsewhere": "Goods sent elsewhere than the contract's address at the buyer's own wish.",
}
_LIMITS = {
    "signing.sign_days": "the time to sign",
    "signing.pay_days": "the time to pay",
    "signing.balance_grace_days": "the grace for an unpaid balance",
    "claims.answer_days": "the time to answer a claim",
    "claims.rebut_days": "the time to rebut a record",
    "claims.mediation_target_days": "the target of mediation",
    "claims.mediation_limit_days": "the limit of mediation",
    "claims.appeal_days": "the time to appeal",
    "receipt.silence_days": "the time after which silence is receipt",
    "returns.ship_back_days": "the time to ship goods back",
    "returns.inspect_days": "the time to examine what came back",
    "returns.refund_start_days": "the time to start a refund",
}


def words(name: str) -> str:
    """A name as people write it: `late_shipment` is late shipment."""
    return _SPELLED.get(name, name.replace("_", " "))


def _first_up(text: str) -> str:
    return text[:1].upper() + text[1:]


def listed(names: tuple[str, ...] | list[str], last: str = "and") -> str:
    """`a, b and c`; nothing is `none`."""
    shown = [words(name) for name in names]
    if not shown:
        return "none"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} {last} {shown[-1]}"


def amounts(rows: Table[int]) -> str:
    """`10,000.00 USD, 8,000.00 GBP`."""
    return ", ".join(str(Money(rows[currency], currency)) for currency in rows)


def explain(programme: Programme) -> tuple[Section, ...]:
    """The whole programme, part by part."""
    days = programme.calendar
    counted = [("How days are counted", _days)] if days.working or days.next_working_day or days.remind_days else []
    parts = (
        ("Signing and paying", _signing),
        ("Until when a claim may be opened", _windows),
        ("The way of a claim", _claims),
        ("Receipt", _receipt),
        ("Cover", _cover),
        ("Guarantee and recourse", _guarantee),
        ("Lateness", _late),
        ("Quantity and remedies", _remedies),
        ("Inspection", _inspection),
        ("What is not covered", _exclusions),
        ("Fees", _fees),
        ("Payment rails", _rails),
        ("Returns and refunds", _returns),
        ("Changes after payment", _amendments),
        ("Penalty points", _points),
        ("Who and what is eligible", _eligibility),
        ("Advice", _advice),
        *counted,
    )
    return tuple(Section(title, tuple(sentences(programme))) for title, sentences in parts)


def terms_text(programme: Programme) -> str:
    """The programme as terms in plain English, Markdown: what both sides accept when they sign."""
    lines = [f"# {programme.title}", "", f"Programme `{programme.name}`, version {programme.version}."]
    for section in explain(programme):
        lines += ["", f"## {section.title}", "", *(f"- {sentence}" for sentence in section.sentences)]
    return "\n".join(lines) + "\n"


def terms_digest(programme: Programme) -> str:
    """SHA-256 of the plain terms, hex: the hash that both sides accept."""
    return digest(terms_text(programme).encode()).hex()


def _signing(programme: Programme) -> Iterator[str]:
    signing = programme.signing
    yield f"Both parties sign within {signing.sign_days} days of the first signature."
    yield f"Each tranche is paid within {signing.pay_days} days of falling due."
    yield f"A supplier confirms a direct order within {signing.confirm_days} days."
    yield (
        f"An unpaid balance has {signing.balance_grace_days} days of grace after the last day to pay;"
        " then the supplier may cancel."
    )


def _windows(programme: Programme) -> Iterator[str]:
    same: dict[WindowRule, list[str]] = {}
    for reason, rule in programme.window.items():
        same.setdefault(rule, []).append(reason)
    for rule, reasons in same.items():
        anchors = [words(anchor) for anchor in rule.anchors]
        joined = {"later_of": "the later of ", "earlier_of": "the earlier of "}.get(rule.combine, "")
        if len(anchors) == 1:
            joined = ""
        between = " and " if rule.combine != "first" else ", else "
        yield f"{_first_up(listed(reasons))}: {rule.days} days from {joined}{between.join(anchors)}."
    yield "Supplier cancelled: as long as the order is open."
    yield "A window never ends before the receipt deadline. Where its anchor has not happened, it stays open."
    yield "N days are calendar days after the day of the anchor, ending 23:59:59 where the party who must act is."


def _claims(programme: Programme) -> Iterator[str]:
    claims = programme.claims
    silence = "the claim goes on to a mediator" if claims.on_silence == "escalate" else "the claim is granted"
    yield f"The other side answers within {claims.answer_days} days; on silence {silence}."
    yield (
        f"Either side may call a mediator from day {claims.escalate_from_day};"
        f" on day {claims.escalate_automatic_day} it happens by itself."
    )
    yield (
        f"A late record may be rebutted within {claims.rebut_days} days, only by"
        f" {listed(claims.conclusive_documents, 'or')}."
    )
    yield f"Decided without a person: {listed(claims.without_person)}."
    if claims.undisputed_only:
        yield f"Of these only where undisputed: {listed(claims.undisputed_only)}."
    yield (
        f"A mediator aims to decide in {claims.mediation_target_days} days and must in {claims.mediation_limit_days};"
        f" evidence asked for is due in {claims.evidence_days} days, extended once by {claims.evidence_extension_days}."
    )
    grounds = listed(claims.appeal_grounds, "or")
    yield f"Appeal within {claims.appeal_days} days, once, for {grounds}; another mediator decides."
    outside = {
        "both_attest": "count only if both parties attest to them",
        "never": "never count",
        "weighed": "are weighed by the mediator",
    }
    yield f"Messages from outside {outside[claims.outside_evidence]}."


def _receipt(programme: Programme) -> Iterator[str]:
    receipt = programme.receipt
    if receipt.silence == "never":
        yield "Silence never counts as receipt."
    else:
        yield (
            f"Silence for {receipt.silence_days} days after delivery counts as receipt,"
            f" with delivery proof of grade {listed(receipt.grades, 'or')}."
        )
    yield f"Each party may extend once by {receipt.extension_days} days."
    yield (
        f"Nothing runs out without a notice delivered {receipt.notice_hours} hours before;"
        f" without one the deadline moves once by {receipt.bounce_days} days."
    )


def _cover(programme: Programme) -> Iterator[str]:
    cover = programme.cover
    for tier, rows in cover.tiers.items():
        yield f"{tier.capitalize()} supplier, most cover of one order: {amounts(rows)}."
    if cover.limits == "beyond_held":
        yield "The cap limits what is paid beyond held money; held and frozen money is always refundable."
    else:
        yield "The cap limits every refund of an order, from held money too."
    yield f"A supplier's line for all its open orders is at most {cover.line_times} times the cap."
    linked = {
        "link": f"share one cap (signed within {cover.linked_days} days, from one RFQ, or declared)",
        "allow": "have a cap each",
        "deny": "are not covered",
    }
    yield f"Linked orders of the same two parties {linked[cover.linked]}."
    excess = "is allowed as uncovered excess that both sides sign" if cover.excess == "sign" else "is refused"
    yield f"An order above its cover {excess}."
    early = "may together not exceed the cover" if cover.early_release == "within_cover" else "are not allowed"
    yield f"Releases before receipt {early}."


def _guarantee(programme: Programme) -> Iterator[str]:
    guarantee, recourse = programme.guarantee, programme.recourse
    if guarantee.by == "deposit":
        yield f"A supplier deposits {plain(guarantee.deposit_percent)}% of its line."
    else:
        yield (
            f"{plain(guarantee.hold_percent)}% of each release is kept back until the supplier's guarantee reaches"
            f" {plain(guarantee.deposit_percent)}% of its line."
        )
    yield f"Refunds are drawn from: {listed(recourse.refund_order)}, in this order."
    yield f"Costs are drawn from: {listed(recourse.cost_order)}, in this order; the reserve never advances them."
    bearer = {"party_at_fault": "the supplier when at fault, else the operator"}
    yield f"A lost chargeback is borne by {bearer.get(recourse.lost_chargeback, 'the ' + recourse.lost_chargeback)}."


def _late(programme: Programme) -> Iterator[str]:
    late = programme.late
    yield (
        f"Measured: {late.basis}; under D terms, or where the contract promises an arrival date, delivery."
        " A clause in the contract goes first."
    )
    if late.scale == "daily":
        grace = "the grace is deducted" if late.grace == "deducted" else "beyond it every day counts"
        yield (
            f"Else {plain(late.percent_per_day)}% of the late value for each day, after {late.grace_days} days"
            f" ({grace}), at most {plain(late.cap_percent)}%."
        )
    elif late.scale == "steps":
        steps = (f"from day {step.from_day} {plain(step.percent)}%" for step in late.steps)
        yield f"Else, of the late value: {', '.join(steps)}."
    else:
        yield "Without such a clause lateness is not compensated."
    first = late.cancel_after_days + 1
    yield f"From day {first} after the ship date the buyer may cancel what has not shipped, for a full refund."
    if late.tracking == "uploaded":
        yield "Proof of shipment must also be uploaded by the ship date."
    else:
        yield "Proof of shipment counts by the date of the carrier's acceptance."


def _remedies(programme: Programme) -> Iterator[str]:
    short, chosen = programme.short, programme.remedies
    share = plain(short.threshold_percent)
    yield "A shortage inside the agreed tolerance is no breach; beyond it all missing units are refunded, pro rata."
    if short.measure == "full_refund":
        yield f"Where {share}% or less of a lot arrived: a full refund, the goods are kept."
    elif short.may_reject:
        yield f"Where {share}% or less of a lot arrived, the buyer may reject and return it for a full refund."
    yield f"Remedies: {listed(chosen.allowed)}."
    back = "stay with the buyer" if chosen.goods_kept else "go back at the supplier's cost, unless it waives that"
    yield f"Goods refunded at full price {back}."
    if chosen.cancel_rest:
        yield "A lot rejected whole lets the buyer cancel the undelivered rest."


def _inspection(programme: Programme) -> Iterator[str]:
    rules = programme.inspection
    yield f"Advised from: {amounts(rules.advised_from)}."
    if rules.required_from:
        yield f"Required from: {amounts(rules.required_from)}."
        yield "Shipment waits for a required inspection, unless both waive it by a signed act."
    yield f"The fee is borne by the {words(rules.bearer)}."
    yield (
        f"Default sampling: ISO 2859-1 level {rules.level}, AQL critical {rules.aql_critical},"
        f" major {rules.aql_major}, minor {rules.aql_minor}; a fixed sample of {rules.fixed_sample_refused}"
        " pieces or fewer is refused."
    )


def _exclusions(programme: Programme) -> Iterator[str]:
    rules = programme.exclusions
    yield "Taste: what no measurable term of the contract speaks of."
    for name in rules.apply:
        yield _EXCLUDED[name]
    terms = "by the Incoterm of the contract"
    yield f"Damage on the way: {terms if rules.carrier_damage == 'by_incoterm' else 'never covered'}."
    yield f"Customs: {terms if rules.customs == 'by_incoterm' else 'never covered'}."
    yield f"Loss after risk has passed, with handover proof of grade {listed(rules.lost_after_grades, 'or')}."
    if "force_majeure" in rules.apply:
        yield (
            f"Force majeure is declared within {rules.force_majeure_notice_days} days with proof, extends dates by at"
            f" most {rules.force_majeure_most_days} days; then the buyer may cancel."
        )


def _fees(programme: Programme) -> Iterator[str]:
    fees = programme.fees
    yield "Protection costs the buyer nothing; processing is charged at cost by rail."
    for band in fees.bands:
        above = f" above {amounts(band.above)}" if band.above else ""
        yield f"{listed(band.tiers).capitalize()} supplier: {plain(band.percent)}% of the released goods value{above}."
    if fees.minimum:
        yield f"At least, an order: {amounts(fees.minimum)}."
    if fees.cap:
        yield f"At most, an order: {amounts(fees.cap)}."
    yield "No fee on refunded value; one already taken is given back."
    if fees.hides_direct_price:
        yield "Quotations do not show what goods would cost by direct transfer, without protection."


def _rails(programme: Programme) -> Iterator[str]:
    for name, rail in programme.rails.items():
        fixed = f" and {amounts(rail.fixed)}" if any(rail.fixed.values()) else ""
        limit = f"; at most {amounts(rail.limit)}" if rail.limit else ""
        yield (
            f"{_first_up(words(name))}: processing {plain(rail.percent)}%{fixed}; settled after {rail.settle_days}"
            f" banking days; refundable for {rail.refund_days} days; releasable once {rail.releasable_after}{limit}."
        )
        if rail.short_limit:
            yield (
                f"{_first_up(words(name))}: what banks take on the way is borne up to {amounts(rail.short_limit)} an"
                " order, and a tenth of what is due."
            )


def _returns(programme: Programme) -> Iterator[str]:
    rules = programme.returns
    yield f"Goods are shipped back within {rules.ship_back_days} days."
    yield f"The supplier examines what came back within {rules.inspect_days} days."
    yield f"A refund is started within {rules.refund_start_days} business days of being final."


def _amendments(programme: Programme) -> Iterator[str]:
    rules = programme.amendments
    yield f"By signed amendment the ship date moves by at most {rules.ship_date_days} days in all."
    yield f"Freight rises by at most {plain(rules.freight_percent)}%."
    if rules.after_payment != AFTER_PAYMENT:
        named = ", ".join(words(name) for name in rules.after_payment) or "nothing"
        yield f"Once anything is paid, an amendment may change: {named}."
    if rules.after_shipment != AFTER_SHIPMENT:
        named = ", ".join(words(name) for name in rules.after_shipment) or "nothing"
        yield f"Once a lot has left, an amendment may change, for what has not: {named}."
    yield f"A contract's buyer-default share is at most {plain(rules.buyer_default_percent)}% of the total."


def _points(programme: Programme) -> Iterator[str]:
    rules = programme.points
    yield f"Points: {', '.join(f'{words(name)} {weight}' for name, weight in rules.weights.items())}."
    yield f"A point expires after {rules.expire_days} days; {rules.suspend_at} suspend the badge."


def _eligibility(programme: Programme) -> Iterator[str]:
    rules = programme.eligibility
    for noun in ("countries", "categories", "products"):
        allowed: tuple[str, ...] = getattr(rules, f"{noun}_allowed", ())
        barred: tuple[str, ...] = getattr(rules, f"{noun}_barred")
        only = f"only {', '.join(allowed)}" if allowed else "all"
        yield f"{noun.capitalize()}: {only}{' but ' + ', '.join(barred) if barred else ''}."


def _advice(programme: Programme) -> Iterator[str]:
    rules = programme.advice
    if rules.sample_first:
        yield "First order with a supplier: a sample first."
    if rules.card_under:
        yield f"Card or PayPal, where offered, under: {amounts(rules.card_under)}."
    if rules.insurance_from:
        yield f"Cargo insurance from: {amounts(rules.insurance_from)}."


def _days(programme: Programme) -> Iterator[str]:
    days = programme.calendar
    if days.working:
        yield (
            f"Counted in working days, those worked in both parties' countries and at the operator:"
            f" {listed([_limit(key) for key in days.working])}."
        )
    if days.next_working_day:
        yield (
            "Where the last day is a weekend or holiday of who must act, the next working day there counts instead:"
            f" {listed([_limit(key) for key in days.next_working_day])}."
        )
    if days.remind_days:
        yield f"A side is reminded of a deadline {listed(days.remind_days)} days before it."


def _limit(key: str) -> str:
    """`claims.answer_days` is the time to answer."""
    return _LIMITS[key]

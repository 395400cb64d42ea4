"""The exact cases that a preview promises for: what has happened, on which day, and what else has to be there.

Each is told twice, in words for people and as facts for an engine, and both are made of the same days. What a case
comes to is the engine's to say.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from holdfast.claims import imagined
from holdfast.claims.facts import AssessmentFacts
from holdfast.claims.imagined import Signing
from holdfast.programme import Programme
from holdfast.programme import rules as programme_rules

NEVER = date(9998, 1, 1)
"""Later than any rate can count."""
SENTENCES = {
    "shipped_late": "Everything is shipped so many days after the ship date.",
    "arrived_late": "Everything arrives so many days after the latest day of delivery.",
    "no_day_owed": "The contract names no latest day of delivery, so that no arrival is late.",
    "cancelled_for_lateness": "Nothing has been shipped so many days after the day owed, and the buyer cancels.",
    "nothing_shipped": "No carrier has taken anything so many days after the ship date.",
    "supplier_cancels": "The supplier gives the order up before anything has come.",
    "nothing_came": "Everything was shipped, and nothing came.",
    "lost_after_risk": "Everything was lost after a proven handover, when risk had passed to the buyer.",
    "every_unit_fails": "Every unit is measured after delivery and fails every term that speaks of it.",
    "every_unit_accepted": "Nobody has measured; the supplier accepts the claim that every unit is defective.",
    "every_unit_fails_after_use": "Every unit fails every term that speaks of it, but only after washing or use.",
    "no_unit_in_the_boxes": "The lot arrives and not one unit is in it.",
    "short_inside_tolerance": "Fewer units come than ordered, by no more than the agreed tolerance.",
    "all_other_goods": "Every unit that comes is something else than was ordered.",
    "all_counterfeit": "Every unit that comes is a counterfeit.",
    "all_wrongly_packed": "Every unit is packed or labelled otherwise than agreed, and mending costs what it may.",
    "all_damaged_before_risk": "Every unit is damaged on the way, before risk has passed to the buyer.",
    "all_damaged_uninsured": "Every unit is damaged after risk has passed, and the supplier took out no insurance.",
    "all_damaged_after_risk": "Every unit is damaged after risk has passed to the buyer.",
    "held_at_customs": "Everything is kept at customs so many days.",
    "held_at_export": "Everything is kept at the export's clearance, so many days after the day owed.",
    "held_at_import": "Everything is kept at the import's clearance, so many days after the day owed.",
    "seized_at_import": "Everything is seized for good at the import's clearance.",
    "matter_of_taste": "The goods do not please, in a property that no term of the contract measures.",
    "balance_never_paid": "The goods are ready, the balance never comes, and the supplier's costs reach the share.",
    "all_rejected_wrongly": "The buyer rejects all the goods though they are as agreed.",
    "nothing_returned": "All the goods are to go back, and none of them does.",
    "all_returned_used": "All the goods go back, and all of them were used.",
}
CONDITIONS = {
    "carrier_record": "A carrier's record shows the day, or nobody contests it.",
    "cancelled_by_buyer": "The buyer cancels; if it waits for the goods instead, lateness is compensated.",
    "day_to_cancel": "The day from which the buyer may cancel has come, or the supplier accepts.",
    "cancellation_on_record": "The record shows that the supplier cancelled, or it accepts that it did.",
    "examined_by_third": "An inspector's report or one of both sides shows it, or nobody contests it.",
    "accepted": "The supplier accepts the claim; else somebody has to measure first.",
    "counted_by_third": "The carrier, an inspector or both sides counted, or nobody contests it.",
    "mediator": "No rule computes it: a mediator decides, and may award as much as this.",
    "mediator_finds_export": "A mediator finds that it was the export's clearance, and may award as much as this.",
}


@dataclass(frozen=True, slots=True)
class Told:
    """A case and the facts of it, as an engine gets them; `without`: the facts where its condition is not there, None
    if nothing is given then. No facts: a mediator finds the amount within the limits."""

    code: str
    condition: str = ""
    remedy: str = "refund"
    days_late: int | None = None
    on: date | None = None
    facts: Callable[[], AssessmentFacts] | None = None
    without: Callable[[], AssessmentFacts] | None = None


PLAIN: dict[tuple[str, str], Told] = {
    ("not_delivered", ""): Told("nothing_came", "mediator"),
    ("not_delivered", "after_risk"): Told("lost_after_risk"),
    ("quantity", "inside_tolerance"): Told("short_inside_tolerance"),
    ("wrong_goods", ""): Told("all_other_goods", "mediator"),
    ("wrong_goods", "counterfeit"): Told("all_counterfeit", "mediator"),
    ("packaging_labelling", ""): Told("all_wrongly_packed", "mediator", remedy="rework_cost"),
    ("carrier_damage", ""): Told("all_damaged_before_risk", "mediator"),
    ("carrier_damage", "after_risk_uninsured"): Told("all_damaged_uninsured", "mediator"),
    ("carrier_damage", "after_risk"): Told("all_damaged_after_risk"),
    ("customs", ""): Told("held_at_customs"),
    ("customs", "seized"): Told("seized_at_import", "mediator"),
    ("subjective", ""): Told("matter_of_taste"),
    ("balance_unpaid", ""): Told("balance_never_paid", "mediator", remedy="cost"),
    ("wrongful_rejection", ""): Told("all_rejected_wrongly", "mediator", remedy="release"),
    ("goods_not_returned", ""): Told("nothing_returned", "mediator", remedy="release"),
    ("used_goods_returned", ""): Told("all_returned_used", "mediator", remedy="release"),
}
"""Cases without a day and without a formula of the engine's."""


def told(*, programme: Programme, signing: Signing, reason: str, situation: str) -> Told:
    """The case of a reason in a situation."""
    match reason, situation:
        case "late_shipment", "cancelled":
            return _cancelled(programme, signing)
        case (("late_shipment" | "late_delivery"), _):
            return late(programme=programme, signing=signing, reason=reason)
        case "customs", ("export" | "import"):
            # A wait at customs is compensated as lateness is, but nobody computes whose wait it was.
            as_late = late(programme=programme, signing=signing, reason="late_shipment")
            by = "mediator_finds_export" if situation == "export" else "mediator"
            is_owed = as_late.days_late is not None
            return replace(as_late, code=f"held_at_{situation}", condition=by) if is_owed else as_late
        case "not_shipped", _:
            return _not_shipped(programme, signing)
        case "supplier_cancelled", _:
            return Told(
                "supplier_cancels",
                "cancellation_on_record",
                facts=lambda: imagined.supplier_cancelled(signing),
                without=lambda: replace(imagined.supplier_cancelled(signing), supplier_cancelled_on=None),
            )
        case "quality", _:
            return _quality(signing, situation)
        case "quantity", "":
            return Told(
                "no_unit_in_the_boxes",
                "counted_by_third",
                on=_certain(signing, signing.arrives_on),
                facts=lambda: imagined.nothing_in_the_boxes(signing),
            )
        case _:
            return PLAIN[reason, situation]


def _certain(signing: Signing, on: date) -> date | None:
    """The day, where the contract's ship date does not hang on a payment."""
    return on if signing.document.ship.on is not None else None


def _quality(signing: Signing, situation: str) -> Told:
    on = _certain(signing, signing.arrives_on)
    match situation:
        case "accepted":
            return Told(
                "every_unit_accepted",
                "accepted",
                on=on,
                facts=lambda: imagined.accepted(imagined.all_defective(signing)),
                without=lambda: imagined.all_defective(signing),
            )
        case "after_use":
            used = ("changed_by_washing_or_use",)
            return Told(
                "every_unit_fails_after_use",
                "examined_by_third",
                on=on,
                facts=lambda: replace(imagined.all_measured(signing), established=used),
            )
        case _:
            return Told("every_unit_fails", "examined_by_third", on=on, facts=lambda: imagined.all_measured(signing))


# --- lateness --------------------------------------------------------------------------------------------------------


def late(*, programme: Programme, signing: Signing, reason: str) -> Told:
    """Everything came, on the first day on which lateness costs the most."""
    document = signing.document
    by_arrival = reason == "late_delivery" or programme.late.basis == "delivery"
    owed = document.latest_delivery_on if by_arrival else signing.ship_on
    if owed is None:
        # Lateness of no day is nothing, however long it lasts.
        never = signing.arrives_on
        return Told(
            "no_day_owed",
            facts=lambda: imagined.late(signing, reason, shipped_on=signing.ship_on, delivered_on=never),
        )
    days = _fewest_days(programme, signing, most=(NEVER - owed).days)
    day = owed + timedelta(days=days)
    shipped, came = (min(signing.ship_on, day), day) if by_arrival else (day, day)
    return Told(
        "arrived_late" if by_arrival else "shipped_late",
        "carrier_record",
        days_late=days,
        on=day if by_arrival else _certain(signing, day),
        facts=lambda: imagined.late(signing, reason, shipped_on=shipped, delivered_on=came),
    )


def _fewest_days(programme: Programme, signing: Signing, *, most: int) -> int:
    """The fewest days that cost as much as any number of them; one, if they cost nothing."""
    clause = signing.document.late

    def rate(days: int) -> object:
        return programme_rules.late(programme=programme, clause=clause, late_value_minor=0, days_late=days).rate

    highest, few, many = rate(most), 1, most
    while few < many:
        middle = (few + many) // 2
        few, many = (few, middle) if rate(middle) == highest else (middle + 1, many)
    return few


def _cancelled(programme: Programme, signing: Signing) -> Told:
    """Nothing was shipped, and the buyer cancels on the first day on which it may."""
    document = signing.document
    by_arrival = programme.late.basis == "delivery"
    owed = document.latest_delivery_on if by_arrival else signing.ship_on
    counted = owed or signing.ship_on
    day = programme_rules.lateness_cancel_on(programme=programme, expected_on=counted, clause=document.late)
    return Told(
        "cancelled_for_lateness" if owed else "no_day_owed",
        "cancelled_by_buyer" if owed else "",
        days_late=(day - counted).days if owed else None,
        on=_certain(signing, day) if owed and not by_arrival else (day if owed else None),
        facts=lambda: imagined.nothing_shipped(signing, "late_shipment", on=day, cancel=True),
        without=lambda: imagined.nothing_shipped(signing, "late_shipment", on=day),
    )


def _not_shipped(programme: Programme, signing: Signing) -> Told:
    day = programme_rules.lateness_cancel_on(
        programme=programme, expected_on=signing.ship_on, clause=signing.document.late
    )
    before = day - timedelta(days=1)
    return Told(
        "nothing_shipped",
        "day_to_cancel",
        days_late=(day - signing.ship_on).days,
        on=_certain(signing, day),
        facts=lambda: imagined.nothing_shipped(signing, "not_shipped", on=day),
        without=lambda: imagined.nothing_shipped(signing, "not_shipped", on=before),
    )

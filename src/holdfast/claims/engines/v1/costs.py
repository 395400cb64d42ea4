"""Remedies that are no price: rework, a price reduction, inspection fees, freight of goods going back.

Each is evidenced by a document with an amount; what the programme never gives back is said, not passed over.
"""

from fractions import Fraction

from holdfast.claims.engines.v1.assessment import CONCLUSIVE, CONTESTED, SUPPORTED, Obligation
from holdfast.claims.engines.v1.case import Brought, Case, Claimed
from holdfast.claims.facts import Evidence
from holdfast.claims.remedy import Figure, Line, UnitsOf, line, shown
from holdfast.programme import rules

NEVER_BACK = {
    "customs_brokerage": "customs brokerage",
    "duty": "import duty",
    "tax": "tax",
    "bank_fee": "bank fees",
}


def _invoices(case: Case, kind: str) -> list[Evidence]:
    return [one for one in case.facts.evidence if one.kind == kind and one.amount_minor is not None]


def _price_of(case: Case, claimed: list[Claimed]) -> int:
    return sum(case.line(number).unit_price_minor * count for one in claimed for number, count in one.units)


def _units_of(claimed: list[Claimed]) -> tuple[UnitsOf, ...]:
    return tuple(UnitsOf(one.lot, number, count) for one in claimed for number, count in one.units)


def _came(brought: Brought) -> list[Claimed]:
    return [one for one in brought.claimed if one.goods_came]


def rework(*, case: Case, brought: Brought) -> None:
    """The evidenced cost of mending, at most the units' price; the goods are kept."""
    claimed = _came(brought)
    if not claimed:
        return
    currency = case.facts.contract.currency
    invoices = _invoices(case, "rework_invoice")
    brought.claimed.clear()
    if not invoices:
        said = "The cost of rework is not evidenced: an invoice would decide it."
        brought.ask("rework_invoice", None, said, "rule:remedies.rework_cost")
        return
    asked, most = sum(one.amount_minor or 0 for one in invoices), _price_of(case, claimed)
    formula = f"min({shown(asked, currency)} evidenced, {shown(most, currency)} price of the units)"
    brought.lines.append(
        line(
            kind="cost",
            label="rework",
            basis="rework",
            exact=min(asked, most),
            formula=f"{formula} = {shown(min(asked, most), currency)}",
            figures=(Figure("evidenced", shown(asked, currency)), Figure("most", shown(most, currency))),
            units=_units_of(claimed),
            grade=claimed[0].grade,
            points_to=(*(f"evidence:{one.id}" for one in invoices), "rule:remedies.rework_cost"),
        )
    )
    if claimed[0].grade == CONTESTED:
        brought.person_needed = True


def price_reduction(*, case: Case, brought: Brought) -> None:
    """Goods kept at a lower price: the amount both agree on, at most the units' price; else a person's judgement."""
    claimed = _came(brought)
    if not claimed:
        return
    currency, wanted = case.facts.contract.currency, brought.complaint.amount_minor
    most = _price_of(case, claimed)
    brought.claimed[:] = [one for one in brought.claimed if not one.goods_came]
    if wanted is None or not case.accepted:
        said = f"No formula of the contract gives a price reduction; it is at most {shown(most, currency)} {currency}."
        brought.find("remedy", SUPPORTED, said, "rule:remedies.price_reduction")
        brought.person_needed = True
        return
    formula = f"min({shown(wanted, currency)} agreed, {shown(most, currency)} price of the units)"
    brought.lines.append(
        line(
            kind="refund",
            label="price_reduction",
            basis="reduction",
            exact=min(wanted, most),
            formula=f"{formula} = {shown(min(wanted, most), currency)}",
            figures=(Figure("agreed", shown(wanted, currency)), Figure("most", shown(most, currency))),
            units=_units_of(claimed),
            grade=SUPPORTED,
            points_to=("record:answer", "record:claim", "rule:remedies.price_reduction"),
        )
    )


def inspection(*, case: Case, brought: Brought) -> list[Line]:
    """The fee of the examination that proved the breach, by whom the programme lets bear it."""
    lines: list[Line] = []
    currency = case.facts.contract.currency
    bearer = rules.inspection_bearer(programme=case.programme, supplier_at_fault=brought.supplier_at_fault)
    for one in _invoices(case, "inspection_invoice"):
        points = (f"evidence:{one.id}", "rule:inspection.bearer")
        amount = shown(one.amount_minor or 0, currency)
        if bearer == "supplier" and one.by == "buyer":
            lines.append(
                line(
                    kind="cost",
                    label="inspection",
                    basis="inspection",
                    exact=one.amount_minor or 0,
                    formula=f"{amount} evidenced",
                    figures=(Figure("evidenced", amount),),
                    grade=SUPPORTED,
                    points_to=points,
                )
            )
        else:
            who = "the buyer" if bearer == "buyer" else "the supplier"
            said = f"The inspection fee of {amount} {currency} is borne by {who} under this programme."
            brought.find("cost", CONCLUSIVE, said, *points)
    return lines


def goods_back(*, case: Case, brought: Brought) -> list[Line]:
    """Goods refunded at full price go back at the supplier's cost, unless one of the four exceptions holds."""
    came = _came(brought)
    if not came:
        return []
    complaint = brought.complaint
    back = rules.goods_go_back(
        programme=case.programme,
        full_price=True,
        waived=complaint.return_waived,
        counterfeit=complaint.counterfeit,
        dangerous=complaint.dangerous,
    )
    if not back:
        brought.find("goods", CONCLUSIVE, "The goods stay with the buyer.", "rule:remedies.goods_kept", "record:claim")
        return []
    count = sum(units for one in came for _number, units in one.units)
    lots = ", ".join(str(one.lot) for one in came)
    said = f"{count} units of lot {lots} go back at the supplier's cost."
    brought.obligations.append(Obligation("return_goods", "buyer", said, ("rule:returns", "rule:remedies.goods_kept")))
    invoices = _invoices(case, "return_freight_invoice")
    if not invoices:
        return []
    currency = case.facts.contract.currency
    exact = Fraction(sum(one.amount_minor or 0 for one in invoices))
    return [
        line(
            kind="cost",
            label="return_freight",
            basis="return_freight",
            exact=exact,
            formula=f"{shown(exact, currency)} evidenced",
            figures=(Figure("evidenced", shown(exact, currency)),),
            grade=SUPPORTED,
            points_to=(*(f"evidence:{one.id}" for one in invoices), "rule:returns"),
        )
    ]


def never_back(*, case: Case, brought: Brought) -> None:
    """Duties, taxes, brokerage and bank fees: said, so that nobody waits for them."""
    for one in case.facts.evidence:
        if one.kind in NEVER_BACK and one.amount_minor is not None:
            amount = shown(one.amount_minor, case.facts.contract.currency)
            said = f"{amount} {case.facts.contract.currency} of {NEVER_BACK[one.kind]} are not recoverable."
            brought.find("cost", CONCLUSIVE, said, f"evidence:{one.id}", "rule:exclusion.duties_or_taxes")

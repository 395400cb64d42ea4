"""What a contract's document means for an assessment: the same facts before it is signed and after.

Pure: it copies clauses and judges nothing. What the record adds (dates that moved, charges given back) is handed in.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction

from holdfast.claims import facts
from holdfast.contracts.shape import Document, Line


def contract_facts(
    *,
    document: Document,
    number: str,
    digest: str,
    ship_on: date | None,
    inspection: str,
    version: int = 1,
    refunded: Mapping[str, int] | None = None,
) -> facts.ContractFacts:
    """The contract by which a claim is judged; `refunded` is what came back of each charge, minor units."""
    return facts.ContractFacts(
        number=number,
        version=version,
        currency=document.currency,
        incoterm=document.incoterm,
        lines=tuple(
            facts.ContractLine(
                number=line.number,
                product=line.product,
                quantity=line.quantity,
                unit_price_minor=line.unit_price_minor,
                tolerance_percent=tolerance_percent(line),
                unit_weight=Fraction(line.weight_grams) if line.weight_grams else None,
            )
            for line in document.lines
        ),
        charges=tuple(_charges(document, refunded or {})),
        specification=document.specification,
        criterion=document.criterion,
        ship_on=ship_on,
        deliver_by=document.latest_delivery_on,
        promises_arrival=document.promises_arrival,
        late_clause=document.late,
        inspection={"waived": "waived_by_both"}.get(inspection, inspection),
        digest=digest,
    )


def tolerance_percent(line: Line) -> Fraction:
    """What a line may be short or over, in per cent of its quantity."""
    if line.tolerance is None:
        return Fraction(0)
    if line.tolerance.percent is not None:
        return Fraction(line.tolerance.percent)
    return Fraction(100 * (line.tolerance.units or 0), line.quantity)


def _charges(document: Document, refunded: Mapping[str, int]) -> Iterable[facts.Charge]:
    """Each charge with what came back of it; award lines call the second of a kind `handling.2`."""
    seen: dict[str, int] = {}
    for charge in document.charges:
        seen[charge.kind] = seen.get(charge.kind, 0) + 1
        key = charge.kind if seen[charge.kind] == 1 else f"{charge.kind}.{seen[charge.kind]}"
        yield facts.Charge(charge.kind, charge.signed_minor, charge.basis, refunded.get(key, 0))

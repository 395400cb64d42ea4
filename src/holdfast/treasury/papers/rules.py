"""What a fee's paper says: which tax rule holds, how much tax an amount contains, what is invoiced and what credited.

Pure. A fee contains its tax: what the contract showed is what is taken, and the paper only splits it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from stdnum import get_cc_module
from stdnum.eu.vat import MEMBER_STATES
from stdnum.exceptions import ValidationError

from holdfast.kernel.money import half_up, share
from holdfast.kernel.refusals import Invalid, Refusal

ANYWHERE = "*"
"""Instead of a country: every one that has no rule of its own."""
KINDS = ("invoice", "credit_note")
TREATMENTS = ("standard", "reverse_charge", "export", "exempt")
"""`standard` contains tax. `reverse_charge`: the customer owes it, who must have named a tax number. `export`: a
service received outside the tax territory. `exempt`: the operator charges none (a small business, no such tax)."""
_PREFIX = re.compile(r"[A-Z0-9]{1,12}")


class SellerNotSet(Refusal):
    """No invoice without a seller: the operator's legal name and address are not recorded yet."""


class TaxNotSet(Refusal):
    """No tax rule holds for this customer's country on this day."""


class MonthIssued(Refusal):
    """The invoices of this month, or of a later one, were issued already."""


class MonthNotClosed(Refusal):
    """A month is invoiced when the books of its last day are closed."""


class NothingToInvoice(Refusal):
    """No fee of this order waits for a paper."""


@dataclass(frozen=True, slots=True)
class Tax:
    """A tax rule as it holds from a day on; `percent` is contained in the amount only under `standard`."""

    country: str
    treatment: str
    percent: Decimal
    valid_from: date


@dataclass(frozen=True, slots=True)
class Fee:
    """A transfer of a fee: taken when positive, given back when negative."""

    transfer_id: UUID
    order_id: UUID | None
    booked_on: date
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Standing:
    """A line of an invoice issued before, with what credit notes took back of it so far."""

    line_id: UUID
    paper_id: UUID
    order_id: UUID | None
    tax: Tax
    gross_minor: int
    tax_minor: int
    credited_minor: int = 0
    credited_tax_minor: int = 0

    @property
    def left_minor(self) -> int:
        """What can still be credited."""
        return self.gross_minor - self.credited_minor


@dataclass(frozen=True, slots=True)
class Line:
    """A line to be: an amount of an order's fee and the tax it contains. `corrects` on a credit note."""

    order_id: UUID | None
    tax: Tax
    gross_minor: int
    tax_minor: int
    corrects: Standing | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of a supplier's fees of one currency: one invoice, credit notes by the invoice they correct, and
    which transfers stand where (by the corrected paper; None: on the invoice; `nowhere`: taken and given back)."""

    invoice: tuple[Line, ...]
    credits: Mapping[UUID, tuple[Line, ...]]
    on_invoice: tuple[UUID, ...]
    on_credit: Mapping[UUID, tuple[UUID, ...]]
    nowhere: tuple[UUID, ...]


def tax_for(*, rules: Iterable[Tax], seller: str, customer: str, has_number: bool, on: date) -> Tax:
    """The rule for a customer's country on a day: its own, or the one for any other. Where the customer would owe the
    tax and has named no number, the seller's own country's rule holds. Refusal: `TaxNotSet`."""
    valid = [rule for rule in rules if rule.valid_from <= on]
    found = _latest(valid, customer)
    if found is None and customer != seller:
        found = _latest(valid, ANYWHERE)
    if found is not None and found.treatment == "reverse_charge" and not has_number:
        found = _latest(valid, seller)
    if found is None:
        raise TaxNotSet(field="country", country=customer, on=on.isoformat())
    return found


def _latest(rules: Sequence[Tax], country: str) -> Tax | None:
    """Of equal days the one that stands later in the list, which is the one recorded later."""
    found = None
    for rule in rules:
        if rule.country == country and (found is None or rule.valid_from >= found.valid_from):
            found = rule
    return found


def contained(*, gross_minor: int, tax: Tax) -> int:
    """The tax that an amount contains, rounded once, half up."""
    if tax.treatment != "standard":
        return 0
    return half_up(Fraction(gross_minor) * Fraction(tax.percent) / (100 + Fraction(tax.percent)))


def split(*, gross: Sequence[int], tax: Tax) -> list[int]:
    """The tax in each of several amounts under one rule: that of their sum, shared by largest remainder."""
    return share(total=contained(gross_minor=sum(gross), tax=tax), weights=gross)


def plan(*, fees: Sequence[Fee], standing: Sequence[Standing], taxes: Mapping[date, Tax]) -> Plan:
    """What to issue for a supplier's fees, oldest first, that stand on no paper yet.

    An order of which more was taken than given back gets a line, under the rule of the day a fee was last taken;
    one of which more was given back is credited, from the youngest line that still has something left.
    """
    by_order: dict[UUID | None, list[Fee]] = {}
    for fee in fees:
        by_order.setdefault(fee.order_id, []).append(fee)
    invoiced: list[tuple[UUID | None, Tax, int]] = []
    on_invoice: list[UUID] = []
    nowhere: list[UUID] = []
    credited: dict[UUID, list[Line]] = {}
    on_credit: dict[UUID, list[UUID]] = {}
    for order_id, of_order in by_order.items():
        net = sum(fee.amount_minor for fee in of_order)
        transfers = [fee.transfer_id for fee in of_order]
        if net > 0:
            last_taken = max(fee.booked_on for fee in of_order if fee.amount_minor > 0)
            invoiced.append((order_id, taxes[last_taken], net))
            on_invoice.extend(transfers)
        elif net < 0:
            lines = _credit(-net, [row for row in standing if row.order_id == order_id])
            for line in lines:
                credited.setdefault(_paper(line), []).append(line)
            on_credit.setdefault(_paper(lines[0]), []).extend(transfers)
        else:
            nowhere.extend(transfers)
    return Plan(
        _with_tax(invoiced),
        {paper: tuple(lines) for paper, lines in credited.items()},
        tuple(on_invoice),
        {paper: tuple(transfers) for paper, transfers in on_credit.items()},
        tuple(nowhere),
    )


def _with_tax(invoiced: Sequence[tuple[UUID | None, Tax, int]]) -> tuple[Line, ...]:
    """Lines in their order, the tax of each rule shared among its own."""
    taxes: dict[int, int] = {}
    for tax in dict.fromkeys(tax for _order, tax, _gross in invoiced):
        places = [place for place, row in enumerate(invoiced) if row[1] == tax]
        taxes.update(zip(places, split(gross=[invoiced[place][2] for place in places], tax=tax), strict=True))
    return tuple(Line(order, tax, gross, taxes[place]) for place, (order, tax, gross) in enumerate(invoiced))


def _credit(amount_minor: int, standing: Sequence[Standing]) -> list[Line]:
    """Take back from the youngest lines; a line credited to its end has given back exactly its tax."""
    lines = []
    for row in reversed(standing):
        part = min(amount_minor, row.left_minor)
        if part > 0:
            till_now = half_up(Fraction(row.tax_minor * (row.credited_minor + part), row.gross_minor))
            lines.append(Line(row.order_id, row.tax, part, till_now - row.credited_tax_minor, row))
            amount_minor -= part
    if amount_minor:
        raise ValueError(f"{amount_minor} given back that no invoice has: the ledger and the papers differ")
    return lines


def _paper(line: Line) -> UUID:
    if line.corrects is None:
        raise ValueError("a credited line corrects another")
    return line.corrects.paper_id


# --- what a person records ----------------------------------------------------------------------------------------


def check_prefix(prefix: str) -> str:
    """What numbers of invoices begin with. Refusal: `Invalid`."""
    if not _PREFIX.fullmatch(prefix):
        raise Invalid(field="prefix", found=prefix, accepted="1 to 12 capital letters and digits")
    return prefix


def check_tax_number(*, country: str, number: str) -> str:
    """A tax number in its compact spelling, checked digit by digit where the country's form is known.

    Refusal: `Invalid`.
    """
    if not number:
        return ""
    module = get_cc_module(country.lower(), "vat")
    if module is None:
        compact = re.sub(r"[^0-9A-Z]", "", number.upper())
        if not 4 <= len(compact) <= 20:
            raise Invalid(field="vat_number", found=number, accepted="4 to 20 letters and digits")
        return compact
    try:
        checked: str = module.validate(number)
    except ValidationError as error:
        raise Invalid(field="vat_number", found=number, accepted=f"a tax number of {country}") from error
    # Inside the Union a number bears its country, and is the same number without it.
    bears = {"GR": "EL"}.get(country, country)
    return checked if country.lower() not in MEMBER_STATES or checked.startswith(bears) else f"{bears}{checked}"


def check_rule(*, treatment: str, percent: Decimal) -> None:
    """A rate where tax is contained, and none where it is not. Refusal: `Invalid`."""
    if treatment not in TREATMENTS:
        raise Invalid(field="treatment", found=treatment, accepted=list(TREATMENTS))
    exponent = percent.as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -2:
        raise Invalid(field="percent", found=str(percent), accepted="at most two digits after the point")
    inside = 0 < percent < 100 if treatment == "standard" else percent == 0
    if not inside:
        accepted = "more than 0, less than 100" if treatment == "standard" else "0"
        raise Invalid(field="percent", found=str(percent), accepted=accepted)

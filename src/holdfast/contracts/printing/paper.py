"""A contract set on paper: numbered clauses, both parties, the digest, the signatures, page x of y.

It says what the text says and adds nothing but who signed. The same contract in the same state gives the same bytes.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from holdfast.contracts.printing import clauses
from holdfast.contracts.printing.clauses import Fact, is_said, number, plain
from holdfast.contracts.printing.found import Printed, SignedBy
from holdfast.contracts.printing.words import MARKS, NAMES, name
from holdfast.kernel.canonical import canonical
from holdfast.paper import figures
from holdfast.paper.sheet import LEFT, SMALL, SOFT, WIDTH, Column, Sheet

HALF = WIDTH // 2
TOP_LEVEL = frozenset(
    {"format", "number", "order", "programme", "buyer", "supplier", "agreed", "totals", "cover", "rounding"}
    | {"precedence"}
)
LINE = frozenset(
    {"number", "product", "sku", "variant", "size", "quantity", "unit", "unit_price_minor", "tolerance", "weight_grams"}
)
CHARGE = frozenset({"kind", "amount_minor", "basis", "label"})
TRANCHE = frozenset({"number", "percent", "amount_minor", "payable", "release"})
COVER = frozenset({"tier", "reserved_minor", "uncovered_minor"})


def contract(found: Printed, *, language: str) -> bytes:
    """The contract as PDF, in a language; a draft says on each page that it is one."""
    with translation.override(language):
        title = _("Contract %(number)s") % {"number": found.number}
        said = "".join(f"{one.name}{one.organisation}" for one in found.signatures)
        words = "".join(str(word) for words in NAMES.values() for word in words.values())
        mark = str(MARKS.get(found.state, found.state))
        sheet = Sheet(
            title=title,
            issuer=found.issuer,
            footer=f"{title} · SHA-256 {found.digest}",
            made_on=found.dated_at.date(),
            language=language,
            text=canonical(dict(found.text)).decode() + said + words + title,
            mark=mark,
        )
        sheet.heading(title, size=18)
        if mark:
            sheet.paragraph(f"{mark}.")
        _parties(sheet, found.text)
        paper = _Paper(sheet, found.text)
        paper.written(found)
        return sheet.written()


def _parties(sheet: Sheet, text: Mapping[str, Any]) -> None:
    top, ends = int(sheet.get_y()) + 8, []
    for place, side in enumerate(("buyer", "supplier")):
        party = text[side]
        lines = [party["name"], party.get("subdivision") or party["country"], party["id"]]
        ends.append(sheet.block(name("side", side), lines, x=LEFT + place * HALF, y=top, width=HALF - 20))
    sheet.set_xy(LEFT, max(ends) + 10)


class _Paper:
    """The clauses one after the other, each with its number."""

    def __init__(self, sheet: Sheet, text: Mapping[str, Any]) -> None:
        self.sheet, self.text, self.agreed = sheet, text, text["agreed"]
        self.currency = text["totals"]["currency"]
        self.clause = 0

    def written(self, found: Printed) -> None:
        """From the programme to the signatures."""
        agreed = self.agreed
        self.facts(_("Parties"), self._of_both())
        self.facts(_("Programme and order"), self._programme())
        self._lines()
        self._charges()
        self._specification()
        self.facts(_("How a lot is judged"), clauses.facts(agreed.get("criterion") or {}, clauses.CRITERION))
        self.facts(_("Delivery"), clauses.facts(_only(agreed, clauses.DELIVERY), clauses.DELIVERY))
        self._payment()
        self.facts(_("Inspection"), clauses.facts(agreed.get("inspection") or {}, clauses.INSPECTION))
        self.facts(_("If the goods are late"), clauses.facts(agreed.get("late") or {}, clauses.LATE))
        apart = clauses.SAID_APART | {"remarks"}
        self.facts(_("Further terms"), clauses.facts(agreed, clauses.GENERAL, without=frozenset(apart)))
        if agreed.get("remarks"):
            self.heading(_("Remarks"))
            self.sheet.flow(agreed["remarks"])
        self._cover()
        self.facts(_("Reading"), self._reading())
        self._signatures(found)

    def heading(self, title: str) -> None:
        """The next clause."""
        self.clause += 1
        self.sheet.heading(f"{self.clause}. {title}")

    def facts(self, title: str, found: Iterable[Fact]) -> None:
        """A clause of numbered facts; none where there is nothing to say."""
        rows = list(found)
        if not rows:
            return
        self.heading(title)
        for place, (label, text) in enumerate(rows, start=1):
            self.sheet.flow(f"{self.clause}.{place}  {label}: {text}")
        self.sheet.set_xy(LEFT, self.sheet.get_y() + 6)

    def _of_both(self) -> list[Fact]:
        rows = []
        for side in ("buyer", "supplier"):
            said = [text for _label, text in clauses.facts(self.text[side], clauses.PARTY)]
            rows.append((name("side", side), ", ".join(said)))
        return rows

    def _programme(self) -> list[Fact]:
        rows = list(clauses.facts(self.text["programme"], clauses.PROGRAMME))
        rows.append((_("Order"), self.text["order"]))
        rows.append((_("Form of the text"), self.text["format"]))
        return rows

    def _lines(self) -> None:
        self.heading(_("Goods"))
        columns = [
            Column("#", 26),
            Column(_("Product"), 178),
            Column(_("Size"), 55),
            Column(_("Quantity"), 80, "R"),
            Column(_("Price of one"), 75, "R"),
            Column(_("Amount %(currency)s") % {"currency": self.currency}, 85, "R"),
        ]
        self.sheet.whole(columns, [self._line(line) for line in self.agreed["lines"]])

    def _line(self, line: Mapping[str, Any]) -> tuple[str, ...]:
        product = [line["product"], *(line[key] for key in ("variant", "sku") if line.get(key))]
        if line.get("weight_grams"):
            product.append(_("%(grams)s g each") % {"grams": number(line["weight_grams"])})
        product += [f"{key.replace('_', ' ')}: {plain(line[key])}" for key in line if _is_rest(line, key, LINE)]
        tolerance = line.get("tolerance") or {}
        off = f"\n±{number(tolerance['percent'])}%" if tolerance.get("percent") is not None else ""
        off += f"\n±{number(tolerance['units'])}" if tolerance.get("units") is not None else ""
        return (
            str(line["number"]),
            "\n".join(product),
            line.get("size", ""),
            f"{number(line['quantity'])} {line['unit']}{off}",
            figures.amount(line["unit_price_minor"], self.currency),
            figures.amount(line["quantity"] * line["unit_price_minor"], self.currency),
        )

    def _charges(self) -> None:
        self.heading(_("Charges and totals"))
        columns = [Column(_("What for"), 300), Column("", 114), Column(self.currency, 85, "R")]
        rows = [self._charge(one) for one in self.agreed.get("charges") or []]
        totals = self.text["totals"]
        for label, key in ((_("Goods"), "goods_minor"), (_("Charges"), "charges_minor"), (_("Total"), "total_minor")):
            rows.append((label, "", figures.amount(totals[key], self.currency)))
        self.sheet.whole(columns, rows, strong=frozenset({len(rows) - 1}))

    def _charge(self, charge: Mapping[str, Any]) -> tuple[str, ...]:
        label = ", ".join(one for one in (name("charge", charge["kind"]), charge.get("label", "")) if one)
        more = [f"{key.replace('_', ' ')}: {plain(charge[key])}" for key in charge if _is_rest(charge, key, CHARGE)]
        signed = -charge["amount_minor"] if charge["kind"] == "discount" else charge["amount_minor"]
        return (
            "\n".join([label, *more]),
            name("basis", charge.get("basis", "value")),
            figures.amount(signed, self.currency),
        )

    def _specification(self) -> None:
        self.heading(_("Specification"))
        if not self.agreed.get("specification"):
            self.sheet.flow(_("No measurable term."))
        for place, term in enumerate(self.agreed.get("specification") or [], start=1):
            kind, severity = name("kind", term["kind"]), name("severity", term["class"])
            self.sheet.room_for(3 * SMALL + 12)
            self.sheet.flow(f"{self.clause}.{place}  {term['id']}: {term['property']}", bold=True)
            self.sheet.flow(f"{kind}; {severity}", colour=SOFT, size=SMALL, indent=22)
            said = [*clauses.agreed(term), *clauses.facts(term, clauses.TERM, without=clauses.IN_HEAD)]
            for label, text in said:
                self.sheet.flow(f"{label}: {text}", size=SMALL, indent=22)
            self.sheet.set_xy(LEFT, self.sheet.get_y() + 4)

    def _payment(self) -> None:
        payment = self.agreed["payment"]
        rows = [(_("Schedule"), name("schedule", payment["kind"]))]
        for one in payment.get("tranches") or []:
            percent = f" ({number(one['percent'])}%)" if one.get("percent") is not None else ""
            said = _("%(amount)s, payable %(payable)s, released %(release)s") % {
                "amount": f"{figures.amount(one['amount_minor'], self.currency)} {self.currency}{percent}",
                "payable": name("payable", one["payable"]),
                "release": name("release", one["release"]),
            }
            rest = [f"; {key.replace('_', ' ')}: {plain(one[key])}" for key in one if _is_rest(one, key, TRANCHE)]
            rows.append((_("Tranche %(number)s") % {"number": one["number"]}, said + "".join(rest)))
        known = frozenset({"kind", "tranches", "deposit_percent"})
        self.facts(_("Payment"), [*rows, *clauses.facts(payment, {}, without=known)])

    def _cover(self) -> None:
        cover = self.text.get("cover")
        if not cover:
            return
        money = {key: figures.amount(cover[key], self.currency) for key in ("reserved_minor", "uncovered_minor")}
        rows = [
            (_("Tier"), cover["tier"]),
            (_("Cover beyond what is held"), f"{money['reserved_minor']} {self.currency}"),
            (_("Beyond the cover"), f"{money['uncovered_minor']} {self.currency}"),
        ]
        self.facts(_("Cover"), [*rows, *clauses.facts(cover, {}, without=COVER)])

    def _reading(self) -> list[Fact]:
        return [
            (_("Rounding"), self.text["rounding"]),
            (_("Precedence"), self.text["precedence"]),
            *clauses.facts(self.text, {}, without=TOP_LEVEL),
        ]

    def _signatures(self, found: Printed) -> None:
        self.heading(_("Signatures"))
        self.sheet.flow(_("Signed is the canonical text of this contract, by its digest (SHA-256):"), size=SMALL)
        self.sheet.flow(found.digest, bold=True)
        self.sheet.set_xy(LEFT, self.sheet.get_y() + 4)
        for one in found.signatures:
            self._signature(one)
        if not found.signatures:
            self.sheet.flow(_("Nobody has signed."))

    def _signature(self, one: SignedBy) -> None:
        self.sheet.room_for(5 * SMALL + 12)
        self.sheet.flow(f"{name('side', one.side)}: {one.organisation}", bold=True)
        how = (
            _("signed in person: %(name)s") if one.kind == "person" else _("attested by the marketplace: key %(name)s")
        )
        self.sheet.flow(how % {"name": one.name}, size=SMALL, indent=22)
        self.sheet.flow(figures.moment(one.at), size=SMALL, indent=22)
        self.sheet.flow(_("over %(digest)s") % {"digest": one.digest}, size=SMALL, indent=22)
        if one.terms is not None:
            accepted = _("accepted the programme's terms in %(language)s: %(digest)s") % {
                "language": str(translation.get_language_info(one.terms.language)["name_translated"]),
                "digest": one.terms.digest,
            }
            self.sheet.flow(accepted, size=SMALL, indent=22)
        self.sheet.set_xy(LEFT, self.sheet.get_y() + 4)


def _only(agreed: Mapping[str, Any], said: clauses.Said) -> dict[str, Any]:
    return {key: agreed[key] for key in said if key in agreed}


def _is_rest(found: Mapping[str, Any], key: str, known: frozenset[str]) -> bool:
    """Whether this is said nowhere else: what a later form of the text adds is on paper, too."""
    return key not in known and is_said(found[key])

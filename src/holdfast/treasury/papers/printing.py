"""What stands on printed invoices, credit notes and statements, in the reader's language.

Pure but for the language: everything said comes from the document or the statement.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal
from django.utils import translation
from django.utils.translation import gettext as _

from holdfast.kernel.canonical import canonical
from holdfast.paper import figures
from holdfast.paper.figures import day
from holdfast.paper.sheet import LEFT, WIDTH, Column, Sheet
from holdfast.treasury.papers import words
from holdfast.treasury.papers.statement import Section, Statement, StatementTooLong

HALF = WIDTH // 2
MOST_LINES = 5_000
"""Of a printed statement: a hundred pages."""


def invoice(document: Mapping[str, Any], *, digest: str, language: str) -> bytes:
    """An invoice or a credit note as PDF."""
    with translation.override(language):
        title = str(words.TITLE[document["kind"]])
        sheet = Sheet(
            title=f"{title} {document['number']}",
            issuer=document["seller"]["name"],
            footer=f"{title} {document['number']}",
            made_on=date.fromisoformat(document["issued_on"]),
            language=language,
            text=canonical(dict(document)).decode() + _("Invoice"),
        )
        _head(sheet, title, document)
        _invoice_lines(sheet, document)
        _sums(sheet, document)
        for treatment in dict.fromkeys(tax["treatment"] for tax in document["taxes"]):
            sheet.paragraph(str(words.TREATMENT[treatment]))
        sheet.paragraph(
            _("The fee was taken from what was released to you: nothing is left to pay.")
            if document["kind"] == "invoice"
            else _("The amount was given back to your balance or set off against what you owe.")
        )
        sheet.paragraph(_("SHA-256 of this document's data: %(digest)s") % {"digest": digest}, size=6)
        return sheet.written()


def _head(sheet: Sheet, title: str, document: Mapping[str, Any]) -> None:
    sheet.heading(f"{title} {document['number']}", size=18)
    top = int(sheet.get_y()) + 10
    first = sheet.block(_("From"), _party(document["seller"]), x=LEFT, y=top, width=HALF - 20)
    second = sheet.block(_("To"), _party(document["customer"]), x=LEFT + HALF, y=top, width=HALF)
    facts = [
        (_("Date"), day(document["issued_on"])),
        (_("Period"), f"{day(document['period_from'])} – {day(document['period_to'])}"),
        (_("Currency"), document["currency"]),
    ]
    if document["corrects"] is not None:
        facts.append((_("Corrects"), f"{document['corrects']['number']}, {day(document['corrects']['issued_on'])}"))
    below, x, ends = max(first, second) + 12, LEFT, []
    for (label, text), width in zip(facts, (90, 160, 70, 179), strict=False):
        ends.append(sheet.block(label, [text], x=x, y=below, width=width - 8))
        x += width
    sheet.set_xy(LEFT, max(ends) + 14)


def _party(party: Mapping[str, Any]) -> list[str]:
    lines = [party["name"], *party["address"].splitlines(), party["country"]]
    if party["vat_number"]:
        lines.append(_("Tax number: %(number)s") % {"number": party["vat_number"]})
    if party["registration_number"]:
        lines.append(_("Registered: %(number)s") % {"number": party["registration_number"]})
    return lines


def _invoice_lines(sheet: Sheet, document: Mapping[str, Any]) -> None:
    columns = [
        Column("#", 22),
        Column(_("Order"), 101),
        Column(_("Released so far"), 82, "R"),
        Column(_("Fee"), 52, "R"),
        Column(_("Tax %"), 42, "R"),
        Column(_("Net"), 68, "R"),
        Column(_("Tax"), 60, "R"),
        Column(_("Amount"), 72, "R"),
    ]
    rows = [
        (
            str(line["position"]),
            line["order_number"] or "",
            "" if line["released_minor"] is None else _money(line["released_minor"], document),
            " / ".join(f"{_percent(band)}%" for band in line["bands"]),
            _percent(line["percent"]),
            _money(line["net_minor"], document),
            _money(line["tax_minor"], document),
            _money(line["gross_minor"], document),
        )
        for line in document["lines"]
    ]
    sheet.grid(columns, rows)


def _sums(sheet: Sheet, document: Mapping[str, Any]) -> None:
    columns = [
        Column("", 257),
        Column(_("Net"), 80, "R"),
        Column(_("Tax"), 74, "R"),
        Column(_("Amount"), 88, "R"),
    ]
    rows = [
        (
            f"{_percent(tax['percent'])}%",
            _money(tax["net_minor"], document),
            _money(tax["tax_minor"], document),
            _money(tax["gross_minor"], document),
        )
        for tax in document["taxes"]
    ]
    total = (
        _("Total %(currency)s") % {"currency": document["currency"]},
        _money(document["net_minor"], document),
        _money(document["tax_minor"], document),
        _money(document["gross_minor"], document),
    )
    sheet.grid(columns, [*rows, total], strong=frozenset({len(rows)}))


def _money(minor: int, document: Mapping[str, Any]) -> str:
    return figures.amount(minor, document["currency"])


def _percent(percent: str) -> str:
    written: str = format_decimal(Decimal(percent), locale=figures.locale())
    return written


# --- statements ------------------------------------------------------------------------------------------------------


def statement(found: Statement, *, language: str) -> bytes:
    """A statement as PDF. Refusal: `StatementTooLong` beyond what somebody would leaf through; a table holds more."""
    if sum(len(section.rows) for section in found.sections) > MOST_LINES:
        raise StatementTooLong(field="format", accepted={"at_most_lines": MOST_LINES, "or": "csv"})
    with translation.override(language):
        title = str(words.TITLE["statement"])
        period = f"{day(found.from_on)} – {day(found.to_on)}"
        sheet = Sheet(
            title=f"{title} {found.holder}",
            issuer=found.issuer,
            footer=f"{title}, {found.holder}, {period}",
            made_on=found.to_on,
            language=language,
            text=f"{found.subject}{_('Balance')}" + "".join(str(word) for word in words.SECTION.values()),
        )
        sheet.heading(title, size=18)
        top = int(sheet.get_y()) + 10
        first = sheet.block(_("For"), [found.holder, found.subject], x=LEFT, y=top, width=HALF - 20)
        second = sheet.block(_("Period"), [period, found.currency], x=LEFT + HALF, y=top, width=HALF)
        sheet.set_xy(LEFT, max(first, second) + 14)
        for section in found.sections:
            _section(sheet, section, found)
        if not found.sections:
            sheet.paragraph(_("Nothing moved and nothing stands."))
        if not found.is_final:
            sheet.paragraph(_("The books of this period are not closed yet: entries may still be added."))
        return sheet.written()


def _section(sheet: Sheet, section: Section, found: Statement) -> None:
    columns = [
        Column(_("Day"), 74),
        Column(_("What"), 165),
        Column(_("Order"), 100),
        Column(_("Amount"), 80, "R"),
        Column(_("Balance"), 80, "R"),
    ]
    opening = ("", _("Opening balance"), "", "", figures.amount(section.opening_minor, found.currency))
    closing = ("", _("Closing balance"), "", "", figures.amount(section.closing_minor, found.currency))
    rows = [
        (
            day(row.booked_on),
            words.movement(row.kind),
            (row.order_number or "") + ("" if row.lot is None else f" / {row.lot}"),
            figures.amount(row.amount_minor, found.currency),
            figures.amount(row.balance_minor, found.currency),
        )
        for row in section.rows
    ]
    sheet.heading(str(words.SECTION[section.key]))
    sheet.grid(columns, [opening, *rows, closing], strong=frozenset({0, len(rows) + 1}))
    if len(section.rows) > len(section.sums):
        sums = [(words.movement(kind), figures.amount(minor, found.currency)) for kind, minor in section.sums.items()]
        sheet.grid([Column(_("In all"), 419), Column(_("Amount"), 80, "R")], sums)

"""camt.052, camt.053 and camt.054 as statements and lines, entry by entry, in every version from 001.01 on.

The versions differ in where a few things stand and never in what a name means, so elements are found by their local
names: whatever namespace, prefix or envelope a bank has put around them. Pure.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from holdfast.rails.bank import xml
from holdfast.rails.bank.statement import (
    TEXT_MOST,
    Balance,
    Charge,
    Direction,
    Event,
    Kind,
    Line,
    StatementEnd,
    StatementHead,
    StatementUnreadable,
    Status,
    day,
    minor,
    number,
    plain,
)

KINDS: dict[str, Kind] = {"Rpt": "camt.052", "Stmt": "camt.053", "Ntfctn": "camt.054"}
DETAILS_MOST = 100_000
"""Movements that one entry may be made of."""
_STATUS: dict[str, Status] = {"BOOK": "booked", "PDNG": "pending", "FUTR": "pending", "INFO": "information"}
_OPENING = ("OPBD", "PRCD", "ITBD")
_CLOSING = ("CLBD", "ITBD")


@lru_cache(maxsize=4096)
def local(tag: str) -> str:
    """A name without its namespace."""
    return tag.rpartition("}")[2]


class Node:
    """An element as plain values: its text, its currency if it is an amount, and its children by local name."""

    __slots__ = ("children", "currency", "text")

    def __init__(self, element: Any) -> None:
        self.text: str = element.text or ""
        self.currency: str | None = None
        self.children: dict[str, list[Node]] = {}
        for child in element:
            tag = child.tag
            if isinstance(tag, str):
                name, node = local(tag), Node(child)
                if name == "Amt":
                    node.currency = child.get("Ccy")
                self.children.setdefault(name, []).append(node)

    def all(self, *path: str) -> list["Node"]:
        """Every element at the end of a path."""
        found = [self]
        for name in path:
            found = [child for node in found for child in node.children.get(name, ())]
        return found

    def one(self, *path: str) -> "Node | None":
        """The first element at the end of a path."""
        node: Node | None = self
        for name in path:
            children = node.children.get(name) if node is not None else None
            node = children[0] if children else None
        return node

    def said(self, *paths: str) -> str:
        """The text at the first of some paths (`A/B/C`) that has one."""
        for path in paths:
            node = self.one(*path.split("/"))
            if node is not None and node.text.strip():
                return node.text.strip()
        return ""


@dataclass(slots=True)
class _Reading:
    """One statement being read."""

    head: StatementHead
    entries: int = 0
    lines: int = 0
    credits_minor: int = 0
    debits_minor: int = 0
    details: list[Node] = field(default_factory=list)

    def count(self, line: Line) -> Line:
        if line.status == "booked":
            self.lines += 1
            if line.direction == "credit":
                self.credits_minor += line.amount_minor
            else:
                self.debits_minor += line.amount_minor
        return line


def read(path: Path) -> Iterator[Event]:
    """Heads, lines and ends, in the order of the file. Refusals: `StatementUnreadable`, `StatementKindNotAccepted`
    when nothing in it is a statement."""
    reading: _Reading | None = None
    for element in xml.elements(path, "TxDtls", "Ntry", *KINDS):
        name = local(element.tag)
        if name in KINDS:
            if reading is None:
                reading = _Reading(_head(element, name))
                yield reading.head
            yield _end(reading, element)
            reading = None
            xml.forget(element)
            continue
        statement = _inside(element)
        if statement is None:
            continue
        if reading is None:
            reading = _Reading(_head(statement, local(statement.tag)))
            yield reading.head
        if name == "TxDtls":
            reading.details.append(Node(element))
            if len(reading.details) > DETAILS_MOST:
                raise _wrong(reading, "NtryDtls", f"more than {DETAILS_MOST}", "fewer movements in one entry")
            xml.forget(element, siblings=False)
        else:
            reading.entries += 1
            yield from map(reading.count, _lines(reading, Node(element)))
            reading.details = []
            xml.forget(element)


def _inside(element: Any) -> Any | None:
    """The statement around an entry or its details, or None where the same name stands for something else."""
    for ancestor in element.iterancestors():
        if isinstance(ancestor.tag, str) and local(ancestor.tag) in KINDS:
            return ancestor
    return None


# --- heads and ends ------------------------------------------------------------------------------------------------


def _head(element: Any, name: str) -> StatementHead:
    node = Node(element)
    account = node.said("Acct/Id/IBAN", "Acct/Id/Othr/Id", "Acct/Id/BBAN", "Acct/Id/UPIC", "Acct/Id/PrtryAcct/Id")
    if not account:
        raise StatementUnreadable(field="Acct", found="no number", accepted="the number of the account")
    opening = _balance(node, _OPENING)
    return StatementHead(
        kind=KINDS[name],
        account=number(account),
        currency=node.said("Acct/Ccy") or (opening.currency if opening else None),
        id=plain(node.said("Id"), 64),
        number=plain(node.said("ElctrncSeqNb", "LglSeqNb"), 32),
        from_on=_when(node, "FrToDt/FrDtTm"),
        to_on=_when(node, "FrToDt/ToDtTm"),
        opening=opening,
        closing=_balance(node, _CLOSING, last=True),
    )


def _when(node: Node, path: str) -> Any:
    said = node.said(path)
    return day(said, place=path) if said else None


def _balance(node: Node, codes: tuple[str, ...], *, last: bool = False) -> Balance | None:
    """The booked balance of the first of these codes that is given."""
    found = node.all("Bal")
    for code in codes:
        of_code = [one for one in found if one.said("Tp/CdOrPrtry/Cd", "Tp/Cd") == code]
        if of_code:
            one = of_code[-1 if last else 0]
            amount = one.one("Amt")
            currency = (amount.currency if amount else None) or ""
            figure = minor(amount.text if amount else "", currency, place=f"Bal/{code}/Amt")
            on = day(one.said("Dt/Dt", "Dt/DtTm", "Dt"), place=f"Bal/{code}/Dt")
            return Balance(-figure if one.said("CdtDbtInd") == "DBIT" else figure, currency, on)
    return None


def _end(reading: _Reading, element: Any) -> StatementEnd:
    """Some banks put balances behind the entries: then they are there only now."""
    head = reading.head
    if head.closing is None and reading.entries:
        closing = _balance(Node(element), _CLOSING, last=True)
        head = replace(head, closing=closing)
    return StatementEnd(head, reading.lines, reading.credits_minor, reading.debits_minor)


# --- entries -------------------------------------------------------------------------------------------------------


def _lines(reading: _Reading, entry: Node) -> Iterator[Line]:
    """An entry as one line, or as one for each of its details when there are several and they have amounts."""
    whole = _entry(reading, entry)
    details = reading.details
    if len(details) <= 1:
        yield _told(whole, details[0], place=_place(reading)) if details else whole
        return
    amounts = [_amount_of(detail) for detail in details]
    if not any(amounts):
        yield whole
        return
    lines = []
    for place, (detail, amount) in enumerate(zip(details, amounts, strict=True), start=1):
        lines.append(_part(reading, whole, detail, amount, place))
    signed = sum(line.amount_minor if line.direction == "credit" else -line.amount_minor for line in lines)
    wanted = whole.amount_minor if whole.direction == "credit" else -whole.amount_minor
    if signed != wanted:
        raise _wrong(reading, "TxDtls/Amt", f"{abs(signed)} in all", f"{whole.amount_minor}, the entry's amount")
    yield from lines


def _entry(reading: _Reading, entry: Node) -> Line:
    place = _place(reading)
    amount = entry.one("Amt")
    currency = (amount.currency if amount else None) or ""
    booked = entry.said("BookgDt/Dt", "BookgDt/DtTm")
    value = entry.said("ValDt/Dt", "ValDt/DtTm")
    status = _STATUS.get(entry.said("Sts/Cd", "Sts/Prtry", "Sts") or "BOOK")
    if status is None:
        raise _wrong(reading, "Sts", entry.said("Sts/Cd", "Sts/Prtry", "Sts")[:20], ", ".join(_STATUS))
    if not booked and not value and status == "booked":
        raise _wrong(reading, "BookgDt", "no date", "the day of booking")
    fallback = reading.head.to_on or (reading.head.closing.on if reading.head.closing else None)
    on = day(booked or value, place=f"{place}.BookgDt") if booked or value else fallback
    if on is None:
        raise _wrong(reading, "BookgDt", "no date", "a day")
    return Line(
        entry=reading.entries,
        detail=0,
        bank_ref=plain(entry.said("AcctSvcrRef"), 64),
        entry_ref=plain(entry.said("AcctSvcrRef"), 64),
        end_to_end="",
        references=(),
        text=plain(entry.said("AddtlNtryInf"), TEXT_MOST),
        amount_minor=minor(amount.text if amount else "", currency, place=f"{place}.Amt"),
        currency=currency,
        direction=_direction(reading, entry.said("CdtDbtInd")),
        booked_on=on,
        value_on=day(value, place=f"{place}.ValDt") if value else None,
        counterparty_name="",
        counterparty_account="",
        charges=_charges(entry, place),
        reversal=entry.said("RvslInd") in {"true", "1"},
        status=status,
        code=_code(entry),
    )


def _place(reading: _Reading) -> str:
    return f"statement {reading.head.id or reading.head.account}, entry {reading.entries}"


def _wrong(reading: _Reading, name: str, found: str, accepted: str) -> StatementUnreadable:
    return StatementUnreadable(field=f"{_place(reading)}.{name}", found=found, accepted=accepted)


def _direction(reading: _Reading, mark: str) -> Direction:
    if mark not in {"CRDT", "DBIT"}:
        raise _wrong(reading, "CdtDbtInd", mark[:20], "CRDT or DBIT")
    return "credit" if mark == "CRDT" else "debit"


def _code(node: Node) -> str:
    """The bank transaction code: domain, family, sub-family, or the bank's own."""
    parts = ("BkTxCd/Domn/Cd", "BkTxCd/Domn/Fmly/Cd", "BkTxCd/Domn/Fmly/SubFmlyCd")
    domain = "-".join(said for said in (node.said(part) for part in parts) if said)
    return plain(domain or node.said("BkTxCd/Prtry/Cd"), 64)


def _charges(node: Node, place: str) -> tuple[Charge, ...]:
    """What banks took, as said of an entry or a detail: in records, or (until 001.03) one by one."""
    found = [*node.all("Chrgs", "Rcrd"), *(one for one in node.all("Chrgs") if "Amt" in one.children)]
    charges = []
    for one in found:
        amount = one.one("Amt")
        if amount is not None and amount.currency:
            figure = minor(amount.text, amount.currency, place=f"{place}.Chrgs")
            if figure:
                included = one.said("ChrgInclInd") in {"true", "1"}
                charges.append(Charge(figure, amount.currency, included))
    return tuple(charges)


# --- details -------------------------------------------------------------------------------------------------------


def _amount_of(detail: Node) -> Node | None:
    """A detail's amount in the currency of the account."""
    return detail.one("Amt") or detail.one("AmtDtls", "TxAmt", "Amt")


def _part(reading: _Reading, whole: Line, detail: Node, amount: Node | None, place: int) -> Line:
    """One movement of a batch, with an amount of its own."""
    where = f"{_place(reading)}, detail {place}"
    currency = (amount.currency if amount else None) or ""
    if amount is None or currency != whole.currency:
        found, accepted = currency or "no amount", f"an amount in {whole.currency}"
        raise StatementUnreadable(field=f"{where}.Amt", found=found[:20], accepted=accepted)
    mark = detail.said("CdtDbtInd")
    line = replace(
        whole,
        detail=place,
        amount_minor=minor(amount.text, currency, place=f"{where}.Amt"),
        direction=_direction(reading, mark) if mark else whole.direction,
        charges=(),
    )
    return _told(line, detail, place=where)


def _told(line: Line, detail: Node, *, place: str) -> Line:
    """A line with what its detail says: references, texts, who is on the other side."""
    refs = detail.one("Refs")
    own = plain(refs.said("AcctSvcrRef"), 64) if refs else ""
    reversal = line.reversal or detail.one("RtrInf") is not None
    name, account = _counterparty(detail, line.direction, swapped=reversal)
    return replace(
        line,
        bank_ref=own or line.bank_ref,
        end_to_end=_given(refs.said("EndToEndId")) or _given(refs.said("InstrId")) if refs else "",
        references=_references(detail),
        text=plain(" ".join([_written(detail), line.text]), TEXT_MOST),
        counterparty_name=name,
        counterparty_account=account,
        charges=line.charges or _charges(detail, place),
        code=_code(detail) or line.code,
    )


def _given(reference: str) -> str:
    """A reference that is one: where there is none, banks must write that there is none."""
    return "" if reference in {"NOTPROVIDED", "NONREF"} else plain(reference, 64)


def _counterparty(detail: Node, direction: Direction, *, swapped: bool) -> tuple[str, str]:
    """Who is on the other side. What comes back names both as they were when it was sent."""
    side = "Dbtr" if (direction == "credit") is not swapped else "Cdtr"
    of = detail.one("RltdPties")
    if of is None:
        return "", ""
    name = of.said(
        f"{side}/Nm", f"{side}/Pty/Nm", f"{side}/Agt/FinInstnId/Nm", f"Ultmt{side}/Nm", f"Ultmt{side}/Pty/Nm"
    )
    places = ("Id/IBAN", "Id/Othr/Id", "Id/BBAN", "Id/UPIC", "Id/PrtryAcct/Id")
    return plain(name), number(of.said(*(f"{side}Acct/{place}" for place in places)))


def _references(detail: Node) -> tuple[str, ...]:
    """Creditor references in their own fields."""
    structured = detail.all("RmtInf", "Strd", "CdtrRefInf")
    said = [one.said("Ref", "CdtrRef") for one in structured]
    return tuple(dict.fromkeys(plain(one, 64) for one in said if one))


def _written(detail: Node) -> str:
    """Everything that was written for the one who is paid."""
    texts: list[str] = [node.text for node in detail.all("RmtInf", "Ustrd")]
    structured: list[Mapping[str, list[Node]]] = [node.children for node in detail.all("RmtInf", "Strd")]
    for children in structured:
        texts.extend(node.text for node in children.get("AddtlRmtInf", ()))
        texts.extend(document.said("Nb", "RfrdDocNb") for document in children.get("RfrdDocInf", ()))
    refs = detail.one("Refs")
    names = ("TxId", "InstrId", "PmtInfId", "MsgId", "Prtry/Ref")
    texts.extend(refs.said(name) for name in names if refs is not None)
    texts.extend([detail.said("RtrInf/Rsn/Cd", "RtrInf/Rsn/Prtry"), detail.said("AddtlTxInf")])
    return " ".join(text for text in texts if text)

"""MT940 as statements and lines: fields by the library `mt-940`, what banks put into field 86 by what they call it.

Pure. A file is cut at its `:20:` fields first, so that never more than one statement is taken apart at a time.
"""

import logging
import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import mt940
from mt940.models import Transaction, Transactions

from holdfast.rails.bank.statement import (
    TEXT_MOST,
    Balance,
    Event,
    Line,
    StatementEnd,
    StatementHead,
    StatementTooLarge,
    StatementUnreadable,
    minor,
    number,
    plain,
)

MOST_BYTES = 32 * 1024 * 1024
"""A file of this kind is read whole."""
_OPTIONS = mt940.options.Options.all()
_NONREF = {"NONREF", "NOTPROVIDED", "NONE", "NOREF"}
_NAMED = re.compile(r"/(?:(IBAN|BIC|NAME|REMI|EREF|CSID|TRTP|MARF|ORDP|BENM|ADDR|ISDT|PREF|RTRN|OCMT|TRCD)|(\d{2}))/")
_CLOSING = re.compile(r"(?m)^:62[FM]?:")
_LAST_WORDS = re.compile(r"(?ms)^:86:.*?(?=^:[0-9]{2}[A-Z]?:|\Z)")
_DETAIL = re.compile(r"(?m)^:61:")
# What goes wrong is told by a refusal; the library would tell the log of every line as well.
logging.getLogger("mt940").setLevel(logging.CRITICAL)


def read(path: Path) -> Iterator[Event]:
    """Heads, lines and ends, in the order of the file. Refusals: `StatementUnreadable`, `StatementTooLarge`."""
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise StatementTooLarge(field="file", found=size, accepted={"at_most_bytes": MOST_BYTES})
    text = _text(path.read_bytes())
    blocks = [block for block in re.split(r"(?m)^(?=:20:)", text) if block.startswith(":20:")]
    if not blocks:
        raise StatementUnreadable(field="file", found="no field :20:", accepted="an MT940 statement")
    for place, block in enumerate(blocks, start=1):
        yield from _statement(block, f"statement {place}")


def _text(content: bytes) -> str:
    """Decoded, with one kind of line break, and without the envelope's last line (`-` or `-}`)."""
    for encoding in ("utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig", "iso-8859-1"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:  # pragma: no cover - ISO 8859-1 reads every byte
        text = ""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = re.sub(r"(?m)^\{[^\n]*?\{4:\s*\n?", "", text)
    return re.sub(r"(?m)^-\}?.*$", "", text)


def _statement(block: str, place: str) -> Iterator[Event]:
    parsed = Transactions(options=_OPTIONS)
    balances = _CLOSING.search(block)
    if balances:
        # What is said behind the closing balance is of the statement, and not of its last movement.
        end = balances.start()
        block = block[:end] + _LAST_WORDS.sub("", block[end:])
    try:
        parsed.parse(block)
    except (RuntimeError, ValueError, ArithmeticError, KeyError, AttributeError, TypeError) as error:
        found = plain(str(error.args[0] if error.args else error), 200)
        raise StatementUnreadable(field=place, found=found, accepted="fields as MT940 has them") from error
    _whole(block, parsed, place)
    head = _head(parsed.data, place)
    yield head
    count = credits_minor = debits_minor = 0
    for entry, one in enumerate(_booked(parsed), start=1):
        line = _line(one, head, entry, f"{place}, entry {entry}")
        count += 1
        if line.direction == "credit":
            credits_minor += line.amount_minor
        else:
            debits_minor += line.amount_minor
        yield line
    yield StatementEnd(head, count, credits_minor, debits_minor)


def _booked(parsed: Transactions) -> list[Transaction]:
    """The movements: the library begins with an empty one where a field 86 stands before the first field 61."""
    return [one for one in parsed.transactions if one.data.get("amount") is not None and one.data.get("status")]


def _whole(block: str, parsed: Transactions, place: str) -> None:
    """Every field 61 became a movement, none was passed over."""
    wanted, found = len(_DETAIL.findall(block)), len(_booked(parsed))
    if wanted != found:
        raise StatementUnreadable(
            field=place, found=f"{found} of {wanted} fields :61:", accepted="all of them readable"
        )


def _head(data: Mapping[str, Any], place: str) -> StatementHead:
    account = number(str(data.get("account_identification") or ""))
    if not account:
        raise StatementUnreadable(field=f"{place}.25", found="no account", accepted="the number of the account")
    opening = _balance(data, "final_opening_balance", "intermediate_opening_balance", "opening_balance", place=place)
    closing = _balance(data, "final_closing_balance", "intermediate_closing_balance", "closing_balance", place=place)
    if opening is None or closing is None:
        found = "no opening balance (60)" if opening is None else "no closing balance (62)"
        raise StatementUnreadable(field=place, found=found, accepted="a statement to its end")
    said = [str(data[name]) for name in ("statement_number", "sequence_number") if data.get(name)]
    # Some banks write bank code/account, some append the currency to an IBAN.
    account = account.rsplit("/", 1)[-1]
    if re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}" + opening.currency, account):
        account = account[:-3]
    return StatementHead(
        kind="mt940",
        account=account,
        currency=opening.currency,
        id=plain(str(data.get("transaction_reference") or ""), 64),
        number="/".join(said)[:32],
        from_on=opening.on,
        to_on=closing.on,
        opening=opening,
        closing=closing,
    )


def _balance(data: Mapping[str, Any], *names: str, place: str) -> Balance | None:
    found = next((data[name] for name in names if data.get(name) is not None), None)
    if found is None:
        return None
    amount = found.amount
    currency = str(amount.currency).upper()
    figure = minor(format(abs(amount.amount), "f"), currency, place=f"{place}.balance")
    return Balance(-figure if amount.amount < 0 else figure, currency, date(*_ymd(found.date)))


def _ymd(found: date) -> tuple[int, int, int]:
    return found.year, found.month, found.day


def _line(one: Transaction, head: StatementHead, entry: int, place: str) -> Line:
    data = one.data
    currency = head.currency or ""
    amount: Decimal = data["amount"].amount
    mark = str(data["status"]).upper()
    details = _details(data)
    bank_ref = _reference(data.get("bank_reference"))
    value = date(*_ymd(data["date"]))
    entered = data.get("entry_date")
    return Line(
        entry=entry,
        detail=0,
        bank_ref=bank_ref,
        entry_ref=bank_ref,
        end_to_end=_reference(details["eref"]) or _reference(data.get("customer_reference")),
        references=(),
        text=plain(" ".join([details["text"], str(data.get("extra_details") or "")]), TEXT_MOST),
        amount_minor=minor(format(abs(amount), "f"), currency, place=f"{place}.61"),
        currency=currency,
        direction="credit" if mark in {"C", "RD"} else "debit",
        booked_on=date(*_ymd(entered)) if entered else value,
        value_on=value,
        counterparty_name=plain(details["name"]),
        counterparty_account=number(details["account"])[:34],
        charges=(),
        reversal=mark.startswith("R"),
        status="booked",
        code=plain(str(data.get("id") or ""), 64),
    )


def _reference(found: Any) -> str:
    said = plain(str(found or ""), 64)
    return "" if said.upper() in _NONREF else said


def _details(data: Mapping[str, Any]) -> dict[str, str]:
    """Field 86: by its `?20` sub-fields, by its `/NAME/` words, or as free text."""
    structured = {
        "eref": str(data.get("end_to_end_reference") or ""),
        "name": str(data.get("applicant_name") or ""),
        "account": str(data.get("gvc_applicant_iban") or data.get("applicant_iban") or ""),
    }
    texts = (data.get(name) for name in ("purpose", "additional_purpose", "transaction_details", "non_swift_text"))
    text = " ".join(str(one) for one in texts if one)
    if data.get("transaction_code"):
        return {**structured, "text": text}
    free = str(data.get("transaction_details") or "").replace("\n", "")
    parts = _NAMED.split(free)
    words: dict[str, str] = {}
    for name, figure, said in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        words.setdefault(name or figure, said.strip("/"))
    if not words:
        return {**structured, "text": text}
    # `/REMI/USTD//text/` and `/REMI/STRD/CUR/RF…/` say in words of their own what they are.
    return {
        "eref": structured["eref"] or words.get("EREF", ""),
        "name": structured["name"] or words.get("NAME", ""),
        "account": structured["account"] or words.get("IBAN", ""),
        "text": re.sub(r"\b(USTD|STRD|CUR)/+", " ", free),
    }

"""Bank statements made to order, small and large: as camt.052, camt.053, camt.054 and MT940.

A file is written line by line, so that one of a hundred thousand entries costs no memory; nothing here is read back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from xml.sax.saxutils import escape

from holdfast.kernel.money import exponent

IBAN = "NL91ABNA0417164300"
DAY = date(2026, 3, 2)
MESSAGES = {
    "camt.052": ("BkToCstmrAcctRpt", "Rpt"),
    "camt.053": ("BkToCstmrStmt", "Stmt"),
    "camt.054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
}


@dataclass(frozen=True)
class Made:
    """A line to be written: in minor units, to the account unless `debit`."""

    amount_minor: int
    reference: str = ""
    text: str = ""
    bank_ref: str = ""
    end_to_end: str = ""
    payer: str = "Alma Imports"
    payer_account: str = "NL20INGB0001234567"
    currency: str = "EUR"
    debit: bool = False
    reversal: bool = False
    status: str = "BOOK"
    on: date = DAY
    charge_minor: int = 0
    code: tuple[str, str, str] = ("PMNT", "RCDT", "ESCT")


def amount(amount_minor: int, currency: str) -> str:
    """As a statement writes it."""
    return format(Decimal(amount_minor).scaleb(-exponent(currency)), "f")


def _balance(code: str, minor: int, currency: str, on: date, version: int) -> str:
    mark = "DBIT" if minor < 0 else "CRDT"
    figure = f'<Amt Ccy="{currency}">{amount(abs(minor), currency)}</Amt>'
    kind = f"<Tp><Cd>{code}</Cd></Tp>" if version == 1 else f"<Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
    return f"<Bal>{kind}{figure}<CdtDbtInd>{mark}</CdtDbtInd><Dt><Dt>{on}</Dt></Dt></Bal>"


def entry(line: Made, version: int = 8, details: Iterable[Made] = ()) -> str:
    """One entry, with one detail or with these, as the version has it."""
    status = f"<Cd>{line.status}</Cd>" if version >= 7 else line.status
    domain, family, sub = line.code
    inside = "".join(_detail(one, version) for one in details) or _detail(line, version)
    parts = [
        f"<Ntry>{_figure(line)}<CdtDbtInd>{_mark(line)}</CdtDbtInd>",
        "<RvslInd>true</RvslInd>" if line.reversal else "",
        f"<Sts>{status}</Sts><BookgDt><Dt>{line.on}</Dt></BookgDt><ValDt><Dt>{line.on}</Dt></ValDt>",
        f"<AcctSvcrRef>{line.bank_ref}</AcctSvcrRef>" if line.bank_ref else "",
        f"<BkTxCd><Domn><Cd>{domain}</Cd><Fmly><Cd>{family}</Cd><SubFmlyCd>{sub}</SubFmlyCd></Fmly></Domn></BkTxCd>",
        f"<NtryDtls>{inside}</NtryDtls></Ntry>" if version > 1 else f"{inside}</Ntry>",
    ]
    return "".join(parts)


def _figure(line: Made) -> str:
    return f'<Amt Ccy="{line.currency}">{amount(line.amount_minor, line.currency)}</Amt>'


def _mark(line: Made) -> str:
    return "DBIT" if line.debit else "CRDT"


def _detail(line: Made, version: int) -> str:
    # A reversal names the two sides as they were when the money was first sent.
    side = "Cdtr" if line.debit is not line.reversal else "Dbtr"
    name = f"<Pty><Nm>{escape(line.payer)}</Nm></Pty>" if version >= 7 else f"<Nm>{escape(line.payer)}</Nm>"
    own = f"{_figure(line)}<CdtDbtInd>{_mark(line)}</CdtDbtInd>"
    reference = f"<CdtrRef>{line.reference}</CdtrRef>" if version == 1 else f"<Ref>{line.reference}</Ref>"
    parts = [
        f"<TxDtls><Refs><EndToEndId>{line.end_to_end or 'NOTPROVIDED'}</EndToEndId></Refs>",
        own if version >= 3 else f"<AmtDtls><TxAmt>{_figure(line)}</TxAmt></AmtDtls>",
        _charges(line, version),
        f"<RltdPties><{side}>{name}</{side}><{side}Acct><Id><IBAN>{line.payer_account}</IBAN></Id></{side}Acct>",
        "</RltdPties><RmtInf>",
        f"<Ustrd>{escape(line.text)}</Ustrd>" if line.text else "",
        f"<Strd><CdtrRefInf>{reference}</CdtrRefInf></Strd>" if line.reference else "",
        "</RmtInf></TxDtls>",
    ]
    return "".join(parts)


def _charges(line: Made, version: int) -> str:
    if not line.charge_minor:
        return ""
    figure = f'<Amt Ccy="{line.currency}">{amount(line.charge_minor, line.currency)}</Amt>'
    if version == 1:
        return f"<Chrgs>{figure}</Chrgs>"
    if version == 2:
        return f"<Chrgs>{figure}<CdtDbtInd>DBIT</CdtDbtInd></Chrgs>"
    included = "<ChrgInclInd>true</ChrgInclInd>" if version >= 4 else ""
    return f"<Chrgs><Rcrd>{figure}<CdtDbtInd>DBIT</CdtDbtInd>{included}</Rcrd></Chrgs>"


def camt(
    path: Path,
    lines: Iterable[Made],
    *,
    kind: str = "camt.053",
    version: int = 8,
    iban: str = IBAN,
    currency: str = "EUR",
    opening_minor: int = 0,
    number: int = 1,
    on: date = DAY,
    closing_minor: int | None = None,
) -> Path:
    """A camt file of one statement; its closing balance is what the lines make of the opening one."""
    message, container = MESSAGES[kind]
    kept = lines if isinstance(lines, list) else list(lines)
    booked = [line for line in kept if line.status == "BOOK"]
    if closing_minor is None:
        closing_minor = opening_minor + sum(-line.amount_minor if line.debit else line.amount_minor for line in booked)
    with path.open("w", encoding="utf-8") as file:
        suffix = "V01" if version == 1 else ""
        file.write(
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{kind}.001.{version:02}">'
            f"<{message}{suffix}><GrpHdr><MsgId>M{number}</MsgId><CreDtTm>{on}T20:00:00</CreDtTm></GrpHdr><{container}>"
            f"<Id>S{number}</Id><ElctrncSeqNb>{number}</ElctrncSeqNb><CreDtTm>{on}T20:00:00</CreDtTm>"
            f"<Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>{currency}</Ccy></Acct>"
        )
        if kind == "camt.053":
            file.write(_balance("OPBD", opening_minor, currency, on, version))
            file.write(_balance("CLBD", closing_minor, currency, on, version))
        for line in kept:
            file.write("\n" + entry(line, version))
        file.write(f"</{container}></{message}{suffix}></Document>\n")
    return path


def many(count: int, *, currency: str = "EUR", start: int = 0) -> Iterable[Made]:
    """So many credits that nobody expects, each with a name of the bank's own."""
    return (
        Made(1000 + place % 9000, text=f"invoice {place}", bank_ref=f"BK{place:09}", currency=currency)
        for place in range(start, start + count)
    )


def mt940(
    path: Path,
    lines: Iterable[Made],
    *,
    iban: str = IBAN,
    currency: str = "EUR",
    opening_minor: int = 0,
    number: int = 1,
    on: date = DAY,
) -> Path:
    """An MT940 file of one statement, field 86 with `?20` sub-fields."""
    kept = list(lines)
    closing = opening_minor + sum(-line.amount_minor if line.debit else line.amount_minor for line in kept)
    rows = [":20:STARTUMSE", f":25:{iban}", f":28C:{number:05}/001", f":60F:{_mt_balance(opening_minor, currency, on)}"]
    for line in kept:
        mark = ("RC" if line.debit else "RD") if line.reversal else ("D" if line.debit else "C")
        figure = _mt_amount(line.amount_minor, currency)
        ref = f"//{line.bank_ref[:16]}" if line.bank_ref else ""
        rows.append(f":61:{line.on:%y%m%d}{line.on:%m%d}{mark}{figure}NTRFNONREF{ref}")
        said = f"SVWZ+{line.text} {line.reference}".strip()
        parts = [f"EREF+{line.end_to_end}"] if line.end_to_end else []
        parts += [said[start : start + 27] for start in range(0, len(said), 27)]
        purpose = "".join(f"?{20 + place}{part}" for place, part in enumerate(parts))
        rows.append(f":86:166?00TRANSFER{purpose}?31{line.payer_account}?32{line.payer}")
    rows += [f":62F:{_mt_balance(closing, currency, on)}", "-", ""]
    path.write_text("\r\n".join(rows), encoding="iso-8859-1")
    return path


def _mt_balance(minor: int, currency: str, on: date) -> str:
    return f"{'D' if minor < 0 else 'C'}{on:%y%m%d}{currency}{_mt_amount(abs(minor), currency)}"


def _mt_amount(minor: int, currency: str) -> str:
    figure = amount(minor, currency).replace(".", ",")
    return figure if "," in figure else f"{figure},"

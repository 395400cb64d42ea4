"""Something that waits at the finance desk: a statement with money nobody knows, a payout for a second person, a
reserve and a guarantee. Everything goes over the API, as an operator's own program would do it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from holdfast.sandbox.market import Firm, Market
from holdfast.sandbox.trade import Trade

SCENE = "scene-payout"
SUPPLIER = "Boris Ceramics"
BOWL = {"product": "Stoneware bowl", "quantity": 400, "unit_price_minor": 800}
IBAN, BIC = "NL91ABNA0417164300", "ABNANL2A"
DESK = ZoneInfo("Europe/Amsterdam")
BANK = ("operator", "wire")
"""Whose accounts lie at the bank: ours, and what has come by wire and is not placed."""
LIMIT_MINOR = 100_000
LINE_MINOR = 400_000
RESERVE_MINOR = 2_500_000


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the bank's; a negative amount is money that left."""

    amount_minor: int
    name: str
    text: str
    reference: str = ""
    charge: bool = False


def furnish(market: Market) -> None:
    """Leave something for finance: told once, with the rest of what waits."""
    supplier = market.supplier(SUPPLIER)
    _settings(market)
    _waiting_payout(market, supplier, _paid_trade(market, supplier))
    _last_month(market)


def _settings(market: Market) -> None:
    """Who invoices and with which tax, from what amount on two people look, and what stands behind advances."""
    operator = market.operator
    operator.post(
        "/seller",
        {
            "legal_name": "Harbour Market B.V.",
            "address": "Pier 1\n3011 AA Rotterdam",
            "country": "NL",
            "vat_number": "NL004495445B01",
            "prefix": "HM",
        },
    )
    for country, treatment, percent in (("NL", "standard", "21.00"), ("*", "export", "0")):
        rule = {"country": country, "treatment": treatment, "percent": percent, "valid_from": "2020-01-01"}
        operator.post("/tax-rules", rule)
    operator.post("/payout-limits/USD", {"amount_minor": LIMIT_MINOR})
    wanted = {"currency": "USD", "kind": "set_aside", "amount_minor": RESERVE_MINOR, "reason": "the year's first part"}
    change = operator.post("/reserve/changes", wanted)
    operator.post(f"/reserve/changes/{change['id']}/confirm")
    operator.post("/reserve/changes", {**wanted, "amount_minor": RESERVE_MINOR // 5, "reason": "the summer's orders"})


def _paid_trade(market: Market, supplier: Firm) -> Trade:
    """Bowls that are paid by a line of a bank statement, beside a credit and a debit that nobody knows."""
    trade = Trade(market, SCENE, "standard", supplier)
    trade.agree(trade.contract(lines=[BOWL], ship_in_days=5))
    asked = trade.alma.post(f"/orders/{trade.order_id}/payments", {"tranche": 1, "rail": "wire"})
    account = {"name": "Clients' money, dollars", "number": IBAN, "currency": "USD", "bic": BIC, "holds": "clients"}
    market.operator.post("/bank-accounts", account)
    today = trade.now.astimezone(DESK).date()
    lines = (
        Line(asked["amount_minor"], "Alma Imports", "stoneware bowls", asked["reference"]),
        Line(184_000, "A. Imports NY", "balance of your invoice 2207"),
        Line(-1_250, "Your bank", "charges of the month", charge=True),
        Line(-9_900, "Harbour Towage", "direct debit 88"),
    )
    content = statement(lines, on=today, opening_minor=_at_the_bank(market))
    market.operator.upload(f"/bank-statements?name=statement-{today}.xml", content)
    trade.ship(BOWL["quantity"])  # type: ignore[arg-type]
    trade.arrive()
    trade.receive()
    return trade


def _waiting_payout(market: Market, supplier: Firm, trade: Trade) -> None:
    """Boris asks for more than one person may let out; before that, part of what he earned goes into his guarantee."""
    line = {"currency": "USD", "line_minor": LINE_MINOR, "reason": "one year of trade without a claim"}
    backing = market.operator.post(f"/organisations/{supplier.id}/line", line)
    if backing["required_minor"]:
        paid = {"currency": "USD", "amount_minor": backing["required_minor"]}
        trade.boris.post(f"/organisations/{supplier.id}/guarantee/pay-in", paid)
    account = market.operator.post(
        f"/organisations/{supplier.id}/beneficiaries",
        {"name": SUPPLIER, "currency": "USD", "account": "6222020200445566", "bic": "ICBKCNBJ"},
    )
    market.operator.post(f"/beneficiaries/{account['id']}/verify", {"reason": "papers and a call to the known number"})
    trade.boris.post("/payouts", {"currency": "USD", "amount_minor": LIMIT_MINOR + 50_000})


def _last_month(market: Market) -> None:
    """The books of last month are closed and its fees invoiced, so that there is something to prove and to print."""
    last = market.calendar.now.astimezone(DESK).date().replace(day=1) - timedelta(days=1)
    market.operator.post("/closes", {"day": last.isoformat()})
    market.operator.post("/invoices", {"month": f"{last:%Y-%m}"})


def _at_the_bank(market: Market) -> int:
    """What the books say lies at the bank, so that the bank's first statement continues them."""
    rows = market.operator.all("/accounts?code=client_bank") + market.operator.all("/accounts?code=rail_clearing")
    return -sum(row["balance_minor"] for row in rows if row["currency"] == "USD" and row["owner"] in BANK)


def statement(lines: Iterable[Line], *, on: date, opening_minor: int) -> bytes:
    """The bank's file: a camt.053 of one day."""
    kept = list(lines)
    closing = opening_minor + sum(line.amount_minor for line in kept)
    entries = "".join(_entry(line, place, on) for place, line in enumerate(kept, start=1))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
        f"<GrpHdr><MsgId>M1</MsgId><CreDtTm>{on}T20:00:00</CreDtTm></GrpHdr>"
        f"<Stmt><Id>S1</Id><ElctrncSeqNb>1</ElctrncSeqNb><CreDtTm>{on}T20:00:00</CreDtTm>"
        f"<FrToDt><FrDtTm>{on}T00:00:00</FrDtTm><ToDtTm>{on}T20:00:00</ToDtTm></FrToDt>"
        f"<Acct><Id><IBAN>{IBAN}</IBAN></Id><Ccy>USD</Ccy></Acct>"
        f"{_balance('OPBD', opening_minor, on)}{_balance('CLBD', closing, on)}{entries}"
        "</Stmt></BkToCstmrStmt></Document>\n"
    ).encode()


def _balance(code: str, minor: int, on: date) -> str:
    return f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{_amount(minor)}<Dt><Dt>{on}</Dt></Dt></Bal>"


def _amount(minor: int) -> str:
    whole, part = divmod(abs(minor), 100)
    mark = "DBIT" if minor < 0 else "CRDT"
    return f'<Amt Ccy="USD">{whole}.{part:02}</Amt><CdtDbtInd>{mark}</CdtDbtInd>'


def _entry(line: Line, place: int, on: date) -> str:
    side = "Cdtr" if line.amount_minor < 0 else "Dbtr"
    families = (
        ("ACMT", "MDOP", "CHRG") if line.charge else ("PMNT", "RDDT" if line.amount_minor < 0 else "RCDT", "XBCT")
    )
    kind = "<Domn><Cd>{}</Cd><Fmly><Cd>{}</Cd><SubFmlyCd>{}</SubFmlyCd></Fmly></Domn>".format(*families)
    named = f"<Strd><CdtrRefInf><Ref>{line.reference}</Ref></CdtrRefInf></Strd>" if line.reference else ""
    return (
        f"<Ntry>{_amount(line.amount_minor)}<Sts><Cd>BOOK</Cd></Sts>"
        f"<BookgDt><Dt>{on}</Dt></BookgDt><ValDt><Dt>{on}</Dt></ValDt>"
        f"<AcctSvcrRef>DEMO-{on:%y%m%d}-{place}</AcctSvcrRef><BkTxCd>{kind}</BkTxCd><NtryDtls><TxDtls>"
        f"<Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>{_amount(line.amount_minor)}"
        f"<RltdPties><{side}><Pty><Nm>{line.name}</Nm></Pty></{side}></RltdPties>"
        f"<RmtInf><Ustrd>{line.text}</Ustrd>{named}</RmtInf></TxDtls></NtryDtls></Ntry>"
    )

"""Payment files for a bank (pain.001.001.09) and what the bank says of them (pain.002, any version): pure.

It knows messages of ISO 20022 and the characters a European bank takes. Which payments are in a file, and what follows
from an answer, is decided elsewhere. The same payments give the same bytes.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from lxml import etree
from pyiso20022.pain import pain_001_001_09 as pain
from xsdata.formats.dataclass.serializers import XmlSerializer
from xsdata.formats.dataclass.serializers.config import SerializerConfig
from xsdata.models.datatype import XmlDate, XmlDateTime

from holdfast.kernel.money import exponent
from holdfast.kernel.refusals import Refusal

NAMESPACE: Final = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
_ANSWER: Final = re.compile(r"urn:iso:std:iso:20022:tech:xsd:pain\.002\.001\.\d\d")
NOT_PROVIDED: Final = "NOTPROVIDED"
LONGEST_NAME: Final = 70
"""What banks in the European area take of a name; ISO has twice as much."""
_TAKEN = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")
_LETTERS = str.maketrans(dict(zip('ÆæŒœØøŁłĐđÞþÐðı&_’‘–—“”ß"', [*"EeEeOoLlDdTtDdi+-''--''", "ss", "'"], strict=True)))
SEPA: Final = frozenset(
    re.findall(
        "..",
        "ADALATBEBGCHCYCZDEDKEEESFIFRGBGIGRHRHUIEISITLILTLULVMCMDMEMKMTNLNOPLPTRORSSESISKSMVA",
    )
)
"""Countries whose accounts a euro credit transfer reaches."""
KINDS: Final[Mapping[str, str]] = {"POT": "payout", "RFD": "refund", "BAT": "batch"}


class AnswerUnreadable(Refusal):
    """This is no payment status report (pain.002) that can be read."""

    status = 422


@dataclass(frozen=True, slots=True)
class Party:
    """A bank account and whose it is: an IBAN, or an account number of the country with the bank's BIC or name."""

    name: str
    iban: str = ""
    bic: str = ""
    account: str = ""
    bank: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """One payment: `reference` is ours, for the statement, `creditor_reference` the receiver's (ISO 11649)."""

    reference: str
    amount_minor: int
    to: Party
    creditor_reference: str


@dataclass(frozen=True, slots=True)
class Instruction:
    """A file: who asks, from which account, on which day, and when it was made."""

    reference: str
    initiator: str
    debtor: Party
    currency: str
    execution_on: date
    made_at: datetime


def compact(prefix: str, identifier: UUID) -> str:
    """Our name for a payment where a bank has room for 35 characters: `POT`, `RFD` or `BAT` and 32 hex digits."""
    return f"{prefix.upper()}{identifier.hex.upper()}"


def named(reference: str) -> tuple[str, UUID] | None:
    """What a compact name means, however the bank spells it; None if it is not one of ours."""
    text = re.sub(r"[\s_\-]", "", reference).upper()
    kind = KINDS.get(text[:3])
    if kind is None or not re.fullmatch(r"[0-9A-F]{32}", text[3:]):
        return None
    return kind, UUID(text[3:])


def in_the_set(text: str) -> str:
    """A name in the characters every European bank takes; what has no counterpart is left out."""
    plain = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    plain = " ".join(_TAKEN.sub("", plain).split()).strip("/ ").replace("//", "/")
    return plain[:LONGEST_NAME].strip() if any(letter.isalnum() for letter in plain) else NOT_PROVIDED


def amount(minor: int, currency: str) -> Decimal:
    """Minor units as the message writes them."""
    return Decimal(minor).scaleb(-exponent(currency))


# --- the file ----------------------------------------------------------------------------------------------------


def written(*, instruction: Instruction, orders: Iterable[Order]) -> bytes:
    """The file, in UTF-8: one group, one account, one day, a transfer for each order, with their count and sum."""
    listed = list(orders)
    count = str(len(listed))
    total = amount(sum(one.amount_minor for one in listed), instruction.currency)
    is_euro = instruction.currency == "EUR"
    document = pain.Document(
        cstmr_cdt_trf_initn=pain.CustomerCreditTransferInitiationV09(
            grp_hdr=pain.GroupHeader85(
                msg_id=instruction.reference,
                cre_dt_tm=XmlDateTime.from_datetime(instruction.made_at.astimezone(UTC).replace(microsecond=0)),
                nb_of_txs=count,
                ctrl_sum=total,
                initg_pty=pain.PartyIdentification135(nm=in_the_set(instruction.initiator)),
            ),
            pmt_inf=[
                pain.PaymentInstruction30(
                    pmt_inf_id=instruction.reference,
                    pmt_mtd=pain.PaymentMethod3Code.TRF,
                    btch_bookg=True,
                    nb_of_txs=count,
                    ctrl_sum=total,
                    reqd_exctn_dt=pain.DateAndDateTime2Choice(dt=XmlDate.from_date(instruction.execution_on)),
                    dbtr=pain.PartyIdentification135(nm=_name(instruction.debtor.name, is_euro)),
                    dbtr_acct=_account(instruction.debtor, currency=instruction.currency),
                    dbtr_agt=_agent(instruction.debtor)
                    or pain.BranchAndFinancialInstitutionIdentification6(
                        fin_instn_id=pain.FinancialInstitutionIdentification18(
                            othr=pain.GenericFinancialIdentification1(id=NOT_PROVIDED)
                        )
                    ),
                    cdt_trf_tx_inf=[_transfer(one, instruction.currency) for one in listed],
                )
            ],
        )
    )
    config = SerializerConfig(xml_declaration=True, encoding="UTF-8", indent=" ")
    return XmlSerializer(config=config).render(document, ns_map={None: NAMESPACE}).encode()


def _transfer(order: Order, currency: str) -> pain.CreditTransferTransaction34:
    within = currency == "EUR" and order.to.iban[:2] in SEPA
    return pain.CreditTransferTransaction34(
        pmt_id=pain.PaymentIdentification6(instr_id=order.reference, end_to_end_id=order.reference),
        pmt_tp_inf=pain.PaymentTypeInformation26(svc_lvl=[pain.ServiceLevel8Choice(cd="SEPA")]) if within else None,
        amt=pain.AmountType4Choice(
            instd_amt=pain.ActiveOrHistoricCurrencyAndAmount(value=amount(order.amount_minor, currency), ccy=currency)
        ),
        chrg_br=pain.ChargeBearerType1Code.SLEV if within else pain.ChargeBearerType1Code.SHAR,
        cdtr_agt=_agent(order.to),
        cdtr=pain.PartyIdentification135(nm=_name(order.to.name, within)),
        cdtr_acct=_account(order.to),
        rmt_inf=pain.RemittanceInformation16(
            strd=[
                pain.StructuredRemittanceInformation16(
                    cdtr_ref_inf=pain.CreditorReferenceInformation2(
                        tp=pain.CreditorReferenceType2(
                            cd_or_prtry=pain.CreditorReferenceType1Choice(cd=pain.DocumentType3Code.SCOR)
                        ),
                        ref=order.creditor_reference,
                    )
                )
            ]
        ),
    )


def _name(text: str, within: bool) -> str:
    """Beyond the euro area a bank takes its own country's letters, and needs them."""
    if within:
        return in_the_set(text)
    clean = "".join(letter for letter in text if unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    return " ".join(clean.split())[:140].strip() or NOT_PROVIDED


def _account(party: Party, *, currency: str | None = None) -> pain.CashAccount38:
    if party.iban:
        return pain.CashAccount38(id=pain.AccountIdentification4Choice(iban=party.iban), ccy=currency)
    local = pain.GenericAccountIdentification1(id=party.account)
    return pain.CashAccount38(id=pain.AccountIdentification4Choice(othr=local), ccy=currency)


def _agent(party: Party) -> pain.BranchAndFinancialInstitutionIdentification6 | None:
    if not (party.bic or party.bank):
        return None
    bank = pain.FinancialInstitutionIdentification18(bicfi=party.bic or None, nm=None if party.bic else party.bank)
    return pain.BranchAndFinancialInstitutionIdentification6(fin_instn_id=bank)


# --- the bank's answer -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Status:
    """What the bank says of one payment, or of all of them where `reference` is the file's own.

    `verdict` is `accepted`, `rejected`, `mixed` (each payment is told by itself) or `waiting` (nothing decided yet).
    """

    reference: str
    code: str
    verdict: str
    reason: str
    words: str


_VERDICTS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("ACCP", "ACSP", "ACSC", "ACWC", "ACCC", "ACFC", "ACWP", "ACPD"), "accepted"),
    **dict.fromkeys(("RJCT", "CANC"), "rejected"),
    "PART": "mixed",
    "PATC": "waiting",
    "PDNG": "waiting",
    "RCVD": "waiting",
    "ACTC": "waiting",
}
REASONS: Final[Mapping[str, str]] = {
    "AC01": "the account number is wrong",
    "AC02": "the debtor's account number is wrong",
    "AC03": "the creditor's account number is wrong",
    "AC04": "the account is closed",
    "AC06": "the account is blocked",
    "AC13": "the debtor's account may not be used for this",
    "AG01": "this account takes no such payment",
    "AG02": "the bank does not know this kind of payment",
    "AM01": "the amount is zero",
    "AM02": "the amount is above what is allowed",
    "AM03": "the currency is not taken",
    "AM04": "the account does not hold enough",
    "AM05": "the payment was sent twice",
    "AM09": "the amount is not the one agreed",
    "AM10": "the sums of the file do not add up",
    "BE01": "the name does not belong to the account",
    "BE04": "the creditor's address is missing",
    "BE06": "the creditor is not known at this bank",
    "BE07": "the debtor's address is missing",
    "CNOR": "the creditor's bank does not take part",
    "DNOR": "the debtor's bank does not take part",
    "CUST": "it was cancelled by the customer",
    "DT01": "the day of execution cannot be",
    "DUPL": "the file was sent twice",
    "ED05": "settlement failed",
    "FF01": "the file is not of the agreed format",
    "MD07": "the creditor has died",
    "MS02": "the creditor refuses it, without a reason",
    "MS03": "the bank refuses it, without a reason",
    "NARR": "see the bank's own words",
    "RC01": "the bank's identifier is wrong",
    "RR01": "the debtor's account is not known to the authorities",
    "RR02": "the debtor's name or address is missing",
    "RR03": "the creditor's name or address is missing",
    "RR04": "the authorities stand in the way",
    "TM01": "it came after the cut-off time",
}
"""What the commonest reason codes say, in words (ISO external code set, status reasons)."""


def read(content: bytes) -> tuple[Status, ...]:
    """What a status report says: of the whole file, of its one instruction, of each payment, in this order.

    Refusal: `AnswerUnreadable`.
    """
    root = _root(content)
    found: list[Status] = []
    for group in root.iterfind(".//{*}OrgnlGrpInfAndSts"):
        _add(found, group, "OrgnlMsgId", "GrpSts")
    for instruction in root.iterfind(".//{*}OrgnlPmtInfAndSts"):
        _add(found, instruction, "OrgnlPmtInfId", "PmtInfSts")
        for payment in instruction.iterfind("{*}TxInfAndSts"):
            _add(found, payment, "OrgnlEndToEndId", "TxSts")
    if not found:
        raise AnswerUnreadable(field="file", found="no status", accepted="a group, instruction or payment status")
    return tuple(found)


def _root(content: bytes) -> Any:
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content or b"<\x00!\x00D" in content or b"\x00<\x00!\x00D" in content:
        raise AnswerUnreadable(field="file", found="a document type", accepted="XML without one")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise AnswerUnreadable(field="file", found=str(error)[:200], accepted="XML, whole") from error
    namespace = etree.QName(root).namespace or ""
    if not _ANSWER.fullmatch(namespace):
        raise AnswerUnreadable(field="file", found=namespace[:100], accepted="pain.002.001")
    return root


def _add(found: list[Status], element: Any, name: str, state: str) -> None:
    code = _text(element, state)
    if not code:
        return
    reason = element.find("{*}StsRsnInf/{*}Rsn")
    said = "" if reason is None else _text(reason, "Cd") or _text(reason, "Prtry")
    more = " ".join((line.text or "").strip() for line in element.iterfind("{*}StsRsnInf/{*}AddtlInf"))
    words = " ".join(part for part in (REASONS.get(said, ""), more[:200]) if part).strip()
    found.append(Status(_text(element, name), code, _VERDICTS.get(code, "waiting"), said[:35], words))


def _text(element: Any, name: str) -> str:
    return (element.findtext(f"{{*}}{name}") or "").strip()

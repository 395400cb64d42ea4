"""The accounts that exist and the movements between them, as data (`money.md`).

Pure. An account is guarded when it may never go below zero: it then keeps a running balance. The others are
summed from their entries, because one hot row would cost ten times the throughput.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from uuid import UUID, uuid5

NAMESPACE = UUID("6f1f6f0e-2d5f-5b7c-9a53-0d1c2f7a4b10")
"""Account IDs are UUIDv5 of (code, owner, currency) under this name, so that nobody has to look one up."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What an account is for. `owner` says whose it is; `side` where its balance normally stands."""

    code: str
    purpose: str
    owner: Literal["order", "buyer", "supplier", "rail", "operator"]
    side: Literal["debit", "credit"]
    guarded: bool
    clients_money: bool = False
    """Owed to clients: must at all times be covered by money apart from the operator's own."""


_ACCOUNTS = (
    Kind("escrow", "an order's money, held", "order", "credit", True, True),
    Kind(
        "frozen",
        "an order's money, taken out of escrow because it is disputed",
        "order",
        "credit",
        True,
        True,
    ),
    Kind(
        "refundable",
        "owed to the buyer of an order, not yet sent",
        "order",
        "credit",
        True,
        True,
    ),
    Kind(
        "refunds_in_transit",
        "sent to the buyer, not confirmed",
        "operator",
        "credit",
        False,
        True,
    ),
    Kind("payable", "a supplier's balance", "supplier", "credit", True, True),
    Kind(
        "payouts_in_transit",
        "sent to a supplier's bank, not confirmed",
        "operator",
        "credit",
        False,
        True,
    ),
    Kind("deposit", "a supplier's guarantee", "supplier", "credit", True, True),
    Kind(
        "suspense",
        "money that came and could not be matched",
        "operator",
        "credit",
        False,
        True,
    ),
    Kind(
        "rail_clearing",
        "money at a payment provider, on its way",
        "rail",
        "debit",
        False,
    ),
    Kind("client_bank", "clients' money at the bank", "operator", "debit", False),
    Kind("own_bank", "the operator's own money", "operator", "debit", False),
    Kind(
        "reserve",
        "set aside by the operator for advances to buyers, not drawn yet",
        "operator",
        "credit",
        True,
    ),
    Kind("reserve_committed", "what the operator set aside, drawn or not", "operator", "debit", False),
    Kind(
        "chargebacks_receivable",
        "taken back by a card network, not decided",
        "rail",
        "debit",
        False,
    ),
    Kind("supplier_debt", "owed by a supplier", "supplier", "debit", False),
    Kind(
        "awarded",
        "awarded to a buyer and not paid yet: collected from the supplier, or owed by the operator",
        "order",
        "credit",
        True,
    ),
    Kind("fee_income", "the operator's fees", "operator", "credit", False),
    Kind("tax_payable", "tax contained in fees, owed to the authorities", "operator", "credit", False),
    Kind("processing_recovered", "processing paid by buyers", "operator", "credit", False),
    Kind("processing_cost", "what the rails cost", "operator", "debit", False),
    Kind("operator_loss", "borne by the operator", "operator", "debit", False),
    Kind("bad_debt", "debts written off", "operator", "debit", False),
)
ACCOUNTS: dict[str, Kind] = {account.code: account for account in _ACCOUNTS}

MOVEMENTS: dict[str, frozenset[tuple[str, str]]] = {
    name: frozenset(pairs)
    for name, pairs in {
        "captured": [("rail_clearing", "escrow"), ("rail_clearing", "refundable")],
        "unmatched": [("rail_clearing", "suspense")],
        "matched": [("suspense", "escrow"), ("suspense", "refundable")],
        "returned_unmatched": [("suspense", "rail_clearing")],
        "processing_paid": [("rail_clearing", "processing_recovered"), ("suspense", "processing_recovered")],
        "processing_refunded": [
            ("payable", "refundable"),
            ("supplier_debt", "refundable"),
        ],
        "settled": [
            ("client_bank", "rail_clearing"),
            ("processing_cost", "rail_clearing"),
        ],
        "released": [("escrow", "payable")],
        "fee_taken": [("payable", "fee_income")],
        "fee_given_back": [("fee_income", "payable"), ("fee_income", "supplier_debt")],
        "difference_borne": [("operator_loss", "escrow")],
        "deposit_paid": [("client_bank", "deposit"), ("rail_clearing", "deposit"), ("suspense", "deposit")],
        "deposit_given_back": [("deposit", "payable")],
        "credit_held": [("payable", "deposit")],
        "debt_set_off": [("payable", "supplier_debt")],
        "debt_repaid": [
            ("rail_clearing", "supplier_debt"),
            ("suspense", "supplier_debt"),
            ("client_bank", "supplier_debt"),
            ("deposit", "supplier_debt"),
        ],
        "award_collected": [("awarded", "refundable")],
        "award_written_off": [("awarded", "supplier_debt")],
        "award_recorded": [("supplier_debt", "awarded")],
        "frozen": [("escrow", "frozen")],
        "thawed": [("frozen", "escrow")],
        "refunded": [("escrow", "refundable"), ("frozen", "refundable")],
        "price_lowered": [("escrow", "refundable")],
        "recourse": [
            ("payable", "refundable"),
            ("deposit", "refundable"),
            ("supplier_debt", "refundable"),
        ],
        "reserve_set_aside": [("reserve_committed", "reserve")],
        "reserve_given_up": [("reserve", "reserve_committed")],
        "reserve_drawn": [("reserve", "reserve_committed")],
        "reserve_restored": [("reserve_committed", "reserve")],
        "advance_funded": [("client_bank", "own_bank")],
        "advance_returned": [("own_bank", "client_bank")],
        "own_money_taken": [("own_bank", "client_bank")],
        "bank_charged": [("processing_cost", "client_bank")],
        "refund_sent": [("refundable", "refunds_in_transit")],
        "refund_confirmed": [
            ("refunds_in_transit", "rail_clearing"),
            ("refunds_in_transit", "client_bank"),
        ],
        "refund_bounced": [("refunds_in_transit", "refundable")],
        "refund_returned": [("client_bank", "refundable"), ("rail_clearing", "refundable")],
        "payout_sent": [("payable", "payouts_in_transit")],
        "payout_confirmed": [("payouts_in_transit", "client_bank")],
        "payout_bounced": [("payouts_in_transit", "payable")],
        "payout_returned": [("client_bank", "payable")],
        "chargeback_opened": [("chargebacks_receivable", "rail_clearing")],
        "chargeback_won": [("rail_clearing", "chargebacks_receivable")],
        "chargeback_lost": [
            ("frozen", "chargebacks_receivable"),
            ("refundable", "chargebacks_receivable"),
            ("payable", "chargebacks_receivable"),
            ("deposit", "chargebacks_receivable"),
            ("supplier_debt", "chargebacks_receivable"),
        ],
        "funding_lost": [("frozen", "chargebacks_receivable")],
        "provider_debited": [("rail_clearing", "client_bank")],
        "dispute_charged": [("processing_cost", "rail_clearing")],
        "tax_split": [("fee_income", "tax_payable")],
        "tax_split_back": [("tax_payable", "fee_income")],
        "tax_remitted": [("tax_payable", "own_bank")],
        "borne_by_operator": [
            ("operator_loss", "refundable"),
            ("operator_loss", "chargebacks_receivable"),
        ],
        "written_off": [("bad_debt", "supplier_debt")],
        "manual": [
            ("processing_cost", "client_bank"),
            ("client_bank", "processing_cost"),
            ("processing_cost", "rail_clearing"),
            ("rail_clearing", "processing_cost"),
            ("client_bank", "rail_clearing"),
            ("rail_clearing", "client_bank"),
            ("client_bank", "own_bank"),
            ("own_bank", "client_bank"),
            ("operator_loss", "client_bank"),
            ("client_bank", "operator_loss"),
            ("operator_loss", "rail_clearing"),
            ("rail_clearing", "operator_loss"),
            ("operator_loss", "payable"),
            ("payable", "operator_loss"),
            ("tax_payable", "own_bank"),
            ("own_bank", "tax_payable"),
        ],
    }.items()
}
"""Each movement that may be written: its name, and the (debit, credit) pairs it consists of."""


@lru_cache(maxsize=10_000)
def _derived(name: str) -> UUID:
    return uuid5(NAMESPACE, name)


@dataclass(frozen=True, slots=True)
class Account:
    """One account. `owner` is the bare hex of an order or organisation, a rail's name, or `operator`."""

    code: str
    owner: str
    currency: str

    @property
    def id(self) -> UUID:
        """Derived, the same everywhere."""
        return _derived(f"{self.code}:{self.owner}:{self.currency}")

    @property
    def guarded(self) -> bool:
        """Whether it may never go below zero."""
        return ACCOUNTS[self.code].guarded


def of_order(code: str, order_id: UUID, currency: str) -> Account:
    """An account of one order: escrow, frozen, refundable, awarded."""
    return _owned(code, "order", order_id.hex, currency)


def of_supplier(code: str, organisation_id: UUID, currency: str) -> Account:
    """An account of one supplier: payable, deposit, supplier_debt."""
    return _owned(code, "supplier", organisation_id.hex, currency)


def of_rail(code: str, rail: str, currency: str) -> Account:
    """An account of one rail: rail_clearing, chargebacks_receivable."""
    return _owned(code, "rail", rail, currency)


def of_operator(code: str, currency: str) -> Account:
    """An account of the operator, clients' money in transit included."""
    return _owned(code, "operator", "operator", currency)


def _owned(code: str, owner_kind: str, owner: str, currency: str) -> Account:
    if ACCOUNTS[code].owner != owner_kind:
        raise ValueError(f"{code} belongs to {ACCOUNTS[code].owner}, not to {owner_kind}")
    return Account(code, owner, currency)

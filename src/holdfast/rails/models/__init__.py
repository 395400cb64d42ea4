"""What is stored about payments, refunds, payouts and strays, and what can never be stored.

No verbs. Orders and organisations are plain IDs here. No card number is kept: an instrument is its kind, its last
digits and, in a sandbox, the behaviour that its test number stands for.
"""

from holdfast.rails.models.disputes import Dispute, DisputeNote
from holdfast.rails.models.payments import Payment, Refund
from holdfast.rails.models.payouts import Payout, PayoutBatch, PayoutFile, PayoutLimit
from holdfast.rails.models.providers import Inquiry, ProviderEvent, Settlement, SettlementLine
from holdfast.rails.models.statements import BankAccount, Statement, StatementFile, StatementLine
from holdfast.rails.models.strays import Stray

__all__ = [
    "BankAccount",
    "Dispute",
    "DisputeNote",
    "Inquiry",
    "Payment",
    "Payout",
    "PayoutBatch",
    "PayoutFile",
    "PayoutLimit",
    "ProviderEvent",
    "Refund",
    "Settlement",
    "SettlementLine",
    "Statement",
    "StatementFile",
    "StatementLine",
    "Stray",
]

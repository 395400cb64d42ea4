"""The verbs of contracts and programmes: the only writers of their rows.

All events of a contract stand on the chain of the order to be, written under the contract's row lock.
"""

from holdfast.contracts.operations.accepting import accept_quotation
from holdfast.contracts.operations.amending import SIGN_AMENDMENT
from holdfast.contracts.operations.drafting import draft, propose, revise
from holdfast.contracts.operations.importing import import_techpack
from holdfast.contracts.operations.publishing import publish_programme, publish_shipped
from holdfast.contracts.operations.signing import SignStep, decline, lapse, sign_into, withdraw
from holdfast.contracts.operations.steps import SIGN, locked

__all__ = [
    "SIGN",
    "SIGN_AMENDMENT",
    "SignStep",
    "accept_quotation",
    "decline",
    "draft",
    "import_techpack",
    "lapse",
    "locked",
    "propose",
    "publish_programme",
    "publish_shipped",
    "revise",
    "sign_into",
    "withdraw",
]

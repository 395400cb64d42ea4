"""The form of each verb that a page of a claim can offer.

What a page offers and this table lacks is not shown.
"""

from holdfast.console.cases import deciding, sides
from holdfast.console.cases.base import ClaimAct

FORMS: dict[str, type[ClaimAct]] = {
    "answer": sides.Answer,
    "accept": sides.Accept,
    "add_evidence": sides.AddEvidence,
    "escalate": sides.Escalate,
    "determine": deciding.Determine,
    "waive_appeal": sides.WaiveAppeal,
    "appeal": sides.Appeal,
    "send_goods_back": sides.SendGoodsBack,
    "confirm_replacement": sides.ConfirmReplacement,
    "confirm_return": sides.ConfirmReturn,
    "withdraw": sides.Withdraw,
}

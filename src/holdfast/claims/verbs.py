"""What each side and a mediator may do with a claim: the table's verbs, less those of the other side. Pure."""

from holdfast.claims import rules

AWAITED = {
    "answer": "claim.answer",
    "accept": "claim.answer",
    "determine": "claim.mediate",
    "waive_appeal": "claim.final",
    "appeal": "claim.final",
    "confirm_replacement": "claim.replacement",
    "send_goods_back": "claim.return",
    "confirm_return": "claim.returned",
}
"""The kind of deadline that waits for a verb."""
MEDIATORS = {
    "mediating": ["determine", "add_evidence"],
    "appealed": ["determine"],
    "returning": ["confirm_return"],
    "replacing": ["confirm_replacement"],
}


def open_verbs(
    *,
    role: str,
    claimant: str,
    state: str,
    has_offer: bool,
    waived_by: list[str],
    is_appealed: bool,
    is_sent_back: bool,
) -> list[str]:
    """Everything this role may do now."""
    if role == "mediator":
        return MEDIATORS.get(state, [])
    if role not in rules.SIDES:
        return []
    own = role == claimant
    undecided = state in rules.UNDECIDED
    found = {
        "add_evidence": undecided,
        "answer": state == "opened" and not own,
        "accept": undecided and (not own or has_offer),
        "escalate": state in {"opened", "answered"},
        "withdraw": undecided and own,
        "waive_appeal": state == "determined" and role not in waived_by,
        "appeal": state == "determined" and not is_appealed and role not in waived_by,
        "send_goods_back": state == "returning" and role == "buyer" and not is_sent_back,
        "confirm_return": state == "returning" and role == "supplier",
        "confirm_replacement": state == "replacing" and role == "buyer",
    }
    return [verb for verb, may in found.items() if may]

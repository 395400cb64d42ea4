"""Incoterms 2020: where risk passes, and who clears what.

Only what the rules of protection ask of them; freight and cost are the contract's charges.
"""

from typing import Literal

from holdfast.programme.refusals import IncotermUnknown

STAGES = ("at_supplier", "collected", "handed_to_carrier", "alongside", "on_board", "arrived", "unloaded")
"""How far goods have come, in order."""

Stage = Literal["at_supplier", "collected", "handed_to_carrier", "alongside", "on_board", "arrived", "unloaded"]

_RISK_PASSES_AT: dict[str, Stage] = {
    "EXW": "collected",
    "FCA": "handed_to_carrier",
    "CPT": "handed_to_carrier",
    "CIP": "handed_to_carrier",
    "FAS": "alongside",
    "FOB": "on_board",
    "CFR": "on_board",
    "CIF": "on_board",
    "DAP": "arrived",
    "DPU": "unloaded",
    "DDP": "arrived",
}
INCOTERMS = tuple(_RISK_PASSES_AT)


def known(incoterm: str) -> str:
    """The term itself.

    Refusals: `IncotermUnknown`.
    """
    if incoterm not in _RISK_PASSES_AT:
        raise IncotermUnknown(field="incoterm", accepted=list(INCOTERMS), incoterm=incoterm)
    return incoterm


def is_d_term(incoterm: str) -> bool:
    """Whether the supplier bears the way to the destination."""
    return known(incoterm).startswith("D")


def insured_by_supplier(incoterm: str) -> bool:
    """Whether the supplier owes the buyer an insurance."""
    return known(incoterm) in {"CIP", "CIF"}


def risk_passes_at(incoterm: str) -> Stage:
    """The stage from which the buyer bears what happens."""
    return _RISK_PASSES_AT[known(incoterm)]


def risk_passed(*, incoterm: str, stage: Stage) -> bool:
    """Whether the buyer bears what happens at this stage; goods on the quay under FOB are the supplier's."""
    return STAGES.index(stage) >= STAGES.index(risk_passes_at(incoterm))


def clears_export(incoterm: str) -> Literal["supplier", "buyer"]:
    """Export clearance: the supplier's under all terms but EXW."""
    return "buyer" if known(incoterm) == "EXW" else "supplier"


def clears_import(incoterm: str) -> Literal["supplier", "buyer"]:
    """Import clearance: the supplier's only under DDP."""
    return "supplier" if known(incoterm) == "DDP" else "buyer"

"""The verbs of an inspection: assign, agree, withdraw; book a visit, answer it, begin and end it; file a report. The
only writers of its rows.
"""

from holdfast.inspection.operations.assigning import agree_inspector, assign_inspector, withdraw_inspector
from holdfast.inspection.operations.booking import Wish, book, cancel, declare_readiness, move
from holdfast.inspection.operations.clockwork import HANDLERS, hold_up
from holdfast.inspection.operations.reporting import Examination, file_report
from holdfast.inspection.operations.visiting import accept, begin, decline, miss, stop

__all__ = [
    "HANDLERS",
    "Examination",
    "Wish",
    "accept",
    "agree_inspector",
    "assign_inspector",
    "begin",
    "book",
    "cancel",
    "declare_readiness",
    "decline",
    "file_report",
    "hold_up",
    "miss",
    "move",
    "stop",
    "withdraw_inspector",
]

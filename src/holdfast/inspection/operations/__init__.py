"""The verbs of an inspection: assign, agree, withdraw, and file a report. The only writers of its rows."""

from holdfast.inspection.operations.assigning import agree_inspector, assign_inspector, withdraw_inspector
from holdfast.inspection.operations.reporting import Examination, file_report

__all__ = ["Examination", "agree_inspector", "assign_inspector", "file_report", "withdraw_inspector"]

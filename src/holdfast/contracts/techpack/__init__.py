"""Tech packs: lines and specification read from a spreadsheet as buyers keep it, and written out as one.

`read` finds what it can in a file and lists everything it cannot use, by sheet, row and column; nothing is half taken.
"""

from holdfast.contracts.techpack.merging import DraftChanged, Preview, TechPackUnclear, merged, preview
from holdfast.contracts.techpack.opening import opened
from holdfast.contracts.techpack.pack import Found, Problem, TechPack, Unread
from holdfast.contracts.techpack.reading import read
from holdfast.contracts.techpack.writing import as_csv, as_xlsx

__all__ = [
    "DraftChanged",
    "Found",
    "Preview",
    "Problem",
    "TechPack",
    "TechPackUnclear",
    "Unread",
    "as_csv",
    "as_xlsx",
    "merged",
    "opened",
    "preview",
    "read",
]

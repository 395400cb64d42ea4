"""How much of a file is read: far above any tech pack, far below what would keep a process from everybody else."""

MOST_ROWS = 20_000
"""Of all sheets together, blank ones not counted."""
LAST_ROW = 100_000
MOST_COLUMNS = 300
MOST_SHEETS = 50
MOST_CELLS = 500_000
MOST_UNPACKED = 64 * 1024 * 1024
MOST_PARTS = 2_000
MOST_MERGES = 20_000
LONGEST_CELL = 32_767

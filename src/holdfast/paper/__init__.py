"""Paper: what every printed document shares, its sheet, its fonts, its figures. What stands on one is its room's."""

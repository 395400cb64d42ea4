"""Holdfast: an escrow marketplace for trade between companies.

The package itself knows only its version; every room below it is imported by name.
"""

__version__ = "0.1.0"

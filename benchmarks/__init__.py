"""How fast Holdfast is, said as ratios that one run measures: `make bench`, or `make bench ONLY=commands`.

Every benchmark starts an installation of its own (embedded PostgreSQL with fsync on, real web processes) in a
temporary home. Absolute figures are of the machine; the ratio between the product and its own database is ours.
"""

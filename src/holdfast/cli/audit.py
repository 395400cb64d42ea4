"""`audit`: proves the whole ledger and record, and says how long it took."""

from __future__ import annotations

import argparse
from typing import Any


def register(subparsers: Any) -> None:
    """Add the command."""
    audit = subparsers.add_parser("audit", help="prove the ledger and the record, from first row to last")
    audit.add_argument("--files", action="store_true", help="read every file too")
    audit.set_defaults(run=_audit)


def _audit(arguments: argparse.Namespace) -> int:
    from holdfast.cli.environment import database, set_up

    set_up()
    from holdfast.jobs import audit

    with database():
        done = audit(with_files=arguments.files)
    for finding in done.findings:
        print(f"{finding.what}: {finding.where}: {finding.detail}")
    print(
        f"audit: {done.transfers:,} transfers, {done.events:,} events, {len(done.findings)} findings"
        f" in {done.seconds:.1f} s"
    )
    return 1 if done.findings else 0

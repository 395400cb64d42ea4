"""The command line: `holdfast COMMAND`. Each module beside this one is a group of commands with `register`.

It knows how to parse and how to end; what a command does is in its module, which imports Django only when it runs.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from pkgutil import iter_modules

import holdfast
from holdfast.database.binaries import NoPostgres
from holdfast.database.cluster import ClusterFailed
from holdfast.database.home import HomeInUse
from holdfast.database.roles import RoleMissing
from holdfast.kernel.faults import Missing
from holdfast.kernel.refusals import Refusal

# What a person can mend: told in one line, not as a traceback.
EXPECTED = (Refusal, Missing, NoPostgres, ClusterFailed, HomeInUse, RoleMissing)


def parser() -> argparse.ArgumentParser:
    """The whole command line; a module takes part by having `register(subparsers)`."""
    top = argparse.ArgumentParser(prog="holdfast", description="Trade assurance that anyone can run.")
    top.add_argument("--version", action="version", version=f"holdfast {holdfast.__version__}")
    subparsers = top.add_subparsers(metavar="COMMAND", required=True)
    for module in sorted(iter_modules(__path__), key=lambda found: found.name):
        register = getattr(import_module(f"{__name__}.{module.name}"), "register", None)
        if register is not None:
            register(subparsers)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code; a command is a function of its parsed arguments."""
    parsed = parser().parse_args(arguments)
    try:
        return int(parsed.run(parsed) or 0)
    except EXPECTED as reason:
        print(f"holdfast: {reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130

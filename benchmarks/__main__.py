"""`python -m benchmarks [PART]`: start an installation, measure, print a line each. PARTS are below."""

import os
import subprocess
import sys

PARTS = ("commands", "audit", "money", "contracts", "platform")


def main() -> int:
    """The one thing named; or everything, each on an installation of its own."""
    if len(sys.argv) < 2:
        return max(subprocess.run([sys.executable, "-m", "benchmarks", part], check=False).returncode for part in PARTS)
    only = sys.argv[1].removeprefix("ONLY=")
    if only not in PARTS:
        print(f"there is no benchmark {only}; there are: {', '.join(PARTS)}", file=sys.stderr)
        return 2
    from benchmarks.stage import installation

    with installation():
        from holdfast.server import up

        return up(then=lambda: _measure(only), quiet=True)


def _measure(only: str) -> int:
    from benchmarks import auditing, commands, contracts, market, money, platform, stage

    # The worker's rounds would fall on one part of a run and not on another.
    stage.stop_worker()
    found = market.founded(port=int(os.environ["HOLDFAST_PORT"]))
    parts = {
        "commands": commands.run,
        "audit": auditing.run,
        "money": money.run,
        "contracts": contracts.run,
        "platform": platform.run,
    }
    parts[only](found)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

"""`python -m benchmarks [commands|audit]`: start an installation, measure, print a line each."""

import os
import sys


def main() -> int:
    """Everything, or the one thing named."""
    only = sys.argv[1] if len(sys.argv) > 1 else ""
    from benchmarks.stage import installation

    with installation():
        from holdfast.server import up

        return up(then=lambda: _measure(only), quiet=True)


def _measure(only: str) -> int:
    from benchmarks import auditing, commands, market, stage

    # The worker's rounds would fall on one part of a run and not on another.
    stage.stop_worker()
    found = market.founded(port=int(os.environ["HOLDFAST_PORT"]))
    parts = {"commands": commands.run, "audit": auditing.run}
    if only and only not in parts:
        print(f"there is no benchmark {only}; there are: {', '.join(parts)}", file=sys.stderr)
        return 2
    for name, run in parts.items():
        if only in {"", name}:
            run(found)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

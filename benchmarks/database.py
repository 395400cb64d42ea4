"""What the database alone reaches: pgbench on the same tables with the same functions, and on the plain unit."""

import os
import re
import subprocess

CLIENTS = (2, 4, 8)
_TPS = re.compile(r"tps = ([\d.]+) \(without initial connection time\)")


def _pgbench() -> tuple[str, dict[str, str]]:
    from django.conf import settings

    from holdfast.database import binaries

    access = settings.DATABASE_ACCESS.application
    environment = {
        **os.environ,
        "PGHOST": str(access.host),
        "PGPORT": str(access.port),
        "PGUSER": access.user,
        "PGPASSWORD": access.password or "",
        "PGDATABASE": access.name,
    }
    return binaries.find().program("pgbench"), environment


def rate(*, script: str, clients: int, per_client: int, base: int, variables: dict[str, int] | None = None) -> float:
    """Transactions a second of one pgbench run over fresh rows `base + 1 …`."""
    program, environment = _pgbench()
    named = {"i": 0, "per": per_client, "base": base, **(variables or {})}
    command = [program, "-n", "-M", "prepared", "-c", str(clients), "-j", "1", "-t", str(per_client), "-f", script]
    for name, value in named.items():
        command += ["-D", f"{name}={value}"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    found = _TPS.search(done.stdout)
    if found is None or "failed transactions: 0" not in done.stdout.replace("number of ", ""):
        raise RuntimeError(f"pgbench: {done.stdout}\n{done.stderr}")
    return float(found[1])

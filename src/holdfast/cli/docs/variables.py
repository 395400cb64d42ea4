"""The environment variables that the code reads, found in it, each with what it means to who runs an installation.

A variable without a meaning here, or a meaning without a variable, is a fault: the page would lie.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

import holdfast

PACKAGE = Path(holdfast.__file__).parent
VARIABLE = re.compile(r"^(HOLDFAST_[A-Z_]+|DATABASE_URL|DATABASE_OWNER_URL|PG_BIN)$")
# How processes of an installation tell each other what they are; nobody sets these.
INTERNAL = {"HOLDFAST_DATABASE_ROLE"}
MEANINGS = {
    "HOLDFAST_HOME": "the folder of the installation: secrets, signing key, embedded database, files, mail",
    "HOLDFAST_SECRET_KEY": "signs sessions; made at random into the home at the first start",
    "HOLDFAST_ENCRYPTION_KEY": "encrypts secrets at rest; made at random into the home at the first start",
    "HOLDFAST_ENCRYPTION_KEY_BEFORE": "the key before, until `holdfast keys rotate-encryption` has run",
    "HOLDFAST_SANDBOX": "`1`: simulated rails and a clock that can be moved; must say what `holdfast init` wrote",
    "HOLDFAST_DEBUG": "`1`: error pages with traces, for developing",
    "HOLDFAST_HOST": "the address the web server listens on",
    "HOLDFAST_PORT": "the port it listens on",
    "HOLDFAST_WEB_WORKERS": "web processes",
    "HOLDFAST_WEB_THREADS": "threads of each web process; each has a database connection of its own",
    "HOLDFAST_URL": "where people reach the installation; `https:` turns secure cookies and HSTS on",
    "DATABASE_URL": "a PostgreSQL server to use instead of the embedded one, as the application's role",
    "DATABASE_OWNER_URL": "the same database as the role that owns the schema and migrates",
    "HOLDFAST_BEHIND_POOLER": "`1`: between here and the database a pooler gives each transaction another connection",
    "PG_BIN": "a folder with the programs of PostgreSQL 15 or later to embed, instead of those installed with Holdfast",
    "HOLDFAST_ALLOWED_HOSTS": "host names that requests may name, separated by commas",
    "HOLDFAST_BEHIND_PROXY": "`1`: believe `X-Forwarded-Proto`, and `X-Forwarded-For` of a proxy on this machine",
    "HOLDFAST_TRUSTED_PROXIES": "networks whose `X-Forwarded-For` is believed, separated by commas",
    "HOLDFAST_STATEMENT_BYTES": "the largest bank statement that is taken in, in bytes",
    "HOLDFAST_REQUESTS_PER_SECOND": "how fast one key may ask one web process; `0`: without limit",
    "HOLDFAST_MAIL_HOST": "the SMTP server; without one, mails are written as files into the home",
    "HOLDFAST_MAIL_PORT": "its port: 465 for TLS from the start, any other for STARTTLS",
    "HOLDFAST_MAIL_USER": "the account there",
    "HOLDFAST_MAIL_PASSWORD": "its password",
    "HOLDFAST_MAIL_FROM": "the sender of mails",
    "HOLDFAST_CARD": "who takes cards: `simulated` (in a sandbox only) or `stripe`",
    "HOLDFAST_WIRE": "how payouts and refunds by wire leave: `simulated` (sandbox only) or `bank`, by payment files",
    "HOLDFAST_STRIPE_KEY": "the secret or restricted key of the Stripe account",
    "HOLDFAST_STRIPE_WEBHOOK_SECRET": "what Stripe signs its messages with, `whsec_…`",
    "HOLDFAST_STRIPE_ACCOUNT": "the connected account to act for, if the key is a platform's",
    "HOLDFAST_STRIPE_API": "another address than Stripe's own, for tests",
    "HOLDFAST_WEBHOOKS_TO_LOOPBACK": "`1`, in a sandbox only: webhooks may go to this very machine, by http as well",
    "HOLDFAST_FILES": "the folder of files that parties bring in",
    "HOLDFAST_LOG_LEVEL": "how much is logged to standard error: DEBUG, INFO, WARNING or ERROR",
}
# Defaults that depend on the machine or on other settings.
COMPUTED = {
    "HOLDFAST_HOME": ".holdfast in the checkout, else ~/.holdfast",
    "HOLDFAST_SECRET_KEY": "",
    "HOLDFAST_ENCRYPTION_KEY": "",
    "HOLDFAST_WEB_WORKERS": "processors, at most 4",
    "HOLDFAST_URL": "http://localhost:PORT",
    "HOLDFAST_FILES": "files in the home",
    "HOLDFAST_REQUESTS_PER_SECOND": "50; 0 in a sandbox",
    "HOLDFAST_STATEMENT_BYTES": "268435456",
}


@dataclass(frozen=True)
class Setting:
    """One variable."""

    name: str
    meaning: str
    default: str


def settings() -> list[Setting]:
    """Every variable that an operator may set, in the order in which they are told."""
    found = {name: default for name, default in _read() if name not in INTERNAL}
    if found.keys() != MEANINGS.keys():
        raise LookupError(f"environment variables and their meanings differ: {sorted(found.keys() ^ MEANINGS.keys())}")
    return [
        Setting(name, meaning, COMPUTED.get(name, f"`{found[name]}`" if found[name] else ""))
        for name, meaning in MEANINGS.items()
    ]


def _read() -> Iterator[tuple[str, str]]:
    """Each variable asked for anywhere, with its default where that is a literal."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if "docs" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            texts = _constants(node.args) if isinstance(node, ast.Call) else []
            if texts and VARIABLE.match(texts[0]):
                yield texts[0], texts[1] if len(texts) > 1 else ""


def _constants(arguments: list[ast.expr]) -> list[str]:
    """The literal arguments of a call, up to the first that is none."""
    literal = takewhile(lambda one: isinstance(one, ast.Constant), arguments)
    return [str(one.value) for one in literal if isinstance(one, ast.Constant)]

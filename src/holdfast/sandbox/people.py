"""The people of the demo, and the founding of their marketplace. Keys are kept in the installation's home, 0600.

What a program can do over the API is done there; here is only what comes before the first key, and the staff.
"""

import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings

from holdfast.contracts import operations as contracts
from holdfast.kernel import clock
from holdfast.parties import operations
from holdfast.parties.models import Installation
from holdfast.parties.operations import create_key, grant_staff
from holdfast.record.act import Act
from holdfast.record.signing import ensure_key
from holdfast.sandbox.caller import Caller
from holdfast.sandbox.market import INSPECTOR, TRADER, Firm, Market, found_firm

DOMAIN = "demo.holdfast.example"
OPERATOR_NAME = "Harbour Market"
TOLD = "told"
"""The file in the home that says that the stories are all there."""


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody to sign in as."""

    name: str
    email: str
    part: str


PEOPLE = (
    DemoPerson("Alma", f"alma@{DOMAIN}", "buys for Alma Imports, New York"),
    DemoPerson("Boris", f"boris@{DOMAIN}", "sells from several works in China"),
    DemoPerson("Ingrid", f"ingrid@{DOMAIN}", "inspects goods"),
    DemoPerson("Dana", f"dana@{DOMAIN}", "mediates"),
    DemoPerson("Fin", f"fin@{DOMAIN}", "keeps the operator's money in order"),
    DemoPerson("Ada", f"ada@{DOMAIN}", "administers the marketplace"),
)


@dataclass(frozen=True, slots=True)
class Founded:
    """The secrets of the operator's own keys."""

    operator: str
    dana: str


@dataclass(frozen=True, slots=True)
class Keys:
    """The secrets of the demo's programs, and whose organisations they are."""

    operator: str
    dana: str
    alma_id: str
    alma: str
    ingrid_id: str
    ingrid: str


def demo_people() -> tuple[DemoPerson, ...]:
    """Who can be signed in as with one click, in a sandbox that was founded as the demo."""
    return PEOPLE if Installation.objects.filter(sandbox=True, operator_name=OPERATOR_NAME).exists() else ()


def found() -> tuple[str, str]:
    """Found the demo's installation with its staff; answers the operator's key and Dana's. Nobody has a password:
    in a sandbox people are signed in by a click, or set one by a reset."""
    now = clock.read()
    founded = operations.found_installation(
        now=now,
        sandbox=True,
        operator_name=OPERATOR_NAME,
        country="NL",
        time_zone="Europe/Amsterdam",
        programme="standard",
        admin_email=f"ada@{DOMAIN}",
        admin_name="Ada",
        password=secrets.token_urlsafe(24),
    )
    act = Act(now, "person", founded.administrator_id, None, "operator")
    contracts.publish_shipped(act=act)
    ensure_key(now=now)
    dana = grant_staff(act=act, email=f"dana@{DOMAIN}", name="Dana", role="mediator")
    grant_staff(act=act, email=f"fin@{DOMAIN}", name="Fin", role="finance")
    operator_id = founded.operator_organisation_id
    operator = create_key(act=act, organisation_id=operator_id, name="marketplace", scopes=["operator", "sandbox"])
    mediator = create_key(
        act=act, organisation_id=operator_id, name="Dana's desk", scopes=["mediate"], holder_id=dana.person_id
    )
    if operator.secret is None or mediator.secret is None:
        raise TypeError("a key that was just made has its secret")
    return operator.secret, mediator.secret


def settle_in(*, address: str, operator: str, dana: str) -> Keys:
    """Alma's and Ingrid's organisations, set up over the API."""
    caller = Caller(address, operator, "operator")
    alma = found_firm(
        caller,
        name="Alma Imports",
        kind="buyer",
        country="US",
        time_zone="America/New_York",
        person=(f"alma@{DOMAIN}", "Alma"),
        scopes=TRADER,
    )
    ingrid = found_firm(
        caller,
        name="Ingrid Inspections",
        kind="inspector",
        country="CN",
        time_zone="Asia/Shanghai",
        person=(f"ingrid@{DOMAIN}", "Ingrid"),
        scopes=INSPECTOR,
    )
    return Keys(operator, dana, alma.id, alma.caller.secret, ingrid.id, ingrid.caller.secret)


def market(*, address: str, keys: Keys) -> Market:
    """The marketplace through the keys of its programs."""
    return Market(
        address=address,
        operator=Caller(address, keys.operator, "operator"),
        dana=Caller(address, keys.dana, "Dana"),
        alma=Firm(keys.alma_id, "Alma Imports", Caller(address, keys.alma, "Alma")),
        ingrid=Firm(keys.ingrid_id, "Ingrid Inspections", Caller(address, keys.ingrid, "Ingrid")),
    )


# --- what is kept between two starts ---------------------------------------------------------------------------------


def kept() -> Keys | Founded:
    """What an earlier start has kept: all keys, or those of the founding if it got no further."""
    found = json.loads(_place().read_text(encoding="utf-8"))
    return Keys(**found) if "alma" in found else Founded(**found)


def keep(keys: Keys | Founded) -> None:
    """Keep keys for the next start, readable by nobody else."""
    place = _place()
    place.touch(mode=0o600)
    place.write_text(json.dumps(asdict(keys)), encoding="utf-8")


def finish() -> None:
    """Note that every story was told to its end: the next start begins from here and not anew."""
    (Path(settings.HOME.folder) / TOLD).touch()


def _place() -> Path:
    return Path(settings.HOME.folder) / "demo.json"

"""The demo from inside: its marketplace is founded once, its stories are told once, and what came out is shown."""

from holdfast import jobs
from holdfast.parties.models import Installation
from holdfast.sandbox import people, scenes
from holdfast.sandbox.telling import STORIES, table, tell


def prepare() -> None:
    """Found the marketplace if there is none yet; needs a migrated database and nothing running."""
    if not Installation.objects.exists():
        people.keep(people.Founded(*people.found()))


def play(address: str) -> int:
    """Tell every story that was not told yet, audit everything, print both; 0 if all is as it should be."""
    keys = people.kept()
    if isinstance(keys, people.Founded):
        keys = people.settle_in(address=address, operator=keys.operator, dana=keys.dana)
        people.keep(keys)
    market = people.market(address=address, keys=keys)
    if not all(market.order_of(case.slug) for case in STORIES):
        print(f"Telling {len(STORIES)} stories over the API; this happens once and takes a minute.", flush=True)
    outcomes = tell(market)
    scenes.furnish(market)
    audited = jobs.audit()
    print(table(outcomes))
    for finding in audited.findings:
        print(f"{finding.what}: {finding.where}: {finding.detail}")
    counted = f"{audited.transfers:,} transfers, {audited.events:,} events"
    print(f"audit: {counted}, {len(audited.findings)} findings", flush=True)
    right = all(outcome.as_expected for outcome in outcomes) and not audited.findings
    if right:
        people.finish()
    return 0 if right else 1


def welcome(address: str) -> None:
    """Where to go, and as whom."""
    print(f"\nThe demo is at {address}\nSign in there with one click as:")
    for person in people.PEOPLE:
        print(f"  {person.name:8}{person.email:32}{person.part}")
    print("Stop it with Ctrl-C; the next start finds everything as it was.", flush=True)

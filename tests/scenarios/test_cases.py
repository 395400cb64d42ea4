"""The sources' cases, played against the served product at once: each comes out as it is told, to the cent."""

from __future__ import annotations

from typing import Any

import pytest

from holdfast import jobs
from holdfast.sandbox import people, scenes
from holdfast.sandbox.market import Market
from holdfast.sandbox.telling import STORIES, table, tell


def _keeps_up_with_events(market: Market) -> None:
    """Alma's program reads every event of her orders by cursor, each once, and nobody else's."""
    seen: list[dict[str, Any]] = []
    cursor, more = "", True
    while more:
        page = market.alma.caller.get(f"/events?limit=100{cursor}")
        seen, more, cursor = seen + page["items"], page["has_more"], f"&after={page['cursor']}"
    assert market.alma.caller.get(f"/events?limit=100{cursor}")["items"] == []
    assert len({event["id"] for event in seen}) == len(seen)
    mine = {order["id"][4:] for order in market.operator.all("/orders?limit=200")}
    chains = {event["chain"] for event in seen}
    assert {f"order:{order}" for order in mine} <= chains
    assert {chain.partition(":")[0] for chain in chains} == {"order", "organisation"}
    assert [chain for chain in chains if chain.startswith("organisation:")] == [f"organisation:{market.alma.id[4:]}"]


@pytest.mark.long
def test_every_case_comes_out_as_it_is_told(site: str) -> None:
    operator, dana = people.found()
    market = people.market(address=site, keys=people.settle_in(address=site, operator=operator, dana=dana))
    outcomes = tell(market)
    assert all(outcome.as_expected for outcome in outcomes), "\n" + table(outcomes)
    scenes.furnish(market)
    scenes.furnish(market)
    _keeps_up_with_events(market)
    audited = jobs.audit()
    assert audited.findings == ()
    assert audited.transfers > 0
    # Told again, nothing is played again.
    assert [outcome.happened for outcome in tell(market)] == [case.expected for case in STORIES]

"""The sources' cases, played against the served product at once: each comes out as it is told, to the cent."""

from __future__ import annotations

import pytest

from holdfast import jobs
from holdfast.sandbox import people, scenes
from holdfast.sandbox.telling import STORIES, table, tell


@pytest.mark.long
def test_every_case_comes_out_as_it_is_told(site: str) -> None:
    operator, dana = people.found()
    market = people.market(address=site, keys=people.settle_in(address=site, operator=operator, dana=dana))
    outcomes = tell(market)
    assert all(outcome.as_expected for outcome in outcomes), "\n" + table(outcomes)
    scenes.furnish(market)
    scenes.furnish(market)
    audited = jobs.audit()
    assert audited.findings == ()
    assert audited.transfers > 0
    # Told again, nothing is played again.
    assert [outcome.happened for outcome in tell(market)] == [case.expected for case in STORIES]

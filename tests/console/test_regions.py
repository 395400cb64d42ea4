"""Where an organisation's holidays are: on its own page, for owners, with the regions of its own country."""

from __future__ import annotations

import pytest
from django.urls import reverse

from holdfast.kernel.identifiers import new_id
from holdfast.parties.models import Membership, Organisation
from tests.console.furnished import Furnished
from tests.console.test_acts import form_in
from tests.console.test_pages import client

PAGE = "/organisation/"
ACT = "/organisation/acts/set_subdivision/"


def region(made: Furnished) -> str | None:
    return Organisation.objects.values_list("subdivision", flat=True).get(id=made.world.alma.organisation_id)


def test_an_owner_chooses_a_region_of_its_country_and_takes_it_back(made: Furnished) -> None:
    alma = client("alma")
    assert reverse("organisation_act", args=["set_subdivision"]) == ACT
    assert '<h2 id="holidays-head">' in alma.get(PAGE).content.decode()
    form = form_in(alma, PAGE, ACT)
    assert form["subdivision"] == ""
    assert alma.post(ACT, {**form, "subdivision": "US-MA"}).status_code == 303
    assert region(made) == "US-MA"
    shown = alma.get(PAGE).content.decode()
    assert "Those of US-MA count in your deadlines" in shown
    assert form_in(alma, PAGE, ACT)["subdivision"] == "US-MA"
    assert alma.post(ACT, {**form_in(alma, PAGE, ACT), "subdivision": ""}).status_code == 303
    assert region(made) is None


@pytest.mark.parametrize("where", ["DE-BY", "US-XX", "MA"])
def test_what_is_no_region_of_it_is_not_taken(made: Furnished, where: str) -> None:
    alma = client("alma")
    answer = alma.post(ACT, {**form_in(alma, PAGE, ACT), "subdivision": where})
    assert (answer.status_code, region(made)) == (422, None)


def test_there_is_nothing_to_choose_where_all_of_a_country_has_the_same_holidays(made: Furnished) -> None:
    boris = client("boris")
    page = boris.get(PAGE).content.decode()
    assert made.world.boris.name in page
    assert "holidays-head" not in page


def test_another_member_does_not_choose(made: Furnished) -> None:
    Membership.objects.filter(organisation_id=made.world.alma.organisation_id).update(role="trader")
    alma = client("alma")
    assert ACT not in alma.get(PAGE).content.decode()
    answer = alma.post(ACT, {"form_token": new_id().hex, "subdivision": "US-MA"})
    assert (answer.status_code, region(made)) == (403, None)

"""Powers that are nobody's to give, accounts laid in wait, and lists that show more than their gates."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import authenticate
from django.test import Client

from holdfast.kernel.refusals import Invalid
from holdfast.parties import operations, rules
from holdfast.parties.access import caller_for_key
from holdfast.parties.keys import look_up, read
from holdfast.parties.models import ApiKey, Person
from holdfast.record.act import Act
from tests.parties.cast import NOW, Cast, Shop, assemble, staff_act
from tests.world import World

PASSWORD = "correct horse battery staple"


@pytest.fixture
def cast(db: None) -> Cast:
    return assemble()


def mediator(cast: Cast) -> Any:
    return operations.grant_staff(
        act=staff_act(cast.administrator_id), email="dana@example.com", name="Dana", role="mediator"
    )


def test_an_account_laid_in_wait_is_not_handed_a_role(cast: Cast) -> None:
    """A stranger signs up with somebody's address and waits: the password they chose must not outlive the grant."""
    form = {"email": "vera@example.com", "password1": PASSWORD, "password2": PASSWORD}
    Client().post("/accounts/signup/", form)
    assert authenticate(username="vera@example.com", password=PASSWORD) is not None
    act = staff_act(cast.administrator_id)
    operations.grant_staff(act=act, email="vera@example.com", name="Vera", role="verifier")
    assert not Person.objects.get(email="vera@example.com").has_usable_password()
    assert EmailAddress.objects.get(email="vera@example.com").verified
    # Whoever has proven the address keeps what they chose.
    vera = Person.objects.get(email="vera@example.com")
    vera.set_password(PASSWORD)
    vera.save()
    operations.add_member(act=act, organisation_id=cast.alma.id, email="vera@example.com", name="V", role="trader")
    assert authenticate(username="vera@example.com", password=PASSWORD) is not None


def test_somebody_is_found_by_any_address_they_have_proven(cast: Cast) -> None:
    eva = operations.add_member(
        act=staff_act(cast.administrator_id),
        organisation_id=cast.alma.id,
        email="eva@example.com",
        name="Eva",
        role="viewer",
    )
    EmailAddress.objects.create(user_id=eva.person_id, email="eva@elsewhere.example", verified=True)
    granted = operations.grant_staff(
        act=staff_act(cast.administrator_id), email="eva@elsewhere.example", name="Eva", role="finance"
    )
    assert granted.person_id == eva.person_id


def test_in_production_a_key_makes_itself_no_mediator(db: None) -> None:
    """The operator's key is no mediator and must not become one by making a key in a mediator's name."""
    cast = assemble(sandbox=False)
    dana = mediator(cast).person_id
    key = Act(NOW, "key", cast.operator_key_id, cast.operator_id, "operator")
    with pytest.raises(rules.FourEyes):
        operations.create_key(
            act=key, organisation_id=cast.operator_id, name="dana", scopes=["mediate"], holder_id=dana
        )
    person = staff_act(cast.administrator_id)
    made = operations.create_key(
        act=person, organisation_id=cast.operator_id, name="dana", scopes=["mediate"], holder_id=dana
    )
    before = ApiKey.objects.count()
    with pytest.raises(rules.FourEyes):
        operations.rotate_key(act=key, key_id=made.id)
    assert ApiKey.objects.count() == before
    assert ApiKey.objects.get(id=made.id).revoked_at is None


def test_a_mediators_key_reads_no_purses(world: World) -> None:
    """What the gate of one payment refuses, the list of payments must not show."""
    order_id = world.signed_order()
    world.pays(order_id)
    key = operations.create_key(
        act=world.operator(), organisation_id=world.operator_id, name="dana", scopes=["mediate"], holder_id=world.dana
    )
    assert key.secret is not None
    found = look_up(prefix=read(key.secret).prefix, idempotency_key=None)  # type: ignore[union-attr]
    assert found is not None
    assert caller_for_key(found=found).staff == {"mediator"}
    shop = Shop(key.secret)
    for path in ("/v1/payments", "/v1/payouts"):
        answer = shop.get(path)
        assert answer.status_code == 403 or answer.json()["items"] == [], path
    assert [one["kind"] for one in shop.get("/v1/organisations").json()["items"]] == ["operator"]


def test_a_sandboxs_clock_stays_in_our_time() -> None:
    """Beyond the days that zones and Python know every page would break for ever: the clock never goes back."""
    most = int(rules.FURTHEST.total_seconds())
    assert (NOW + rules.FURTHEST).year < 2200
    assert rules.clock_after(sandbox=True, offset_seconds=most - 10, seconds=10) == most
    with pytest.raises(Invalid):
        rules.clock_after(sandbox=True, offset_seconds=most - 10, seconds=11)

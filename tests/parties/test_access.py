"""The gates, each condition: who gets through, in which role, and who finds nothing there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from holdfast.kernel.identifiers import public
from holdfast.kernel.refusals import NotAllowed, NotFound, Refusal
from holdfast.parties import access, keys, operations
from holdfast.parties.access import Caller
from holdfast.parties.installation import NotFounded, SandboxMismatch, check_setting
from holdfast.parties.models import Membership
from tests.parties.cast import NOW, Cast, staff_act

BUYER, SUPPLIER, STRANGER = uuid4(), uuid4(), uuid4()


def caller(**changes: object) -> Caller:
    plain = Caller(
        kind="person",
        id=uuid4(),
        name="Somebody",
        organisation_id=None,
        organisation_kind=None,
        member_role=None,
        staff=frozenset(),
        scopes=None,
        sign_limit_minor=None,
        sign_limit_currency=None,
        now=NOW,
        sandbox=True,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def test_standing_in_an_order() -> None:
    def stand(who: Caller) -> str:
        return access.stand(caller=who, buyer_id=BUYER, supplier_id=SUPPLIER)

    assert stand(caller(organisation_id=BUYER, member_role="viewer")) == "buyer"
    assert stand(caller(organisation_id=SUPPLIER, member_role="owner")) == "supplier"
    assert stand(caller(staff=frozenset({"mediator", "finance"}))) == "mediator"
    assert stand(caller(staff=frozenset({"finance"}))) == "operator"
    assert stand(caller(staff=frozenset({"administrator"}))) == "operator"
    for stranger in (
        caller(),
        caller(organisation_id=STRANGER, member_role="owner"),
        caller(staff=frozenset({"verifier"})),
    ):
        with pytest.raises(NotFound):
            stand(stranger)


@pytest.mark.parametrize(
    ("who", "scope", "roles", "passes"),
    [
        (caller(organisation_id=BUYER, member_role="owner"), "orders:write", ("owner", "trader"), True),
        (caller(organisation_id=BUYER, member_role="finance"), "orders:write", ("owner", "trader"), False),
        (caller(organisation_id=BUYER, member_role="viewer"), "orders:read", (), True),
        (caller(staff=frozenset({"mediator"})), "orders:write", ("owner",), True),
        (caller(), "orders:read", (), False),
        (caller(kind="key", scopes=frozenset({"orders:write"})), "orders:write", ("owner",), True),
        (caller(kind="key", scopes=frozenset({"orders:read"})), "orders:write", ("owner",), False),
        (caller(kind="key", scopes=frozenset({"orders:read"})), None, ("owner",), False),
    ],
)
def test_roles_for_people_scopes_for_keys(who: Caller, scope: str | None, roles: tuple[str, ...], passes: bool) -> None:
    if passes:
        access.require(who, scope=scope, roles=roles)
        return
    with pytest.raises(NotAllowed):
        access.require(who, scope=scope, roles=roles)


def test_a_viewer_only_reads() -> None:
    access.may_write(caller(organisation_id=BUYER, member_role="trader"))
    with pytest.raises(NotAllowed):
        access.may_write(caller(organisation_id=BUYER, member_role="viewer"))


def of_key(cast: Cast, secret: str) -> Caller:
    token = keys.read(secret)
    assert token is not None
    found = keys.look_up(prefix=token.prefix, idempotency_key=None)
    assert found is not None
    return access.caller_for_key(found=found)


def refusal_of(call: object) -> Refusal:
    with pytest.raises(Refusal) as caught:
        call()  # type: ignore[operator]
    return caught.value


def test_what_is_not_yours_does_not_exist(cast: Cast) -> None:
    alma, chen = of_key(cast, cast.alma.secret), of_key(cast, cast.chen.secret)
    member = Membership.objects.get(organisation_id=cast.alma.id)
    for gate, prefix, identifier in (
        (access.organisation_for, "org", cast.alma.id),
        (access.member_for, "mbr", member.id),
        (access.key_for, "key", cast.alma.key_id),
    ):
        ref = public(prefix, identifier)
        assert gate(caller=alma, ref=ref).id == identifier
        answers = [
            refusal_of(lambda gate=gate, ref=ref: gate(caller=chen, ref=ref))
            for ref in (ref, public(prefix, uuid4()), "nonsense", public("zzz", identifier), None, 7)
        ]
        assert {(type(one), one.field, one.accepted, str(one.facts)) for one in answers} == {
            (NotFound, None, None, "{}")
        }


def test_the_operators_key_is_staff_but_never_a_mediator(cast: Cast) -> None:
    operator = of_key(cast, cast.operator_secret)
    assert operator.staff == {"administrator", "verifier", "finance"}
    assert access.organisation_for(caller=operator, ref=cast.alma.ref).role == "operator"
    assert access.require_staff(operator, "verifier") == "operator"
    with pytest.raises(NotAllowed):
        access.require_staff(operator, "mediator")
    with pytest.raises(NotFound):
        access.organisation_for(caller=operator, ref=public("org", uuid4()))
    # The operator's organisation may have lesser keys: without the scope they are nobody's staff.
    lesser = operations.create_key(
        act=staff_act(cast.administrator_id), organisation_id=cast.operator_id, name="read", scopes=["orders:read"]
    )
    assert lesser.secret is not None
    assert of_key(cast, lesser.secret).staff == frozenset()


def test_a_person_acts_for_one_organisation_and_staff_powers_rest_meanwhile(cast: Cast) -> None:
    act = staff_act(cast.administrator_id)
    operations.grant_staff(act=act, email="alma@example.com", name="Alma", role="mediator")

    def alma(ref: str | None) -> Caller:
        return access.caller_for_person(person_id=cast.alma.person_id, name="Alma", organisation_ref=ref)

    assert (alma(cast.alma.ref).member_role, alma(cast.alma.ref).staff) == ("owner", frozenset())
    assert (alma(None).organisation_id, alma(None).staff) == (None, {"mediator"})
    for ref in (cast.boris.ref, "nonsense"):
        with pytest.raises(NotFound):
            alma(ref)


def test_a_sandboxs_callers_live_in_its_time(cast: Cast) -> None:
    before = of_key(cast, cast.alma.secret).now
    operations.advance_clock(act=staff_act(cast.administrator_id), seconds=86_400)
    assert timedelta(days=1) <= of_key(cast, cast.alma.secret).now - before < timedelta(days=1, minutes=1)


def test_setting_and_row_must_agree(db: None, settings: object, request: pytest.FixtureRequest) -> None:
    with pytest.raises(NotFounded):
        check_setting()
    request.getfixturevalue("cast")
    assert check_setting().sandbox is True
    settings.SANDBOX = False  # type: ignore[attr-defined]
    with pytest.raises(SandboxMismatch):
        check_setting()

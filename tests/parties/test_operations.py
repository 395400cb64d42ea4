"""What organisations, members, keys and beneficiaries promise, and that a refusal leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from holdfast.kernel.refusals import Invalid, NotAllowed, NotFound, OutOfState, Refusal
from holdfast.parties import operations, queries, rules
from holdfast.parties.models import ApiKey, Invitation, Membership, Organisation, Person, Staff
from holdfast.parties.operations.beneficiaries import Account
from holdfast.parties.operations.installation import AlreadyFounded
from holdfast.parties.operations.organisations import ExternalIdTaken
from holdfast.record.act import Act
from holdfast.record.models import Event
from tests.parties.cast import NOW, Cast, assemble, membership, person, staff_act

IBAN = "DE89370400440532013000"


def everything() -> dict[str, list[Any]]:
    """Every row of the room and of the record, for comparing before and after."""
    models = [*apps.get_app_config("parties").get_models(), Event]
    return {model._meta.db_table: sorted(map(repr, model.objects.values_list())) for model in models}


def refuses(refusal: type[Refusal], act: Callable[[], Any]) -> Refusal:
    """The act is refused, and not a row differs."""
    before = everything()
    with pytest.raises(refusal) as caught:
        act()
    assert everything() == before
    return caught.value


def owner(cast: Cast) -> Act:
    return Act(NOW, "person", cast.alma.person_id, cast.alma.id, "owner")


def test_each_act_is_one_event_on_one_chain_and_tells_nothing_personal(cast: Cast) -> None:
    names = list(Event.objects.filter(chain_id=cast.alma.id).order_by("seq").values_list("seq", "name"))
    assert names == [(1, "organisation.created"), (2, "member.added"), (3, "key.created")]
    hashed = str(list(Event.objects.values_list("payload", flat=True)))
    assert "example.com" not in hashed
    assert "Alma" not in hashed


def test_a_person_founds_an_organisation_and_owns_it(cast: Cast) -> None:
    act = Act(NOW, "person", cast.chen.person_id, None, "owner")
    made = operations.create_organisation(
        act=act, name=" Second Company ", kind="buyer", country="SG", time_zone="Asia/Singapore", language="zh-Hans"
    )
    assert made.name == "Second Company"
    assert membership(made.id, "owner").person_id == cast.chen.person_id
    refuses(
        NotAllowed,
        lambda: operations.create_organisation(
            act=act, name="Look", kind="inspector", country="SG", time_zone="Asia/Singapore"
        ),
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "operator"),
        ("kind", "shop"),
        ("country", "XX"),
        ("country", "EU"),
        ("time_zone", "Mars/Base"),
        ("language", "tlh"),
        ("name", "  "),
    ],
)
def test_an_organisation_needs_a_real_place(cast: Cast, field: str, value: str) -> None:
    good = {"name": "New", "kind": "buyer", "country": "DE", "time_zone": "Europe/Berlin", "language": "de"}
    act = staff_act(cast.administrator_id)
    found = refuses(Invalid, lambda: operations.create_organisation(act=act, **{**good, field: value}))
    assert found.field == field
    assert found.accepted


def test_an_external_id_names_one_organisation(cast: Cast) -> None:
    act = staff_act(cast.administrator_id)
    place = {"kind": "buyer", "country": "DE", "time_zone": "Europe/Berlin", "external_id": "shop-7"}
    operations.create_organisation(act=act, name="First", **place)
    refuses(ExternalIdTaken, lambda: operations.create_organisation(act=act, name="Second", **place))


def test_an_invitation_is_taken_up_by_whoever_proves_the_address(cast: Cast) -> None:
    invited = operations.invite_member(
        act=owner(cast), organisation_id=cast.alma.id, email="Chen@Example.com", role="finance"
    )
    act = Act(NOW, "person", cast.chen.person_id, None, "member")
    refuses(
        NotFound,
        lambda: operations.accept_invitation(
            act=act, invitation_id=invited.id, emails=frozenset({"other@example.com"})
        ),
    )
    addresses = frozenset({"chen@example.com"})
    late = replace(act, now=NOW + rules.INVITATION_STANDS)
    refuses(
        rules.InvitationEnded,
        lambda: operations.accept_invitation(act=late, invitation_id=invited.id, emails=addresses),
    )
    member = operations.accept_invitation(act=act, invitation_id=invited.id, emails=addresses)
    assert (member.person_id, member.role) == (cast.chen.person_id, "finance")
    refuses(
        rules.InvitationEnded,
        lambda: operations.accept_invitation(act=act, invitation_id=invited.id, emails=addresses),
    )
    refuses(
        rules.AlreadyMember,
        lambda: operations.invite_member(
            act=owner(cast), organisation_id=cast.alma.id, email="chen@example.com", role="viewer"
        ),
    )


def test_an_invitation_is_withdrawn_or_replaced(cast: Cast) -> None:
    invite = {"act": owner(cast), "organisation_id": cast.alma.id, "email": "new@example.com"}
    first = operations.invite_member(**invite, role="viewer")
    second = operations.invite_member(**invite, role="trader")
    waiting = queries.invitations_to(now=NOW, emails=frozenset({"new@example.com"}))
    assert [(view.id, view.role) for view in waiting] == [(second.id, "trader")]
    assert Invitation.objects.get(id=first.id).withdrawn_at == NOW
    stranger = Act(NOW, "person", cast.boris.person_id, cast.boris.id, "owner")
    refuses(
        NotFound,
        lambda: operations.withdraw_invitation(act=stranger, organisation_id=cast.boris.id, invitation_id=second.id),
    )
    operations.withdraw_invitation(act=owner(cast), organisation_id=cast.alma.id, invitation_id=second.id)
    assert queries.open_invitations(now=NOW, organisation_id=cast.alma.id) == []


def test_one_owner_always_stays(cast: Cast) -> None:
    first = membership(cast.alma.id, "owner")
    refuses(rules.LastOwner, lambda: operations.remove_member(act=owner(cast), member_id=first.id))
    refuses(rules.LastOwner, lambda: operations.change_role(act=owner(cast), member_id=first.id, role="trader"))
    second = operations.add_member(
        act=staff_act(cast.administrator_id),
        organisation_id=cast.alma.id,
        email="boris@example.com",
        name="Boris",
        role="owner",
    )
    assert operations.change_role(act=owner(cast), member_id=first.id, role="viewer").role == "viewer"
    refuses(rules.LastOwner, lambda: operations.remove_member(act=owner(cast), member_id=second.id))
    operations.remove_member(act=owner(cast), member_id=first.id)
    refuses(NotFound, lambda: operations.remove_member(act=owner(cast), member_id=first.id))


def test_a_person_belongs_to_several_organisations_and_once_to_each(cast: Cast) -> None:
    act = staff_act(cast.administrator_id)
    add = {"act": act, "email": "alma@example.com", "name": "Alma"}
    operations.add_member(organisation_id=cast.boris.id, role="viewer", **add)
    roles = {view.name: role for view, role in queries.organisations_of(person_id=cast.alma.person_id)}
    assert roles == {"Alma Imports": "owner", "Boris Electronics": "viewer"}
    refuses(rules.AlreadyMember, lambda: operations.add_member(organisation_id=cast.boris.id, role="trader", **add))
    refuses(NotFound, lambda: operations.add_member(organisation_id=uuid4(), role="trader", **add))
    refuses(Invalid, lambda: operations.add_member(organisation_id=cast.boris.id, role="king", **add))
    refuses(
        Invalid,
        lambda: operations.add_member(
            act=act, organisation_id=cast.boris.id, email="no address", name="", role="viewer"
        ),
    )


def test_staff_roles_and_the_last_administrator(cast: Cast) -> None:
    act = staff_act(cast.administrator_id)
    granted = operations.grant_staff(act=act, email="dana@example.com", name="Dana", role="mediator")
    assert not person("dana@example.com").has_usable_password()
    again = {"act": act, "email": "dana@example.com", "name": "Dana", "role": "mediator"}
    refuses(rules.AlreadyStaff, lambda: operations.grant_staff(**again))
    refuses(
        rules.LastAdministrator,
        lambda: operations.withdraw_staff(act=act, person_id=cast.administrator_id, role="administrator"),
    )
    refuses(rules.NotStaff, lambda: operations.withdraw_staff(act=act, person_id=granted.person_id, role="finance"))
    operations.withdraw_staff(act=act, person_id=granted.person_id, role="mediator")
    assert list(Staff.objects.values_list("role", flat=True)) == ["administrator"]


def test_the_verifier_sets_tier_cap_and_standing_with_reasons(cast: Cast) -> None:
    act = staff_act(cast.administrator_id)
    operations.set_tier(act=act, organisation_id=cast.boris.id, tier="verified", reason="audited in March")
    operations.set_cap(act=act, organisation_id=cast.boris.id, minor=5_000_000, currency="USD", reason="a long record")
    operations.set_standing(act=act, organisation_id=cast.boris.id, standing="suspended", reason="shortfall")
    found = queries.supplier(organisation_id=cast.boris.id)
    assert found is not None
    assert (found.tier, found.individual_cap_minor, found.individual_cap_currency, found.standing) == (
        "verified",
        5_000_000,
        "USD",
        "suspended",
    )
    event = Event.objects.get(name="organisation.tier_set")
    assert event.payload["data"] == {"before": {"tier": "none"}, "after": {"tier": "verified"}}
    assert "audited" not in str(event.payload)
    for minor, currency in ((1, None), (None, "USD"), (-1, "USD"), (10**16, "USD"), (1, "ZZZ")):
        refuses(
            Invalid,
            lambda minor=minor, currency=currency: operations.set_cap(
                act=act, organisation_id=cast.boris.id, minor=minor, currency=currency, reason="x"
            ),
        )
    refuses(
        Invalid,
        lambda: operations.set_tier(act=act, organisation_id=cast.boris.id, tier="platinum", reason="x"),
    )
    refuses(NotFound, lambda: operations.set_tier(act=act, organisation_id=uuid4(), tier="gold", reason="x"))


def test_a_key_is_shown_once_and_only_its_hash_is_kept(cast: Cast) -> None:
    row = ApiKey.objects.get(id=cast.alma.key_id)
    assert cast.alma.secret.startswith(f"hf_test_{row.prefix}_")
    assert len(bytes(row.sha256)) == 32
    secret = cast.alma.secret.rpartition("_")[2]
    with connection.cursor() as cursor:
        for table in ("parties_apikey", "record_event", "record_private"):
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s", [f"%{secret}%"])
            assert cursor.fetchone() == (0,)


def test_rotating_ends_the_old_key_and_keeps_the_rights(cast: Cast) -> None:
    act = staff_act(cast.administrator_id)
    fresh = operations.rotate_key(act=act, key_id=cast.alma.key_id)
    old = queries.key(key_id=cast.alma.key_id)
    assert old.revoked_at == NOW
    assert (fresh.scopes, fresh.name) == (old.scopes, old.name)
    assert fresh.secret != cast.alma.secret
    refuses(rules.KeyEnded, lambda: operations.rotate_key(act=act, key_id=cast.alma.key_id))
    refuses(rules.KeyEnded, lambda: operations.revoke_key(act=act, key_id=cast.alma.key_id))
    operations.revoke_key(act=act, key_id=fresh.id)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("scopes", {"scopes": []}),
        ("scopes", {"scopes": ["everything"]}),
        ("scopes", {"scopes": ["operator"]}),
        ("scopes", {"scopes": ["orders:read", "orders:read"]}),
        ("addresses", {"addresses": ["somewhere"]}),
        ("expires_at", {"expires_at": NOW}),
        ("sign_limit_currency", {"sign_limit_minor": 1}),
        ("name", {"name": " "}),
    ],
)
def test_a_key_that_makes_no_sense_is_not_made(cast: Cast, field: str, wrong: dict[str, Any]) -> None:
    good: dict[str, Any] = {"name": "n", "scopes": ["orders:read"]}
    act = staff_act(cast.administrator_id)
    found = refuses(Invalid, lambda: operations.create_key(act=act, organisation_id=cast.alma.id, **{**good, **wrong}))
    assert found.field == field


def test_a_beneficiary_is_checked_and_verified_by_a_second_person(cast: Cast) -> None:
    add = {"act": owner(cast), "organisation_id": cast.alma.id, "name": "Alma Imports GmbH", "currency": "EUR"}
    made = operations.add_beneficiary(**add, account=Account(iban="DE89 3704 0044 0532 0130 00", bic="COBADEFFXXX"))
    assert (made.iban, made.state) == (IBAN, "pending")
    assert queries.payout_beneficiary(organisation_id=cast.alma.id, currency="EUR") is None
    refuses(NotAllowed, lambda: operations.verify_beneficiary(act=owner(cast), beneficiary_id=made.id))
    operations.verify_beneficiary(act=staff_act(cast.administrator_id), beneficiary_id=made.id)
    found = queries.payout_beneficiary(organisation_id=cast.alma.id, currency="EUR")
    assert found is not None
    assert found.id == made.id
    refuses(
        OutOfState,
        lambda: operations.verify_beneficiary(act=staff_act(cast.administrator_id), beneficiary_id=made.id),
    )
    operations.withdraw_beneficiary(act=owner(cast), beneficiary_id=made.id)
    assert queries.payout_beneficiary(organisation_id=cast.alma.id, currency="EUR") is None
    assert IBAN not in str(list(Event.objects.values_list("payload", flat=True)))


@pytest.mark.parametrize(
    ("field", "account"),
    [
        ("iban", Account(iban="DE00370400440532013000")),
        ("iban", Account(iban=IBAN, account="12")),
        ("iban", Account()),
        ("bic", Account(iban=IBAN, bic="NOPE")),
        ("bic", Account(account="6222021234567890")),
    ],
)
def test_an_account_that_cannot_be_is_refused(cast: Cast, field: str, account: Account) -> None:
    found = refuses(
        Invalid,
        lambda: operations.add_beneficiary(
            act=owner(cast), organisation_id=cast.alma.id, name="Alma", currency="EUR", account=account
        ),
    )
    assert found.field == field


def test_in_production_four_eyes_are_two_people(db: None) -> None:
    cast = assemble(sandbox=False)
    assert cast.alma.secret.startswith("hf_live_")
    by_staff = staff_act(cast.administrator_id)
    made = operations.add_beneficiary(
        act=by_staff,
        organisation_id=cast.alma.id,
        name="Alma",
        currency="CNY",
        account=Account(account="6222021234567890", bank="Bank of Tests"),
    )
    by_key = Act(NOW, "key", cast.operator_key_id, cast.operator_id, "operator")
    refuses(rules.FourEyes, lambda: operations.verify_beneficiary(act=by_staff, beneficiary_id=made.id))
    refuses(rules.FourEyes, lambda: operations.verify_beneficiary(act=by_key, beneficiary_id=made.id))
    operations.grant_staff(act=by_staff, email="vera@example.com", name="Vera", role="verifier")
    by_vera = staff_act(person("vera@example.com").id)
    refuses(rules.NameNotMatched, lambda: operations.verify_beneficiary(act=by_vera, beneficiary_id=made.id))
    why = "the register gives Alma as its short name"
    done = operations.verify_beneficiary(act=by_vera, beneficiary_id=made.id, reason=why)
    assert (done.state, done.name_match, done.match_reason) == ("verified", "close", why)
    operations.add_member(
        act=by_staff, organisation_id=cast.alma.id, email="vera@example.com", name="Vera", role="viewer"
    )
    more = operations.add_beneficiary(
        act=by_staff,
        organisation_id=cast.alma.id,
        name="Alma Imports",
        currency="EUR",
        account=Account(iban=IBAN),
    )
    refuses(rules.FourEyes, lambda: operations.verify_beneficiary(act=by_vera, beneficiary_id=more.id))
    refuses(rules.NotASandbox, lambda: operations.advance_clock(act=by_staff, seconds=60))


def test_the_clock_of_a_sandbox_moves_forwards_by_at_most_400_days(cast: Cast) -> None:
    act = staff_act(cast.administrator_id)
    day = 86_400
    moved = operations.advance_clock(act=act, seconds=400 * day)
    assert moved.now == NOW + timedelta(days=400)
    assert queries.installation().clock_offset_seconds == 400 * day
    for seconds in (0, -1, 400 * day + 1):
        refuses(Invalid, lambda seconds=seconds: operations.advance_clock(act=act, seconds=seconds))


def test_an_installation_is_founded_once_and_stays_what_it_is(cast: Cast) -> None:
    refuses(AlreadyFounded, assemble)
    for statement in (
        "UPDATE parties_installation SET sandbox = false, clock_offset_seconds = 0",
        "UPDATE parties_installation SET operator_name = 'Someone Else'",
        "UPDATE parties_installation SET clock_offset_seconds = -1",
        "DELETE FROM parties_installation",
        "INSERT INTO parties_installation SELECT gen_random_uuid(), true, true, 0, 'x', 'standard', now()",
        "INSERT INTO parties_installation SELECT gen_random_uuid(), false, true, 0, 'x', 'standard', now()",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.parametrize(
    "write",
    [
        lambda: Organisation.objects.update(kind="king"),
        lambda: Organisation.objects.update(tier="platinum"),
        lambda: Organisation.objects.update(individual_cap_minor=5),
        lambda: Organisation.objects.update(country="de"),
        lambda: Membership.objects.update(role="king"),
        lambda: Staff.objects.update(role="king"),
        lambda: ApiKey.objects.update(scopes=["everything"]),
        lambda: ApiKey.objects.update(scopes=[]),
        lambda: Person.objects.update(email="Upper@Example.com"),
    ],
)
def test_the_database_refuses_what_cannot_be(cast: Cast, write: Callable[[], Any]) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        write()

"""A contract from its first draft to the second signature, and everything that must not happen on the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from holdfast.contracts import models, operations, programmes, queries, rules
from holdfast.contracts.rules import (
    CONTRACT,
    AboveSignLimit,
    EarlyAboveCover,
    NotDue,
    OtherText,
    ProveAgain,
    SignedAlready,
    SigningTimeOver,
)
from holdfast.kernel.canonical import digest as sha256
from holdfast.kernel.identifiers import public
from holdfast.kernel.refusals import Invalid, NotAllowed, NotFound, OutOfState, Refusal
from holdfast.parties.access import Caller
from holdfast.parties.operations import set_standing, set_tier
from holdfast.programme.refusals import FixedSampleRefused, ProgrammeChanged
from holdfast.record.act import clock
from holdfast.record.models import Deadline, Event, Private
from tests.contracts.conftest import Stage, standard_text, stored
from tests.contracts.documents import microcontrollers, with_value
from tests.parties.cast import NOW, staff_act


def everything() -> dict[str, list[Any]]:
    """Every row that a contract's verbs could touch."""
    tables = ("contracts_programme", "contracts_contract", "contracts_signature", "record_event", "record_deadline")
    with connection.cursor() as cursor:
        found = {}
        for table in tables:
            cursor.execute(f"SELECT to_jsonb(t) FROM {table} t ORDER BY 1")
            found[table] = cursor.fetchall()
    return found


def refused(kind: type[Refusal], verb: Callable[[], object]) -> Refusal:
    """The verb says no, and nothing has changed."""
    before = everything()
    with pytest.raises(kind) as caught, transaction.atomic():
        verb()
    assert everything() == before
    return caught.value


def caller(stage: Stage, who: str) -> Caller:
    party = getattr(stage.cast, who)
    return Caller(
        kind="person",
        id=party.person_id,
        name=who,
        organisation_id=party.id,
        organisation_kind=None,
        member_role="owner",
        staff=frozenset(),
        scopes=None,
        sign_limit_minor=None,
        sign_limit_currency=None,
        now=NOW,
        sandbox=True,
    )


def names(page: queries.ContractPage) -> list[str]:
    return list(Event.objects.filter(chain_id=page.order_id).order_by("seq").values_list("name", flat=True))


def test_two_signatures_over_one_text(stage: Stage) -> None:
    page = stage.proposed()
    assert page.digest == sha256(queries.canonical_text(contract_id=page.id)).hex()
    assert page.text["cover"] == {"tier": "verified", "reserved_minor": 3_910_000, "uncovered_minor": 0}
    first = stage.sign("supplier", page.id)
    second = stage.sign("buyer", page.id, digest=page.digest.upper())
    assert (first.complete, second.complete) == (False, True)
    signed = queries.page(contract_id=page.id, role="buyer")
    assert [(one.side, one.kind, one.digest) for one in signed.signatures] == [
        ("supplier", "person", page.digest),
        ("buyer", "person", page.digest),
    ]
    assert (signed.state, signed.acts, signed.waits_for) == ("signed", (), ())
    assert names(page) == ["contract.drafted", "contract.proposed", "contract.signed", "contract.signed"]
    assert not Deadline.objects.filter(subject_id=page.id, state="open").exists()
    agreement = queries.agreement(contract_id=page.id)
    assert (agreement.total_minor, agreement.cover_minor, agreement.programme.name) == (
        3_910_000,
        3_910_000,
        "standard",
    )
    assert agreement.document.lines[0].quantity == 5000


def test_who_must_sign_by_when_in_their_own_zone(stage: Stage) -> None:
    page = stage.proposed()
    deadline = Deadline.objects.get(subject_id=page.id, state="open")
    assert (deadline.kind, deadline.who, deadline.zone) == ("contract.sign", "supplier", "Asia/Shanghai")
    assert deadline.due_at.isoformat() == "2026-03-09T15:59:59+00:00"
    assert page.sign_due_at == deadline.due_at
    stage.sign("supplier", page.id, now=NOW + timedelta(days=1))
    deadline = Deadline.objects.get(subject_id=page.id, state="open")
    assert (deadline.who, deadline.zone) == ("buyer", "Europe/Berlin")
    assert deadline.due_at.isoformat() == "2026-03-10T22:59:59+00:00"


def test_free_text_stays_out_of_the_hashed_record(stage: Stage) -> None:
    page = stage.proposed()
    operations.decline(act=stage.act("supplier"), contract_id=page.id, reason="Too cheap for Boris")
    payloads = str(list(Event.objects.filter(chain_id=page.order_id).values_list("payload", flat=True)))
    assert "cheap" not in payloads
    assert "Hamburg" not in payloads
    assert Private.objects.get(event__chain_id=page.order_id).value == "Too cheap for Boris"


def test_a_draft_exists_for_its_own_side_only(stage: Stage) -> None:
    page = stage.drafted()
    ref = public("con", page.id)
    assert queries.contract_for(caller=caller(stage, "alma"), ref=ref).role == "buyer"
    for who in ("boris", "chen"):
        with pytest.raises(NotFound):
            queries.contract_for(caller=caller(stage, who), ref=ref)
    assert queries.of_organisation(organisation_id=stage.cast.boris.id) == []
    operations.propose(act=stage.act("buyer"), contract_id=page.id)
    assert queries.contract_for(caller=caller(stage, "boris"), ref=ref).role == "supplier"
    assert [one.number for one in queries.of_organisation(organisation_id=stage.cast.boris.id)] == [page.number]
    for stranger in (ref, public("con", page.order_id), "con_nonsense", None):
        with pytest.raises(NotFound):
            queries.contract_for(caller=caller(stage, "chen"), ref=stranger)


def test_the_page_says_what_each_side_may_do(stage: Stage) -> None:
    page = stage.drafted()
    assert [one.verb for one in page.acts] == ["revise", "propose", "withdraw"]
    page = operations.propose(act=stage.act("buyer"), contract_id=page.id)
    assert [one.verb for one in page.acts] == ["sign", "withdraw"]
    theirs = queries.page(contract_id=page.id, role="supplier")
    assert [(one.verb, one.due_at) for one in theirs.acts] == [("sign", page.sign_due_at), ("decline", None)]
    stage.sign("buyer", page.id)
    assert [one.verb for one in queries.page(contract_id=page.id, role="buyer").acts] == ["withdraw"]


def test_a_revision_replaces_the_text(stage: Stage) -> None:
    page = stage.drafted()
    revised = operations.revise(
        act=stage.act("buyer"), contract_id=page.id, document=microcontrollers(remarks=""), external_id="PO-7"
    )
    assert revised.digest != page.digest
    assert (revised.number, revised.external_id) == (page.number, "PO-7")
    refused(
        NotFound,
        lambda: operations.revise(act=stage.act("buyer"), contract_id=page.order_id, document=microcontrollers()),
    )
    refused(
        NotAllowed,
        lambda: operations.revise(act=stage.act("supplier"), contract_id=page.id, document=microcontrollers()),
    )
    operations.propose(act=stage.act("buyer"), contract_id=page.id)
    refused(
        OutOfState, lambda: operations.revise(act=stage.act("buyer"), contract_id=page.id, document=microcontrollers())
    )


def test_a_signature_binds_nobody_who_has_no_right_to_give_it(stage: Stage) -> None:
    page = stage.proposed()
    buyer = "buyer"
    refused(OtherText, lambda: stage.sign(buyer, page.id, digest="0" * 64))
    refused(ProveAgain, lambda: stage.sign(buyer, page.id, signer=stage.person(buyer, proven_again=False)))
    for role in ("finance", "viewer"):
        refused(NotAllowed, partial(stage.sign, buyer, page.id, signer=stage.person(buyer, role=role)))
    refused(
        NotAllowed, lambda: stage.sign(buyer, page.id, signer=stage.key(buyer, limit_minor=10**9, scope="orders:write"))
    )
    for limit, currency in ((3_909_999, "USD"), (10**9, "EUR"), (None, None)):
        signer = stage.key(buyer, limit_minor=limit, currency=currency)
        refused(AboveSignLimit, partial(stage.sign, buyer, page.id, signer=signer))
    step = stage.sign(buyer, page.id, signer=stage.key(buyer, limit_minor=3_910_000))
    assert (step.signature.kind, step.signature.signer_kind) == ("marketplace", "key")
    refused(SignedAlready, lambda: stage.sign(buyer, page.id))


def test_the_time_to_sign_runs_out(stage: Stage) -> None:
    page = stage.proposed()
    assert page.sign_due_at is not None
    after = page.sign_due_at + timedelta(seconds=1)
    refused(NotDue, partial(operations.lapse, act=clock(page.sign_due_at), contract_id=page.id))
    refused(SigningTimeOver, lambda: stage.sign("supplier", page.id, now=after))
    assert operations.lapse(act=clock(after), contract_id=page.id).state == "lapsed"
    assert Deadline.objects.get(subject_id=page.id).state == "done"
    refused(OutOfState, lambda: stage.sign("supplier", page.id, now=after))


def test_cover_and_what_is_beyond_it_stand_in_the_text_both_sign(stage: Stage) -> None:
    operator = staff_act(stage.cast.administrator_id)
    set_tier(act=operator, organisation_id=stage.cast.boris.id, tier="enrolled", reason="New.")
    page = stage.proposed()
    assert (page.cover_minor, page.uncovered_minor) == (1_000_000, 2_910_000)
    linked = operations.propose(
        act=stage.act("buyer"), contract_id=stage.drafted().id, linked=True, linked_reserved_minor=1_000_000
    )
    assert (linked.cover_minor, linked.uncovered_minor) == (0, 3_910_000)


@pytest.mark.parametrize(
    ("criterion", "field", "sample"),
    [
        ({"kind": "fraction", "fraction": "0.02", "sample_size": 10}, "criterion.sample_size", 10),
        ({"kind": "plan", "plans": [{"class": "major", "n": 10, "ac": 0, "re": 1}]}, "criterion.plans.0.n", 10),
        (
            {
                "kind": "plan",
                "plans": [
                    {"class": "major", "n": 200, "ac": 10, "re": 11},
                    {"class": "minor", "n": 5, "ac": 0, "re": 1},
                ],
            },
            "criterion.plans.1.n",
            5,
        ),
    ],
)
def test_a_fixed_sample_of_ten_pieces_is_refused_however_it_is_written(
    stage: Stage, criterion: dict[str, Any], field: str, sample: int
) -> None:
    draft = stage.drafted(criterion=criterion)
    refusal = refused(FixedSampleRefused, lambda: operations.propose(act=stage.act("buyer"), contract_id=draft.id))
    assert (refusal.field, refusal.facts["sample"]) == (field, sample)
    assert refusal.accepted == "more than 10, a plan, or the whole lot"
    plan = {"kind": "plan", "plans": [{"class": "major", "n": 11, "ac": 0, "re": 1}]}
    operations.propose(act=stage.act("buyer"), contract_id=stage.drafted(criterion=plan).id)


def test_what_cannot_be_protected_is_not_proposed(stage: Stage) -> None:
    operator = staff_act(stage.cast.administrator_id)
    early = {
        "kind": "full",
        "tranches": [{"number": 1, "payable": "signature", "release": "production", "percent": "100"}],
    }
    set_tier(act=operator, organisation_id=stage.cast.boris.id, tier="enrolled", reason="New.")
    draft = stage.drafted(payment=early)
    refusal = refused(EarlyAboveCover, lambda: operations.propose(act=stage.act("buyer"), contract_id=draft.id))
    assert refusal.facts == {"early_minor": 3_910_000, "cover_minor": 1_000_000, "currency": "USD"}
    ten = {"kind": "fraction", "fraction": "0.02", "sample_size": 10}
    wrong_under_standard = [
        ("ship.on", "2026-03-01"),
        ("ship.on", "9999-12-31"),
        ("currency", "CHF"),
        ("buyer_default_percent", "31"),
        ("criterion", ten),
    ]
    for path, value in wrong_under_standard:
        wrong = operations.draft(
            act=stage.act("buyer"),
            counterparty_id=stage.cast.boris.id,
            programme="standard",
            document=with_value(path, value),
        )
        refused(Invalid, partial(operations.propose, act=stage.act("buyer"), contract_id=wrong.id))
    draft = stage.drafted()
    set_standing(act=operator, organisation_id=stage.cast.boris.id, standing="suspended", reason="12 points.")
    refused(rules.NotEligible, lambda: operations.propose(act=stage.act("buyer"), contract_id=draft.id))


def test_parties_of_a_contract(stage: Stage) -> None:
    def draft(counterparty: Any, programme: str = "standard", role: str = "buyer") -> object:
        return operations.draft(
            act=stage.act("buyer").as_role(role),
            counterparty_id=counterparty,
            programme=programme,
            document=microcontrollers(),
        )

    refused(rules.SamePartyTwice, lambda: draft(stage.cast.alma.id))
    refused(rules.CounterpartyUnknown, lambda: draft(stage.cast.operator_id))
    refused(rules.CounterpartyUnknown, lambda: draft(stage.cast.alma.person_id))
    refused(NotAllowed, lambda: draft(stage.cast.boris.id, role="mediator"))
    refusal = refused(Invalid, lambda: draft(stage.cast.boris.id, programme="basic"))
    assert (refusal.field, refusal.accepted) == ("programme", ["standard"])


def test_the_database_keeps_what_was_proposed_and_signed(stage: Stage) -> None:
    page = stage.proposed()
    stage.sign("buyer", page.id)
    contract = models.Contract.objects.filter(id=page.id)
    signature = models.Signature.objects.filter(contract_id=page.id)
    changes: list[Callable[[], object]] = [
        lambda: contract.update(digest="0" * 64),
        lambda: contract.update(total_minor=1),
        lambda: contract.update(buyer_id=stage.cast.chen.id),
        lambda: contract.update(state="draft"),
        lambda: contract.update(state="signed"),
        lambda: signature.update(kind="marketplace"),
        signature.delete,
        lambda: models.Programme.objects.update(text=""),
    ]
    before = everything()
    for change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert everything() == before


@pytest.mark.parametrize("state", CONTRACT.states)
@pytest.mark.parametrize("verb", CONTRACT.verbs)
@pytest.mark.parametrize("role", ["buyer", "supplier", "clock", "mediator", "operator"])
def test_every_cell_of_the_lifecycle(state: str, verb: str, role: str) -> None:
    barred = {"revise": "supplier", "propose": "supplier", "withdraw": "supplier", "decline": "buyer"}
    allowed = CONTRACT.allows(state=state, verb=verb, role=role) and barred.get(verb) != role
    try:
        assert rules.next_state(state=state, verb=verb, role=role, drafter="buyer") in CONTRACT.states
    except (NotAllowed, OutOfState):
        assert not allowed
    else:
        assert allowed


def test_a_published_programme_never_changes(stage: Stage) -> None:
    operator = staff_act(stage.cast.administrator_id)
    # Versions are kept in the process, so a test that makes its own gives them a name of their own.
    text = standard_text().replace('name = "standard"', 'name = "harbour"')
    longer = text.replace("sign_days = 7", "sign_days = 9")
    first = operations.publish_programme(act=operator, text=text)
    again = operations.publish_programme(act=operator, text=text.replace("# open in the sources", "# ours"))
    assert first == again == programmes.programme_of(name="harbour", version=2)
    refused(ProgrammeChanged, lambda: operations.publish_programme(act=operator, text=longer))
    page = stage.drafted(programme="harbour")
    operations.publish_programme(act=operator, text=longer.replace("version = 2", "version = 3", 1))
    # A draft takes the version that counts on the day it is proposed; the old one stays readable.
    proposed = operations.propose(act=stage.act("buyer"), contract_id=page.id)
    assert (page.programme_version, proposed.programme_version) == (2, 3)
    assert stored(page.id).document["programme"]["version"] == 3
    assert programmes.programme_of(name="harbour", version=2).signing.sign_days == 7


def test_an_unknown_programme_is_refused(db: None) -> None:
    with pytest.raises(Invalid):
        programmes.programme_of(name="standard", version=99)
    with pytest.raises(Invalid):
        programmes.latest(name="nobody")

"""What is no longer held comes back from balance, deposit and reserve in this order, to the cover and not a cent
further; what was advanced is a debt with its docket, set off before the supplier is paid out again.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from holdfast.kernel import clock
from holdfast.kernel.refusals import FourEyes
from holdfast.ledger import audit as ledger_audit
from holdfast.ledger import book
from holdfast.ledger.chart import of_operator
from holdfast.orders.models import Debt
from holdfast.orders.operations import debts, reserve
from holdfast.orders.operations.recourse import recourse
from holdfast.orders.operations.signing import propose
from holdfast.orders.refusals import AwardOpen, CoverStopped, MoreThanOwed, WriteOffNotAsked
from holdfast.orders.rules.debts import Docket, advance, collect
from holdfast.orders.work import lock
from holdfast.parties import operations as parties
from holdfast.parties.installation import clock_offset_seconds
from holdfast.parties.operations import guarantee
from holdfast.parties.operations.beneficiaries import Account
from holdfast.rails.models import Refund
from holdfast.record import deadlines
from holdfast.record.act import Act
from tests.claims.stage import accepts, opens
from tests.orders.flows import awaited, balance, sound
from tests.parties.cast import NOW, Shop, assemble, staff_act
from tests.world import World, contract, refuses

CAP = 600_000
"""Boris's own cover per order: 6,000.00."""


class Desk:
    """The programs of finance and of Boris, and a world whose time the API shares."""

    def __init__(self, world: World) -> None:
        self.world = world
        world.now = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=1)
        self.follow()
        self.finance = self._key(world.operator_id, ["operator", "sandbox"])
        self.boris = self._key(world.boris.organisation_id, ["orders:read", "orders:write", "payments:write"])
        account = parties.add_beneficiary(
            act=world.act(world.boris, "owner"),
            organisation_id=world.boris.organisation_id,
            name="Boris Trading",
            currency="USD",
            account=Account(iban="DE89370400440532013000"),
        )
        parties.verify_beneficiary(act=world.operator(world.fin), beneficiary_id=account.id)
        parties.set_cap(
            act=world.operator(),
            organisation_id=world.boris.organisation_id,
            minor=CAP,
            currency="USD",
            reason="looked at",
        )

    def _key(self, organisation: UUID, scopes: list[str]) -> Shop:
        made = parties.create_key(act=self.world.operator(), organisation_id=organisation, name="k", scopes=scopes)
        assert made.secret is not None
        return Shop(made.secret)

    def follow(self) -> None:
        """The API's clock goes to the world's."""
        behind = int((self.world.now - clock.read(offset_seconds=clock_offset_seconds())).total_seconds())
        if behind > 0:
            parties.advance_clock(act=self.world.operator(), seconds=behind)

    def days(self, days: float) -> None:
        self.world.days_pass(days)
        self.follow()

    def document(self, days: int = 40) -> dict[str, Any]:
        return contract(ship={"on": (self.world.now + timedelta(days=days)).date().isoformat()})

    def received(self) -> UUID:
        """An order received and released whole; Boris's payout of it is his own affair."""
        order_id = self.world.delivered(self.document())
        self.world.receives(order_id)
        self.follow()
        return order_id

    def sets_aside(self, amount_minor: int) -> None:
        body = {"currency": "USD", "kind": "set_aside", "amount_minor": amount_minor, "reason": "the year's budget"}
        made = self.finance.post("/v1/reserve/changes", body).json()
        assert self.finance.post(f"/v1/reserve/changes/{made['id']}/confirm").json()["state"] == "confirmed"

    def pays_out(self, amount_minor: int | None = None) -> Any:
        body = {"currency": "USD"} | ({} if amount_minor is None else {"amount_minor": amount_minor})
        return self.boris.post("/v1/payouts", body)

    def reserve(self) -> dict[str, Any]:
        found: dict[str, Any] = next(
            row for row in self.finance.get("/v1/reserve").json()["items"] if row["currency"] == "USD"
        )
        return found

    def debts(self, **query: str) -> list[dict[str, Any]]:
        asked = "&".join(f"{key}={value}" for key, value in query.items())
        found: list[dict[str, Any]] = self.boris.get(f"/v1/debts?{asked}").json()["items"]
        return sorted(found, key=lambda row: row["kind"])


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


def claimed(desk: Desk, order_id: UUID, amount_minor: int) -> None:
    """Alma claims, Boris accepts: it is final at once."""
    accepts(desk.world, opens(desk.world, order_id, "quality", amount_minor=amount_minor))


def sent_back(order_id: UUID) -> int:
    return sum(row.amount_minor for row in Refund.objects.filter(order_id=order_id))


def whole(desk: Desk) -> None:
    """All invariants hold, and clients' money is all there, to the cent."""
    sound()
    for cover in ledger_audit.clients_money():
        assert cover.there_minor >= cover.owed_minor, cover


def sets_line(desk: Desk, line_minor: int) -> dict[str, Any]:
    """A verifier gives Boris a line."""
    line = {"currency": "USD", "line_minor": line_minor, "reason": "ten orders a month"}
    made: dict[str, Any] = desk.finance.post(f"/v1/organisations/{desk.world.boris.ref}/line", line).json()
    return made


def sold_out(desk: Desk) -> UUID:
    """Boris's guarantee is 200.00, the operator has 1,000.00 aside; an order is received, all but 750.00 paid out."""
    world = desk.world
    # A line may be shorter than what stands on it; then nothing new is signed.
    order_id = desk.received()
    made = sets_line(desk, 200_000)
    assert (made["required_minor"], made["state"], made["missing_minor"]) == (20_000, "due", 20_000)
    guarantee.paid_in(
        act=world.operator(),
        organisation_id=world.boris.organisation_id,
        currency="USD",
        amount_minor=20_000,
        source="client_bank",
    )
    desk.sets_aside(100_000)
    assert desk.pays_out(900_000).status_code == 201
    assert balance(world) == 75_000
    whole(desk)
    return order_id


def test_held_balance_deposit_reserve_to_the_cover_and_not_a_cent_further(desk: Desk) -> None:
    world, order_id = desk.world, sold_out(desk)
    # The fee on what comes back is given back before anything is drawn: 75,000 and 15,000 of it.
    claimed(desk, order_id, CAP)
    whole(desk)
    order = world.order(order_id).order
    assert (order.refunded_minor, order.cover_drawn_minor, order.recourse_minor) == (CAP, CAP, CAP)
    assert (balance(world), desk.reserve()["held_minor"]) == (0, 0)
    assert [(row["kind"], row["amount_minor"], row["waiting_minor"]) for row in desk.debts(state="open")] == [
        ("advance", 100_000, 0),
        ("award", CAP - 90_000 - 20_000 - 100_000, 390_000),
        ("processing", 17_418, 17_418),
    ]
    assert sent_back(order_id) == 90_000 + 20_000 + 100_000
    assert awaited(order_id)["award.pay"] == "operator"
    # The cover is used up: not a cent more comes back, whatever is asked for.
    with transaction.atomic():
        work = lock(act=world.operator(), order_id=order_id)
        more = recourse(work, amount_minor=1, claim_id=None, head="refund")
        transaction.set_rollback(True)
    assert (more.refundable_minor, more.owed_minor, more.uncovered_minor) == (0, 0, 1)


def test_while_the_operator_owes_it_covers_nothing_new_and_the_reserve_pays_when_it_is_filled(desk: Desk) -> None:
    world, order_id = desk.world, sold_out(desk)
    signed_once = world.proposed(desk.document(60))
    world.signs(signed_once, world.alma, "buyer")
    claimed(desk, order_id, CAP)
    draft = world.drafted(desk.document())
    with refuses(CoverStopped, owed_minor=390_000):
        propose(act=world.buyer(), contract_id=draft)
    with refuses(CoverStopped, owed_minor=390_000):
        world.signs(signed_once, world.boris, "supplier")

    desk.sets_aside(400_000)
    desk.days(0.25)
    whole(desk)
    assert sent_back(order_id) == CAP
    assert (desk.reserve()["held_minor"], desk.reserve()["out_minor"]) == (10_000, 490_000)
    assert "award.pay" not in awaited(order_id)
    propose(act=world.buyer(), contract_id=draft)
    assert world.signs(signed_once, world.boris, "supplier").order_id is not None

    # Finance is asked for the money that was advanced, and brings it.
    assert desk.reserve()["to_fund_minor"] == 490_000
    assert [row.who for row in deadlines.of_kind(kind=reserve.FUND)] == ["operator"]
    too_much = desk.finance.post("/v1/reserve/fund", {"currency": "USD", "amount_minor": 490_001})
    assert (too_much.status_code, too_much.json()["code"]) == (409, "nothing_to_fund")
    body = {"currency": "USD", "amount_minor": 490_000, "reference": "FT-1"}
    assert desk.finance.post("/v1/reserve/fund", body).json()["to_fund_minor"] == 0
    assert deadlines.of_kind(kind=reserve.FUND) == []
    (cover,) = ledger_audit.clients_money()
    assert cover.there_minor - cover.owed_minor == 25_000 - 15_000 + 29_030, "the fee and processing, no more"


def test_the_next_release_fills_the_guarantee_and_restores_the_reserve_before_a_payout(desk: Desk) -> None:
    world = desk.world
    claimed(desk, sold_out(desk), CAP)
    desk.sets_aside(400_000)
    desk.days(0.25)
    assert desk.finance.post("/v1/reserve/fund", {"currency": "USD", "amount_minor": 490_000}).status_code == 200
    desk.received()
    whole(desk)
    assert balance(world) == 1_000_000 - 25_000 - 20_000
    asked = desk.pays_out(balance(world))
    assert (asked.json()["code"], asked.json()["facts"]["owed_minor"]) == ("nothing_to_pay_out", 507_418)
    shown = desk.boris.get("/v1/balance?currency=USD").json()
    assert (shown["payable_minor"], shown["owed_minor"], shown["free_minor"]) == (955_000, 507_418, 447_582)
    desk.days(0.25)
    assert desk.debts(state="open") == []
    assert {row["state"] for row in desk.debts()} == {"collected"}
    assert desk.reserve() == {
        "currency": "USD",
        "held_minor": 500_000,
        "out_minor": 0,
        "to_fund_minor": -490_000,
        "owed_minor": 0,
    }
    assert balance(world) == 955_000 - 507_418
    (standing,) = desk.boris.get(f"/v1/organisations/{world.boris.ref}/guarantees").json()["items"]
    assert (standing["state"], standing["deposit_minor"]) == ("met", 20_000)
    back = desk.finance.post("/v1/reserve/take-back", {"currency": "USD", "amount_minor": 490_000}).json()
    assert back["to_fund_minor"] == 0
    assert desk.pays_out().json()["amount_minor"] == 955_000 - 507_418
    whole(desk)


def test_a_debt_is_asked_for_every_week_repaid_by_wire_or_given_up_by_two(desk: Desk) -> None:
    world = desk.world
    desk.sets_aside(500_000)
    order_id = desk.received()
    assert desk.pays_out().json()["amount_minor"] == 975_000
    claimed(desk, order_id, 400_000)
    advanced, processing = desk.debts(state="open")
    # The fee on it was given back: 10,000 came from the balance.
    assert (advanced["amount_minor"], processing["amount_minor"]) == (390_000, 11_612)
    desk.days(15)
    assert [row["reminders"] for row in desk.debts(state="open")] == [2, 2]
    whole(desk)

    first = Debt.objects.get(kind="advance")
    with refuses(MoreThanOwed):
        debts.repaid(act=world.operator(), debt_id=first.id, amount_minor=390_001, source="suspense")
    debts.repaid(act=world.operator(), debt_id=first.id, amount_minor=90_000, source="client_bank")
    assert (desk.reserve()["held_minor"], desk.reserve()["out_minor"]) == (200_000, 300_000)
    whole(desk)

    path = f"/v1/debts/{advanced['id']}"
    with refuses(WriteOffNotAsked):
        debts.write_off(act=world.operator(), debt_id=first.id)
    asked = desk.finance.post(f"{path}/write-off", {"reason": "the company is no more"}).json()
    assert {act["verb"] for act in asked["acts"]} == {"confirm_write_off", "refuse_write_off"}
    assert desk.boris.post(f"{path}/write-off/confirm").status_code == 403
    done = desk.finance.post(f"{path}/write-off/confirm").json()
    assert (done["state"], done["open_minor"]) == ("written_off", 0)
    other = f"/v1/debts/{processing['id']}/write-off"
    desk.finance.post(other, {"reason": "the company is no more"})
    assert desk.finance.post(f"{other}/confirm").json()["state"] == "written_off"
    whole(desk)
    assert book.balance(account=of_operator("bad_debt", "USD")) == -300_000
    assert desk.reserve()["to_fund_minor"] == 300_000
    assert awaited(order_id).get("debt.remind") is None


def test_what_the_operator_owes_a_buyer_is_never_written_off(desk: Desk) -> None:
    world = desk.world
    order_id = desk.received()
    desk.pays_out()
    claimed(desk, order_id, 400_000)
    award = Debt.objects.get(kind="award")
    with refuses(AwardOpen, owed_minor=390_000):
        debts.ask_write_off(act=world.operator(), debt_id=award.id, reason="gone")
    # What the supplier sends goes to the buyer first: then the operator owes so much less.
    debts.repaid(act=world.operator(), debt_id=award.id, amount_minor=390_000, source="client_bank")
    assert (sent_back(order_id), awaited(order_id).get("award.pay")) == (400_000, None)
    whole(desk)


def test_a_reserve_is_changed_by_two_people_of_whom_none_is_a_program(db: None) -> None:
    cast = assemble(sandbox=False)
    ada = staff_act(cast.administrator_id)
    fin = parties.grant_staff(act=ada, email="fin@example.com", name="Fin", role="finance").person_id
    made = reserve.propose_change(act=ada, currency="EUR", kind="set_aside", amount_minor=5_000, reason="budget")
    program = Act(NOW, "key", cast.operator_key_id, cast.operator_id, "operator")
    for somebody in (ada, program):
        with refuses(FourEyes):
            reserve.confirm_change(act=somebody, change_id=made.id)
    assert reserve.confirm_change(act=staff_act(fin), change_id=made.id).state == "confirmed"
    (view,) = reserve.reserves()
    assert (view.currency, view.held_minor) == ("EUR", 5_000)


def test_the_buyer_who_waits_comes_before_what_was_paid_ahead() -> None:
    docket = Docket("award", 100)
    step = collect(docket, amount_minor=30)
    assert (step.passed_on_minor, step.restored_minor, step.docket.awarded_minor) == (30, 0, 70)
    docket = advance(step.docket, amount_minor=70)
    assert (docket.awarded_minor, docket.ahead_minor, docket.reserve_out_minor) == (0, 70, 70)
    step = collect(docket, amount_minor=70)
    assert (step.passed_on_minor, step.restored_minor, step.docket.open_minor) == (0, 70, 0)
    lost = Docket("chargeback", 100, advanced_minor=100, reserve_minor=40)
    assert collect(lost, amount_minor=30).restored_minor == 30
    assert collect(lost, amount_minor=100).restored_minor == 40

"""One order being worked on inside a transaction: locked and loaded once, changed in memory, written in one call.

Knows how rows, money and events travel together; which of them are right is decided by the rules and the verbs.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from holdfast.contracts.places import places_for
from holdfast.contracts.programmes import programme_of
from holdfast.contracts.queries import agreement
from holdfast.database import transactions
from holdfast.kernel.clock import local_day
from holdfast.kernel.refusals import NotFound
from holdfast.ledger import book
from holdfast.ledger.book import Transfer
from holdfast.ledger.chart import Account, of_operator, of_order, of_rail, of_supplier
from holdfast.orders import written
from holdfast.orders.rules import lifecycles, money
from holdfast.orders.rules.facts import Lot, Order, Tranche, Whole
from holdfast.programme import Programme
from holdfast.programme import rules as programme_rules
from holdfast.rails.operations.refunds import refund_into
from holdfast.rails.rows import PaymentRow
from holdfast.record.act import Act
from holdfast.record.chains import Chain, held_chain
from holdfast.record.recording import Recording

_OF_SUPPLIER = {"payable", "deposit", "supplier_debt"}
_OF_ORDER = {"escrow", "frozen", "refundable", "awarded"}
_OF_RAIL = {"rail_clearing", "chargebacks_receivable"}


@dataclass(frozen=True, slots=True)
class SendBack:
    """What refundable money this act instructs to be sent: one instruction an act, so that two of its steps never
    count the same instrument twice. `captured` is a payment that the act itself changes."""

    amount_minor: int = 0
    claim_id: UUID | None = None
    captured: PaymentRow | None = None


@dataclass(frozen=True, slots=True)
class Guarantee:
    """The guarantee that the order's supplier must have in the order's currency, and what it has."""

    state: str
    required_minor: int
    deposit_minor: int

    @classmethod
    def of(cls, row: Mapping[str, Any] | None) -> "Guarantee | None":
        """As it was read with the order; None where the supplier has no line."""
        return cls(row["state"], row["required_minor"], row["deposit_minor"]) if row else None


NOTHING_EARNED: Mapping[str, int] = {"payable": 0, "deposit": 0, "reserve": 0}


class OnItsOwn(Exception):
    """An order asks for the balance of accounts that others share: it is worked on alone; they are locked last."""


class Work:
    """The order, its tranches and lots as they are now in this transaction, and the recording of what changes."""

    def __init__(self, *, act: Act, row: Mapping[str, Any], earned: dict[str, int] | None = None) -> None:
        """`earned` is what orders of the same supplier and currency, worked on in the same transaction and not written
        yet, have moved before this one."""
        self.act = act
        self.recording = Recording(act)
        self.payment = PaymentRow.from_json(row["payment"]) if row["payment"] else None
        self.whole = self._before = _whole(row)
        self.chain = Chain("order", self.order.id, row["head"]["seq"], bytes.fromhex(row["head"]["hash"]))
        self._order_changed = False
        self._tranches_changed: set[int] = set()
        self._tranches_stepped: set[int] = set()
        self._between: list[Tranche] = []
        self._lots_changed: set[int] = set()
        self._lots_new: set[int] = set()
        self._purse: dict[str, int] = {}
        self._in_company = earned is not None
        self._earned = dict(NOTHING_EARNED) if earned is None else earned
        self.guarantee = Guarantee.of(row.get("guarantee"))
        self._back = SendBack()

    # --- reading ---------------------------------------------------------------------------------------------

    @property
    def order(self) -> Order:
        """The order as it is now."""
        return self.whole.order

    @property
    def now(self) -> datetime:
        """The moment of the act."""
        return self.act.now

    @property
    def programme(self) -> Programme:
        """The version pinned to the order when it was signed."""
        return programme_of(name=self.order.programme_name, version=self.order.programme_version)

    def lateness_cancel_on(self, ship_on: date) -> date:
        """The first day on which the buyer may cancel for lateness, by the contract's clause or the programme."""
        clause = agreement(contract_id=self.order.contract_id).document.late
        return programme_rules.lateness_cancel_on(programme=self.programme, expected_on=ship_on, clause=clause)

    def mark(self, kind: str) -> dict[str, Any]:
        """What an event says of penalty points it brings to the supplier, on the supplier's local day."""
        points = self.programme.points.weights.get(kind, 0)
        return {"kind": kind, "on": local_day(self.now, self.order.supplier_zone).isoformat(), "points": points}

    def account(self, code: str) -> Account:
        """The account of this order, its supplier, or the operator, in the order's currency."""
        order = self.order
        if code in _OF_ORDER:
            return of_order(code, order.id, order.currency)
        if code in _OF_SUPPLIER:
            return of_supplier(code, order.supplier_id, order.currency)
        return of_operator(code, order.currency)

    def lot(self, number: int) -> Lot:
        """A lot of the order, or the refusal `not_found`."""
        found = self.whole.lot(number)
        if found is None:
            raise NotFound(lot=number)
        return found

    def tranche(self, number: int) -> Tranche:
        """A tranche of the order, or the refusal `not_found`."""
        found = self.whole.tranche(number)
        if found is None:
            raise NotFound(tranche=number)
        return found

    # --- changing rows ---------------------------------------------------------------------------------------

    def change(self, **changes: Any) -> None:
        """Change the order's row."""
        self.whole = replace(self.whole, order=replace(self.order, **changes))
        self._order_changed = True

    def step(self, verb: str, **changes: Any) -> None:
        """Take a step of the order's lifecycle; refusals as the table says."""
        target = lifecycles.ORDER.step(state=self.order.state, verb=verb, role=self.act.role)
        self.change(state=target, **changes)

    def change_tranche(self, number: int, **changes: Any) -> None:
        """Change a tranche's row."""
        tranches = tuple(replace(row, **changes) if row.number == number else row for row in self.whole.tranches)
        self.whole = replace(self.whole, tranches=tranches)
        self._tranches_changed.add(number)

    def step_tranche(self, number: int, verb: str, **changes: Any) -> None:
        """Take a step of a tranche's lifecycle."""
        before = self.tranche(number)
        target = lifecycles.TRANCHE.step(state=before.state, verb=verb, role=self.act.role)
        if number in self._tranches_stepped:
            # Paid and used up in one act: the database is told each step, since it lets none be left out.
            self._between.append(before)
        self._tranches_stepped.add(number)
        self.change_tranche(number, state=target, **changes)

    def add_tranche(self, tranche: Tranche) -> None:
        """A tranche that an amendment adds; its row is there already."""
        self.whole = replace(self.whole, tranches=(*self.whole.tranches, tranche))

    def change_lot(self, number: int, **changes: Any) -> None:
        """Change a lot's row."""
        lots = tuple(replace(row, **changes) if row.number == number else row for row in self.whole.lots)
        self.whole = replace(self.whole, lots=lots)
        self._lots_changed.add(number)

    def step_lot(self, number: int, verb: str, **changes: Any) -> None:
        """Take a step of a lot's lifecycle."""
        target = lifecycles.LOT.step(state=self.lot(number).state, verb=verb, role=self.act.role)
        self.change_lot(number, state=target, **changes)

    def add_lot(self, lot: Lot) -> None:
        """A lot that did not exist before."""
        self.whole = replace(self.whole, lots=(*self.whole.lots, lot))
        self._lots_new.add(lot.number)

    # --- moving money ----------------------------------------------------------------------------------------

    def move(
        self,
        kind: str,
        debit: str,
        credit: str,
        amount_minor: int,
        *,
        place: int | None = None,
        tranche: int | None = None,
        rail: str | None = None,
        subject_id: UUID | None = None,
    ) -> None:
        """One transfer between accounts of this order; nothing when the amount is 0. Balances here follow."""
        if amount_minor == 0:
            return
        accounts = [
            of_rail(code, rail, self.order.currency) if rail and code in _OF_RAIL else self.account(code)
            for code in (debit, credit)
        ]
        self.recording.transfer(
            Transfer(kind, accounts[0], accounts[1], amount_minor, self.order.id, tranche, place or None, subject_id)
        )
        for code, delta in ((debit, -amount_minor), (credit, amount_minor)):
            if code == "escrow":
                self.whole = replace(self.whole, escrow_minor=self.whole.escrow_minor + delta)
            elif code == "frozen":
                self.whole = replace(self.whole, frozen_minor=self.whole.frozen_minor + delta)
            elif code in self._earned:
                self._earned[code] += delta

    def in_purse(self, code: str) -> int:
        """What stands on the supplier's balance (`payable`), its `deposit` or the operator's `reserve`, with what this
        act has moved already.

        All three are locked together, at the first question and before anything is decided on them. Raises `OnItsOwn`
        when others are worked on in the same transaction.
        """
        if self._in_company:
            raise OnItsOwn(str(self.order.id))
        if not self._purse:
            accounts = {name: self.account(name) for name in self._earned}
            found = book.lock(accounts=accounts.values())
            self._purse = {name: found[account] for name, account in accounts.items()}
        return self._purse[code] + self._earned[code]

    def in_guarantee(self) -> int:
        """The supplier's deposit as far as this act knows it: locked if anything was drawn from it, else as it was read
        with the order. What is kept back may then be a little more than is missing; the supplier can have that back."""
        if self._purse:
            return self.in_purse("deposit")
        return (self.guarantee.deposit_minor if self.guarantee else 0) + self._earned["deposit"]

    def send_back(self, *, amount_minor: int, claim_id: UUID | None = None, captured: PaymentRow | None = None) -> None:
        """Have refundable money sent to the instruments that paid when this act is written."""
        before = self._back
        self._back = SendBack(
            before.amount_minor + amount_minor, claim_id or before.claim_id, captured or before.captured
        )

    def refunded_at(self, place: int, amount_minor: int) -> None:
        """Note a refund of a place on its row and on the order's."""
        if place == money.REST:
            self.change(rest_refunded_minor=self.order.rest_refunded_minor + amount_minor)
        else:
            self.change_lot(place, refunded_minor=self.lot(place).refunded_minor + amount_minor)
        self.change(refunded_minor=self.order.refunded_minor + amount_minor)

    def frozen_at(self, place: int, delta_minor: int) -> None:
        """Note what more (or less) stands frozen for a place."""
        if place == money.REST:
            self.change(rest_frozen_minor=self.order.rest_frozen_minor + delta_minor)
        else:
            self.change_lot(place, frozen_minor=self.lot(place).frozen_minor + delta_minor)

    # --- the record ------------------------------------------------------------------------------------------

    def event(
        self,
        name: str,
        *,
        data: Mapping[str, Any] | None = None,
        private: Mapping[str, Any] | None = None,
        **about: UUID | None,
    ) -> UUID:
        """The event of this act on the order's chain."""
        concerned = {"order": self.order.id, "buyer": self.order.buyer_id, "supplier": self.order.supplier_id} | about
        return self.recording.event(self.chain, name, about=concerned, data=data, private=private)

    def deadline(
        self, kind: str, *, subject: tuple[str, UUID], due_at: datetime, who: str, basis: Mapping[str, Any]
    ) -> None:
        """Open a deadline of this order, in the zone of who must act."""
        zone = self.order.supplier_zone if who == "supplier" else self.order.buyer_zone
        basis = {**basis, **programme_rules.remind(programme=self.programme)}
        self.recording.deadline(
            kind=kind, subject=subject, order_id=self.order.id, due_at=due_at, zone=zone, who=who, basis=basis
        )

    def write(self, result: Any) -> Any:
        """Write rows, money and record together; the result comes back."""
        self.hand_over()
        return self.recording.write(result)

    def hand_over(self) -> None:
        """Give the recording every row that has changed: what is left is to write it, alone or together with others."""
        for row in self._between:
            self.recording.call(written.WRITE, {"tranches": [written.tranche(row)]})
        document: dict[str, Any] = {}
        if self._order_changed:
            document["orders"] = [written.order(self.order, before=self._before.order)]
        if self._tranches_changed:
            changed_rows = [row for row in self.whole.tranches if row.number in self._tranches_changed]
            document["tranches"] = [written.tranche(row) for row in changed_rows]
        if self._lots_new:
            document["new_lots"] = [written.new_lot(row) for row in self.whole.lots if row.number in self._lots_new]
        changed = self._lots_changed - self._lots_new
        if changed:
            document["lots"] = [
                written.lot(row, before=self._before.lot(row.number))
                for row in self.whole.lots
                if row.number in changed
            ]
        if document:
            self.recording.call(written.WRITE, document)
        self._instruct()

    def _instruct(self) -> None:
        if self._back.amount_minor:
            order, programme = self.order, self.programme
            refund_into(
                recording=self.recording,
                programme=programme,
                places=places_for(programme=programme, contract_id=order.contract_id, key=programme_rules.REFUND_START),
                order_id=order.id,
                currency=order.currency,
                amount_minor=self._back.amount_minor,
                zone=order.buyer_zone,
                claim_id=self._back.claim_id,
                captured=self._back.captured,
            )


def _whole(row: Mapping[str, Any]) -> Whole:
    balances = row["balances"] or {}
    return Whole(
        order=Order.from_row(row["order"]),
        tranches=tuple(Tranche.from_row(tranche) for tranche in row["tranches"]),
        lots=tuple(Lot.from_row(lot) for lot in row["lots"]),
        escrow_minor=int(balances.get("escrow", 0)),
        frozen_minor=int(balances.get("frozen", 0)),
    )


def read(*, order_id: UUID) -> Whole:
    """An order as it stands, for pages: nothing is locked, so nothing may be decided on it. Refusal: `not_found`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT orders_read_text(%s)", [order_id])
        row = cursor.fetchone()[0]
    if row is None:
        raise NotFound(order=str(order_id))
    return _whole(json.loads(row))


def lock(*, act: Act, order_id: UUID, payment_id: UUID | None = None) -> Work:
    """Lock an order and load all of it, in one round trip with the BEGIN of the transaction where nothing was asked in
    it before. Refusal: `not_found`."""
    (row,) = transactions.open_with("SELECT orders_lock_text(%s, %s)", [order_id, payment_id])
    if row is None:
        raise NotFound(order=str(order_id))
    return Work(act=act, row=json.loads(row))


def locked_chain(order_id: UUID) -> Chain:
    """The chain of an order, its row locked: for rooms that write about an order without working on it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM orders_order WHERE id = %s FOR UPDATE", [order_id])
        if cursor.fetchone() is None:
            raise NotFound(order=str(order_id))
    return held_chain(kind="order", chain_id=order_id)

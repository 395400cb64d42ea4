"""A quotation from its first version to its end, and everything that must not happen on the way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from holdfast.contracts import operations as contracts
from holdfast.contracts import programmes
from holdfast.contracts import queries as contract_queries
from holdfast.contracts.operations import talking
from holdfast.contracts.programmes import programme_of
from holdfast.fulfilment import suppliers
from holdfast.kernel.identifiers import public
from holdfast.kernel.refusals import Invalid, NotAllowed, NotFound, OutOfState
from holdfast.notices import operations as notices
from holdfast.notices.models import Notice
from holdfast.parties import cover
from holdfast.parties import operations as parties
from holdfast.parties.models import CoverLine
from holdfast.parties.operations import guarantee
from holdfast.programme.refusals import CurrencyNotCovered
from holdfast.record import events
from holdfast.record.act import clock
from holdfast.record.models import Deadline, Event
from holdfast.sourcing import comparing, models, operations, queries, rules
from holdfast.sourcing.queries import QuotationPage
from holdfast.terms.lint import lint
from holdfast.terms.lint.findings import tenth
from tests.sourcing.offers import (
    BELTS,
    CLIPS,
    HATS,
    SHIP_TO,
    counters,
    line,
    newest,
    offer,
    price,
    quotes,
    revises,
    without_direct,
)
from tests.world import World, refuses


def accepts(world: World, page: QuotationPage, *, role: str = "buyer", **more: Any) -> Any:
    act = world.buyer() if role == "buyer" else world.supplier()
    return contracts.accept_quotation(act=act, quotation_id=page.id, version=page.version, **more)


def names(page: QuotationPage) -> list[str]:
    return [told.name for told in events.story(chain_id=page.id)]


def seen(page: QuotationPage, role: str, world: World) -> QuotationPage:
    return queries.page(quotation_id=page.id, role=role, programme_of=programme_of, now=world.now)


def test_a_quotation_an_answer_another_version_and_the_draft(world: World) -> None:
    page = quotes(world)
    assert (page.state, page.version, page.waits_for, page.total_minor) == ("offered", 1, "buyer", 1_060_000)
    cheaper = [line("Hat", 1000, price(1000, 950))]
    countered = counters(world, page.id, lines=cheaper)
    assert (countered.state, countered.version, countered.waits_for) == ("countered", 2, "supplier")
    revised = revises(world, page.id, lines=[line("Hat", 1000, price(1000, 970, 940))])
    assert (revised.state, revised.version, revised.total_minor) == ("offered", 3, 1_030_000)
    draft = accepts(world, revised, external_id="po-7")
    assert (draft.state, draft.drafter, draft.currency, draft.total_minor) == ("draft", "buyer", "USD", 1_030_000)
    done = seen(page, "supplier", world)
    assert (done.state, done.contract_id, done.acts, done.waits_for) == ("accepted", draft.id, (), None)
    assert names(page) == ["quotation.offered", "quotation.countered", "quotation.revised", "quotation.accepted"]
    assert not Deadline.objects.filter(subject_id=page.id, state="open").exists()
    assert queries.of_contract(contract_id=draft.id) == (page.id, page.number)
    assert events.verify(chain_id=page.id).broken_at is None


def test_the_draft_says_what_was_offered_and_nothing_is_typed_again(world: World) -> None:
    page = quotes(world)
    draft = accepts(world, page)
    offered, agreed = page.document, draft.text["agreed"]
    for key in ("currency", "category", "charges", "specification", "criterion", "packaging", "documents", "incoterm"):
        assert agreed[key] == offered[key], key
    for key in ("place", "mode", "transit_days", "late", "partial_shipments", "remarks", "ship_to"):
        assert agreed[key] == offered[key], key
    assert agreed["ship"] == {"on": None, "days_after_payment": 30}
    assert [tranche["percent"] for tranche in agreed["payment"]["tranches"]] == ["30", "70"]
    assert [(one["quantity"], one["unit_price_minor"]) for one in agreed["lines"]] == [(1000, 1000)]
    assert (draft.programme, draft.total_minor) == ("standard", page.total_minor)
    told = Event.objects.get(chain_id=draft.order_id, name="contract.drafted").payload
    assert told["about"]["quotation"] == page.id.hex
    assert (told["data"]["quotation"], told["data"]["version"], told["data"]["offered"]) == (
        page.number,
        1,
        page.digest,
    )


def test_the_direct_price_is_never_what_the_contract_carries(world: World) -> None:
    for quoted, unit in ((CLIPS, 25), (BELTS, 178)):
        page = quotes(world, offer(lines=[quoted]))
        draft = accepts(world, page)
        assert "direct" not in str(draft.text)
        assert draft.text["agreed"]["lines"][0]["unit_price_minor"] == unit


@pytest.mark.parametrize(("quoted", "tenths", "fee"), [(CLIPS, 87, 625), (BELTS, 17, 22_250)])
def test_the_buyer_sees_what_protection_adds_and_what_it_buys(
    world: World, quoted: dict[str, Any], tenths: int, fee: int
) -> None:
    page = seen(quotes(world, offer(lines=[quoted])), "buyer", world)
    assert page.buys.whole is not None
    assert (page.buys.whole.tenths, page.buys.fee_minor) == (tenths, fee)
    assert page.buys.held_minor == page.total_minor == page.buys.cover_minor
    assert page.buys.claim_days == newest().window["quality"].days


def test_another_quantity_takes_its_own_break(world: World) -> None:
    draft = accepts(world, quotes(world), quantities={1: 5000})
    assert [(one["quantity"], one["unit_price_minor"]) for one in draft.text["agreed"]["lines"]] == [(5000, 900)]


def test_the_supplier_accepts_a_counter_offer_and_drafts(world: World) -> None:
    page = counters(world, quotes(world).id, lines=[line("Hat", 1000, price(1000, 950))])
    draft = accepts(world, page, role="supplier")
    assert (draft.drafter, draft.total_minor) == ("supplier", 1_010_000)
    with pytest.raises(NotFound):
        contract_queries.contract_for(caller=world.caller(world.alma), ref=public("con", draft.id))


# --- refusals --------------------------------------------------------------------------------------------------------


def test_what_is_accepted_is_not_accepted_twice(world: World) -> None:
    page = quotes(world)
    accepts(world, page)
    with refuses(OutOfState):
        accepts(world, page)


def test_only_the_latest_version_is_accepted(world: World) -> None:
    page = quotes(world)
    revises(world, page.id, remarks="dearer soon")
    with refuses(rules.OtherVersion, accepted=2, found=1):
        accepts(world, page)


def test_what_is_over_is_not_accepted_nor_countered(world: World) -> None:
    page = quotes(world, offer(valid_until="2026-03-05"))
    world.now += timedelta(days=5)
    with refuses(rules.QuotationExpired):
        accepts(world, page)
    with refuses(rules.QuotationExpired):
        counters(world, page.id)


def test_a_quantity_below_the_first_break_or_of_no_line_is_not_accepted(world: World) -> None:
    page = quotes(world)
    with refuses(rules.BelowFirstBreak, accepted="500 or more"):
        accepts(world, page, quantities={1: 499})
    with refuses(Invalid, field="quantities", accepted=[1]):
        accepts(world, page, quantities={2: 500})
    with refuses(Invalid, field="quantities"):
        accepts(world, page, quantities={1: 0})


def test_somebody_must_say_where_the_goods_go(world: World) -> None:
    page = quotes(world, offer(ship_to=None))
    with refuses(rules.DestinationMissing, field="ship_to"):
        accepts(world, page)
    with refuses(Invalid, field="ship_to.country"):
        accepts(world, page, ship_to={**SHIP_TO, "country": "XX"})
    assert accepts(world, page, ship_to=SHIP_TO).text["agreed"]["ship_to"]["city"] == "New York"


def test_each_side_does_only_its_own(world: World) -> None:
    page = quotes(world)
    own: dict[str, Any] = {"quotation_id": page.id, "programme_of": programme_of}
    with refuses(NotAllowed):
        operations.revise(act=world.buyer(), document=offer(), **own)
    with refuses(NotAllowed):
        operations.counter(act=world.supplier(), document=without_direct(offer()), **own)
    with refuses(NotAllowed):
        contracts.accept_quotation(act=world.supplier(), quotation_id=page.id, version=1)
    with refuses(NotAllowed):
        operations.decline(act=world.supplier(), reason="price", **own)
    with refuses(NotAllowed):
        operations.withdraw(act=world.buyer(), **own)


def test_a_counter_offer_names_no_direct_price_and_no_other_currency(world: World) -> None:
    page = quotes(world)
    with refuses(rules.DirectPriceNotYours, field="lines.0.prices.1.direct_price_minor"):
        counters(world, page.id, lines=[HATS])
    with refuses(Invalid, field="currency", accepted="USD"):
        counters(world, page.id, currency="EUR")
    with refuses(Invalid, field="valid_until"):
        counters(world, page.id, valid_until="2026-03-01")


def test_a_quotation_goes_from_a_supplier_to_somebody_else(world: World) -> None:
    given: dict[str, Any] = {"programme": newest(), "programme_of": programme_of, "document": offer()}
    with refuses(rules.QuotedToOneself):
        operations.offer(act=world.supplier(), buyer_id=world.boris.organisation_id, **given)
    with refuses(rules.BuyerUnknown):
        operations.offer(act=world.supplier(), buyer_id=world.ingrid.organisation_id, **given)
    with refuses(NotAllowed):
        operations.offer(act=world.buyer(), buyer_id=world.boris.organisation_id, **given)
    with refuses(NotAllowed):
        operations.offer(act=world.act(world.alma, "supplier"), buyer_id=world.boris.organisation_id, **given)


def test_payment_details_are_refused_wherever_they_stand(world: World) -> None:
    page = quotes(world)
    with refuses(rules.DetailsInText, field="remarks", found="iban"):
        revises(world, page.id, remarks="pay DE89370400440532013000")
    with refuses(rules.DetailsInText, field="note", found="handle"):
        operations.decline(
            act=world.buyer(), quotation_id=page.id, programme_of=programme_of, reason="other", note="QQ 12345678"
        )


def test_the_database_keeps_versions_and_parties_as_they_were(world: World) -> None:
    page = quotes(world)
    for change in (
        lambda: models.QuotationVersion.objects.filter(quotation_id=page.id).update(total_minor=1),
        lambda: models.Quotation.objects.filter(id=page.id).update(buyer_id=world.chen.organisation_id),
        lambda: models.Quotation.objects.filter(id=page.id).update(state="accepted"),
        lambda: models.Quotation.objects.filter(id=page.id).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


# --- ends ------------------------------------------------------------------------------------------------------------


def test_declining_says_why(world: World) -> None:
    page = quotes(world)
    done = operations.decline(
        act=world.buyer(), quotation_id=page.id, programme_of=programme_of, reason="cover", note="too large for you"
    )
    assert (done.state, done.decline_reason, done.acts) == ("declined", "cover", ())
    told = events.story(chain_id=page.id)[-1]
    assert (told.name, told.data["reason"], told.private) == (
        "quotation.declined",
        "cover",
        {"note": "too large for you"},
    )


def test_the_supplier_declines_a_counter_offer_and_the_buyer_withdraws_one(world: World) -> None:
    first = counters(world, quotes(world).id)
    declined = operations.decline(
        act=world.supplier(), quotation_id=first.id, programme_of=programme_of, reason="capacity"
    )
    assert declined.state == "declined"
    second = counters(world, quotes(world).id)
    assert (
        operations.withdraw(act=world.buyer(), quotation_id=second.id, programme_of=programme_of).state == "withdrawn"
    )
    third = quotes(world)
    assert (
        operations.withdraw(act=world.supplier(), quotation_id=third.id, programme_of=programme_of).state == "withdrawn"
    )


def test_it_expires_at_the_end_of_its_day_where_the_buyer_is(world: World) -> None:
    page = quotes(world, offer(valid_until="2026-03-05"))
    # 23:59:59 in New York is five hours later in UTC.
    assert page.due_at.isoformat() == "2026-03-06T04:59:59+00:00"
    with refuses(rules.StillValid):
        operations.expire(act=clock(world.now), quotation_id=page.id)
    world.days_pass(6)
    assert seen(page, "buyer", world).state == "expired"
    assert names(page)[-1] == "quotation.expired"
    with refuses(OutOfState):
        operations.expire(act=clock(world.now), quotation_id=page.id)


def test_a_counter_offer_is_answered_by_the_suppliers_own_day(world: World) -> None:
    page = counters(world, quotes(world).id, valid_until="2026-03-05")
    assert page.due_at.isoformat() == "2026-03-05T15:59:59+00:00"


# --- who sees and hears what -----------------------------------------------------------------------------------------


def test_a_quotation_is_there_for_its_two_sides_and_the_operator(world: World) -> None:
    ref = public("quo", quotes(world).id)
    roles = {
        name: queries.quotation_for(caller=world.caller(who), ref=ref).role
        for name, who in {"alma": world.alma, "boris": world.boris, "dana": world.dana, "fin": world.fin}.items()
    }
    assert roles == {"alma": "buyer", "boris": "supplier", "dana": "mediator", "fin": "operator"}
    with pytest.raises(NotFound):
        queries.quotation_for(caller=world.caller(world.chen), ref=ref)


def test_both_sides_read_its_events_and_a_stranger_none(world: World) -> None:
    page = quotes(world)
    for party, there in ((world.alma, True), (world.boris, True), (world.chen, False)):
        chains = set(contract_queries.chains_of(organisation_id=party.organisation_id))
        assert (page.id in chains) is there


def test_what_the_buyer_drafts_of_it_stays_hidden_from_the_supplier(world: World) -> None:
    draft = accepts(world, quotes(world))
    chains = set(contract_queries.chains_of(organisation_id=world.boris.organisation_id))
    assert draft.order_id not in chains


def test_the_other_side_is_told_with_its_deadline_and_a_link(world: World) -> None:
    page = quotes(world)
    notices.relay(now=world.now)
    told = Notice.objects.get(kind="quotation.offered")
    assert told.person_id == world.alma.person_id
    assert page.number in told.subject
    assert f"/quotations/{public('quo', page.id)}/" in told.text
    assert "Answer the quotation: by" in told.text
    assert told.deadlines == [Deadline.objects.get(subject_id=page.id).id]


def test_the_other_side_is_told_of_a_message_with_a_link_and_nobody_twice(world: World) -> None:
    page = quotes(world)
    notices.relay(now=world.now)
    talking.send(act=world.supplier(), quotation_id=page.id, text="The felt has come.")
    notices.relay(now=world.now)
    told = Notice.objects.get(kind="message.sent")
    assert told.person_id == world.alma.person_id
    assert page.number in told.subject
    assert f"/quotations/{public('quo', page.id)}/" in told.text
    assert "felt" not in told.text


def test_a_programme_may_hide_the_direct_price_from_the_buyer(world: World) -> None:
    row = programmes.latest(name="standard")
    # Another version than other tests publish: a process keeps what it has read.
    text = row.text.replace("version = 2", "version = 9").replace("[fees]", "[fees]\nhides_direct_price = true")
    contracts.publish_programme(act=world.operator(), text=text)
    page = quotes(world)
    assert page.buys.whole is not None
    buyer = seen(page, "buyer", world)
    assert (buyer.buys.whole, buyer.buys.lines, buyer.direct_hidden) == (None, (), True)
    assert "960" not in str(buyer.document)
    kept = queries.versions(quotation_id=page.id, role="buyer", programme_of=programme_of)
    assert "960" not in str(kept)
    assert programme_of(name="standard", version=2).digest == row.digest


def test_versions_are_kept_with_what_each_changed(world: World) -> None:
    page = counters(world, quotes(world).id, lead_time_days=20)
    revises(world, page.id, lead_time_days=25)
    kept = queries.versions(quotation_id=page.id, role="supplier", programme_of=programme_of)
    assert [(one.number, one.side) for one in kept] == [(1, "supplier"), (2, "buyer"), (3, "supplier")]
    assert [[(change.path, change.before, change.after) for change in one.changes] for one in kept] == [
        [],
        [("lead_time_days", 30, 20)],
        [("lead_time_days", 20, 25)],
    ]


# --- comparison and cover --------------------------------------------------------------------------------------------


def compared(world: World, *pages: QuotationPage, **rates: Any) -> comparing.Comparison:
    ids = [page.id for page in pages]
    return comparing.compare(
        quotation_ids=ids,
        rates=comparing.read_rates(**rates),
        records=suppliers.records_for(quotation_ids=ids),
        programme_of=programme_of,
    )


def test_two_quotations_side_by_side(world: World) -> None:
    boris = quotes(world)
    chen = quotes(world, offer(incoterm="DDP", lines=[line("Hat", 1000, price(1, 1020))]), by=world.chen)
    found = compared(world, boris, chen, freight_minor=90_000)
    assert [column.supplier.name for column in found.columns] == ["Chen Trading", "Boris Trading"]
    assert [column.figures.landed.total_minor for column in found.columns if column.figures.landed] == [
        1_080_000,
        1_150_000,
    ]
    first = found.columns[0].figures
    assert first.is_lowest
    assert (first.record.shipments, first.record.line_left_minor) == (0, 50_000_000)


def test_a_quotation_on_words_alone_makes_a_weaker_contract(world: World) -> None:
    firm = quotes(world)
    vague = quotes(world, offer(specification=[], remarks="High quality, as usual."), by=world.chen)
    found = {column.id: column.claimability_tenths for column in compared(world, firm, vague).columns}
    assert found[firm.id] > found[vague.id] == 0
    # What the comparison says is what the lint says of the draft that is accepted.
    draft = accepts(world, firm)
    assert tenth(lint(draft.text).score_percent) == f"{found[firm.id] / 10:.1f}"


def test_the_record_counts_shipments_and_what_is_left_of_the_line(world: World) -> None:
    world.ships(world.funded_order())
    late = world.funded_order()
    world.now += timedelta(days=50)
    world.ships(late)
    guarantee.set_line(
        act=world.operator(),
        organisation_id=world.boris.organisation_id,
        currency="USD",
        line_minor=3_000_000,
        programme=newest(),
        reason="looked at",
    )
    known = suppliers.records(supplier_ids=[world.boris.organisation_id], currency="USD", programme=newest())
    record = known[world.boris.organisation_id]
    assert (record.shipments, record.on_time) == (2, 1)
    assert record.line_left_minor == 1_000_000


def test_cover_is_counted_once_wherever_it_is_asked_for(world: World) -> None:
    """What the list of suppliers says of a line is what a signature would find left of it, also without a verifier's
    word: ten times the cap, less what stands behind open orders."""
    world.signed_order()
    boris = world.boris.organisation_id
    line = cover.cover_left(organisation_id=boris, currency="USD", programme=newest())
    assert line is not None
    assert (line.set_minor, line.reserved_minor, line.left_minor) == (None, 1_000_000, 49_000_000)
    CoverLine.objects.filter(organisation_id=boris).update(line_minor=4_000_000)
    listed = suppliers.with_cover(programme=newest(), currency="USD", amount_minor=3_000_000)
    found = {row.name: (row.cap_minor, row.cover_minor, row.record.line_left_minor) for row in listed}
    assert found["Boris Trading"] == (5_000_000, 3_000_000, 3_000_000)
    counted = cover.newest_with_cover(currency="USD", least_minor=3_000_000, programme=newest())
    assert {one.organisation_name: one.one_order_minor for one in counted} == {
        row.name: row.cover_minor for row in listed
    }
    assert [row.name for row in suppliers.with_cover(programme=newest(), currency="USD", amount_minor=3_000_001)] == [
        "Chen Trading"
    ]


def test_suppliers_with_enough_cover(world: World) -> None:
    def found(amount_minor: int, **more: Any) -> list[str]:
        rows = suppliers.with_cover(programme=newest(), currency="USD", amount_minor=amount_minor, **more)
        return [row.name for row in rows]

    assert found(5_000_000) == ["Chen Trading", "Boris Trading"]
    assert found(5_000_000, limit=1) == ["Chen Trading"]
    assert found(5_000_000, before=world.chen.organisation_id) == ["Boris Trading"]
    assert found(5_000_001) == []
    act = world.operator()
    parties.set_tier(act=act, organisation_id=world.chen.organisation_id, tier="gold", reason="on site")
    assert found(10_000_000) == ["Chen Trading"]
    guarantee.set_line(
        act=act,
        organisation_id=world.chen.organisation_id,
        currency="USD",
        line_minor=4_000_000,
        programme=newest(),
        reason="looked at",
    )
    assert found(5_000_000) == ["Boris Trading"]
    parties.set_standing(act=act, organisation_id=world.boris.organisation_id, standing="suspended", reason="gone")
    assert found(1) == ["Chen Trading"]
    with pytest.raises(CurrencyNotCovered):
        suppliers.with_cover(programme=newest(), currency="CHF", amount_minor=1)

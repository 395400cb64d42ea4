"""The catalogue of events lists exactly what the code records, as it is recorded."""

from __future__ import annotations

from holdfast.cli.docs import source
from holdfast.record.models import Event
from holdfast.webhooks.catalogue import kinds, known_kinds
from holdfast.webhooks.rules import OWN
from tests.world import World


def test_every_kind_that_is_recorded_is_in_the_catalogue_and_no_other() -> None:
    source.modules()
    recorded = {one.name for one in source.handed_to("event", keyword="event")}
    assert {one.name for one in kinds()} == recorded
    assert known_kinds() == {name for name in recorded if not name.startswith(OWN)}


def test_every_kind_says_what_happened_in_a_sentence_of_its_own() -> None:
    said = [one.says for one in kinds()]
    assert len(set(said)) == len(said)
    assert all(text[0].isupper() and not text.endswith(".") for text in said)


def test_what_is_recorded_looks_like_its_example(world: World) -> None:
    """A whole order, told: same chain, and figures that the example has."""
    order_id = world.delivered()
    world.receives(order_id)
    examples = {one.name: one for one in kinds()}
    recorded = list(Event.objects.all())
    assert len({event.name for event in recorded}) > 10
    for event in recorded:
        example = examples[event.name]
        assert event.chain_kind == example.chain, event.name
        assert set(event.payload["about"]) <= set(example.about) | {"payer", "buyer", "supplier"}, event.name
        assert set(event.payload["data"]) <= set(example.data), event.name


def test_an_example_is_what_a_receiver_gets() -> None:
    for one in kinds():
        example = one.example()
        assert set(example) == {"type", "timestamp", "data", "organisation_ids"}
        assert example["type"] == example["data"]["name"] == one.name

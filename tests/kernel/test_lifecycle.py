"""A lifecycle's guard, its diagram and "what may I do now" all say what its table says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.kernel.lifecycle import Lifecycle, step
from holdfast.kernel.refusals import NotAllowed, OutOfState

DOOR = Lifecycle(
    name="door",
    initial="closed",
    steps=(
        step("open", "closed", "opened", "guest", "host"),
        step("close", "opened", "closed", "host"),
        step("lock", "closed", "locked", "host"),
        step("open", "locked", "opened", "host"),
        step("wall_up", "closed", "walled", "mason"),
    ),
)

STATES, VERBS, ROLES = ("a", "b", "c", "d"), ("go", "stop", "turn"), ("buyer", "supplier", "clock")


@st.composite
def lifecycles(draw: st.DrawFn) -> Lifecycle:
    """Any table that is one: each verb leads from a state to one place."""
    places = draw(st.sets(st.tuples(st.sampled_from(VERBS), st.sampled_from(STATES)), min_size=1))
    rows = [
        step(verb, source, draw(st.sampled_from(STATES)), *draw(st.sets(st.sampled_from(ROLES), min_size=1)))
        for verb, source in sorted(places)
    ]
    return Lifecycle(name="thing", initial="a", steps=tuple(rows))


def test_the_table_decides() -> None:
    assert DOOR.step(state="closed", verb="open", role="guest") == "opened"
    assert DOOR.open_verbs(state="closed", role="host") == ("open", "lock")
    assert DOOR.states == ("closed", "opened", "locked", "walled")
    assert DOOR.final("walled")
    assert not DOOR.final("locked")


@pytest.mark.parametrize(
    ("state", "verb", "role", "refusal"),
    [
        ("closed", "close", "guest", NotAllowed),  # never a guest's act, whatever the state
        ("locked", "open", "guest", NotAllowed),  # a guest's act, but not from here
        ("closed", "close", "host", OutOfState),
        ("walled", "open", "guest", OutOfState),
        ("closed", "paint", "host", NotAllowed),
    ],
)
def test_what_the_table_does_not_hold_is_refused(state: str, verb: str, role: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        DOOR.step(state=state, verb=verb, role=role)


def test_out_of_state_says_from_where_it_would_do() -> None:
    with pytest.raises(OutOfState) as caught:
        DOOR.step(state="walled", verb="open", role="host")
    assert caught.value.accepted == ["closed", "locked"]
    assert caught.value.facts == {"subject": "door", "verb": "open", "state": "walled"}


def test_a_verb_leads_from_a_state_to_one_place() -> None:
    with pytest.raises(ValueError, match="twice"):
        Lifecycle("x", "a", (step("go", "a", "b", "host"), step("go", "a", "c", "guest")))


@given(lifecycles(), st.sampled_from(STATES), st.sampled_from(VERBS), st.sampled_from(ROLES))
def test_guard_menu_and_moves_agree(lifecycle: Lifecycle, state: str, verb: str, role: str) -> None:
    allowed = lifecycle.allows(state=state, verb=verb, role=role)
    assert allowed == (verb in lifecycle.open_verbs(state=state, role=role))
    try:
        target = lifecycle.step(state=state, verb=verb, role=role)
    except (NotAllowed, OutOfState):
        assert not allowed
    else:
        assert allowed
        assert (state, target) in set(lifecycle.moves())


@given(lifecycles())
def test_the_diagram_shows_every_row_once(lifecycle: Lifecycle) -> None:
    drawn = lifecycle.mermaid().splitlines()
    assert drawn[:2] == ["stateDiagram-v2", "    [*] --> a"]
    for row in lifecycle.steps:
        line = f"    {row.source} --> {row.target}: {row.verb} ({', '.join(sorted(row.by))})"
        assert drawn.count(line) == 1

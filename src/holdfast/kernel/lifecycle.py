"""A lifecycle is a table of steps: verb, from, to, who.

The guard in Python, the trigger in the database, the diagram, the exhaustive test and "what may I do now" are
all read from the same rows. A lifecycle knows states, not money or time: those are for the rules.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from holdfast.kernel.refusals import NotAllowed, OutOfState


@dataclass(frozen=True, slots=True)
class Step:
    """One row: `verb` leads from `source` to `target` and is open to the roles in `by`."""

    verb: str
    source: str
    target: str
    by: frozenset[str]


def step(verb: str, source: str, target: str, *by: str) -> Step:
    """A row of the table, as people write it."""
    return Step(verb, source, target, frozenset(by))


@dataclass(frozen=True)
class Lifecycle:
    """The whole table of one noun."""

    name: str
    initial: str
    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        seen: set[tuple[str, str]] = set()
        for row in self.steps:
            if (row.verb, row.source) in seen:
                raise ValueError(f"{self.name}: {row.verb} from {row.source} stands twice")
            seen.add((row.verb, row.source))

    @cached_property
    def states(self) -> tuple[str, ...]:
        """Every state, the initial one first, then in the order of the table."""
        names = [self.initial]
        for row in self.steps:
            names.extend(name for name in (row.source, row.target) if name not in names)
        return tuple(names)

    @cached_property
    def verbs(self) -> tuple[str, ...]:
        """Every verb, in the order of the table."""
        return tuple(dict.fromkeys(row.verb for row in self.steps))

    @cached_property
    def roles(self) -> frozenset[str]:
        """Everyone who has any part in it."""
        return frozenset().union(*(row.by for row in self.steps))

    def final(self, state: str) -> bool:
        """True when nothing leads on from here."""
        return not any(row.source == state for row in self.steps)

    def find(self, *, state: str, verb: str) -> Step | None:
        """The row for a verb in a state, if there is one."""
        return next((row for row in self.steps if row.verb == verb and row.source == state), None)

    def allows(self, *, state: str, verb: str, role: str) -> bool:
        """Whether this role may do this now."""
        row = self.find(state=state, verb=verb)
        return row is not None and role in row.by

    def step(self, *, state: str, verb: str, role: str) -> str:
        """The state a verb leads to.

        Refusals: `NotAllowed` if the role never does this, `OutOfState` if not from here.
        """
        if not any(row.verb == verb and role in row.by for row in self.steps):
            raise NotAllowed(subject=self.name, verb=verb, role=role)
        row = self.find(state=state, verb=verb)
        if row is None:
            sources = [other.source for other in self.steps if other.verb == verb and role in other.by]
            raise OutOfState(subject=self.name, verb=verb, state=state, accepted=sources)
        if role not in row.by:
            raise NotAllowed(subject=self.name, verb=verb, role=role, state=state)
        return row.target

    def open_verbs(self, *, state: str, role: str) -> tuple[str, ...]:
        """What this role may do in this state, by the table alone."""
        return tuple(row.verb for row in self.steps if row.source == state and role in row.by)

    def moves(self) -> Iterator[tuple[str, str]]:
        """Each (from, to) once: what the database accepts."""
        yield from dict.fromkeys((row.source, row.target) for row in self.steps)

    def mermaid(self) -> str:
        """The diagram, for documents."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial}"]
        lines.extend(
            f"    {row.source} --> {row.target}: {row.verb} ({', '.join(sorted(row.by))})" for row in self.steps
        )
        lines.extend(f"    {state} --> [*]" for state in self.states if self.final(state))
        return "\n".join(lines)

"""The engines that assess a case, by version: old ones stay runnable, so that a recorded assessment can be replayed.

A version's answers never change; a change that would alter one is the next version.
"""

from typing import Protocol

from holdfast.claims.engines import v1
from holdfast.claims.engines.v1.assessment import Assessment
from holdfast.claims.facts import AssessmentFacts
from holdfast.kernel.refusals import NotFound
from holdfast.programme import Programme


class Engine(Protocol):
    """One version of the assessment."""

    def __call__(self, *, programme: Programme, facts: AssessmentFacts) -> Assessment:
        """What the rules compute for the case."""


class EngineUnknown(NotFound):
    """There is no engine of this version."""


ENGINES: dict[str, Engine] = {v1.VERSION: v1.assess}
LATEST = v1.VERSION


def engine(version: str) -> Engine:
    """The engine of a version.

    Refusals: `EngineUnknown`.
    """
    if version not in ENGINES:
        raise EngineUnknown(field="engine", accepted=list(ENGINES), found=version)
    return ENGINES[version]


__all__ = ["ENGINES", "LATEST", "Assessment", "Engine", "EngineUnknown", "engine"]

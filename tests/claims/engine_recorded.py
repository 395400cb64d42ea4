"""Assessments as engine 1 gave them, kept beside the tests; `python -m tests.claims.engine_recorded` writes them anew.

A recording is replaced only before the first release: afterwards another answer is another engine.
"""

import json
import sys
from pathlib import Path
from typing import Any

from holdfast.claims.engines import engine
from holdfast.claims.facts import AssessmentFacts
from holdfast.kernel.canonical import canonical, digest
from tests.claims.engine_cases import ACCEPT, BROKERAGE, CONTEST, INSPECTION, hairbands, hats, late, microcontroller
from tests.claims.engine_cases import shipped as programme

CASES: dict[str, tuple[str, AssessmentFacts]] = {
    "microcontroller_import": ("import", microcontroller(evidence=(INSPECTION, BROKERAGE), answer=CONTEST)),
    "microcontroller_standard": ("standard", microcontroller(evidence=(INSPECTION, BROKERAGE), answer=CONTEST)),
    "hats_accessories": ("accessories", hats()),
    "hairbands_accessories": ("accessories", hairbands(answer=ACCEPT)),
    "hairbands_import": ("import", hairbands(answer=ACCEPT)),
    "late_standard": ("standard", late(6)),
}


def path(name: str) -> Path:
    """Where a recording stands."""
    return Path(__file__).parent / "recorded" / f"{name}.json"


def answer(name: str, facts: AssessmentFacts) -> dict[str, Any]:
    """Engine 1's answer, without the programme's digest (that is the programme's own promise)."""
    found = engine("1")(programme=programme(CASES[name][0]), facts=facts).as_document()
    return {key: value for key, value in found.items() if key != "programme"}


def main() -> None:
    """Write every recording, or print the digest of each answer."""
    for name, (_programme, facts) in CASES.items():
        document = {"facts": facts.as_document(), "assessment": answer(name, facts)}
        if "--print" in sys.argv:
            sys.stdout.write(f"{name} {digest(canonical(document)).hex()}\n")
        else:
            path(name).parent.mkdir(exist_ok=True)
            text = json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False)
            path(name).write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""The cast, for every test of the edge."""

from __future__ import annotations

import pytest

from tests.parties.cast import Cast, assemble


@pytest.fixture
def cast(db: None) -> Cast:
    return assemble()

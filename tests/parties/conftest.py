"""The cast, for every test of this room."""

from __future__ import annotations

import pytest

from tests.parties.cast import Cast, assemble


@pytest.fixture
def cast(db: None) -> Cast:
    return assemble()

"""A mail server for the tests of notices."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.notices.post import Post, serving


@pytest.fixture
def post(settings: Any) -> Iterator[Post]:
    """Mails of this test go there."""
    with serving(settings) as handler:
        yield handler

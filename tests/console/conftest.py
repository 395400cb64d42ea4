"""One furnished marketplace a file: each test has it to itself, and leaves it as it was."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.console.furnished import Furnished, furnish


@pytest.fixture(scope="module")
def _furnished(django_db_setup: None, django_db_blocker: Any) -> Iterator[Furnished]:
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patched, transaction.atomic():
        yield furnish(patched)
        transaction.set_rollback(True)


@pytest.fixture
def made(_furnished: Furnished, django_db_blocker: Any) -> Iterator[Furnished]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield _furnished
        transaction.set_rollback(True)

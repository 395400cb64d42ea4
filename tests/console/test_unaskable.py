"""What no database can be asked for: a page that is not there, and no fault."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.console.furnished import Furnished
from tests.console.test_pages import client


@pytest.mark.parametrize(
    "path",
    [
        "/orders/?q=%00",
        f"{reverse('programme_terms_text', args=['standard', 2])}?digest=%00",
        reverse("programme_terms", args=["standard\x00", 2]),
    ],
)
def test_a_nul_in_an_address_is_no_fault(made: Furnished, path: str) -> None:
    assert client("boris").get(path).status_code == 404

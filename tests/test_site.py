"""The product over a real socket: what stands between a browser and a page, and not between a program and the API."""

from urllib.error import HTTPError
from urllib.request import Request, urlopen


def _answer(address: str, *, method: str = "GET") -> tuple[int, dict[str, str]]:
    request = Request(address, method=method, data=b"" if method == "POST" else None)
    try:
        with urlopen(request, timeout=10) as response:
            return response.status, dict(response.headers)
    except HTTPError as refusal:
        with refusal:
            return refusal.code, dict(refusal.headers)


def test_it_is_alive_and_reads_its_database(site: str) -> None:
    status, headers = _answer(f"{site}/healthz")
    assert status == 200
    assert "Set-Cookie" not in headers
    assert _answer(f"{site}/readyz")[0] == 200


def test_pages_are_guarded_against_forgery_and_the_api_needs_no_cookie(site: str) -> None:
    """The check against forged forms is a hook that the containing middleware must hand on."""
    assert _answer(f"{site}/accounts/login/")[0] == 200
    assert _answer(f"{site}/accounts/login/", method="POST")[0] == 403
    status, headers = _answer(f"{site}/v1/nothing-of-this-name", method="POST")
    assert status in {401, 404}
    assert headers["Content-Type"] == "application/problem+json"
    assert "Set-Cookie" not in headers

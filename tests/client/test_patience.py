"""What the client does when no answer comes, or one that is worth another attempt; and how it proves who it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from holdfast_client import (
    Conflict,
    Fault,
    Holdfast,
    HoldfastError,
    Invalid,
    NotAllowed,
    NotFound,
    Patience,
    Problem,
    TooManyRequests,
    Unauthenticated,
    Unreachable,
)
from holdfast_client.paths import in_path
from holdfast_client.reading import retry_after

ANSWER = {"now": "2026-03-02T09:00:00Z"}


class Server:
    """Answers in turn as it is told to; keeps what it was asked and how long the client waited between."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers, self.asked, self.waits = list(answers), list[httpx.Request](), list[float]()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def client(self, **more: object) -> Holdfast:
        given: dict[str, object] = {"key": "hf_test_x", **more}
        return Holdfast(
            "https://holdfast.example/",
            transport=httpx.MockTransport(self),
            sleep=self.waits.append,
            **given,  # type: ignore[arg-type]
        )

    def keys(self) -> set[str | None]:
        return {request.headers.get("Idempotency-Key") for request in self.asked}


def good() -> httpx.Response:
    return httpx.Response(200, json=ANSWER)


def no(status: int, **headers: str) -> httpx.Response:
    return httpx.Response(
        status, json={"code": "told", "detail": "No.", "field": "x", "accepted": [1]}, headers=headers
    )


def test_an_act_is_sent_again_under_the_key_it_was_sent_with() -> None:
    server = Server(httpx.ConnectError("gone"), no(503), httpx.ReadTimeout("silent"), no(500), good())
    assert server.client().advance_clock(advance_seconds=60) == ANSWER
    assert len(server.asked) == 5
    (key,) = server.keys()
    assert key
    assert len(key) >= 20
    assert all(json.loads(request.content) == {"advance_seconds": 60} for request in server.asked)


def test_each_act_has_a_key_of_its_own_and_a_given_one_is_kept() -> None:
    server = Server(good(), good(), good())
    client = server.client()
    client.advance_clock(advance_seconds=1)
    client.advance_clock(advance_seconds=1)
    client.advance_clock(advance_seconds=1, idempotency_key="mine")
    assert len(server.keys()) == 3
    assert server.asked[2].headers["Idempotency-Key"] == "mine"


def test_what_only_reads_has_no_key() -> None:
    server = Server(good())
    server.client().get_clock()
    assert server.keys() == {None}


def test_pauses_grow_and_what_the_server_says_counts_more() -> None:
    server = Server(no(429, **{"Retry-After": "7"}), no(502), no(502), no(502), good())
    server.client(patience=Patience(first_seconds=1.0)).get_clock()
    assert server.waits[0] == 7.0
    assert all(0 <= wait <= bound for wait, bound in zip(server.waits[1:], (2.0, 4.0, 8.0), strict=True))


def test_patience_ends_by_count_and_by_time() -> None:
    server = Server(*(httpx.ConnectError("gone") for _ in range(3)))
    with pytest.raises(Unreachable) as caught:
        server.client(patience=Patience(attempts=3)).advance_clock(advance_seconds=1, idempotency_key="mine")
    assert caught.value.idempotency_key == "mine"
    hurried = Server(no(429, **{"Retry-After": "3600"}))
    with pytest.raises(TooManyRequests) as told:
        hurried.client().get_clock()
    assert told.value.retry_after_seconds == 3600
    assert (len(hurried.asked), hurried.waits) == (1, [])


def test_what_will_not_change_is_not_asked_twice() -> None:
    kinds: list[tuple[int, type[Problem]]] = [
        *((400, Invalid), (401, Unauthenticated), (403, NotAllowed), (404, NotFound), (409, Conflict), (422, Invalid))
    ]
    for status, kind in kinds:
        server = Server(no(status))
        with pytest.raises(kind) as caught:
            server.client().get_clock()
        assert (caught.value.status, caught.value.code, caught.value.field, caught.value.accepted) == (
            *(status, "told", "x", [1]),
        )
        assert len(server.asked) == 1


def test_a_fault_that_stays_is_told_as_one_also_where_it_is_no_problem_document() -> None:
    server = Server(*(httpx.Response(502, text="<h1>Bad gateway</h1>") for _ in range(2)))
    with pytest.raises(Fault) as caught:
        server.client(patience=Patience(attempts=2)).get_clock()
    assert caught.value.code == "http_502"


def test_retry_after_is_read_as_seconds_and_as_a_date() -> None:
    now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    then = format_datetime(now + timedelta(seconds=90), usegmt=True)
    cases: dict[str, float | None] = {"5": 5.0, then: 90.0, "soon": None, "": None, "-3": None}
    assert {text: retry_after(httpx.Response(429, headers={"Retry-After": text}), now=now) for text in cases} == cases


def test_a_name_cannot_lead_to_another_address() -> None:
    assert in_path("a/b?c#d") == "a%2Fb%3Fc%23d"
    for name in ("", ".", ".."):
        with pytest.raises(ValueError, match="no name"):
            in_path(name)


# --- who asks ----------------------------------------------------------------------------------------------------


class Tokens:
    """Gives tokens that hold an hour, and takes the newest one only."""

    def __init__(self) -> None:
        self.given, self.asked, self.taken = 0, list[httpx.Request](), True

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if request.url.path == "/v1/oauth/token":
            self.given += 1
            return httpx.Response(200, json={"access_token": f"t{self.given}", "expires_in": 3600})
        fits = self.taken and request.headers["Authorization"] == f"Bearer t{self.given}"
        return good() if fits else no(401)


def by_token(tokens: Callable[[httpx.Request], httpx.Response]) -> Holdfast:
    transport = httpx.MockTransport(tokens)
    return Holdfast("https://h.example", client_id="key_1", client_secret="hf_test_s", transport=transport)


def test_a_token_is_got_once_kept_and_got_anew_when_it_is_refused() -> None:
    tokens = Tokens()
    client = by_token(tokens)
    assert client.get_clock() == client.get_clock() == ANSWER
    assert tokens.given == 1
    asking = tokens.asked[0]
    assert asking.headers["Authorization"].startswith("Basic ")
    assert asking.content == b"grant_type=client_credentials"
    tokens.given = 7
    assert client.get_clock() == ANSWER
    assert tokens.given == 8


def test_a_client_that_is_refused_is_told_so_and_does_not_go_on_asking() -> None:
    def refuses(request: httpx.Request) -> httpx.Response:
        return httpx.Response(401, json={"error": "invalid_client", "error_description": "unknown"})

    with pytest.raises(Unauthenticated) as caught:
        by_token(refuses).get_clock()
    assert (caught.value.code, caught.value.detail) == ("invalid_client", "unknown")
    tokens = Tokens()
    tokens.taken = False
    with pytest.raises(Unauthenticated):
        by_token(tokens).get_clock()
    assert tokens.given == 1


def test_a_token_is_waited_for_no_longer_than_anything_else_and_asked_for_again() -> None:
    token = httpx.Response(200, json={"access_token": "t1", "expires_in": 3600})
    busy = httpx.Response(429, json={"error": "slow_down"}, headers={"Retry-After": "3"})
    server = Server(httpx.Response(503), busy, token, good())
    client = server.client(key=None, client_id="key_1", client_secret="hf_test_s", timeout_seconds=7.0)
    assert client.get_clock() == ANSWER
    assert server.waits[1] == 3.0
    assert [request.url.path for request in server.asked[:3]] == ["/v1/oauth/token"] * 3
    assert {request.extensions["timeout"]["read"] for request in server.asked} == {7.0}


def test_a_token_that_is_none_is_told_as_a_fault() -> None:
    for strange in (httpx.Response(204), httpx.Response(200, text="<p>"), httpx.Response(200, json={"token": 1})):
        with pytest.raises(HoldfastError):
            Server(strange).client(key=None, client_id="key_1", client_secret="hf_test_s").get_clock()


def test_a_marketplace_says_for_whom_it_acts() -> None:
    server = Server(good(), good(), good())
    client = server.client(organisation="org_1")
    for one in (client, client.acting_for("org_2"), client.acting_for(None)):
        one.get_clock()
    assert [request.headers.get("Holdfast-Organisation") for request in server.asked] == ["org_1", "org_2", None]
    assert {request.headers["Authorization"] for request in server.asked} == {"Bearer hf_test_x"}

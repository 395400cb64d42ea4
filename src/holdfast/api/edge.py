"""The way in of a request: one query proves the key, finds the clock and any answer already given; then the gates,
then one operation.

It knows HTTP, keys and idempotency. It refuses to know any noun; the routers beside it do.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from ninja.parser import Parser
from ninja.security import HttpBearer

from holdfast.api import throttle
from holdfast.kernel.identifiers import parse
from holdfast.kernel.refusals import NotFound, Refusal
from holdfast.parties import keys, rules, standings, tokens
from holdfast.parties.access import Caller, caller_for_key
from holdfast.parties.entrance import client_address
from holdfast.record.act import Act, Command

Result = TypeVar("Result")
LONGEST_KEY = 255
LARGEST_JSON = 2 * 1024 * 1024
"""Far above any contract; reading more of it would keep a process from everybody else for too long."""
USE_NOTED_EVERY = timedelta(minutes=10)


class Unauthenticated(Refusal):
    """Send a valid API key, or a token of one, as `Authorization: Bearer …`."""

    status = 401


class KeyRevoked(Refusal):
    """This API key was revoked."""

    status = 401


class KeyExpired(Refusal):
    """This API key has run out."""

    status = 401


class WrongEnvironment(Refusal):
    """A live key opens no sandbox, and a test key no production."""

    status = 401


class TokenExpired(Refusal):
    """This token has run out: ask for another at `/v1/oauth/token`."""

    status = 401


class AddressNotAllowed(Refusal):
    """This API key may not be used from this address."""

    status = 403


class OrganisationRequired(Refusal):
    """A marketplace's key says for whom it acts: send `Holdfast-Organisation: org_…`."""

    status = 403


class IdempotencyKeyRequired(Refusal):
    """A request that acts needs an `Idempotency-Key` header of 1 to 255 printable ASCII characters."""

    status = 400


class KeyReused(Refusal):
    """This Idempotency-Key was used for another request."""

    status = 422


class UnsupportedMediaType(Refusal):
    """Bodies are JSON, sent as `application/json`."""

    status = 415


class BodyTooLarge(Refusal):
    """The body is larger than what is taken here; files are sent to their own addresses."""

    status = 413


class Replay(Exception):
    """The same command again: its first answer is given once more. Not a refusal; nothing else is asked."""

    def __init__(self, answered: keys.Answered) -> None:
        super().__init__()
        self.answered = answered


class Request(HttpRequest):
    """A request behind the key check. `allowance` is there where a rate is set."""

    auth: Caller
    allowance: throttle.Allowance


class StrictParser(Parser):
    """JSON as it should be: UTF-8 (RFC 8259, 8.1), no NaN, no key twice, no text that a database cannot keep."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body; ValueError is told as a 400 by the framework. Refusal: `unsupported_media_type`."""
        if request.content_type not in {"application/json", ""}:
            raise UnsupportedMediaType(field="Content-Type", accepted="application/json")
        if len(request.body) > LARGEST_JSON:
            raise BodyTooLarge(accepted={"at_most_bytes": LARGEST_JSON})
        try:
            # Told no encoding, the reader would guess at UTF-16, and let halves of surrogate pairs pass.
            document = json.loads(
                request.body.decode("utf-8-sig"), parse_constant=_no_constant, object_pairs_hook=_no_twice
            )
        except RecursionError as error:
            raise ValueError("nested too deeply") from error
        # Raw control characters are no JSON; escaped ones and halves of surrogate pairs are, and must be looked for.
        if b"\\u" in request.body:
            _check_text(document)
        return document


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def _no_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise ValueError("a key stands twice")
    return document


def _check_text(value: Any) -> None:
    match value:
        case str():
            if "\x00" in value:
                raise ValueError("NUL is no text")
            value.encode()
        case dict():
            for key, inner in value.items():
                _check_text(key)
                _check_text(inner)
        case list():
            for inner in value:
                _check_text(inner)
        case _:
            pass


class KeyAuth(HttpBearer):
    """`Authorization: Bearer hf_test_…`: answers the caller, or raises the refusal that says what is wrong.

    `alone` is for the few routes that a marketplace's key may ask for the marketplace itself.
    """

    def __init__(self, *, alone: bool = False) -> None:
        super().__init__()
        self._alone = alone

    def __call__(self, request: HttpRequest) -> Caller:
        """Every scheme but Bearer is nobody."""
        scheme, _space, text = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != "bearer":
            raise Unauthenticated
        return self.authenticate(request, text.strip())

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        """Prove the key, or the token that a key gave. A repeated command ends here with the answer it got first."""
        sent = keys.read(token) or tokens.read(token)
        if sent is None:
            raise Unauthenticated
        if sent.sandbox is not settings.SANDBOX:
            raise WrongEnvironment
        idempotency_key = _idempotency_key(request)
        named: str | None = request.META.get("HTTP_HOLDFAST_ORGANISATION")
        acting_for = None if named is None else parse("org", named)
        found = keys.look_up(prefix=sent.prefix, idempotency_key=idempotency_key, acting_for=acting_for)
        if found is None:
            raise Unauthenticated
        if isinstance(sent, tokens.Bearer):
            found = replace(found, scopes=found.scopes & sent.scopes)
        elif not keys.matches(text=token, found=found):
            raise Unauthenticated
        caller = caller_for_key(found=found)
        check_usable(request, found, caller)
        if isinstance(sent, tokens.Bearer) and sent.expires_at <= caller.now:
            raise TokenExpired
        check_rate(request, found)
        if named is not None and found.consent is None and acting_for != found.organisation_id:
            raise NotFound
        if found.organisation_kind == rules.MARKETPLACE and found.consent is None and not self._alone:
            raise OrganisationRequired(field="Holdfast-Organisation", accepted="org_…, of an organisation you serve")
        note_use(found, caller)
        if found.answered is not None:
            _replay_or_refuse(found.answered, fingerprint(request))
        return caller


def note_use(found: keys.Found, caller: Caller) -> None:
    """When the key was used last, to some minutes: reading shall cost no write."""
    if found.last_used_at is None or caller.now - found.last_used_at > USE_NOTED_EVERY:
        keys.touch(key_id=found.key_id, now=caller.now)


def check_usable(request: HttpRequest, found: keys.Found, caller: Caller) -> None:
    """Only asked once the secret is proven: a guesser learns nothing of a key's state."""
    if found.sandbox is not settings.SANDBOX:
        raise WrongEnvironment
    # Before what became of the key itself: with a marketplace all of its keys end, and this says why.
    if standings.has_ended(kind=found.organisation_kind, standing=found.standing):
        raise standings.MarketplaceEnded
    if found.revoked_at is not None:
        raise KeyRevoked
    if found.expires_at is not None and found.expires_at <= caller.now:
        raise KeyExpired
    if found.addresses and not rules.comes_from(address=client_address(request), networks=found.addresses):
        raise AddressNotAllowed


def check_rate(request: HttpRequest, found: keys.Found) -> None:
    """Refusal: `TooManyRequests`."""
    allowance = throttle.take(key=found.key_id)
    if allowance is None:
        return
    # The middleware tells it in headers, on refusals too.
    request.allowance = allowance  # type: ignore[attr-defined]
    if allowance.retry_after_seconds is not None:
        raise throttle.TooManyRequests(retry_after_seconds=allowance.retry_after_seconds)


ALONE = KeyAuth(alone=True)
"""For the routes that a marketplace's key may ask without saying for whom it acts."""


def owner(caller: Caller) -> UUID:
    """The organisation that a key acts for: there is no key without one."""
    if caller.organisation_id is None:
        raise TypeError("a key acts for its organisation")
    return caller.organisation_id


def _idempotency_key(request: HttpRequest) -> str | None:
    """The header of a POST, if it is there and usable."""
    if request.method != "POST":
        return None
    text: str | None = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if not text or len(text) > LONGEST_KEY or not text.isascii() or not text.isprintable():
        return None
    return text


def require_idempotency_key(request: HttpRequest) -> None:
    """For what is known by its content, and still is a request that acts. Refusal: `idempotency_key_required`."""
    if _idempotency_key(request) is None:
        raise IdempotencyKeyRequired(field="Idempotency-Key")


def fingerprint(request: HttpRequest) -> bytes:
    """What was asked: method, path and body, 32 bytes."""
    return sha256(
        b"\n".join([(request.method or "").encode(), request.get_full_path().encode(), request.body])
    ).digest()


def _replay_or_refuse(answered: keys.Answered, asked: bytes) -> None:
    if answered.fingerprint != asked:
        raise KeyReused
    raise Replay(answered)


def replayed(request: HttpRequest, replay: Replay) -> HttpResponse:
    """The first answer, byte for byte, with a header that says so."""
    answered = replay.answered
    response = HttpResponse(answered.body, status=answered.status, content_type="application/json")
    response["Idempotent-Replayed"] = "true"
    return response


def command(
    request: HttpRequest,
    *,
    caller: Caller,
    role: str,
    operation: Callable[[Act], Result],
    present: Callable[[Result], dict[str, Any]],
    status: int = 200,
    stored: Callable[[Result], dict[str, Any]] | None = None,
) -> HttpResponse:
    """Carry out one operation, at most once for its Idempotency-Key; the answer is stored by the same COMMIT.

    `stored` is what is kept for a repetition when that must be less than the answer (a secret shown once). A refusal
    keeps nothing and may be tried again under the same key.
    """
    idempotency_key = _idempotency_key(request)
    if idempotency_key is None:
        raise IdempotencyKeyRequired(field="Idempotency-Key")
    whose = owner(caller) if caller.through is None else caller.through.consent_id
    asked = fingerprint(request)
    act = caller.act(role=role, command=Command(whose, idempotency_key, asked, status, stored or present))
    try:
        result = operation(act)
    except (IntegrityError, Refusal):
        # A rival with the same key may have been first: then its answer is ours, whatever stopped us.
        answered = keys.answered(owner=whose, idempotency_key=idempotency_key)
        if answered is not None:
            _replay_or_refuse(answered, asked)
        raise
    return answer(present(result), status=status)


def answer(document: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A JSON answer, spelled as the stored one is."""
    return HttpResponse(json.dumps(document, separators=(",", ":")), status=status, content_type="application/json")

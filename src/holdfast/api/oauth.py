"""`POST /v1/oauth/token`: a key's ID and secret for a short-lived bearer token (RFC 6749, client credentials).

The grammar of the request and of its errors is the library's; which key may have what is said here. The answers are
those of RFC 6749 and no problem documents, since that is what its clients read.
"""

import base64
import binascii
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from oauthlib.oauth2.rfc6749.endpoints.pre_configured import BackendApplicationServer
from oauthlib.oauth2.rfc6749.errors import (
    CustomOAuth2Error,
    InvalidClientError,
    InvalidRequestError,
    UnauthorizedClientError,
)
from oauthlib.oauth2.rfc6749.request_validator import RequestValidator

from holdfast.api import edge, problems, throttle
from holdfast.kernel.identifiers import public
from holdfast.kernel.refusals import Refusal
from holdfast.parties import keys, standings, tokens
from holdfast.parties.access import Caller, caller_for_key

PATH = "/v1/oauth/token"
LARGEST = 16 * 1024


@dataclass(frozen=True, slots=True)
class Client:
    """A key that has proven itself; the name of the field is the library's."""

    client_id: str
    prefix: str
    found: keys.Found
    caller: Caller


class Keys(RequestValidator):
    """What the library asks of us."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__()
        self._request = request

    def client_authentication_required(self, request: Any, *args: Any, **kwargs: Any) -> bool:
        """Always."""
        return True

    def authenticate_client(self, request: Any, *args: Any, **kwargs: Any) -> bool:
        """By `Authorization: Basic`, or by two fields of the body; never both."""
        name, secret = _credentials(self._request, request)
        sent = keys.read(secret)
        if sent is None or sent.sandbox is not settings.SANDBOX:
            return False
        found = keys.look_up(prefix=sent.prefix, idempotency_key=None)
        if found is None or not keys.matches(text=secret, found=found) or name != public("key", found.key_id):
            return False
        caller = caller_for_key(found=found)
        try:
            edge.check_usable(self._request, found, caller)
            edge.check_rate(self._request, found)
        except (edge.AddressNotAllowed, standings.MarketplaceEnded, throttle.TooManyRequests) as refusal:
            raise _as_oauth(refusal, request) from refusal
        except Refusal as refusal:
            raise InvalidClientError(description=refusal.message(), request=request) from refusal
        edge.note_use(found, caller)
        request.client = Client(name, sent.prefix, found, caller)
        return True

    def validate_grant_type(self, client_id: Any, grant_type: str, *args: Any, **kwargs: Any) -> bool:
        """The one grant that keys have."""
        return grant_type == "client_credentials"

    def get_default_scopes(self, client_id: Any, request: Any, *args: Any, **kwargs: Any) -> list[str]:
        """All of the key's, where none are asked for."""
        return sorted(request.client.found.scopes)

    def validate_scopes(self, client_id: Any, scopes: Any, client: Client, *args: Any, **kwargs: Any) -> bool:
        """Some of the key's."""
        return bool(scopes) and client.found.scopes.issuperset(scopes)

    def save_bearer_token(self, token: Any, request: Any, *args: Any, **kwargs: Any) -> None:
        """Nothing is kept: the token says what it is."""


def _as_oauth(refusal: Refusal, request: Any) -> Exception:
    if isinstance(refusal, throttle.TooManyRequests):
        return CustomOAuth2Error("slow_down", status_code=429, description=refusal.message(), request=request)
    return UnauthorizedClientError(description=refusal.message(), request=request)


def _credentials(request: HttpRequest, asked: Any) -> tuple[str, str]:
    """The ID and the secret (RFC 6749, 2.3.1). In the header both are encoded like the fields of a form."""
    scheme, _space, text = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    in_body = (asked.client_id or "", asked.client_secret or "")
    if scheme.lower() != "basic":
        return in_body
    if asked.client_secret:
        raise InvalidRequestError(description="Send the secret once: in the header or in the body.", request=asked)
    try:
        name, _colon, secret = base64.b64decode(text.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return unquote_plus(name), unquote_plus(secret)


def _generate(request: Any, refresh_token: bool = False) -> str:
    """The token itself, as the library has it made."""
    client: Client = request.client
    return tokens.make(
        sandbox=client.found.sandbox,
        prefix=client.prefix,
        scopes=request.scopes,
        expires_at=client.caller.now + tokens.LIFETIME,
    )


@csrf_exempt
def token(request: HttpRequest) -> HttpResponse:
    """A token for a key: 200 with it, or an error as RFC 6749 (5.2) has it."""
    if request.method != "POST":
        refused = problems.from_status(405)
        refused["Allow"] = "POST"
        return refused
    server = BackendApplicationServer(
        Keys(request), token_generator=_generate, token_expires_in=int(tokens.LIFETIME.total_seconds())
    )
    said = request.headers.get("Content-Length", "")
    too_large = (said.isdigit() and int(said) > LARGEST) or len(request.body) > LARGEST
    form = request.content_type == "application/x-www-form-urlencoded" and not too_large
    body = request.body.decode("utf-8", "replace") if form else ""
    headers, text, status = server.create_token_response(PATH, "POST", body, dict(request.headers))
    response = HttpResponse(text, status=status, content_type="application/json")
    for name, value in headers.items():
        response[name] = value
    if status == 401:
        response["WWW-Authenticate"] = 'Basic realm="holdfast"'
    return response


_TEXT: dict[str, Any] = {"type": "string"}
SCHEMAS: dict[str, Any] = {
    "Token": {
        "type": "object",
        "description": "A bearer token, as RFC 6749 (5.1) has it.",
        "required": ["access_token", "token_type", "expires_in", "scope"],
        "properties": {
            "access_token": {**_TEXT, "description": "what is sent as `Authorization: Bearer …`"},
            "token_type": {**_TEXT, "const": "Bearer"},
            "expires_in": {"type": "integer", "description": "seconds"},
            "scope": {**_TEXT, "description": "the scopes that the token has, with spaces between them"},
        },
    },
    "TokenRefused": {
        "type": "object",
        "description": "Why there is no token, as RFC 6749 (5.2) has it.",
        "required": ["error"],
        "properties": {"error": _TEXT, "error_description": _TEXT},
    },
}


def _answer(description: str, schema: dict[str, Any], example: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema, "example": example}}}


def _error(description: str, *codes: str) -> dict[str, Any]:
    narrowed = {"type": "object", "properties": {"error": {"enum": list(codes)}}}
    schema = {"allOf": [{"$ref": "#/components/schemas/TokenRefused"}, narrowed]}
    return _answer(description, schema, {"error": codes[0]})


DESCRIBED: dict[str, Any] = {
    "operationId": "create_token",
    "summary": "Create Token",
    "description": (
        "A short-lived bearer token for a key (RFC 6749, client credentials). The key's ID and secret are sent as "
        "`Authorization: Basic` or as two fields, never both. Errors are those of RFC 6749, no problem documents."
    ),
    "tags": ["oauth"],
    "x-acts": False,
    "security": [],
    "parameters": [],
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "required": ["grant_type"],
                    "properties": {
                        "grant_type": {**_TEXT, "const": "client_credentials"},
                        "scope": {**_TEXT, "description": "some of the key's scopes, with spaces; all, if not sent"},
                        "client_id": {**_TEXT, "description": "the key's ID, `key_…`"},
                        "client_secret": {**_TEXT, "description": "the key's secret, `hf_…`"},
                    },
                }
            }
        },
    },
    "responses": {
        200: _answer(
            "The token.",
            {"$ref": "#/components/schemas/Token"},
            {"access_token": "ht_test_…", "token_type": "Bearer", "expires_in": 900, "scope": "orders:read"},
        ),
        400: _error(
            "The request is not one of this grant, or asks for what this key may not have.",
            "invalid_request",
            "invalid_scope",
            "unauthorized_client",
            "unsupported_grant_type",
        ),
        401: _error("No such key, or not its secret; or it has run out or was revoked.", "invalid_client"),
        429: _error("Too many requests with this key.", "slow_down"),
    },
}
"""The description of this address: no route of the framework, which knows nothing of forms like these."""

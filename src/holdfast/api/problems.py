"""How the API says no: RFC 9457 problem documents with a stable code, the field, and what would be accepted.

Every answer under /v1 that is not a success passes here, also those that the framework makes up on its way.
"""

import json
import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja.errors import HttpError, ValidationError

from holdfast.kernel.refusals import Refusal, every_refusal

log = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"
FRAMEWORK_CODES = {
    400: ("bad_request", "The request cannot be read."),
    401: ("unauthenticated", "Send a valid API key as `Authorization: Bearer hf_…`."),
    404: ("not_found", "There is no such thing, or it is not yours to see."),
    405: ("method_not_allowed", "This address does not know this method."),
    413: ("too_large", "The body is larger than what is taken here."),
    422: ("invalid", "The input cannot be used."),
    429: ("too_many_requests", "Too many requests: wait as long as `Retry-After` says."),
    500: ("fault", "Something broke on our side. Sending the same request with the same Idempotency-Key is safe."),
}


def problem(*, status: int, code: str, detail: str, members: Mapping[str, Any] | None = None) -> HttpResponse:
    """A problem document. `members` are the extra ones: field, accepted, facts, errors."""
    document = {
        "type": f"/v1/problems/{code}",
        "title": code.replace("_", " ").capitalize(),
        "status": status,
        "detail": detail,
        "code": code,
        **(members or {}),
    }
    response = HttpResponse(json.dumps(document, default=str), status=status, content_type=MEDIA_TYPE)
    if status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = "Bearer"
    return response


def from_refusal(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A refusal as its problem: code and message are its class's, the facts its own."""
    members: dict[str, Any] = {}
    if refusal.field is not None:
        members["field"] = refusal.field
    if refusal.accepted is not None:
        members["accepted"] = refusal.accepted
    if refusal.facts:
        members["facts"] = refusal.facts
    return problem(status=refusal.status, code=refusal.code(), detail=refusal.message(), members=members)


def from_status(status: int) -> HttpResponse:
    """The problem for a bare HTTP status."""
    phrase = HTTPStatus(status).phrase
    code, detail = FRAMEWORK_CODES.get(status, (phrase.lower().replace(" ", "_"), f"{phrase}."))
    return problem(status=status, code=code, detail=detail)


def from_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What the framework raises: a body that is not JSON, mostly. What our parser refused stands behind it."""
    if isinstance(error.__cause__, Refusal):
        return from_refusal(request, error.__cause__)
    return from_status(error.status_code)


def from_too_large(request: HttpRequest, error: Exception) -> HttpResponse:
    """A body above what any route takes."""
    return from_status(413)


def from_validation(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Every wrong field at once, each with what would be taken."""
    errors = [_wrong_field(found) for found in error.errors]
    code, detail = FRAMEWORK_CODES[422]
    members: dict[str, Any] = {"errors": errors}
    if errors:
        members["field"] = errors[0]["field"]
        if "accepted" in errors[0]:
            members["accepted"] = errors[0]["accepted"]
    return problem(status=422, code=code, detail=detail, members=members)


def _wrong_field(found: Mapping[str, Any]) -> dict[str, Any]:
    place: Sequence[Any] = found.get("loc", ())
    # The first part says body, query or path; for a body, and inside a value of a query, the second is the name of our
    # own parameter.
    path = place[2:] if list(place[:1]) == ["body"] or len(place) > 2 else place[1:]
    wrong: dict[str, Any] = {"field": ".".join(str(part) for part in path), "message": found.get("msg", "")}
    context = {name: value for name, value in (found.get("ctx") or {}).items() if name != "error"}
    if "expected" in context:
        wrong["accepted"] = context["expected"]
    elif context:
        wrong["accepted"] = context
    elif found.get("type") == "extra_forbidden":
        wrong["accepted"] = "no such field"
    return wrong


def from_fault(request: HttpRequest, error: Exception) -> HttpResponse:
    """A bug: told in the log with its trace, and to the caller as nothing more than that."""
    # As it was sent: a path with a line break in it writes no line of its own.
    log.error("fault at %s %s", request.method, request.get_full_path(), exc_info=error)
    return from_status(500)


def dressed(response: HttpResponseBase) -> HttpResponseBase:
    """A failure that the framework put into words of its own, as a problem."""
    if response.status_code < 400 or response.get("Content-Type", "").startswith(MEDIA_TYPE):
        return response
    plain = from_status(response.status_code)
    for name in ("Allow", "Retry-After"):
        if name in response:
            plain[name] = response[name]
    return plain


def catalogue() -> dict[str, tuple[int, str]]:
    """Every code there is, with its status and its sentence."""
    known = {code: (status, detail) for status, (code, detail) in FRAMEWORK_CODES.items()}
    known.update({refusal.code(): (refusal.status, refusal.message()) for refusal in every_refusal()})
    known.pop(Refusal.code(), None)
    return dict(sorted(known.items()))

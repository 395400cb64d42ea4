"""The API's description (OpenAPI 3.1), completed with what every route shares: problems, the key of an act, links, and
the one address that is none of the framework's: where tokens are given."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from holdfast.api import documents, examples, labels, links, oauth, refused
from holdfast.api.edge import LONGEST_KEY
from holdfast.parties.access import Caller

PROBLEM: dict[str, Any] = {
    "title": "Problem",
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "description": "stable; `/v1/problems` lists all of them"},
        "field": {"type": "string", "description": "dotted path into the input"},
        "accepted": {"description": "what would have been taken"},
        "facts": {"type": "object", "description": "the figures that explain it"},
        "errors": {"type": "array", "items": {"type": "object"}, "description": "every wrong field"},
    },
}
IDEMPOTENCY_KEY: dict[str, Any] = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": True,
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[ -~]+$"},
    "description": "Made up by you, one for each act. Sent again with the same request it brings the first answer.",
}
ACTS_NOT = {"x-acts": False}
"""For `openapi_extra` of a POST that changes nothing and so needs no key, like a preview."""


def gives(*kinds: str) -> dict[str, Any]:
    """For `openapi_extra` of a route whose answer is a file of one of these kinds, or of any (`*/*`)."""
    content = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in kinds}
    return {"responses": {200: {"description": "the file", "content": content}}}


class DescribedAPI(NinjaAPI):
    """An API whose description says what its edge does for every route."""

    def create_response(self, request: HttpRequest, data: Any, **more: Any) -> HttpResponse:
        """An answer; what is read carries the reader's own labels."""
        caller = getattr(request, "auth", None)
        if request.method == "GET" and isinstance(caller, Caller):
            labels.fill(data, caller=caller)
        return super().create_response(request, data, **more)

    def get_openapi_schema(self, **parts: Any) -> OpenAPISchema:
        """The framework's description, completed."""
        schema = documents.put_in(super().get_openapi_schema(**parts))
        schema["components"]["schemas"] |= {"Problem": PROBLEM, **documents.schemas(), **oauth.SCHEMAS}
        shared = schema["components"].setdefault("responses", {})
        for path in schema["paths"].values():
            for method, operation in path.items():
                if method == "post" and operation.get("x-acts", True):
                    operation.setdefault("parameters", []).append(IDEMPOTENCY_KEY)
                refused.put_into(operation, shared)
                examples.put_into(operation)
        links.put_into(schema)
        schema["paths"][oauth.PATH] = {"post": oauth.DESCRIBED}
        return schema

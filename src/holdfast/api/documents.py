"""The canonical documents inside answers (a contract's text, a verdict, an assessment), as the API's description has
them: made from the dataclasses that write them, so that the two cannot differ.

Answers carry these documents as they were hashed. They are described here and never read through a schema, which might
write them otherwise.
"""

from functools import cache
from typing import Annotated, Any

from pydantic import WithJsonSchema

from holdfast.claims.engines.v1.assessment import Assessment
from holdfast.claims.remedy import Line
from holdfast.contracts import shape
from holdfast.contracts.schema import CHOICES as CONTRACT_CHOICES
from holdfast.contracts.schema import contract_schema
from holdfast.sourcing.shape import Offer
from holdfast.terms import criterion, specification
from holdfast.terms.conformity import Verdict
from holdfast.terms.schema import FOUND, Schemas

MARK = "x-document"


def _described(name: str) -> Any:
    return WithJsonSchema({"type": "object", MARK: name})


ContractDocument = Annotated[dict[str, Any], _described("ContractDocument")]
ContractText = Annotated[dict[str, Any], _described("ContractText")]
OfferDocument = Annotated[dict[str, Any], _described("OfferDocument")]
AssessmentDocument = Annotated[dict[str, Any], _described("AssessmentDocument")]
AwardLine = Annotated[dict[str, Any], _described("AwardLine")]
VerdictDocument = Annotated[dict[str, Any], _described("VerdictDocument")]
TermDocument = Annotated[dict[str, Any], _described("TermDocument")]
CriterionDocument = Annotated[dict[str, Any], _described("CriterionDocument")]
InspectionClause = Annotated[dict[str, Any], _described("InspectionClause")]
LotSample = Annotated[dict[str, Any], _described("LotSample")]


@cache
def schemas() -> dict[str, dict[str, Any]]:
    """Each document and each part of one by its name among the description's schemas."""
    agreed = Schemas(CONTRACT_CHOICES)
    offered = Schemas({})
    found = Schemas(FOUND)
    roots = [
        *((agreed, "Agreed", name, kind) for name, kind in _AGREED.items()),
        (offered, "Offered", "OfferDocument", Offer),
        *((found, "Found", name, kind) for name, kind in _FOUND.items()),
    ]
    made: dict[str, dict[str, Any]] = {}
    for group, prefix, name, kind in roots:
        made[name] = _renamed(group.of(kind), prefix)
    agreed.definitions["Document"] = contract_schema()["$defs"]["Document"]
    for group, prefix in ((agreed, "Agreed"), (offered, "Offered"), (found, "Found")):
        made |= {f"{prefix}{name}": _renamed(one, prefix) for name, one in group.definitions.items()}
    sample = made["FoundLotSampling"]
    whole_lot = {"anyOf": [{"type": "integer"}, {"type": "null"}], "description": "null: what is in no lot yet"}
    made["LotSample"] = {**sample, "properties": {"lot": whole_lot, **sample["properties"]}}
    return {**made, "ContractText": _text()}


_AGREED: dict[str, Any] = {
    "ContractDocument": shape.Document,
    "TermDocument": specification.Term,
    "InspectionClause": shape.Inspection,
}
_FOUND: dict[str, Any] = {
    "AssessmentDocument": Assessment,
    "AwardLine": Line,
    "VerdictDocument": Verdict,
    "CriterionDocument": criterion.Criterion,
    "LotSample": criterion.LotSampling,
}


def _text() -> dict[str, Any]:
    """What is hashed and signed: the document of the parties with all that stands around it."""
    plain: dict[str, Any] = {name: {"type": "string"} for name in ("format", "number", "order")}
    named = {"type": "object", "additionalProperties": True}
    totals = {name: {"type": "integer"} for name in ("goods_minor", "charges_minor", "total_minor")}
    return {
        "type": "object",
        "description": "The canonical text of a contract (RFC 8785): its SHA-256 is the digest that is signed.",
        "properties": {
            **plain,
            "version": {"type": "integer", "description": "from the second on"},
            "amends": {**named, "description": "the version that this one takes the place of"},
            "programme": named,
            "buyer": named,
            "supplier": named,
            "agreed": {"$ref": "#/components/schemas/ContractDocument"},
            "totals": {"type": "object", "properties": {"currency": {"type": "string"}, **totals}},
            "cover": {"anyOf": [named, {"type": "null"}], "description": "null in a draft"},
        },
        "required": [*plain, "programme", "buyer", "supplier", "agreed", "totals", "cover"],
        "additionalProperties": True,
    }


def _renamed(schema: Any, prefix: str) -> Any:
    match schema:
        case {"$ref": str(ref), **rest}:
            return {"$ref": f"#/components/schemas/{prefix}{ref.rpartition('/')[2]}", **_renamed(rest, prefix)}
        case dict():
            return {key: _renamed(inner, prefix) for key, inner in schema.items()}
        case list():
            return [_renamed(inner, prefix) for inner in schema]
        case _:
            return schema


def put_in(schema: Any) -> Any:
    """A description with a reference at each place that carries a document."""
    match schema:
        case {"x-document": str(name), **rest}:
            said = {key: rest[key] for key in ("description",) if key in rest}
            return {"$ref": f"#/components/schemas/{name}", **said}
        case dict():
            return {key: put_in(inner) for key, inner in schema.items()}
        case list():
            return [put_in(inner) for inner in schema]
        case _:
            return schema

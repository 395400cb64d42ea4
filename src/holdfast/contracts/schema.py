"""The JSON Schema of a contract's document: what `document.read` takes, made from the clauses themselves."""

from typing import Any

from holdfast.contracts import shape
from holdfast.programme.rules import INCOTERMS
from holdfast.terms.schema import Choices, Schemas

CHOICES: Choices = {
    ("Document", "incoterm"): tuple(INCOTERMS),
    ("Document", "mode"): shape.MODES,
    ("Charge", "kind"): shape.CHARGES,
    ("Charge", "basis"): shape.BASES,
    ("Inspection", "type"): shape.INSPECTIONS,
    ("Inspection", "payer"): shape.PAYERS,
    ("Payment", "kind"): shape.SCHEDULES,
    ("Tranche", "payable"): shape.PAYABLE,
    ("Tranche", "release"): shape.RELEASE,
}


def contract_schema() -> dict[str, Any]:
    """A contract's document, as it is sent and as its text has it under `agreed`."""
    schemas = Schemas(CHOICES)
    schema = schemas.of(shape.Document)
    whole = schemas.definitions["Document"]
    sized = {
        "type": "object",
        "properties": {"sizes": {"type": "object", "additionalProperties": {"type": "integer"}, "minProperties": 1}},
        "required": ["sizes"],
        "description": "a line for each size with its quantity; the other keys are a line's own",
    }
    # A size matrix stands for lines, and a criterion that is nothing for every unit by itself.
    whole["properties"]["matrix"] = {"type": "array", "items": sized}
    whole["properties"]["criterion"] = {"anyOf": [whole["properties"]["criterion"], {"type": "null"}]}
    whole["required"].remove("lines")
    whole["anyOf"] = [{"required": ["lines"]}, {"required": ["matrix"]}]
    return schemas.document(title="Holdfast contract", schema=schema)

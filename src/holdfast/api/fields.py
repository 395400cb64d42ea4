"""The types that request bodies are made of: strict, bounded, and with nothing the database cannot keep.

No string is taken for a number, no number for a flag; unknown fields are refused by name.
"""

from datetime import date
from typing import Annotated, Any

from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, BeforeValidator, ConfigDict, Field, Json, StringConstraints

from holdfast.kernel.money import MAX_MINOR, currencies

METADATA_KEYS = 50
METADATA_VALUE = 500
FIRST_YEAR, LAST_YEAR = 1970, 2999


class Body(Schema):
    """A request body: exactly these fields, exactly these types."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Nothing(Body):
    """A command without particulars: `{}`."""


def _currency(value: str) -> str:
    if value not in currencies():
        raise ValueError("not an ISO 4217 currency in use")
    return value


def _metadata(value: dict[str, str]) -> dict[str, str]:
    if len(value) > METADATA_KEYS:
        raise ValueError(f"at most {METADATA_KEYS} keys")
    if any(not 0 < len(key) <= 40 or len(text) > METADATA_VALUE for key, text in value.items()):
        raise ValueError(f"keys of 1 to 40 characters, values of at most {METADATA_VALUE}")
    return value


def _without_nul(value: dict[str, str]) -> dict[str, str]:
    # A body is looked through as it is parsed; what stands in an address is not.
    if any("\x00" in text for pair in value.items() for text in pair):
        raise ValueError("NUL is no text")
    return value


def _only_text(value: Any) -> Any:
    # Times and dates travel as text; a number would be taken for seconds.
    if value is not None and not isinstance(value, str):
        raise ValueError("text in RFC 3339, like 2026-11-22T09:00:00Z")
    return value


def _in_our_time(value: date) -> date:
    # Beyond these years there are days that some time zone has and Python has not.
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError(f"a day from {FIRST_YEAR} to {LAST_YEAR}")
    return value


# Blanks around a text are nobody's meaning and are cut off.
Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=140)]
Country = Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Email = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=254)]
Currency = Annotated[str, StringConstraints(pattern="^[A-Z]{3}$"), AfterValidator(_currency)]
Minor = Annotated[int, Field(ge=0, le=MAX_MINOR, description="whole minor units of the currency beside it")]
PositiveMinor = Annotated[int, Field(gt=0, le=MAX_MINOR, description="whole minor units of the currency beside it")]
Quantity = Annotated[int, Field(gt=0, le=10**12)]
Filter = Annotated[str, StringConstraints(max_length=128, pattern=r"^[^\x00]*$")]
ExternalId = Annotated[str, StringConstraints(min_length=1, max_length=128)]
Metadata = Annotated[dict[str, str], AfterValidator(_metadata)]
MetadataInAddress = Annotated[Json[Metadata], AfterValidator(_without_nul)]
"""The same where the body is a file: an object of JSON in the address."""
Moment = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_only_text), AfterValidator(_in_our_time)]
Day = Annotated[date, Field(strict=False), BeforeValidator(_only_text), AfterValidator(_in_our_time)]

"""What stands in an answer that is no success, also where something between the two ends made it up."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx


def document_of(response: httpx.Response) -> dict[str, Any]:
    """The problem document of an answer; of an OAuth error, its words in that shape; else what there is to say."""
    try:
        found = response.json()
    except ValueError:
        found = None
    if not isinstance(found, dict):
        return {"detail": response.reason_phrase or "no problem document"}
    if "code" not in found and isinstance(found.get("error"), str):
        return {"code": found["error"], "detail": str(found.get("error_description", ""))}
    return found


def retry_after(response: httpx.Response, *, now: datetime | None = None) -> float | None:
    """How many seconds to wait by the `Retry-After` header: a number, or a date."""
    text = response.headers.get("Retry-After", "").strip()
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (until - (now or datetime.now(UTC))).total_seconds())

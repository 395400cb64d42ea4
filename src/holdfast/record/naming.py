"""Events as they are told outside: the list of the API and what is sent to programs spell them alike.

It knows the prefixes under which the things of an event are known. It refuses to know who reads.
"""

from collections.abc import Mapping
from typing import Any

from holdfast.kernel.clock import rfc3339
from holdfast.kernel.identifiers import public
from holdfast.record.events import Listed

PREFIXES = {
    "order": "ord",
    "buyer": "org",
    "supplier": "org",
    "organisation": "org",
    "payer": "org",
    "inspector": "org",
    "quotation": "quo",
    "contract": "con",
    "payment": "pay",
    "refund": "rfd",
    "payout": "pot",
    "claim": "clm",
    "lot": "lot",
    "shipment": "shp",
    "tracking": "trk",
    "report": "rpt",
    "message": "msg",
    "thread_message": "txt",
    "concession": "conc",
    "flag": "flg",
    "file": "fil",
    "beneficiary": "ben",
    "member": "mbr",
    "key": "key",
    "marketplace": "org",
    "consent": "cns",
    "webhook": "whk",
    "event": "evt",
}


def about(found: Mapping[str, str]) -> dict[str, str]:
    """The things an event concerns, by the names under which the API knows them."""
    return {kind: public(PREFIXES[kind], hexed) if kind in PREFIXES else hexed for kind, hexed in found.items()}


def document(row: Listed) -> dict[str, Any]:
    """An event of the public list: opaque IDs and figures, nothing personal."""
    return {
        "id": public("evt", row.id),
        "name": row.name,
        "at": rfc3339(row.at),
        "chain": row.chain,
        "seq": row.seq,
        "about": about(row.payload.get("about", {})),
        "data": dict(row.payload.get("data", {})),
        "cursor": row.cursor,
    }

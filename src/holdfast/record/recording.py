"""Gathers everything that becomes true together, and writes it in one statement.

State, money, event, deadlines, outbox and the answer of an idempotent command are finished rows by the time
they come here; each room's own SQL function takes its part. No business rule passes this line.
"""

import json
import secrets
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from holdfast.database import calls
from holdfast.database.calls import Function, Row
from holdfast.database.transactions import end_with
from holdfast.kernel.clock import rfc3339
from holdfast.kernel.identifiers import new_id
from holdfast.ledger import book
from holdfast.ledger.book import Transfer
from holdfast.record.act import Act
from holdfast.record.chains import Chain
from holdfast.record.rules import event_hash, private_hash

WRITE = Function(
    "record_write",
    rows={
        "events": Row(
            "record_event_add",
            {
                "id": calls.plain,
                "chain_kind": calls.plain,
                "chain_id": calls.plain,
                "seq": calls.plain,
                "name": calls.plain,
                "at": calls.plain,
                "payload": calls.as_json,
                "prev": calls.as_bytes,
                "hash": calls.as_bytes,
            },
        ),
        "private": Row(
            "record_private_add",
            {"event_id": calls.plain, "field": calls.plain, "salt": calls.as_bytes, "value": calls.as_json},
        ),
        "closed": Row(
            "record_deadline_close",
            {"subject_id": calls.plain, "state": calls.plain, "at": calls.plain, "kinds": calls.as_list},
        ),
        "deadlines": Row(
            "record_deadline_open",
            {
                "id": calls.plain,
                "kind": calls.plain,
                "subject_kind": calls.plain,
                "subject_id": calls.plain,
                "order_id": calls.plain,
                "who": calls.plain,
                "due_at": calls.plain,
                "zone": calls.plain,
                "basis": calls.as_json,
            },
        ),
        "answer": Row(
            "record_answer_keep",
            {
                "owner": calls.plain,
                "key": calls.plain,
                "fingerprint": calls.as_bytes,
                "status": calls.plain,
                "body": calls.plain,
                "at": calls.plain,
            },
        ),
    },
)
"""What writes events, deadlines and the answer of an idempotent command."""


class Recording:
    """One act being written down. Use inside a transaction; end with `write`."""

    def __init__(self, act: Act) -> None:
        self.act = act
        self._events: list[dict[str, Any]] = []
        self._private: list[dict[str, Any]] = []
        self._deadlines: list[dict[str, Any]] = []
        self._closed: dict[tuple[UUID, str], list[str] | None] = {}
        self._transfers: list[Transfer] = []
        self._calls: list[tuple[Function, Mapping[str, Any]]] = []

    def event(
        self,
        chain: Chain,
        name: str,
        *,
        about: Mapping[str, UUID | None],
        data: Mapping[str, Any] | None = None,
        private: Mapping[str, Any] | None = None,
    ) -> UUID:
        """Add the next event of a chain and move the chain's head along; answers the event's ID.

        `about` names the things concerned by kind and ID; `data` is hashed and must hold nothing personal and no
        float; `private` values (free text, names, addresses) enter the hash only as salted digests.
        """
        event_id = new_id()
        payload = self._payload(chain, name, about, data or {})
        for field, value in (private or {}).items():
            payload.setdefault("private", {})[field] = self._keep_private(event_id, field, value)
        hashed = event_hash(prev=chain.head, payload=payload)
        self._events.append(
            {
                "id": str(event_id),
                "chain_kind": chain.kind,
                "chain_id": str(chain.id),
                "seq": payload["seq"],
                "name": name,
                "at": payload["at"],
                "payload": payload,
                "prev": chain.head.hex(),
                "hash": hashed.hex(),
            }
        )
        chain.seq, chain.head = payload["seq"], hashed
        return event_id

    def _payload(
        self,
        chain: Chain,
        name: str,
        about: Mapping[str, UUID | None],
        data: Mapping[str, Any],
    ) -> dict[str, Any]:
        act = self.act
        through = {} if act.through_id is None else {"through": act.through_id.hex}
        return {
            "chain": f"{chain.kind}:{chain.id.hex}",
            "seq": chain.seq + 1,
            "event": name,
            "at": rfc3339(act.now),
            "by": {
                "kind": act.actor_kind,
                "id": act.actor_id.hex if act.actor_id else None,
                "for": act.organisation_id.hex if act.organisation_id else None,
                "role": act.role,
                **through,
            },
            "about": {kind: subject.hex for kind, subject in about.items() if subject is not None},
            "data": dict(data),
        }

    def _keep_private(self, event_id: UUID, field: str, value: Any) -> str:
        salt = secrets.token_bytes(16)
        self._private.append(
            {
                "event_id": str(event_id),
                "field": field,
                "salt": salt.hex(),
                "value": value,
            }
        )
        return private_hash(salt=salt, value=value)

    def transfer(self, *transfers: Transfer) -> None:
        """Move money, in this order; its cause is the first event of the recording."""
        self._transfers.extend(transfers)

    def call(self, function: Function, document: Mapping[str, Any]) -> None:
        """Hand a room's SQL function its finished rows. Called in order, after the ledger, before the events."""
        self._calls.append((function, document))

    def deadline(
        self,
        *,
        kind: str,
        subject: tuple[str, UUID],
        order_id: UUID | None,
        due_at: datetime,
        zone: str,
        who: str,
        basis: Mapping[str, Any],
    ) -> None:
        """Open a deadline; one of the same kind on the same subject must have been settled first."""
        self._deadlines.append(
            {
                "id": str(new_id()),
                "kind": kind,
                "subject_kind": subject[0],
                "subject_id": str(subject[1]),
                "order_id": order_id and str(order_id),
                "who": who,
                "due_at": rfc3339(due_at),
                "zone": zone,
                "basis": dict(basis),
            }
        )

    def settle(self, *, subject_id: UUID, kind: str | None = None, state: str = "done") -> None:
        """Close the open deadline of a kind on a subject (of every kind, without one): done, or void if moot."""
        kinds = self._closed.setdefault((subject_id, state), [])
        if kind is None:
            self._closed[subject_id, state] = None
        elif kinds is not None:
            kinds.append(kind)

    def write(self, result: Any) -> Any:
        """Write everything in one statement, the last of the transaction, and give the result back.

        It goes to the server with the COMMIT, or before whatever is asked in the transaction after it; what the
        database refuses is raised there.
        """
        _send(call for function, document in self.parts(result) for call in function.calls(document))
        return result

    def parts(self, result: Any) -> list[tuple[Function, Mapping[str, Any]]]:
        """What is to be written: each room's function with its finished rows, in order."""
        parts = [*self._calls, (WRITE, self._record(result))]
        if self._transfers:
            cause = UUID(self._events[0]["id"])
            rows = book.rows(transfers=self._transfers, cause_id=cause, happened_at=self.act.now)
            parts.insert(0, (book.POST, rows))
        return parts

    def _record(self, result: Any) -> dict[str, Any]:
        parts = {"private": self._private, "closed": self._closings(), "deadlines": self._deadlines}
        document: dict[str, Any] = {"events": self._events, **{name: rows for name, rows in parts.items() if rows}}
        command = self.act.command
        if command is not None:
            answer = {
                "owner": str(command.owner),
                "key": command.key,
                "fingerprint": command.fingerprint.hex(),
                "status": command.status,
                "body": json.dumps(command.present(result), separators=(",", ":")),
                "at": rfc3339(self.act.now),
            }
            document["answer"] = [answer]
        return document

    def _closings(self) -> list[dict[str, Any]]:
        """What of each subject is closed: the kinds named, or all there are."""
        at = rfc3339(self.act.now)
        return [
            {"subject_id": str(subject_id), "state": state, "at": at} | ({} if kinds is None else {"kinds": kinds})
            for (subject_id, state), kinds in self._closed.items()
        ]


def write_together(*, recordings: Iterable[Recording]) -> None:
    """Write many acts in one statement, as if each had been written by itself, one after the other.

    No row may be of two acts. Of each act the first call of a room's function is written before its second; the ledger
    comes first, and the record last.
    """
    merged: dict[tuple[int, str], tuple[Function, dict[str, list[Any]]]] = {}
    for recording in recordings:
        times: Counter[str] = Counter()
        for function, document in recording.parts(None):
            # The record has one call an act; it waits for the last one of any room.
            place = times[function.name] if function is not WRITE else sys.maxsize
            times[function.name] += 1
            _, gathered = merged.setdefault((place, function.name), (function, {}))
            for name, rows in document.items():
                gathered.setdefault(name, []).extend(rows)
    if (0, book.POST.name) in merged:
        _, posting = merged[0, book.POST.name]
        accounts = {account["id"]: account for account in posting["accounts"]}
        posting["accounts"] = [accounts[account_id] for account_id in sorted(accounts)]
    in_order = sorted(merged.items(), key=lambda call: (call[0][0], call[0][1] != book.POST.name))
    _send(function.whole(document) for _place, (function, document) in in_order)


def _send(made: Iterable[calls.Call]) -> None:
    sql, given = calls.statement(made)
    if given:
        end_with(sql, given)

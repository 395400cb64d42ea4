"""Operations on messages. Made from the API's description by `python3 run.py client`; a test refuses it when it
is stale."""

from __future__ import annotations

from typing import Literal, cast

from holdfast_client.core import Core, given
from holdfast_client.listing import Listing
from holdfast_client.paths import in_path as _in_path
from holdfast_client.types import ConcessionShown, DriftShown, Thread, ThreadMessage, ThreadRead


class MessagesOperations(Core):
    """What may be asked and done about messages."""

    def list_thread(self, order_id: str, *, limit: int | None = None, cursor: str | None = None) -> Thread:
        """The messages between the two sides, as they were sent, and who has read up to where. Looking marks
        nothing."""
        return cast(
            "Thread",
            self._json("GET", f"/v1/orders/{_in_path(order_id)}/thread", query={"limit": limit, "cursor": cursor}),
        )

    def send_message(
        self,
        order_id: str,
        *,
        text: str,
        file_ids: list[str] | None = None,
        answers_id: str | None = None,
        plain: bool | None = None,
        idempotency_key: str | None = None,
    ) -> ThreadMessage:
        """Send a message to the other side. An answer that could be taken for the acceptance of a breach is
        refused with the three acts to choose from, filled in; `plain` sends it as it is."""
        return cast(
            "ThreadMessage",
            self._json(
                "POST",
                f"/v1/orders/{_in_path(order_id)}/thread",
                body=given(text=text, file_ids=file_ids, answers_id=answers_id, plain=plain),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def read_thread(self, order_id: str, *, up_to: str, idempotency_key: str | None = None) -> ThreadRead:
        """Say up to which message one's own organisation has read; the other side sees it."""
        return cast(
            "ThreadRead",
            self._json(
                "POST",
                f"/v1/orders/{_in_path(order_id)}/thread/read",
                body=given(up_to=up_to),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def list_drift(self, order_id: str, *, limit: int | None = None, cursor: str | None = None) -> Listing[DriftShown]:
        """What was said of dates, quantities, goods and money that the contract says otherwise or not at all.
        Look here before paying and before shipping; it advises and blocks nothing."""
        return Listing(
            lambda query: self._json("GET", f"/v1/orders/{_in_path(order_id)}/drift", query=query),
            {"limit": limit, "cursor": cursor},
        )

    def list_concessions(
        self, order_id: str, *, limit: int | None = None, cursor: str | None = None
    ) -> Listing[ConcessionShown]:
        """Every explicit act about a breach of this order, the earliest first."""
        return Listing(
            lambda query: self._json("GET", f"/v1/orders/{_in_path(order_id)}/concessions", query=query),
            {"limit": limit, "cursor": cursor},
        )

    def propose_concession(
        self,
        order_id: str,
        *,
        kind: Literal["waive", "rights_reserved", "with_compensation"],
        breach: Literal["late", "term"] | None = None,
        terms: list[str] | None = None,
        lots: list[int] | None = None,
        new_on: str | None = None,
        compensation_minor: int | None = None,
        message: str | None = None,
        file_ids: list[str] | None = None,
        external_id: str | None = None,
        metadata: dict[str, str] | None = None,
        idempotency_key: str | None = None,
    ) -> ConcessionShown:
        """Propose an act. A side whose signature it needs signs by proposing, within its key's limit; it is in
        force once everybody it needs has signed."""
        return cast(
            "ConcessionShown",
            self._json(
                "POST",
                f"/v1/orders/{_in_path(order_id)}/concessions",
                body=given(
                    kind=kind,
                    breach=breach,
                    terms=terms,
                    lots=lots,
                    new_on=new_on,
                    compensation_minor=compensation_minor,
                    message=message,
                    file_ids=file_ids,
                    external_id=external_id,
                    metadata=metadata,
                ),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def get_concession(self, concession_id: str) -> ConcessionShown:
        """One act with what is signed, and what may be done now."""
        return cast("ConcessionShown", self._json("GET", f"/v1/concessions/{_in_path(concession_id)}"))

    def sign_concession(
        self, concession_id: str, *, digest: str, idempotency_key: str | None = None
    ) -> ConcessionShown:
        """Sign over the digest, within the key's limit: for the order's total, since rights over all of it may
        go."""
        return cast(
            "ConcessionShown",
            self._json(
                "POST",
                f"/v1/concessions/{_in_path(concession_id)}/sign",
                body=given(digest=digest),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def decline_concession(
        self, concession_id: str, *, reason: str | None = None, idempotency_key: str | None = None
    ) -> ConcessionShown:
        """Say no to what the other side has proposed."""
        return cast(
            "ConcessionShown",
            self._json(
                "POST",
                f"/v1/concessions/{_in_path(concession_id)}/decline",
                body=given(reason=reason),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def withdraw_concession(self, concession_id: str, *, idempotency_key: str | None = None) -> ConcessionShown:
        """Take back what one has proposed oneself."""
        return cast(
            "ConcessionShown",
            self._json(
                "POST",
                f"/v1/concessions/{_in_path(concession_id)}/withdraw",
                body={},
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

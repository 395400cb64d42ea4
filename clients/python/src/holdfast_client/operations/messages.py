"""Operations on messages. Made from the API's description by `python3 run.py client`; a test refuses it when it
is stale."""

from __future__ import annotations

from typing import Literal, cast

from holdfast_client.core import Core, given
from holdfast_client.listing import Listing
from holdfast_client.paths import in_path as _in_path
from holdfast_client.types import (
    BeforeContract,
    ConcessionShown,
    DriftShown,
    File,
    FlagShown,
    Flagged,
    Thread,
    ThreadMessage,
    ThreadRead,
)


class MessagesOperations(Core):
    """What may be asked and done about messages."""

    def list_quotation_thread(
        self, quotation_id: str, *, external_id: str | None = None, limit: int | None = None, cursor: str | None = None
    ) -> Thread:
        """The messages about a quotation, as they were sent, and who has read up to where. Looking marks nothing."""
        return cast(
            "Thread",
            self._json(
                "GET",
                f"/v1/quotations/{_in_path(quotation_id)}/thread",
                query={"external_id": external_id, "limit": limit, "cursor": cursor},
            ),
        )

    def send_quotation_message(
        self,
        quotation_id: str,
        *,
        text: str,
        file_ids: list[str] | None = None,
        answers_id: str | None = None,
        plain: bool | None = None,
        flagged: bool | None = None,
        external_id: str | None = None,
        metadata: dict[str, str] | None = None,
        idempotency_key: str | None = None,
    ) -> ThreadMessage:
        """Send a message to the other side. An answer that could be taken for agreement to something that the
        quotation does not say is refused with the differences and the way to agree on them; `plain` sends it as
        it is."""
        return cast(
            "ThreadMessage",
            self._json(
                "POST",
                f"/v1/quotations/{_in_path(quotation_id)}/thread",
                body=given(
                    text=text,
                    file_ids=file_ids,
                    answers_id=answers_id,
                    plain=plain,
                    flagged=flagged,
                    external_id=external_id,
                    metadata=metadata,
                ),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def read_quotation_thread(self, quotation_id: str, *, up_to: str, idempotency_key: str | None = None) -> ThreadRead:
        """Say up to which message one's own organisation has read; the other side sees it."""
        return cast(
            "ThreadRead",
            self._json(
                "POST",
                f"/v1/quotations/{_in_path(quotation_id)}/thread/read",
                body=given(up_to=up_to),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def list_quotation_drift(
        self, quotation_id: str, *, limit: int | None = None, cursor: str | None = None
    ) -> Listing[DriftShown]:
        """What was said of dates, quantities, goods and money that the last version says otherwise or not at all.
        Look here before accepting; it advises and blocks nothing."""
        return Listing(
            lambda query: self._json("GET", f"/v1/quotations/{_in_path(quotation_id)}/drift", query=query),
            {"limit": limit, "cursor": cursor},
        )

    def list_contract_thread(self, contract_id: str) -> BeforeContract:
        """What was said about the quotation that a contract came from; nothing where it came from none."""
        return cast("BeforeContract", self._json("GET", f"/v1/contracts/{_in_path(contract_id)}/thread"))

    def upload_quotation_file(
        self,
        quotation_id: str,
        content: bytes,
        *,
        name: str | None = None,
        external_id: str | None = None,
        metadata: dict[str, str] | None = None,
        idempotency_key: str | None = None,
    ) -> File:
        """Give a quotation a file of at most 10 MiB: pictures, PDF, CSV, XLSX, MP4, text."""
        return cast(
            "File",
            self._json(
                "POST",
                f"/v1/quotations/{_in_path(quotation_id)}/files",
                query={"name": name, "external_id": external_id, "metadata": metadata},
                content=content,
                content_type="application/octet-stream",
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def list_quotation_files(
        self, quotation_id: str, *, external_id: str | None = None, limit: int | None = None, cursor: str | None = None
    ) -> Listing[File]:
        """The files of a quotation, oldest first."""
        return Listing(
            lambda query: self._json("GET", f"/v1/quotations/{_in_path(quotation_id)}/files", query=query),
            {"external_id": external_id, "limit": limit, "cursor": cursor},
        )

    def get_quotation_file(self, quotation_id: str, file_id: str) -> File:
        """What is known of one file."""
        return cast("File", self._json("GET", f"/v1/quotations/{_in_path(quotation_id)}/files/{_in_path(file_id)}"))

    def download_quotation_file(self, quotation_id: str, file_id: str) -> bytes:
        """The bytes, checked against their hash once more; always as an attachment."""
        return self._bytes("GET", f"/v1/quotations/{_in_path(quotation_id)}/files/{_in_path(file_id)}/content")

    def list_thread(
        self, order_id: str, *, external_id: str | None = None, limit: int | None = None, cursor: str | None = None
    ) -> Thread:
        """The messages between the two sides, as they were sent, and who has read up to where. Looking marks
        nothing. What was said about the quotation that the order came from stands beside them."""
        return cast(
            "Thread",
            self._json(
                "GET",
                f"/v1/orders/{_in_path(order_id)}/thread",
                query={"external_id": external_id, "limit": limit, "cursor": cursor},
            ),
        )

    def send_message(
        self,
        order_id: str,
        *,
        text: str,
        file_ids: list[str] | None = None,
        answers_id: str | None = None,
        plain: bool | None = None,
        flagged: bool | None = None,
        external_id: str | None = None,
        metadata: dict[str, str] | None = None,
        idempotency_key: str | None = None,
    ) -> ThreadMessage:
        """Send a message to the other side. An answer that could be taken for the acceptance of a breach is
        refused with the three acts to choose from, filled in; `plain` sends it as it is. What looks as if it
        would take the deal off the platform is refused with what was found; `flagged` sends it, and the operator
        looks at it."""
        return cast(
            "ThreadMessage",
            self._json(
                "POST",
                f"/v1/orders/{_in_path(order_id)}/thread",
                body=given(
                    text=text,
                    file_ids=file_ids,
                    answers_id=answers_id,
                    plain=plain,
                    flagged=flagged,
                    external_id=external_id,
                    metadata=metadata,
                ),
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
        self, order_id: str, *, external_id: str | None = None, limit: int | None = None, cursor: str | None = None
    ) -> Listing[ConcessionShown]:
        """Every explicit act about a breach of this order, the earliest first."""
        return Listing(
            lambda query: self._json("GET", f"/v1/orders/{_in_path(order_id)}/concessions", query=query),
            {"external_id": external_id, "limit": limit, "cursor": cursor},
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
        flagged: bool | None = None,
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
                    flagged=flagged,
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

    def check_message(self, *, text: str) -> Flagged:
        """What in a message would be flagged, before it is sent; nothing is kept."""
        return cast("Flagged", self._json("POST", "/v1/messages/check", body=given(text=text)))

    def list_flags(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        state: Literal["open", "harmless", "upheld"] | None = None,
    ) -> Listing[FlagShown]:
        """Messages that were sent although they look as if they would take the deal off the platform, newest
        first. The operator's."""
        return Listing(
            lambda query: self._json("GET", "/v1/flags", query=query),
            {"limit": limit, "cursor": cursor, "state": state},
        )

    def get_flag(self, flag_id: str) -> FlagShown:
        """One of them. The operator's."""
        return cast("FlagShown", self._json("GET", f"/v1/flags/{_in_path(flag_id)}"))

    def dismiss_flag(self, flag_id: str, *, note: str, idempotency_key: str | None = None) -> FlagShown:
        """Say that it is harmless, and why."""
        return cast(
            "FlagShown",
            self._json(
                "POST",
                f"/v1/flags/{_in_path(flag_id)}/dismiss",
                body=given(note=note),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def uphold_flag(self, flag_id: str, *, note: str, idempotency_key: str | None = None) -> FlagShown:
        """Say that it was an attempt to take the deal off the platform, and what was done about it."""
        return cast(
            "FlagShown",
            self._json(
                "POST",
                f"/v1/flags/{_in_path(flag_id)}/uphold",
                body=given(note=note),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

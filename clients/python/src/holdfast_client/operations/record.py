"""Operations on record. Made from the API's description by `python3 run.py client`; a test refuses it when it is
stale."""

from __future__ import annotations

from typing import Any, Literal, cast

from holdfast_client.core import Core, given
from holdfast_client.listing import Listing
from holdfast_client.paths import in_path as _in_path
from holdfast_client.types import Events, File, Message, Notice


class RecordOperations(Core):
    """What may be asked and done about record."""

    def upload_file(
        self,
        order_id: str,
        content: bytes,
        *,
        name: str | None = None,
        external_id: str | None = None,
        metadata: dict[str, str] | None = None,
        idempotency_key: str | None = None,
    ) -> File:
        """Give an order a file of at most 10 MiB: pictures, PDF, CSV, XLSX, MP4, text."""
        return cast(
            "File",
            self._json(
                "POST",
                f"/v1/orders/{_in_path(order_id)}/files",
                query={"name": name, "external_id": external_id, "metadata": metadata},
                content=content,
                content_type="application/octet-stream",
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def list_files(
        self, order_id: str, *, external_id: str | None = None, limit: int | None = None, cursor: str | None = None
    ) -> Listing[File]:
        """The files of an order, oldest first."""
        return Listing(
            lambda query: self._json("GET", f"/v1/orders/{_in_path(order_id)}/files", query=query),
            {"external_id": external_id, "limit": limit, "cursor": cursor},
        )

    def get_file(self, order_id: str, file_id: str) -> File:
        """What is known of one file."""
        return cast("File", self._json("GET", f"/v1/orders/{_in_path(order_id)}/files/{_in_path(file_id)}"))

    def download_file(self, order_id: str, file_id: str) -> bytes:
        """The bytes, checked against their hash once more; always as an attachment."""
        return self._bytes("GET", f"/v1/orders/{_in_path(order_id)}/files/{_in_path(file_id)}/content")

    def bring_message(
        self,
        order_id: str,
        *,
        channel: Literal["whatsapp", "wechat", "email", "phone", "meeting", "other"],
        said_on: str,
        text: str | None = None,
        term: dict[str, Any] | None = None,
        file_id: str | None = None,
        external_id: str | None = None,
        metadata: dict[str, str] | None = None,
        idempotency_key: str | None = None,
    ) -> Message:
        """Bring what was said elsewhere, under its hash."""
        return cast(
            "Message",
            self._json(
                "POST",
                f"/v1/orders/{_in_path(order_id)}/messages",
                body=given(
                    channel=channel,
                    said_on=said_on,
                    text=text,
                    term=term,
                    file_id=file_id,
                    external_id=external_id,
                    metadata=metadata,
                ),
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def list_messages(
        self, order_id: str, *, external_id: str | None = None, limit: int | None = None, cursor: str | None = None
    ) -> Listing[Message]:
        """All that was brought to an order, by the day it was said."""
        return Listing(
            lambda query: self._json("GET", f"/v1/orders/{_in_path(order_id)}/messages", query=query),
            {"external_id": external_id, "limit": limit, "cursor": cursor},
        )

    def attest_message(self, message_id: str, *, idempotency_key: str | None = None) -> Message:
        """Say that the other side's message is true."""
        return cast(
            "Message",
            self._json(
                "POST",
                f"/v1/messages/{_in_path(message_id)}/attest",
                body={},
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

    def deny_message(self, message_id: str, *, idempotency_key: str | None = None) -> Message:
        """Say that it is not."""
        return cast(
            "Message",
            self._json(
                "POST", f"/v1/messages/{_in_path(message_id)}/deny", body={}, acts=True, idempotency_key=idempotency_key
            ),
        )

    def list_events(self, *, after: str | None = None, limit: int | None = None) -> Events:
        """Everything that happened to one's own organisation and orders, in the order of commits: keep the last
        cursor and ask again, and nothing is ever missed. For the operator, everything."""
        return cast("Events", self._json("GET", "/v1/events", query={"after": after, "limit": limit}))

    def list_order_notices(
        self, order_id: str, *, limit: int | None = None, cursor: str | None = None
    ) -> Listing[Notice]:
        """What one's own people were told about an order, and whether the mails arrived; for the operator all of
        it. A marketplace is not told which person it was."""
        return Listing(
            lambda query: self._json("GET", f"/v1/orders/{_in_path(order_id)}/notices", query=query),
            {"limit": limit, "cursor": cursor},
        )

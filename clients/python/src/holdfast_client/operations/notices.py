"""Operations on notices. Made from the API's description by `python3 run.py client`; a test refuses it when it is
stale."""

from __future__ import annotations

from typing import cast

from holdfast_client.core import Core
from holdfast_client.listing import Listing
from holdfast_client.types import Bounce, Notice, NoticeKind


class NoticesOperations(Core):
    """What may be asked and done about notices."""

    def list_notices(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        order_id: str | None = None,
        kind: str | None = None,
    ) -> Listing[Notice]:
        """What one's own people were told, newest first, and whether the mails arrived; for the operator all of
        it. A marketplace is not told which person it was, nor of the organisation's own affairs."""
        return Listing(
            lambda query: self._json("GET", "/v1/notices", query=query),
            {"limit": limit, "cursor": cursor, "order_id": order_id, "kind": kind},
        )

    def list_notice_kinds(self, *, limit: int | None = None, cursor: str | None = None) -> Listing[NoticeKind]:
        """Every kind of notice: who is told, what deadlines hang on it, and what it says."""
        return Listing(
            lambda query: self._json("GET", "/v1/notices/kinds", query=query), {"limit": limit, "cursor": cursor}
        )

    def report_bounce(self, content: bytes, *, idempotency_key: str | None = None) -> Bounce:
        """Hand in a mail that came back, as it came. Under another key the same report does nothing more."""
        return cast(
            "Bounce",
            self._json(
                "POST",
                "/v1/mail/bounces",
                content=content,
                content_type="application/octet-stream",
                acts=True,
                idempotency_key=idempotency_key,
            ),
        )

"""Operations on labels. Made from the API's description by `python3 run.py client`; a test refuses it when it is
stale."""

from __future__ import annotations

from typing import cast

from holdfast_client.core import Core, given
from holdfast_client.listing import Listing
from holdfast_client.paths import in_path as _in_path
from holdfast_client.types import LabelShown


class LabelsOperations(Core):
    """What may be asked and done about labels."""

    def list_labels(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        kind: str | None = None,
        external_id: str | None = None,
    ) -> Listing[LabelShown]:
        """What one's own organisation calls things, those made last first: `?kind=ord&external_id=PO-4711` finds
        one."""
        return Listing(
            lambda query: self._json("GET", "/v1/labels", query=query),
            {"limit": limit, "cursor": cursor, "kind": kind, "external_id": external_id},
        )

    def get_label(self, object_id: str) -> LabelShown:
        """What one's own organisation calls a thing: of any kind, by its name."""
        return cast("LabelShown", self._json("GET", f"/v1/labels/{_in_path(object_id)}"))

    def set_label(
        self, object_id: str, *, external_id: str | None = None, metadata: dict[str, str] | None = None
    ) -> LabelShown:
        """Call a thing something, in place of what it was called: an `external_id` once for each kind. Sent again
        it changes nothing more, so it takes no `Idempotency-Key`."""
        return cast(
            "LabelShown",
            self._json(
                "PUT", f"/v1/labels/{_in_path(object_id)}", body=given(external_id=external_id, metadata=metadata)
            ),
        )

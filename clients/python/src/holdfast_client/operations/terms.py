"""Operations on terms. Made from the API's description by `python3 run.py client`; a test refuses it when it is
stale."""

from __future__ import annotations

from typing import Any, cast

from holdfast_client.core import Core, given
from holdfast_client.listing import Listing
from holdfast_client.paths import in_path as _in_path
from holdfast_client.types import Lint, Phrases, TemplateInList, TemplateShown


class TermsOperations(Core):
    """What may be asked and done about terms."""

    def lint_contract(self, contract_id: str) -> Lint:
        """What in a contract could not be enforced, and how to say it so that it could. It advises and never
        blocks."""
        return cast("Lint", self._json("GET", f"/v1/contracts/{_in_path(contract_id)}/lint"))

    def lint_document(self, *, document: dict[str, Any]) -> Lint:
        """The same for a document that is not stored, whole or half written."""
        return cast("Lint", self._json("POST", "/v1/lint", body=given(document=document)))

    def lint_phrases(self, *, phrases: list[str], category: str | None = None) -> Phrases:
        """For each phrase: whether it is measurable, what is missing, and what to say instead."""
        return cast("Phrases", self._json("POST", "/v1/lint/phrases", body=given(phrases=phrases, category=category)))

    def list_templates(self, *, limit: int | None = None, cursor: str | None = None) -> Listing[TemplateInList]:
        """The templates, one a category of goods."""
        return Listing(
            lambda query: self._json("GET", "/v1/templates", query=query), {"limit": limit, "cursor": cursor}
        )

    def get_template(self, name: str) -> TemplateShown:
        """The terms that such goods are usually agreed by, ready but for the values only the buyer knows. Draft a
        contract with `template` to have them in it."""
        return cast("TemplateShown", self._json("GET", f"/v1/templates/{_in_path(name)}"))

"""The form of one act on a claim: its words, its fields, and the one operation behind it.

Each verb's own form is in the modules beside this one.
"""

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise

from holdfast.claims.queries import ClaimPage
from holdfast.record.act import Act


class ClaimAct(forms.Form):
    """An act on a case; without fields, its button alone."""

    title: ClassVar[str | Promise] = ""
    says: ClassVar[str | Promise] = ""
    submit: ClassVar[str | Promise] = ""
    ends: ClassVar[bool] = False
    roles: ClassVar[tuple[str, ...]] = ("owner", "trader")
    template: ClassVar[str] = "holdfast/fields.html"

    def __init__(self, verb: str, page: ClaimPage, act: Act, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, auto_id=f"{verb}-%s")
        self.verb = verb
        self.page = page
        self.act = act
        self.build()

    def build(self) -> None:
        """Add the fields that depend on the case."""

    @property
    def case(self) -> dict[str, Any]:
        """Which claim on which order."""
        return {"order_id": self.page.order_id, "claim_id": self.page.id}

    def operation(self) -> Callable[[Act], Any]:
        """The one operation, with what was filled in."""
        raise TypeError(f"{self.verb} has no operation")

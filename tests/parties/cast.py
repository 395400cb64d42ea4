"""A founded sandbox and the people in it: buyer Alma, supplier Boris, stranger Chen, verifier Vera.

Everything is reached by the operations that a marketplace uses; nothing is written past them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from django.test import Client

from holdfast.kernel.identifiers import public
from holdfast.parties import operations
from holdfast.parties.models import Membership, Person
from holdfast.record.act import Act

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
EVERY_SCOPE = ["orders:read", "orders:write", "contracts:sign", "payments:write", "claims:read", "claims:write"]


@dataclass
class Party:
    """An organisation, its owner and a key with every trading scope."""

    id: UUID
    person_id: UUID
    key_id: UUID
    secret: str

    @property
    def ref(self) -> str:
        return public("org", self.id)


@dataclass
class Cast:
    """Who there is."""

    administrator_id: UUID
    operator_id: UUID
    operator_key_id: UUID
    operator_secret: str
    alma: Party
    boris: Party
    chen: Party


def staff_act(person_id: UUID) -> Act:
    """Something the operator's staff does."""
    return Act(NOW, "person", person_id, None, "operator")


def party(*, administrator_id: UUID, name: str, kind: str, country: str, zone: str) -> Party:
    """A company set up by the operator."""
    act = staff_act(administrator_id)
    organisation = operations.create_organisation(act=act, name=name, kind=kind, country=country, time_zone=zone)
    first, _space, _rest = name.partition(" ")
    member = operations.add_member(
        act=act, organisation_id=organisation.id, email=f"{first.lower()}@example.com", name=first, role="owner"
    )
    key = operations.create_key(act=act, organisation_id=organisation.id, name="shop", scopes=EVERY_SCOPE)
    assert key.secret is not None
    return Party(organisation.id, member.person_id, key.id, key.secret)


def assemble(*, sandbox: bool = True) -> Cast:
    """Found an installation and set everybody up."""
    founded = operations.found_installation(
        now=NOW,
        sandbox=sandbox,
        operator_name="Harbour Market",
        country="NL",
        time_zone="Europe/Amsterdam",
        programme="standard",
        admin_email="ada@example.com",
        admin_name="Ada",
        password="a long enough pass phrase",
    )
    ada = founded.administrator_id
    operator_key = operations.create_key(
        act=staff_act(ada),
        organisation_id=founded.operator_organisation_id,
        name="marketplace",
        scopes=["operator", "sandbox"],
    )
    assert operator_key.secret is not None
    return Cast(
        ada,
        founded.operator_organisation_id,
        operator_key.id,
        operator_key.secret,
        party(administrator_id=ada, name="Alma Imports", kind="buyer", country="DE", zone="Europe/Berlin"),
        party(administrator_id=ada, name="Boris Electronics", kind="supplier", country="CN", zone="Asia/Shanghai"),
        party(administrator_id=ada, name="Chen Trading", kind="supplier", country="CN", zone="Asia/Shanghai"),
    )


def person(email: str) -> Person:
    """Somebody, by address."""
    return Person.objects.get(email=email)


def membership(organisation_id: UUID, role: str) -> Membership:
    """The first member with a role."""
    return Membership.objects.filter(organisation_id=organisation_id, role=role).order_by("id")[0]


class Shop:
    """A program with a key."""

    def __init__(self, secret: str) -> None:
        self.client = Client(raise_request_exception=False)
        self.headers = {"HTTP_AUTHORIZATION": f"Bearer {secret}"}
        self.calls = 0
        # Not the object's own ID: that is another one's again once this one has gone.
        self.name = uuid4().hex

    def get(self, path: str, **extra: Any) -> Any:
        return self.client.get(path, **{**self.headers, **extra})

    def post(self, path: str, body: Any = None, *, key: str | None = "", **extra: Any) -> Any:
        """`key=None` sends no Idempotency-Key; without one a fresh one is made up."""
        headers = {**self.headers, **extra}
        if key is not None:
            self.calls += 1
            headers["HTTP_IDEMPOTENCY_KEY"] = key or f"call-{self.name}-{self.calls}"
        return self.client.post(path, {} if body is None else body, content_type="application/json", **headers)

    def send_file(self, path: str, content: bytes) -> Any:
        """The bytes of a file, as they are."""
        self.calls += 1
        headers = {**self.headers, "HTTP_IDEMPOTENCY_KEY": f"call-{self.name}-{self.calls}"}
        return self.client.post(path, content, content_type="application/octet-stream", **headers)

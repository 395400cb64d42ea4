"""What of a scene stands before an order or changes one: drafts, proposals, quotations, amendments."""

from __future__ import annotations

from uuid import UUID

from holdfast.contracts.operations import talking
from holdfast.contracts.queries import page as contract_page
from holdfast.kernel.identifiers import public
from holdfast.orders.operations import amending
from holdfast.record import files, flags
from tests.sourcing import offers as quotations
from tests.world import Party, World


class Named:
    """What every part of a scene in the making has: the public names of things."""

    refs: dict[str, str]

    def name(self, kind: str, prefix: str, identifier: UUID) -> None:
        """Keep the public name of a thing by what it stands for."""
        self.refs[kind] = public(prefix, identifier)


class Contracts(Named):
    """Steps of a scene in the making."""

    world: World
    orders: dict[str, UUID]
    bella: Party

    def contracts_now(self) -> None:
        world = self.world
        self.name("contract.draft", "con", world.drafted())
        proposed = world.proposed()
        self.name("contract.proposed", "con", proposed)
        self.refs["digest.proposed"] = str(contract_page(contract_id=proposed, role="buyer").digest)

    def quotations_now(self) -> None:
        """Boris quotes to Alma, who answers one; strangers quote to each other."""
        world = self.world
        later = {"valid_until": "2026-06-30"}
        for name in ("offered", "countered"):
            quoted = quotations.quotes(world, quotations.offer(**later))
            self.name(f"quotation.{name}", "quo", quoted.id)
        quotations.counters(world, quoted.id, **later)
        self.talked(quoted.id)
        alma, world.alma = world.alma, self.bella
        foreign = quotations.quotes(world, quotations.offer(**later), by=world.chen)
        world.alma = alma
        self.name("quotation.foreign", "quo", foreign.id)

    def talked(self, quotation_id: UUID) -> None:
        """Boris has written about a quotation, with a file."""
        act, stored = self.world.supplier(), files.store(chunks=[b"a few words about a quotation"])
        kept = talking.bring_file(act=act, quotation_id=quotation_id, stored=stored, name="felt.txt")
        self.name("file.quoted", "fil", kept.id)
        sent = talking.send(act=act, quotation_id=quotation_id, text="Here is the felt.", file_ids=[kept.id])
        self.name("thread_message.quoted", "txt", sent.id)
        talking.send(act=act, quotation_id=quotation_id, text="Write to sales@factory.example", is_flagged=True)
        self.name("flag", "flg", flags.rows().get().id)

    def amended_now(self) -> None:
        """Boris has proposed to amend an order, and so has Chen another of strangers."""
        world, order_id = self.world, self.world.funded_order()
        self.orders["amended"] = order_id
        self.name("order.amended", "ord", order_id)
        asked = [{"path": "remarks", "from": "", "to": "In cartons of 50"}]
        page = amending.propose(act=world.supplier(), order_id=order_id, changes=asked)
        self.name("amendment.open", "amd", page.id)
        self.refs["digest.amendment"] = page.digest
        foreign = UUID(self.refs["order.foreign"].partition("_")[2])
        other = amending.propose(act=world.act(world.chen, "supplier"), order_id=foreign, changes=asked)
        self.name("amendment.foreign", "amd", other.id)

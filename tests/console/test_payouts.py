"""A balance on its way out, pressed together in the console: the supplier's page, the verifier's, finance's desk."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from holdfast.kernel.identifiers import new_id, public
from holdfast.parties import operations as parties
from holdfast.parties.models import Beneficiary
from holdfast.parties.operations.beneficiaries import Account
from holdfast.rails import operations as rails
from holdfast.rails.models import Payout, PayoutBatch
from holdfast.rails.models.statements import BankAccount
from tests.console.furnished import Furnished
from tests.console.test_acts import form_in
from tests.console.test_pages import client

OLD, NEW = "DE89370400440532013000", "DE75512108001245126199"


def named(made: Furnished, iban: str, name: str) -> str:
    world = made.world
    account = parties.add_beneficiary(
        act=world.act(world.boris, "owner"),
        organisation_id=world.boris.organisation_id,
        name=name,
        currency="USD",
        account=Account(iban=iban),
    )
    return public("ben", account.id)


def test_a_verifier_sees_the_names_and_a_changed_account_shows_its_clock(made: Furnished) -> None:
    parties.grant_staff(act=made.world.operator(), email="vera@example.com", name="Vera", role="verifier")
    vera, boris, house = client("vera"), client("boris"), reverse("verifying")
    first = named(made, OLD, "Petrov Holding")
    page = vera.get(house).content.decode()
    assert "the names differ" in page
    verify = f"{house}{first}/acts/verify/"
    refused = vera.post(verify, form_in(vera, house, verify))
    assert refused.status_code == 422
    assert "needs a reason" in refused.content.decode()
    assert vera.post(verify, form_in(vera, house, verify) | {"reason": "its parent; seen"}).status_code == 303
    second = named(made, NEW, made.world.boris.name)
    again = f"{house}{second}/acts/verify/"
    assert vera.post(again, form_in(vera, house, again)).status_code == 303
    assert sorted(Beneficiary.objects.values_list("state", flat=True)) == ["cooling", "verified"]
    assert "Paid to from" in boris.get(reverse("organisation")).content.decode()
    assert vera.post(f"{house}{second}/acts/withdraw/", {"form_token": "1" * 32}).status_code == 403
    stop = f"{house}{second}/acts/withdraw/"
    fin = client("fin")
    assert fin.post(stop, form_in(fin, house, stop)).status_code == 303
    assert boris.get(house).status_code == 403
    assert client("dana").get(house).status_code == 403


def test_finance_lets_a_payment_file_out(made: Furnished, settings: Any) -> None:
    settings.WIRE = "bank"
    world, desk = made.world, reverse("desk_payouts")
    fin, ada, boris = client("fin"), client("ada"), client("boris")
    limit = f"{desk}acts/limit/"
    asked = form_in(ada, desk, limit) | {"currency": "USD", "amount_minor": "10.00"}
    assert ada.post(limit, asked).status_code == 303
    assert fin.post(limit, asked).status_code == 403
    BankAccount.objects.create(
        id=new_id(), name="Harbour Market", number=OLD, currency="USD", holds="clients", added_at=world.now
    )
    account = parties.add_beneficiary(
        act=world.act(world.boris, "owner"),
        organisation_id=world.boris.organisation_id,
        name=world.boris.name,
        currency="USD",
        account=Account(iban=OLD),
    )
    parties.verify_beneficiary(act=world.operator(world.fin), beneficiary_id=account.id)
    house = reverse("organisation")
    paying = form_in(boris, house, f"{house}acts/pay_out/USD/")
    for amount in ("1,000.00", "5.00", "4.00"):
        sent = paying | {"amount_minor": amount, "form_token": new_id().hex}
        assert boris.post(f"{house}acts/pay_out/USD/", sent).status_code == 303
    much, small, not_wanted = (public("pot", row.id) for row in Payout.objects.order_by("id"))
    cancel = f"{house}acts/cancel_payout/{not_wanted}/"
    assert boris.post(cancel, form_in(boris, house, cancel)).status_code == 303
    approve = f"{desk}acts/approve/{much}/"
    assert fin.post(approve, form_in(fin, desk, approve)).status_code == 303
    gather = f"{desk}acts/gather/"
    day = world.now.date().replace(year=world.now.year + 1).isoformat()
    wrong = fin.post(gather, form_in(fin, desk, gather) | {"execution_on": "2020-01-01"})
    assert wrong.status_code == 422
    today = fin.get(desk).context["caller"].now.date().isoformat()
    assert day > "2026"
    assert fin.post(gather, form_in(fin, desk, gather) | {"execution_on": today}).status_code == 303
    batch = public("bat", PayoutBatch.objects.get().id)
    release = f"{desk}acts/release/{batch}/"
    assert fin.post(release, form_in(fin, desk, release)).status_code == 403, "the same person"
    assert ada.post(release, form_in(ada, desk, release)).status_code == 303
    file = b"".join(ada.get(f"{desk}files/{batch}/").streaming_content)  # type: ignore[attr-defined]
    assert b"<CtrlSum>1005.00</CtrlSum>" in file
    name = next(rails.file_of(batch_id=PayoutBatch.objects.get().id)).split(b"<MsgId>")[1][:35].decode()
    answer = (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><OrgnlGrpInfAndSts>'
        f"<OrgnlMsgId>{name}</OrgnlMsgId><GrpSts>ACSC</GrpSts></OrgnlGrpInfAndSts></Document>"
    )
    report = f"{desk}acts/report/"
    upload = SimpleUploadedFile("answer.xml", answer.encode())
    assert fin.post(report, form_in(fin, desk, report) | {"file": upload}).status_code == 303
    assert sorted(Payout.objects.values_list("state", flat=True)) == ["cancelled", "sent", "sent"]
    assert small in {public("pot", row.id) for row in Payout.objects.filter(state="sent")}
    assert boris.get(desk).status_code == 403

"""Forms do what their operations do, once; a no is said beside the form and loses nothing of what was typed."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import reverse

from holdfast.claims.models import Claim, Determination, Evidence
from holdfast.console.drafting import document as documents
from holdfast.contracts.models import Contract
from holdfast.inspection.models import Report
from holdfast.orders.models import Lot, Order
from holdfast.parties.models import ApiKey, Person
from holdfast.rails.models import Payment
from holdfast.record.models import Event
from tests.console.furnished import PASSWORD, Furnished
from tests.console.test_pages import client
from tests.world import digest_of_everything


def form_in(browser: Client, address: str, action: str) -> dict[str, Any]:
    """The fields of the form that posts to an address, as the browser would send them untouched."""
    page = browser.get(address).content.decode()
    found = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', page, re.DOTALL)
    assert found, f"no form for {action} at {address}"
    sent: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", found[0]):
        given = dict(re.findall(r'(\w[\w-]*)="([^"]*)"', tag))
        if given.get("type") in {"radio", "checkbox"} and " checked" not in tag:
            continue
        if "name" in given and given.get("type") != "file":
            sent[given["name"]] = unescape(given.get("value", "on" if given.get("type") == "checkbox" else ""))
    for name, body in re.findall(r'<select[^>]*name="([^"]+)".*?>(.*?)</select>', found[0], re.DOTALL):
        options = re.findall(r'<option value="([^"]*)"( selected)?', body)
        sent[name] = next((value for value, chosen in options if chosen), options[0][0])
    for name, body in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', found[0], re.DOTALL):
        sent[name] = body.strip()
    sent.pop("csrfmiddlewaretoken", None)
    return sent


def test_a_payment_is_made_once_however_often_its_button_is_pressed(made: Furnished) -> None:
    alma, order = client("alma"), reverse("order", args=[made.orders["unpaid"]])
    action = f"{order}acts/pay/1/"
    sent = form_in(alma, order, action)
    first, again = alma.post(action, sent), alma.post(action, sent)
    assert (first.status_code, first["Location"]) == (303, order)
    assert (again.status_code, again["Location"]) == (303, order)
    assert Payment.objects.filter(order_id=made.ids["unpaid"]).count() == 1
    row = Order.objects.get(id=made.ids["unpaid"])
    assert row.state == "active"
    assert row.paid_minor == row.total_minor
    other = alma.post(action, {**sent, "amount_minor": "1.00"})
    assert other.status_code == 409
    assert "sent before" in other.content.decode()


def test_a_declined_card_takes_nothing_and_says_why(made: Furnished) -> None:
    alma, order = client("alma"), reverse("order", args=[made.orders["unpaid"]])
    action = f"{order}acts/pay/1/"
    sent = form_in(alma, order, action)
    page = alma.post(action, {**sent, "number": "4000000000009995"}, follow=True).content.decode()
    assert "insufficient funds" in page
    assert Order.objects.get(id=made.ids["unpaid"]).paid_minor == 0


def test_a_refusal_stands_beside_its_field_and_nothing_changes(made: Furnished) -> None:
    alma, order = client("alma"), reverse("order", args=[made.orders["unpaid"]])
    action = f"{order}acts/pay/1/"
    sent = form_in(alma, order, action)
    before = digest_of_everything()
    for field, value, said in (
        ("amount_minor", "999999.00", "$0.01 to $11,450.00"),
        ("amount_minor", "many", "An amount in USD"),
        ("number", "4111111111111111", "4242424242424242"),
    ):
        answer = alma.post(action, {**sent, field: value})
        page = answer.content.decode()
        assert answer.status_code in {409, 422}
        assert said in page, re.findall(r'class="error".*?</div>', page)
        assert f'value="{value}"' in page, "what was typed is lost"
        assert "field-bad" in page
    for form_token in ("", "x" * 32):
        assert alma.post(action, {**sent, "form_token": form_token}).status_code == 400
    assert digest_of_everything() == before


def test_units_that_came_are_received_line_by_line(made: Furnished) -> None:
    alma, order = client("alma"), reverse("order", args=[made.orders["delivered"]])
    action = f"{order}acts/receive/1/"
    sent = form_in(alma, order, action)
    assert sent["received_1"] == "1000"
    over = alma.post(action, {**sent, "received_1": "1001"})
    assert over.status_code == 422
    assert 'value="1001"' in over.content.decode()
    assert alma.post(action, {**sent, "received_1": "990", "reservation": "Ten are missing."}).status_code == 303
    lot = Lot.objects.get(order_id=made.ids["delivered"])
    assert (lot.state, lot.received) == ("received", {"1": 990, "2": 1000})
    assert "Ten are missing." in alma.get(order).content.decode()


def test_goods_are_shipped_tracked_and_proven_by_forms(made: Furnished) -> None:
    boris, order = client("boris"), reverse("order", args=[made.orders["deposit"]])
    for verb in ("declare_ready",):
        action = f"{order}acts/{verb}/0/"
        assert boris.post(action, form_in(boris, order, action)).status_code == 303
    alma = client("alma")
    pay = f"{order}acts/pay/2/"
    assert alma.post(pay, form_in(alma, order, pay)).status_code == 303
    ship = f"{order}acts/ship/0/"
    sent = {
        **form_in(boris, order, ship),
        "carrier": "Blue Line",
        "document": "bill_of_lading",
        "document_number": "B1",
    }
    assert boris.post(ship, sent).status_code == 303
    track = f"{order}acts/track/1/"
    proof = SimpleUploadedFile("signed.pdf", b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF")
    sent = {**form_in(alma, order, track), "code": "DELIVERED", "proof": proof}
    assert alma.post(track, sent).status_code == 303
    assert Lot.objects.get(order_id=made.ids["deposit"]).state == "delivered"


def test_only_whose_act_it_is_may_press_the_button(made: Furnished) -> None:
    order = reverse("order", args=[made.orders["unpaid"]])
    before = digest_of_everything()
    token = {"form_token": "0" * 32, "amount_minor": "1.00", "rail": "card", "number": "4242424242424242"}
    assert client("boris").post(f"{order}acts/pay/1/", token).status_code in {403, 409, 422}
    assert client("chen").post(f"{order}acts/pay/1/", token).status_code == 404
    assert client("dana").post(f"{order}acts/pay/1/", token).status_code in {403, 409, 422}
    assert client("alma").post(f"{order}acts/close/0/", token).status_code == 404
    forged = Client(enforce_csrf_checks=True)
    forged.cookies = client("alma").cookies
    assert forged.post(f"{order}acts/pay/1/", token).status_code == 403
    after = digest_of_everything()
    assert {name for name in after if after[name] != before[name]} <= {"django_session", "parties_person"}


def test_signing_asks_for_the_password_and_opens_the_order(made: Furnished) -> None:
    boris, contract = client("boris"), reverse("contract", args=[made.contracts["signed once"]])
    action = f"{contract}acts/sign/"
    sent = form_in(boris, contract, action)
    wrong = boris.post(action, {**sent, "password": "not it"})
    assert wrong.status_code == 422
    assert "This is not your password." in wrong.content.decode()
    assert Contract.objects.filter(state="signed_once").count() == 1
    other = boris.post(action, {**sent, "password": PASSWORD, "digest": "0" * 64})
    assert other.status_code == 409
    answer = boris.post(action, {**sent, "password": PASSWORD})
    assert answer.status_code == 303
    assert answer["Location"].startswith("/orders/ord_")
    assert boris.get(answer["Location"]).status_code == 200


def test_somebody_of_the_sandbox_signs_without_a_password_that_nobody_has(made: Furnished) -> None:
    boris, contract = client("boris"), reverse("contract", args=[made.contracts["signed once"]])
    somebody = Person.objects.get(email="boris@example.com")
    somebody.email = "boris@demo.holdfast.example"
    somebody.set_unusable_password()
    somebody.save()
    boris.force_login(somebody, backend=settings.AUTHENTICATION_BACKENDS[0])
    action = f"{contract}acts/sign/"
    sent = form_in(boris, contract, action)
    assert "password" not in sent
    with override_settings(SANDBOX=False):
        assert boris.post(action, sent).status_code == 422
    assert boris.post(action, sent).status_code == 303


def test_a_draft_survives_the_form_there_and_back(made: Furnished) -> None:
    alma, edit = client("alma"), reverse("contract_edit", args=[made.contracts["draft"]])
    before = Contract.objects.get(state="draft").document["agreed"]
    page = alma.get(edit).content.decode().replace('method="post" id="sheet"', f'method="post" action="{edit}"')
    sent = _sheet(page, edit)
    assert alma.post(edit, sent).status_code == 303
    after = Contract.objects.get(state="draft").document["agreed"]
    assert after == before
    added = alma.post(edit, {**sent, "row_in": "lines"})
    assert added.status_code == 200
    assert 'name="lines-2-product"' in added.content.decode()
    bad = alma.post(edit, {**sent, "lines-1-unit_price": "0.123", "incoterm": "FOB", "place": ""})
    assert bad.status_code == 422
    assert 'value="0.123"' in bad.content.decode()
    bad = alma.post(edit, {**sent, "lines-1-unit_price": "0.123"})
    assert bad.status_code == 422
    assert "lines-1-unit_price_error" in bad.content.decode()


def _sheet(page: str, edit: str) -> dict[str, Any]:
    class Served:
        def get(self, _address: str) -> Any:
            return type("Page", (), {"content": page.encode()})

    sent = form_in(Served(), edit, edit)  # type: ignore[arg-type]
    return {name: value for name, value in sent.items() if name not in {"next", "language", "theme"}}


def test_a_draft_is_written_from_nothing(made: Furnished) -> None:
    alma, new = client("alma"), reverse("contract_new")
    page = alma.get(new).content.decode().replace('method="post" id="sheet"', f'method="post" action="{new}"')
    sent = _sheet(page, new) | {
        "counterparty": made.world.boris.ref,
        "lines-0-product": "Belt",
        "lines-0-quantity": "100",
        "lines-0-unit": "piece",
        "lines-0-unit_price": "1.75",
        "specification-0-subject": "width",
        "specification-0-nominal": "35",
        "specification-0-unit": "mm",
        "specification-0-minus": "1",
        "specification-0-plus": "1",
        "place": "Ningbo",
        "ship_to_name": "Alma Imports",
        "ship_to_street": "1 Pier",
        "ship_to_city": "New York",
        "ship_to_country": "US",
        "ship_days": "30",
        "transit_days": "25",
    }
    answer = alma.post(new, sent)
    assert answer.status_code == 303, re.findall(r'class="error".*?</div>', answer.content.decode())
    again = alma.post(new, sent)
    assert again["Location"] == answer["Location"], "the same form made two drafts"
    written = Contract.objects.order_by("-id")[0].document["agreed"]
    assert written["lines"][0]["unit_price_minor"] == 175
    sheet = documents.read(written, programme="standard", external_id=None)
    assert sheet.rows["lines"][0].initial["unit_price"] == "1.75"


def test_a_case_from_opening_to_decision(made: Furnished) -> None:
    alma, boris, dana = client("alma"), client("boris"), client("dana")
    claim = reverse("claim", args=[made.claims["opened"]])
    sent = form_in(boris, claim, f"{claim}acts/add_evidence/")
    photo = SimpleUploadedFile("box.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 64)
    assert (
        boris.post(f"{claim}acts/add_evidence/", {**sent, "note": "All labelled felt", "file": photo}).status_code
        == 303
    )
    assert Evidence.objects.get(note="All labelled felt").reference is not None
    sent = form_in(boris, claim, f"{claim}acts/answer/")
    no_amount = boris.post(f"{claim}acts/answer/", {**sent, "kind": "offer"})
    assert no_amount.status_code == 422
    sent = {**sent, "kind": "offer", "offer_minor": "500.00", "text": "For peace."}
    assert boris.post(f"{claim}acts/answer/", sent).status_code == 303
    accepting = form_in(alma, claim, f"{claim}acts/accept/")
    assert alma.post(f"{claim}acts/accept/", accepting).status_code == 303
    assert Claim.objects.get(id=made.ids["claim opened"]).state in {"final", "executed"}
    judged = reverse("claim", args=[made.claims["mediating"]])
    sent = form_in(dana, judged, f"{judged}acts/determine/")
    assert sent["line_0"] == "30.00", "three hats of twenty are not of felt"
    sent |= {
        "line_0": "0",
        "line_1": "0",
        "outcome": "partial",
        "own_amount_0": "1200.00",
        "reasons": "A sample of twelve shows it.",
    }
    silent = dana.post(f"{judged}acts/determine/", {**sent, "own_reason_0": "Half the price"})
    assert silent.status_code == 422, "a departure needs its reason"
    sent |= {"own_reason_0": "Half the price of what is not felt", "departure": "Nobody read the term; the photos do."}
    assert dana.post(f"{judged}acts/determine/", sent).status_code == 303
    assert Determination.objects.latest("id").award_minor == 120_000
    assert "Nobody read the term" in alma.get(judged).content.decode()


def test_a_claim_is_opened_from_its_order(made: Furnished) -> None:
    alma, order = client("alma"), made.orders["received"]
    new = reverse("claim_new", args=[order])
    page = (
        alma.get(new)
        .content.decode()
        .replace('<form method="post" novalidate>', f'<form method="post" action="{new}">')
    )
    sent = _sheet(page, new) | {"reason": "quality", "lots": "1", "statement": "They shed.", "amount_minor": "100.00"}
    events = Event.objects.count()
    answer = alma.post(new, sent)
    assert answer.status_code == 303
    assert alma.post(new, sent)["Location"] == answer["Location"]
    assert Event.objects.count() == events + 1
    assert alma.get(answer["Location"]).status_code == 200


def test_acting_for_somebody_else_changes_what_one_sees(made: Furnished) -> None:
    ada = client("ada")
    assert "Operator" in ada.get("/").content.decode()
    assert ada.post("/acting/", {"organisation": made.world.alma.ref}).status_code == 404
    assert ada.post("/theme/", {"theme": "dark", "next": "//elsewhere.example/"})["Location"] == "/"
    page = ada.get("/").content.decode()
    assert 'data-theme="dark"' in page
    assert ada.post("/i18n/setlang/", {"language": "es", "next": "/"}).status_code == 302
    assert 'lang="es"' in ada.get("/").content.decode()


def test_an_owner_keeps_the_house(made: Furnished) -> None:
    boris, house = client("boris"), reverse("organisation")
    account = form_in(boris, house, f"{house}acts/add_account/") | {"name": "Boris Trading", "currency": "USD"}
    wrong = boris.post(f"{house}acts/add_account/", {**account, "iban": "DE00 0000"})
    assert wrong.status_code == 422
    assert "right check digits" in wrong.content.decode()
    assert boris.post(f"{house}acts/add_account/", {**account, "iban": "DE89370400440532013000"}).status_code == 303
    paying = form_in(boris, house, f"{house}acts/pay_out/USD/")
    assert boris.post(f"{house}acts/pay_out/USD/", paying).status_code == 409, "nobody has verified the account"
    asked = form_in(boris, house, f"{house}acts/create_key/") | {"name": "shop", "scopes": ["orders:read"]}
    page = boris.post(f"{house}acts/create_key/", asked).content.decode()
    secret = re.search(r"hf_test_[0-9a-f]+_[0-9a-f]+", page)
    assert secret
    assert secret[0] not in boris.post(f"{house}acts/create_key/", asked, follow=True).content.decode()
    assert ApiKey.objects.filter(name="shop").count() == 1
    assert client("chen").post(f"{house}acts/revoke_key/{_key_ref()}/", asked).status_code == 404
    inviting = form_in(boris, house, f"{house}acts/invite/") | {"email": "olga@example.com"}
    assert boris.post(f"{house}acts/invite/", inviting).status_code == 303
    last = re.search(r"/organisation/acts/remove_member/(mbr_\w+)/", boris.get(house).content.decode())
    assert last
    gone = boris.post(last[0], {"form_token": "1" * 32})
    assert gone.status_code == 409
    assert "at least one owner" in gone.content.decode()


def _key_ref() -> str:
    return f"key_{ApiKey.objects.get(name='shop').id.hex}"


def test_an_inspector_reads_units_and_the_verdict_follows(made: Furnished) -> None:
    alma, ingrid = client("alma"), client("ingrid")
    address = reverse("inspection", args=[made.orders["delivered"]])
    assert ingrid.get(address).status_code == 404
    naming = form_in(alma, address, f"{address}assign/") | {"kind": "after_delivery"}
    assert alma.post(f"{address}assign/", naming).status_code == 303
    page = ingrid.get(address).content.decode()
    assert "$" not in page, "an inspector sees no price"
    page = page.replace('<form method="post" id="readings"', f'<form method="post" action="{address}" id="readings"')
    sent = _sheet(page, address) | {"kind": "after_delivery", "lot": "1"}
    assert ingrid.post(address, sent).status_code == 422, "nothing was read"
    sent |= {"units-0-count": "18", "units-0-term_0": "wool felt", "units-1-count": "2", "units-1-term_0": "polyester"}
    more = ingrid.post(address, {**sent, "row_in": "units"}).content.decode()
    assert 'name="units-3-count"' in more
    assert 'value="polyester"' in more
    assert ingrid.post(address, sent).status_code == 303
    assert "2" in alma.get(reverse("order", args=[made.orders["delivered"]])).content.decode()
    report = Report.objects.get(order_id=made.ids["delivered"])
    assert [term["breached"] for term in report.verdict["terms"]] == [2]

"""Payment details and ways round the platform are found by their form; the words of a trade are left alone."""

from __future__ import annotations

import pytest

from holdfast.sourcing import document as documents
from holdfast.sourcing.rules import DetailsInText, detail_in
from tests.sourcing.offers import offer

FOUND = {
    "Pay to DE89 3704 0044 0532 0130 00 please": "iban",
    "gb82west12345698765432": "iban",
    "账号DE89370400440532013000": "iban",
    "ＤＥ８９３７０４００４４０５３２０１３０００": "iban",
    "NL91-ABNA-0417-1643-00.": "iban",
    "card 4242 4242 4242 4242": "card_number",
    "银行卡 6222 0212 3456 7890 128": "card_number",
    "SWIFT: DEUTDEFF": "bic",
    "BIC code DEUTDEFF500": "bic",
    "usdt TXYZopYRdj2D9XRtbG411XZZ3kM5VkAeBf": "wallet",
    "0x52908400098527886E0F7030069857D2E4169EE7": "wallet",
    "write to sales@factory.example": "email",
    "https://factory.example/pay": "link",
    "see www.factory-shop.example": "link",
    "order at factory-shop.cn today": "link",
    "t.me/factory": "link",
    "wa.me/8613800000000": "link",
    "ask @factory_boris": "handle",
    "WeChat: boris1988": "handle",
    "微信号：boris1988": "handle",
    "WhatsApp 13800138000": "handle",
    "QQ 123456789": "handle",
    "call +86 138 0013 8000": "telephone",
    "te\u200bl +49\u00a030 1234567": "telephone",
}
LEFT_ALONE = (
    "Pantone 19-4052 TCX, ΔE00 at most 2.0",
    "STM32F407VGT6, no substitute",
    "EN 71-3:2019+A1:2021, ISO 2859-1 level II",
    "Tolerance +10 / -10 mm, 150 ± 2 g/m2",
    "EAN 4006381333931 on each box, SSCC 003456789012345678",
    "50 a carton, 40x30x20 cm, G.W. 12.5 kg",
    "Delivery within 30 days, approx. 5.000 pcs a week",
    "Container MSCU6639870, HS 6505.00.90",
    "STANDARD MATERIAL DELIVERY",
    "100% cotton, 200 gsm; pre-washed at 40 °C",
    "QQ-B-626 brass, QQ-P-416 plating",
    "Batch 20260302-000123456789",
    "价格含税，交期三十天",
    "See sheet no.3, rev.B of 2026-02-14",
    "Order of 10.000 pcs @ 0.25",
)


@pytest.mark.parametrize(("text", "kind"), FOUND.items())
def test_a_detail_is_found_by_its_form(text: str, kind: str) -> None:
    assert detail_in(text) == kind


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_the_words_of_a_trade_are_left_alone(text: str) -> None:
    assert detail_in(text) is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"remarks": "Pay to DE89370400440532013000"}, "remarks"),
        ({"packaging": "see www.factory.example"}, "packaging"),
        ({"documents": ["invoice", "a@b.example"]}, "documents.1"),
        (
            {"charges": [{"kind": "freight", "amount_minor": 1, "label": "QQ 12345678"}]},
            "charges.0.label",
        ),
    ],
)
def test_no_free_text_of_a_quotation_carries_one(changes: dict[str, object], field: str) -> None:
    with pytest.raises(DetailsInText) as refused:
        documents.read(offer(**changes))
    assert refused.value.field == field
    assert set(refused.value.facts) == {"found"}

"""Whether the holder of an account is the company: spellings that are one name, near misses, and others."""

from __future__ import annotations

import pytest

from holdfast.parties.names import compared

PAIRS = [
    ("Boris Electronics GmbH", "BORIS ELECTRONICS G.m.b.H.", "match", "same"),
    ("Shenzhen Lumen Trading Co., Ltd.", "SHENZHEN LUMEN TRADING CO LTD", "match", "same"),
    ("Shenzhen Lumen Trading Company Limited", "Shenzhen Lumen Trading Co., Ltd", "match", "same"),
    ("Boris Electronics", "Boris Electronics Ltd", "match", "form_left_out"),
    ("Müller & Söhne AG", "Muller und Sohne AG", "match", "same"),
    ("Łódź Tekstyl Sp. z o.o.", "Lodz Tekstyl sp z oo", "match", "same"),
    ("Ｓｈｅｎｚｈｅｎ　Lumen", "Shenzhen Lumen", "match", "same"),
    ("深圳市光明贸易有限公司", "深圳市光明贸易有限责任公司", "match", "same"),
    ("株式会社山田製作所", "山田製作所株式会社", "match", "same"),
    ("ООО Ромашка", "Ромашка ООО", "match", "same"),
    ("PT Sinar Jaya", "Sinar Jaya PT", "match", "same"),
    ("O'Neill Goods Inc", "ONeill Goods Corporation", "match", "same"),
    ("Boris Electronics AG", "Boris Electronics GmbH", "close", "other_form"),
    ("Electronics Boris Ltd", "Boris Electronics Ltd", "close", "word_order"),
    ("Boris Electronics Holding Ltd", "Boris Electronics Ltd", "close", "part"),
    ("Boris Elektronics Ltd", "Boris Electronics Ltd", "close", "spelling"),
    ("深圳光明贸易有限公司", "深圳光明贸易进出口有限公司", "close", "part"),
    ("Boris Petrov", "Boris Electronics Ltd", "no_match", "different"),
    ("Shenzhen Lumen", "深圳市光明贸易有限公司", "no_match", "other_script"),
    ("Ltd", "Boris Electronics", "no_match", "different"),
    ("...", "Boris", "no_match", "different"),
    ("", "", "no_match", "different"),
]


@pytest.mark.parametrize(("holder", "company", "outcome", "why"), PAIRS)
def test_names_are_compared_both_ways(holder: str, company: str, outcome: str, why: str) -> None:
    for one, other in ((holder, company), (company, holder)):
        found = compared(holder=one, company=other)
        assert (found.outcome, found.why) == (outcome, why)

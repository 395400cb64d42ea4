"""Every template asks for terms that can be read and enforced once the buyer has filled in what only buyers know."""

from typing import Any

import pytest

from holdfast.kernel.refusals import Invalid
from holdfast.terms import read_specification, read_term
from holdfast.terms.templates import CATEGORIES, GENERAL, category_of, filled, template, templates

ALL = (*CATEGORIES, GENERAL)


@pytest.mark.parametrize("name", ALL)
def test_with_its_example_every_term_can_be_read_and_enforced(name: str) -> None:
    found = template(name)
    assert found.about(found.quality) is not None
    assert len({one.aspect for one in found.expected}) == len(found.expected), "an aspect is expected twice"
    for asked in found.terms:
        assert set(asked.needs) == set(asked.example), asked.id
        term = read_term(asked.document(asked.example), path=asked.id)
        assert term.obstacle is None, (asked.id, term.obstacle)
        assert term.refund_trigger
        assert asked.say


@pytest.mark.parametrize("name", ALL)
def test_without_its_values_a_term_that_needs_some_decides_nothing(name: str) -> None:
    for asked in template(name).terms:
        # A measured swatch may come later: the term stands, and waits for it.
        hard = [key for key in asked.needs if key not in ("lab", "valid_until")]
        for key in hard if "method" not in hard else []:
            values = {one: value for one, value in asked.example.items() if one != key}
            assert not _decides(asked.document(values)), (asked.id, key)


def _decides(document: dict[str, Any]) -> bool:
    try:
        return read_term(document).obstacle is None
    except Invalid:
        return False


def test_the_six_categories_of_the_trade_are_there() -> None:
    assert [one.title for one in templates()] == [
        "Apparel",
        "Fashion accessories",
        "Electronics and PCB assembly",
        "Furniture",
        "Machinery",
        "Raw material",
    ]
    assert category_of("Fashion Accessories") == category_of("fashion-accessories") == "fashion_accessories"
    assert category_of("Electronics and PCB assembly") == "electronics"
    assert category_of("toys") is None


def test_filled_in_it_is_a_specification() -> None:
    values: dict[str, dict[str, Any]] = {
        one.id: {**one.example} for one in template("apparel").terms if one.expected and one.needs
    }
    values["T1"]["delta_e"] = "1.5"
    written = filled(name="apparel", values=values)
    terms = read_specification(written).terms
    assert [term.kind for term in terms] == [one.term["kind"] for one in template("apparel").expected]
    assert terms[0].delta_e == 1.5


@pytest.mark.parametrize(
    ("name", "values", "field"),
    [
        ("toys", {}, "category"),
        ("apparel", {"T99": {}}, "values.T99"),
        ("apparel", {"T3": {"nominal": "heavy"}}, "values.T3.nominal"),
        ("apparel", {"T3": {}}, "values.T3.nominal"),
        ("apparel", {"T3": {"nominal": "180", "colour": "x"}}, "values.T3.colour"),
    ],
)
def test_what_no_template_asks_or_no_term_takes_is_refused(name: str, values: Any, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        filled(name=name, values=values)
    assert caught.value.field == field

"""Tech packs as buyers keep them are read exactly, or refused cell by cell; nothing is guessed and nothing is lost."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from holdfast.contracts.techpack import TechPack, figures, words
from tests.contracts.techpacks import book, found, shirt, told


def sizes(term: Any) -> dict[str, str]:
    return {row["size"]: row["nominal"] for row in term["by_size"]}


def off(term: Any) -> tuple[str, str]:
    return term["tolerance"]["minus"], term["tolerance"]["plus"]


# --- figures ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ('12 1/2"', "25/2", "in"),
        ("12½", "25/2", None),
        ("12-1/2", "25/2", None),
        ("1/8", "1/8", None),
        ("⅜ in", "3/8", "in"),
        ("12''", "12", "in"),
        ("0,75 cm", "3/4", "cm"),
        ("1.250,5", "2501/2", None),
        ("1,250.5", "2501/2", None),
        ("1 250,5 mm", "2501/2", "mm"),
        ("1’250.5", "2501/2", None),
        ("−2", "-2", None),
        ("180 gsm", "180", "g/m2"),
        ("48 厘米", "48", "cm"),
    ],
)
def test_a_number_is_read_exactly(text: str, value: str, unit: str | None) -> None:
    assert figures.figure(text) == figures.Figure(Fraction(value), unit)


@pytest.mark.parametrize("text", ["1,250", "1.250", "12 3", "12 5/4", "1/0", "5 parsecs", "", "12..5", "1,2,3", "½½"])
def test_what_can_be_read_in_two_ways_or_in_none_is_refused(text: str) -> None:
    with pytest.raises(figures.Unreadable):
        figures.figure(text)


def test_a_column_that_leaves_no_doubt_settles_what_a_comma_is() -> None:
    assert figures.decimal_mark(["12,5", "1,250"]) == ","
    assert figures.decimal_mark(["1,250"]) is None
    assert figures.decimal_mark(["1.5", "1,5"]) is None
    assert figures.figure("1,250", mark=",").value == Fraction(5, 4)
    assert figures.figure("1,250", mark=".").value == 1250


@pytest.mark.parametrize(
    ("text", "minus", "plus", "unit", "percent"),
    [
        ("1/2", "1/2", "1/2", None, False),
        ('±1/8"', "1/8", "1/8", "in", False),
        ("+/- 0,5 cm", "1/2", "1/2", "cm", False),
        ("+0.5/-0.3", "3/10", "1/2", None, False),
        ("-1/4 +1/2", "1/4", "1/2", None, False),
        ("± 5 %", "5", "5", None, True),
    ],
)
def test_a_tolerance_is_read_on_both_sides(text: str, minus: str, plus: str, unit: str | None, percent: bool) -> None:
    assert figures.tolerance(text) == figures.Off(Fraction(minus), Fraction(plus), unit, percent)


@pytest.mark.parametrize("text", ["+0.5", "-0.5", "min 3", "+1 cm/-1 in"])
def test_half_a_tolerance_is_none(text: str) -> None:
    with pytest.raises(figures.Unreadable):
        figures.tolerance(text)


def test_no_spelling_means_two_things_in_one_table() -> None:
    data = tomllib.loads((Path(words.__file__).parent / "headings.toml").read_text(encoding="utf-8"))

    def twice(name: str, table: dict[str, Any]) -> Iterator[str]:
        seen: dict[str, str] = {}
        for key, value in table.items():
            if isinstance(value, dict):
                yield from twice(f"{name}.{key}", value)
                continue
            for spelling in value:
                known = seen.setdefault(words.folded(spelling) or spelling, key)
                if known != key:
                    yield f"{name}: {spelling} is {known} and {key}"

    assert list(twice("", data)) == []


# --- the shapes of tables --------------------------------------------------------------------------------------------


def test_a_graded_spec_sheet_in_fractions_of_an_inch() -> None:
    pack = found(book(Spec=shirt))
    assert told(pack) == []
    chest, body, sleeve, placket = pack.specification
    assert (chest["id"], chest["property"]) == ("A", 'Chest width 1" below armhole')
    assert (chest["kind"], chest["unit"]) == ("dimension", "in")
    assert sizes(chest) == {"XS": "18.5", "S": "19.5", "M": "20.5", "L": "21.5", "XL": "22.5"}
    assert off(chest) == ("0.5", "0.5")
    assert off(body) == ("0.25", "0.5")
    assert sizes(sleeve) == {"XS": "6.125", "S": "6.25", "M": "6.375", "L": "6.5"}, "a dash is no value"
    assert list(sizes(placket).values()) == ["1.25"] * 5, "one cell merged over all sizes"
    assert "class_major" in pack.assumed
    left = [one.text for one in pack.unread]
    assert {"BODY", "Comments", "Measure flat, without stretching."} <= set(left)


def test_units_in_headings_comma_decimals_and_two_columns_of_tolerance() -> None:
    rows = [
        ["Ficha técnica", None],
        [],
        ["Nº", "Punto de medida", "Tol. (-)", "Tol. (+)", "Talla 36", "Talla 38", "Talla 40"],
        [1, "Contorno de pecho", "-0,5", "1", "48,5", "50", "51,5"],
        ["Unidad: cm"],
        [2, "Largo total", "0,75", "0,75", "62,25", "63", "1.063,5"],
    ]
    pack = found(book(Medidas=rows))
    assert told(pack) == []
    chest, length = pack.specification
    assert (chest["id"], chest["unit"], off(chest)) == ("1", "cm", ("0.5", "1"))
    assert sizes(length) == {"36": "62.25", "38": "63", "40": "1063.5"}


def test_chinese_headings_with_the_unit_beside_the_tolerance() -> None:
    rows = [["部位", "公差(cm)", "S", "M", "L", "备注"], ["胸围", 1, 50, 52, 54], ["衣长", "±0.5", 66, "67.5", 69]]
    pack = found(book(尺寸表=rows))
    assert told(pack) == []
    assert [(term["property"], term["unit"], off(term)) for term in pack.specification] == [
        ("胸围", "cm", ("1", "1")),
        ("衣长", "cm", ("0.5", "0.5")),
    ]


def test_a_table_turned_round() -> None:
    rows = [
        ["Size", "Waist (cm)", "Weight (g)", "Fit"],
        ["S", 70, 180, "slim"],
        ["M", "74,5", 190, "slim"],
        ["Tol +/-", 1, "2,5", None],
    ]
    pack = found(book(Sizes=rows))
    assert told(pack) == []
    waist, weight = pack.specification
    assert (waist["property"], waist["unit"], sizes(waist), off(waist)) == (
        "Waist",
        "cm",
        {"S": "70", "M": "74.5"},
        ("1", "1"),
    )
    assert (weight["kind"], weight["unit"], off(weight)) == ("weight", "g", ("2.5", "2.5"))
    assert [one.text for one in pack.unread] == ["Fit"]


def test_values_in_another_unit_are_converted_exactly() -> None:
    rows = [["POM", "Tol (mm)", "Size S (cm)", "Size M (cm)"], ["Chest", 5, 50, "20 in"]]
    (term,) = found(book(Spec=rows)).specification
    assert (term["unit"], sizes(term), off(term)) == ("cm", {"S": "50", "M": "50.8"}, ("0.5", "0.5"))


def test_goods_with_merged_products_and_a_column_for_each_size() -> None:
    def order(sheet: Worksheet) -> None:
        rows: list[list[Any]] = [
            ["Purchase order 77"],
            ["Currency:", "USD"],
            [],
            ["Style no", "Description", "Colour", "S", "M", "L", "Unit price", "Total"],
            ["A1", "Camp shirt", "Navy", 10, 20, 30, 7.5, 60],
            [None, None, "Red 红", 5, None, "1,000", "$ 8.25", 1005],
            [],
            ["Total", None, None, 15, 20, 1030],
        ]
        for row in rows:
            sheet.append(row)
        sheet.merge_cells("A5:A6")
        sheet.merge_cells("B5:B6")

    pack = found(book(Order=order))
    assert told(pack) == []
    assert [(one["number"], one["sku"], one["variant"], one["size"], one["quantity"]) for one in pack.lines] == [
        (1, "A1", "Navy", "S", 10),
        (2, "A1", "Navy", "M", 20),
        (3, "A1", "Navy", "L", 30),
        (4, "A1", "Red 红", "S", 5),
        (5, "A1", "Red 红", "L", 1000),
    ]
    assert [one["unit_price_minor"] for one in pack.lines] == [750, 750, 750, 825, 825]
    assert pack.assumed == ("unit_piece",)


def test_a_plain_specification_with_kinds_limits_and_colours() -> None:
    rows = [
        [
            "Property",
            "Type",
            "Severity",
            "Value",
            "Unit",
            "Tol +/-",
            "Test method",
            "CIEDE2000 limit",
            "Lab",
            "Colour system",
        ],
        ["Fabric weight", None, "major", 180, "gsm", "5%", "ISO 3801"],
        ["Shrinkage", "performance", "minor", "max 3", "%"],
        ["Shell colour", "colour", "critical", "19-4052 TCX", None, None, "D65", 2, "32.43; -1.55; -27.26", "Pantone"],
        ["Fastness to washing", "fastness", "MA", "4-5"],
        ["Zip", "component", "major", "YKK 5"],
    ]
    pack = found(book(Spec=rows))
    assert told(pack) == []
    weight, shrinkage, colour, fastness, component = pack.specification
    assert (weight["kind"], weight["unit"], weight["tolerance"]["percent"], off(weight)) == (
        "fabric_weight",
        "g/m2",
        True,
        ("5", "5"),
    )
    assert (shrinkage["limit"], shrinkage["nominal"]) == ("at_most", "3")
    assert (colour["system"], colour["delta_e"], colour["lab"]) == ("pantone", "2", ["32.43", "-1.55", "-27.26"])
    assert (fastness["nominal"], component["nominal"]) == ("4.5", "YKK 5")


def test_terms_name_lines_as_the_file_numbers_them() -> None:
    goods = [["Line", "Product", "Qty", "Unit price"], [10, "Shirt", 100, 7], [20, "Coat", 50, 21]]
    terms = [["Property", "Value", "Unit", "Tol", "Lines"], ["Length", 70, "cm", 1, "20"]]
    (term,) = found(book(Goods=goods, Spec=terms)).specification
    assert term["applies_to"] == {"lines": [2]}


# --- what cannot be used ---------------------------------------------------------------------------------------------


def test_every_wrong_cell_is_told_by_its_place_and_not_only_the_first() -> None:
    rows = [
        ["Style", "Description", "Qty", "Unit price (USD)"],
        ["A1", "Shirt", "ten", 7.5],
        ["A2", None, 5, "7,505"],
        ["A3", "Coat", 2.5, -1],
        ["A4", "Cap", 12, "€ 3"],
    ]
    pack = found(book(Goods=rows))
    assert told(pack) == [
        ("Goods", 2, "C", "ten"),
        ("Goods", 3, "B", ""),
        ("Goods", 3, "D", "7,505"),
        ("Goods", 4, "D", "-1"),
        ("Goods", 4, "C", "2.5"),
        ("Goods", 5, "D", "€ 3"),
    ]


def test_a_date_that_a_spreadsheet_made_of_an_eighth_is_not_taken() -> None:
    rows = [["POM", "Tol (in)", "S", "M"], ["Chest", datetime(2026, 1, 8), "18 1/2", 19]]  # noqa: DTZ001
    ((sheet, row, column, _found),) = told(found(book(Spec=rows)))
    assert (sheet, row, column) == ("Spec", 2, "B")


def test_a_formula_is_never_computed() -> None:
    rows = [["POM", "Tol (cm)", "S", "M"], ["Chest", 1, 50, "=C2+2"], ["Waist", 1, 40, 41]]
    pack = found(book(Spec=rows))
    assert told(pack) == [("Spec", 2, "D", "a formula without a stored value")]
    assert [term["property"] for term in pack.specification] == ["Waist"]


def test_another_currency_is_refused_and_never_converted() -> None:
    rows = [["Product", "Qty", "Unit price (EUR)"], ["Shirt", 1, 5]]
    assert told(found(book(Goods=rows))) == [("Goods", 2, "C", "EUR")]
    above = [["Currency", "EUR"], ["Product", "Qty", "Unit price"], ["Shirt", 1, 5]]
    assert ("Goods", 2, "A", "EUR") in told(found(book(Goods=above)))


def test_measurements_without_a_unit_are_not_guessed() -> None:
    pack = found(book(Spec=[["POM", "Tol", "S", "M"], ["Chest", 1, 50, 52], ["Waist", 1, 40, 42]]))
    assert [(row, column) for _sheet, row, column, _found in told(pack)] == [(2, "A"), (3, "A")]


def test_what_says_nothing_about_a_kind_of_term_is_refused() -> None:
    rows = [["Property", "Kind", "Value", "Unit", "Tol"], ["Zip", "component", "YKK 5", "cm", 1]]
    assert told(found(book(Spec=rows))) == [("Spec", 2, "D", "cm"), ("Spec", 2, "E", "1")]


def test_a_file_without_a_table_says_what_one_needs() -> None:
    pack: TechPack = found(book(Notes=[["Dear supplier,"], ["please quote", "soon"]]))
    assert told(pack) == [("Notes", 1, "A", "no table that is known")]


def test_a_bill_of_materials_is_left_and_listed() -> None:
    rows = [["Item", "Description", "Supplier", "Qty", "Unit"], ["Shell", "Poplin", "Mill 4", 1.6, "m"]]
    pack = found(book(BOM=rows, Spec=shirt))
    assert told(pack) == []
    assert pack.lines == ()
    assert [(one.sheet, one.row) for one in pack.unread if one.sheet == "BOM"] == [("BOM", 1), ("BOM", 2)]


def test_two_tables_one_below_the_other_and_a_row_that_reads_like_a_heading() -> None:
    rows = [
        ["Description", "S", "M"],
        ["Unit: cm"],
        ["Measurement", 50, 52],
        ["Dimension", 36, 38],
        [],
        ["Description", "36", "38"],
        ["Collar", 40, 41],
    ]
    pack = found(book(Spec=rows))
    assert told(pack) == []
    assert [(term["property"], list(sizes(term))) for term in pack.specification] == [
        ("Measurement", ["S", "M"]),
        ("Dimension", ["S", "M"]),
        ("Collar", ["36", "38"]),
    ]

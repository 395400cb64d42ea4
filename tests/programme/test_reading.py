"""A programme file is read whole or refused whole, with every reason; what was read can be read again for ever."""

import re
from importlib import resources
from pathlib import Path

import pytest

from holdfast import programme
from holdfast.programme.reference import reference
from holdfast.programme.refusals import ProgrammeChanged, ProgrammeInvalid, ProgrammeUnknown

NAMES = ("standard", "accessories", "apparel", "import", "basic")


def text_of(name: str) -> str:
    return resources.files("holdfast.programme").joinpath("shipped", f"{name}.toml").read_text(encoding="utf-8")


def problems(text: str) -> list[tuple[str, str, str]]:
    """(key, found, allowed) of what is wrong; the file is always named."""
    with pytest.raises(ProgrammeInvalid) as caught:
        programme.load(text=text, source="mine.toml")
    found = caught.value.facts["problems"]
    assert {problem["file"] for problem in found} == {"mine.toml"}
    return [(problem["key"], problem["found"], problem["allowed"]) for problem in found]


def changed(old: str, new: str, name: str = "standard") -> str:
    text = text_of(name)
    assert text.count(old) == 1, old
    return text.replace(old, new)


def test_every_shipped_programme_is_one() -> None:
    assert programme.names() == NAMES
    assert [programme.shipped(name).name for name in NAMES] == list(NAMES)
    assert len({programme.shipped(name).digest for name in NAMES}) == len(NAMES)
    with pytest.raises(ProgrammeUnknown):
        programme.shipped("../secrets")


def test_an_optional_flag_left_out_is_false_and_leaves_no_trace() -> None:
    """A version published before there was the key keeps its digest."""
    plain = programme.shipped("standard")
    said = programme.load(text=changed("[fees]", "[fees]\nhides_direct_price = false"), source="mine.toml")
    hiding = programme.load(text=changed("[fees]", "[fees]\nhides_direct_price = true"), source="mine.toml")
    assert (plain.fees.hides_direct_price, said.digest) == (False, plain.digest)
    assert hiding.fees.hides_direct_price
    assert hiding.digest != plain.digest
    assert "hides_direct_price" not in programme.as_document(plain)["fees"]
    assert programme.read_document(programme.as_document(hiding), source="stored") == hiding


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_names_its_source_or_says_that_it_is_open(name: str) -> None:
    heading_has_source = False
    for number, line in enumerate(text_of(name).splitlines(), start=1):
        if line.startswith("["):
            heading_has_source = bool(re.search(r"#.*(S[0-3]|open)", line))
        if re.match(r"\s*[\w-]+ *=.*\d", line) and not line.startswith(("name", "title", "version", "AQL")):
            says = re.search(r"#.*\b(S[0-3]|open|as |by |only |what |without |a wire)", line)
            assert says or heading_has_source or "= 0, EUR" in line, f"{name}.toml:{number}: {line}"


@pytest.mark.parametrize("name", NAMES)
def test_what_was_read_is_read_again_from_its_document(name: str) -> None:
    first = programme.shipped(name)
    again = programme.read_document(programme.as_document(first), source="stored")
    assert again == first
    assert hash(again) == hash(first)
    assert again.digest == first.digest


def test_comments_order_and_spelling_leave_no_trace() -> None:
    text = text_of("standard")
    bare = re.sub(r"(?m)#.*$", "", text)
    moved = bare.replace("sign_days = 7", "").replace("pay_days = 10", "pay_days = 10\nsign_days = 7")
    spelled = moved.replace("percent = 2.5", "percent = 2.500").replace("USD = 10000,", "USD = 10_000.00,")
    assert spelled != text
    assert programme.load(text=spelled, source="other.toml") == programme.shipped("standard")


def test_a_published_version_never_changes() -> None:
    published = programme.shipped("standard")
    programme.check_against(published=published, candidate=programme.shipped("standard"))
    other = programme.load(text=changed("sign_days = 7 ", "sign_days = 8 "), source="mine.toml")
    with pytest.raises(ProgrammeChanged) as caught:
        programme.check_against(published=published, candidate=other)
    assert caught.value.accepted == 3
    second = changed("sign_days = 7 ", "sign_days = 8 ").replace("version = 2", "version = 3")
    programme.check_against(published=published, candidate=programme.load(text=second, source="mine.toml"))


@pytest.mark.parametrize(
    ("old", "new", "key", "found", "allowed"),
    [
        ("sign_days = 7 ", "sign_days = 7.5 ", "signing.sign_days", "7.5", "whole number from 1 to 3650"),
        ("sign_days = 7 ", "sign_days = true ", "signing.sign_days", "True", "whole number"),
        ("sign_days = 7 ", "sign_days = 0 ", "signing.sign_days", "0", "from 1"),
        ("sign_days = 7 ", "sing_days = 7 ", "signing.sing_days", "7", "no such key; one of sign_days"),
        ("sign_days = 7 ", "", "signing.sign_days", "nothing", "whole number"),
        ('silence = "counts"', 'silence = "maybe"', "receipt.silence", "maybe", "one of counts, never"),
        ("percent_per_day = 0.5 ", "percent_per_day = 101 ", "late.percent_per_day", "101", "0 to 100"),
        ("percent_per_day = 0.5 ", "percent_per_day = -1 ", "late.percent_per_day", "-1", "0 to 100"),
        ("percent_per_day = 0.5 ", "percent_per_day = inf ", "late.percent_per_day", "Infinity", "0 to 100"),
        ('\ngrades = ["A", "B"] ', '\ngrades = ["A", "E"] ', "receipt.grades[1]", "E", "any of A, B, C, D"),
        ('\ngrades = ["A", "B"] ', '\ngrades = ["A", "A"] ', "receipt.grades[1]", "A", "each word once"),
        ('\ngrades = ["A", "B"] ', "\ngrades = [] ", "receipt.grades", "nothing", "at least one grade"),
        ('name = "standard"', 'name = "Our Rules"', "name", "Our Rules", "a text like"),
        ("may_reject = true ", 'may_reject = "yes" ', "short.may_reject", "yes", "true or false"),
        ("[rails.wire]", "[rails.cash]", "rails.cash", "{", "one of card, paypal, wire, e_check"),
        ('"JPY"]', '"XXX"]', "currencies[4]", "XXX", "ISO 4217"),
        ("USD = 2500.00, ", "", "fees.cap.USD", "nothing", "an amount"),
        ("USD = 2500.00", "USD = 2500.001", "fees.cap.USD", "2500.001", "at most 2 digits"),
        ("JPY = 375000", "JPY = 0.5", "fees.cap.JPY", "0.5", "at most 0 digits"),
        ("USD = 2500.00", "CHF = 1, USD = 2500.00", "fees.cap.CHF", "1", "one of USD"),
        ("[[fees.bands]]", "[fees.bands]", "fees.bands", "{", "a list of tables"),
        ("fraud = 48", "", "points.weights.fraud", "nothing", "required"),
    ],
)
def test_what_is_wrong_is_said_with_its_key(old: str, new: str, key: str, found: str, allowed: str) -> None:
    said = problems(changed(old, new))
    assert any(one[0] == key and one[1].startswith(found) and allowed in one[2] for one in said), said


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("escalate_automatic_day = 8", "escalate_automatic_day = 3", "claims.escalate_automatic_day"),
        ("escalate_from_day = 4", "escalate_from_day = 3", "claims.escalate_from_day"),
        ("mediation_limit_days = 60", "mediation_limit_days = 10", "claims.mediation_limit_days"),
        ('undisputed_only = ["quantity"]', 'undisputed_only = ["quality"]', "claims.undisputed_only"),
        ("notice_hours = 72", "notice_hours = 500", "receipt.notice_hours"),
        ('scale = "daily"', 'scale = "steps"', "late.steps"),
        ("required_from = { USD = 20000", "required_from = { USD = 2000", "inspection.required_from.USD"),
        ("verified = { USD = 50000", "verified = { USD = 5000", "cover.tiers"),
        ("minimum = { USD = 1.00", "minimum = { USD = 2500.01", "fees.minimum.USD"),
        ('tiers = ["enrolled", "verified", "gold"]', 'tiers = ["enrolled", "verified"]', "fees.bands"),
        ('"captured"\nreturnable = false', '"captured"\nreturnable = true', "rails.wire.releasable_after"),
        (
            'anchors = ["expected_delivery"], combine = "first" } # S1',
            'anchors = [], combine = "first" } # S1',
            "window.not_delivered.anchors",
        ),
        (
            "[eligibility]",
            '[eligibility]\ncountries_allowed = ["CN"]\ncountries_barred = ["CN"]',
            "eligibility.countries_barred",
        ),
    ],
)
def test_figures_that_do_not_fit_each_other_are_refused(old: str, new: str, key: str) -> None:
    assert [one[0] for one in problems(changed(old, new))] == [key]


def test_everything_wrong_is_said_at_once() -> None:
    text = changed("sign_days = 7 ", "sign_days = 0 ").replace('grace = "deducted"', 'grace = "given"')
    assert [one[0] for one in problems(text.replace("fraud = 48", 'fraud = "48"'))] == [
        "signing.sign_days",
        "late.grace",
        "points.weights.fraud",
    ]


def test_an_empty_file_names_every_part() -> None:
    keys = {one[0] for one in problems("")}
    assert {"name", "version", "currencies", "signing", "window", "claims", "fees", "rails"} <= keys


def test_what_is_no_toml_is_said_to_be_none() -> None:
    assert [one[0] for one in problems("name = ")] == [""]


def test_the_document_of_keys_is_made_from_the_keys() -> None:
    written = Path(__file__).parents[2].joinpath("docs", "programmes.md").read_text(encoding="utf-8")
    assert written.endswith(reference()), "renew it with: python -m holdfast.programme.reference"


@pytest.mark.parametrize("name", NAMES)
def test_the_words_carry_the_figures(name: str) -> None:
    found = programme.shipped(name)
    said = programme.terms_text(found)
    for figure in (found.claims.answer_days, found.receipt.silence_days, found.returns.ship_back_days):
        assert f"{figure} days" in said
    assert "None" not in said
    assert "_" not in said
    assert programme.terms_digest(found) == programme.terms_digest(found)


def test_a_difference_is_told_in_figures() -> None:
    found = {
        one.key: one
        for one in programme.differences(before=programme.shipped("standard"), after=programme.shipped("import"))
    }
    assert (found["inspection.bearer"].before, found["inspection.bearer"].after) == ("party_at_fault", "buyer")
    assert (found["late.grace_days"].before, found["late.grace_days"].after) == ("2 calendar days", "0 calendar days")
    assert (found["late.steps[3].percent"].before, found["late.steps[3].percent"].after) == ("not set", "100%")
    assert found["rails.paypal.percent"].after == "not set"
    same = programme.shipped("standard")
    assert programme.differences(before=same, after=same) == ()

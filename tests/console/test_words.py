"""Nothing that can happen is without its word, its sentence or its form."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection
from gettext import GNUTranslations
from importlib import import_module
from pathlib import Path
from typing import get_args

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from holdfast.claims.rules import CLAIM, REASONS, REMEDIES
from holdfast.console import noes, telling, vocabulary_lint, words
from holdfast.console.asking import FORMS as ON_ORDERS
from holdfast.console.cases.forms import FORMS as ON_CLAIMS
from holdfast.console.drafting.rows import KIND_WORDS
from holdfast.contracts import shape
from holdfast.contracts.rules import AMENDMENT, CONTRACT
from holdfast.inspection.rules import BOOKING
from holdfast.kernel.lifecycle import Lifecycle
from holdfast.kernel.refusals import Invalid, NotAllowed, OutOfState, every_refusal
from holdfast.ledger.chart import ACCOUNTS, MOVEMENTS
from holdfast.orders.rules.disputes import Fault
from holdfast.orders.rules.lifecycles import DEBT, LOT, ORDER, RESERVE_CHANGE, TRANCHE
from holdfast.parties import names as party_names
from holdfast.parties.rules import BENEFICIARY, GUARANTEE, NotASandbox
from holdfast.rails.bank.rules import LINE_KINDS
from holdfast.rails.rules import DISPUTE, DISPUTE_KINDS, PAYMENT, PAYOUT, REFUND
from holdfast.rails.rules import REASONS as STRAYS
from holdfast.record.rules import CONCESSION, CONCESSIONS, FLAG
from holdfast.sourcing.rules import QUOTATION
from holdfast.sourcing.rules import REASONS as DECLINED
from holdfast.terms.lint import lint
from holdfast.terms.lint.codes import CODES
from holdfast.terms.lint.delivery import NAMES
from holdfast.terms.lint.suggestions import DATED, LACKING, NUMBERED, UNSAID
from holdfast.terms.specification import KINDS
from holdfast.terms.speech import KINDS as SAID
from holdfast.terms.templates import GENERAL, template, templates
from holdfast.treasury.operations.rates import BANK, BY_HAND
from holdfast.webhooks.rules import DELIVERY, ENDPOINT
from tests.terms.lintable import hats, terms

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"
ELSEWHERE = (
    *("advance", "beneficiary", "clock", "guarantee", "installation", "key", "member", "organisation", "payout"),
    *("consent", "marketplace", "programme", "quotation", "reserve", "staff", "webhook"),
    "flag",
    # Of the books and of papers, which stand on the operator's chain or on an organisation's.
    *("account_number", "billing", "books", "credit_note", "document", "entry", "invoice", "rates", "routine"),
    *("seller", "tax_rule"),
)
LIVES: dict[str, Lifecycle] = {
    "order": ORDER,
    "concession": CONCESSION,
    "tranche": TRANCHE,
    "lot": LOT,
    "contract": CONTRACT,
    "claim": CLAIM,
} | {
    "amendment": AMENDMENT,
    "booking": BOOKING,
    "dispute": DISPUTE,
    "debt": DEBT,
    "guarantee": GUARANTEE,
    "reserve_change": RESERVE_CHANGE,
    "quotation": QUOTATION,
    "webhook": ENDPOINT,
    "webhook_delivery": DELIVERY,
    "flag": FLAG,
}


@pytest.mark.parametrize("kind", [*LIVES, "payment", "account"])
def test_every_state_has_a_word_and_a_feeling(kind: str) -> None:
    lives = {"payment": [PAYMENT, PAYOUT, REFUND], "account": [BENEFICIARY]}.get(kind) or [LIVES[kind]]
    states = {state for life in lives for row in life.steps for state in (row.source, row.target)}
    assert states - set(words.KINDS[kind]) == set()
    assert states - set(words.TONES) == set()


def test_every_choice_of_a_form_has_a_word() -> None:
    for kind, names in {
        "mode": shape.MODES,
        "charge": shape.CHARGES,
        "basis": shape.BASES,
        "payable": shape.PAYABLE,
        "release": shape.RELEASE,
        "examination": shape.INSPECTIONS,
        "remedy": REMEDIES,
        "reason": [*REASONS["buyer"], *REASONS["supplier"]],
    }.items():
        assert set(names) - set(words.KINDS[kind]) == set(), kind
    assert set(KINDS) == set(KIND_WORDS)


def test_every_deadline_and_every_event_of_an_order_is_told() -> None:
    """The reference is made from the code, so that what is new there is missed here."""
    deadlines = _first_column("deadlines.md")
    assert deadlines - set(words.KINDS["deadline"]) == set()
    events = {name for name in _first_column("events.md") if not name.startswith(ELSEWHERE)}
    assert events - set(telling.SENTENCES) - telling.BORING == set()


def _first_column(name: str) -> set[str]:
    return set(re.findall(r"^\| `([a-z_]+\.[a-z_]+)` ", (REFERENCE / name).read_text(), re.MULTILINE))


def test_every_act_that_a_page_can_offer_has_its_form() -> None:
    rooms = Path(settings.PACKAGE)
    offered = set(re.findall(r'Offer\(\s*"([a-z_]+)"', (rooms / "orders/rules/acts.py").read_text()))
    assert offered - set(ON_ORDERS) == set()
    verbs = set(re.findall(r'append\("([a-z_]+)"\)', (rooms / "claims/queries.py").read_text()))
    assert verbs - set(ON_CLAIMS) == set()


def test_a_no_is_said_with_what_would_be_taken() -> None:
    assert words.refusal(NotAllowed()) == "Your role does not include this act."
    assert words.refusal(Invalid(accepted=["a", "b"])).endswith("Accepted: a or b.")
    money = Invalid(field="amount_minor", accepted={"from": 1, "to": 1_145_000})
    assert words.refusal(money, currency="USD").endswith("Accepted: $0.01 to $11,450.00.")
    states = OutOfState(subject="payout batch", accepted=["made", "released"])
    assert words.refusal(states).endswith("Accepted: Gathered or Released.")
    assert words.refusal(Invalid(field="rail", accepted=["wire", "e_check"])).endswith("Bank transfer or E-check.")
    units = Invalid(field="received.1", accepted={"from": 0, "to": 1000})
    assert words.refusal(units, currency="USD").endswith("Accepted: 0 to 1000.")


@pytest.mark.parametrize(
    ("accepted", "said"),
    [
        ("1 to 1145000", "de 0,01 US$ a 11.450,00 US$"),
        ("at most 250000", "como máximo 2.500,00 US$"),
        ("2026-03-02 or later", "lun, 2 mar 2026 o después"),
        ({"not_after": "2026-03-02"}, "no después del lun, 2 mar 2026"),
        ({"at_most_bytes": 10 * 2**20}, "como máximo 10 MB"),
        ({"at_most_lines": 5000, "or": "csv"}, "como máximo 5000 líneas"),
        ("a BIC of 8 or 11 characters", "un BIC de 8 u 11 caracteres"),
    ],
)
def test_what_would_be_taken_is_written_as_the_reader_writes_it(accepted: object, said: str) -> None:
    with translation.override("es"):
        refused = words.refusal(Invalid(field="amount_minor", accepted=accepted, currency="USD"))
    assert refused.replace("\xa0", " ").endswith(f"Se acepta: {said}.")


@pytest.mark.parametrize(
    ("kind", "known"),
    [
        ("ledger", ACCOUNTS),
        ("movement", MOVEMENTS),
        ("stray_reason", STRAYS),
        ("hold", STRAYS),
        ("line_kind", set(LINE_KINDS) - {""}),
        ("dispute_kind", DISPUTE_KINDS),
        ("concession_kind", CONCESSIONS),
        ("drift", SAID),
        ("fault", get_args(Fault)),
        ("quotation_reason", DECLINED),
        ("rate_source", (BY_HAND, BANK)),
        ("name_why", re.findall(r'Comparison\("[a-z_]+", "([a-z_]+)"', Path(party_names.__file__).read_text())),
    ],
)
def test_whatever_money_is_called_has_a_word(kind: str, known: Collection[str]) -> None:
    assert known
    assert set(known) - set(words.KINDS[kind]) == set()


@pytest.mark.parametrize("language", ["zh-hans", "es"])
def test_every_sentence_is_translated(language: str) -> None:
    with translation.override(language):
        for kind, known in words.KINDS.items():
            for name, word in known.items():
                assert str(word), f"{kind} {name}"
        said = [*map(str, telling.SENTENCES.values()), *map(gettext, noes.MESSAGES)]
        assert [text for text in said if re.search(r"\b(the|was|The|were|This|of)\b", text)] == []


def test_every_refusal_that_a_page_can_meet_is_listed_for_translation() -> None:
    outside = (
        "holdfast.api",
        "holdfast.cli",
        "holdfast.database",
        "holdfast.sandbox",
        "holdfast.console.signon.configured",
        "holdfast.record.labels",
        "holdfast.record.seals",
        "holdfast.rails.choice",
        "holdfast.rails.stripe.news",
        "tests",
    )
    import_module("holdfast.console.urls")
    about_the_house = {"holdfast.parties.installation", "holdfast.parties.operations.installation"}
    said = {
        refusal.message()
        for refusal in every_refusal()
        if not refusal.__module__.startswith(outside) and refusal.__module__ not in about_the_house
    }
    assert said - set(noes.MESSAGES) - {NotASandbox.message()} == set()


def test_every_sentence_of_the_lint_and_the_templates_is_listed_for_translation() -> None:
    said = {text for _severity, *texts in CODES.values() for text in texts}
    said |= {UNSAID, DATED, NUMBERED, *LACKING.values(), *NAMES.values()}
    for one in (*templates(), template(GENERAL)):
        said |= {one.title, *(asked.say for asked in one.terms)}
    listed = {str(text) for text in vocabulary_lint.SENTENCES}
    assert said - listed - {"%(say)s", "%(document)s"} == set()


@pytest.mark.parametrize("language", ["zh-hans", "es"])
def test_the_lint_speaks_the_readers_language(language: str) -> None:
    for document in (hats(specification=terms()[1:], packaging="Standard export carton"), hats(place="Hamburg")):
        for found in lint(document).findings:
            with translation.override(language):
                told = (words.lint_message(found), words.lint_suggestion(found))
            assert told[0] != found.message
            assert "%(" not in "".join(told)


@pytest.mark.parametrize("language", ["zh-hans", "es"])
@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("a value in cm", "cm"),
        ("the price of one in CNY", "CNY"),
        ("USD, the currency of the contract", "USD"),
        ("an amount in JPY with at most 0 decimals, zero or more", "JPY"),
        ("an amount in EUR, like 12.50", "EUR"),
        ("1.500 or 1500: it can be read as both", "1500"),
    ],
)
def test_a_cell_of_a_tech_pack_is_refused_in_the_readers_language(language: str, said: str, kept: str) -> None:
    """The sentences are those of the reader of tech packs, which names currencies and units inside them."""
    with translation.override(language):
        told = words.accepted(said)
    assert kept in told
    assert told != said
    assert "%(" not in told


def test_every_sentence_of_the_tech_packs_reader_with_something_in_it_is_known() -> None:
    found: set[str] = set()
    for path in (Path(settings.PACKAGE) / "contracts" / "techpack").glob("*.py"):
        if path.name == "writing.py":
            # Its sentences are headings of the sheet, in the language of the pack.
            continue
        found |= set(re.findall(r'f"([^"]*\{(?:unit|currency|builder\.currency)\}[^"]*)"', path.read_text()))
    sentences = {re.sub(r"\{exponent\(currency\)\}", "2", one) for one in found if " " in one}
    assert len(sentences) >= 5
    for one in sentences:
        example = re.sub(r"\{[^}]*currency\}", "USD", one).replace("{unit}", "cm")
        with translation.override("es"):
            assert words.accepted(example) != example, one


@pytest.mark.parametrize("language", ["zh_Hans", "es"])
def test_everything_marked_stands_in_the_catalogues(language: str) -> None:
    """Renew them with Django's makemessages in src/holdfast, translate what is new, then compilemessages."""
    rooms = Path(settings.PACKAGE)
    with (rooms / "locale" / language / "LC_MESSAGES" / "django.mo").open("rb") as file:
        known = {key[0] if isinstance(key, tuple) else key for key in GNUTranslations(file)._catalog}  # type: ignore[attr-defined]
    marked = set()
    for path in (rooms / "console").rglob("*.html"):
        marked |= {found[1] for found in re.findall(r"""{% translate (["'])(.*?)\1 %}""", path.read_text())}
    for path in (rooms / "console").rglob("*.py"):
        marked |= _marked_in(path)
    assert sorted(marked - known) == []


def _marked_in(path: Path) -> set[str]:
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    names = {"_", "gettext", "gettext_lazy"}
    return {
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Name)
        and call.func.id in names
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    }

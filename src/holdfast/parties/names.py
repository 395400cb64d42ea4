"""Whether the holder of a bank account is the company that was verified, by their names alone: pure.

It compares spellings. It refuses to know the bank, the country's register or the person who looks: what it answers
is shown to the verifier, who decides, and gives a reason where it is not `match`.
"""

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Outcome = Literal["match", "close", "no_match"]
OUTCOMES = ("match", "close", "no_match")
_ALIKE = 0.88
"""From this share of equal letters on, two names may be one name misspelt."""
_SHORTEST_PART = 4
"""A name inside the other counts as a part of it from so many letters on."""

# Legal forms, each spelling to one sign: two names that differ in the sign are two companies until somebody looks.
_FORMS: dict[str, str] = {
    "limited": "ltd",
    "ltd": "ltd",
    "ltda": "ltd",
    "co ltd": "ltd",
    "company limited": "ltd",
    "pvt ltd": "ltd",
    "private limited": "ltd",
    "pte ltd": "ltd",
    "pty ltd": "ltd",
    "plc": "plc",
    "inc": "inc",
    "incorporated": "inc",
    "corp": "inc",
    "corporation": "inc",
    "llc": "llc",
    "llp": "llp",
    "lp": "lp",
    "company": "co",
    "co": "co",
    "gmbh": "gmbh",
    "gmbh co kg": "gmbh kg",
    "mbh": "gmbh",
    "ag": "ag",
    "kg": "kg",
    "ohg": "ohg",
    "ug": "ug",
    "ek": "ek",
    "sa": "sa",
    "sas": "sas",
    "sarl": "sarl",
    "eurl": "eurl",
    "sl": "sl",
    "slu": "sl",
    "srl": "srl",
    "spa": "spa",
    "sapi de cv": "sa cv",
    "sa de cv": "sa cv",
    "s de rl de cv": "srl cv",
    "bv": "bv",
    "nv": "nv",
    "oy": "oy",
    "oyj": "oyj",
    "ab": "ab",
    "as": "as",
    "aps": "aps",
    "kft": "kft",
    "zrt": "zrt",
    "sro": "sro",
    "sp z oo": "sp",
    "sp z o o": "sp",
    "doo": "doo",
    "ood": "ood",
    "eood": "ood",
    "sdn bhd": "bhd",
    "bhd": "bhd",
    "pt": "pt",
    "tbk": "tbk",
    "pt tbk": "tbk",
    "jsc": "jsc",
    "ooo": "ooo",
    "ооо": "ooo",
    "ао": "ao",
    "зао": "ao",
    "пао": "ao",
    "as ticaret": "as",
    "ltd sti": "ltd",
}
_FORMS_IN_FRONT = frozenset({"pt", "ooo", "ооо", "ао", "зао", "пао", "cv", "firma"})
# Scripts that write no spaces: the form is an ending (or a beginning) of the name itself.
_FORMS_WRITTEN_TOGETHER: dict[str, str] = {
    "股份有限公司": "joint stock",
    "有限责任公司": "ltd",
    "有限公司": "ltd",
    "公司": "co",
    "株式会社": "kk",
    "合同会社": "gk",
    "有限会社": "yk",
    "주식회사": "kk",
    "유한회사": "ltd",
}
_WORDS = {"and": "&", "und": "&", "et": "&", "y": "&", "intl": "international", "int l": "international"}
_LONGEST_FORM = 4


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the two names are to each other, and why: `same`, `form_left_out`, `other_form`, `word_order`, `part`,
    `spelling`, `other_script` or `different`."""

    outcome: Outcome
    why: str


@dataclass(frozen=True, slots=True)
class _Name:
    words: tuple[str, ...]
    form: str

    @property
    def letters(self) -> str:
        return "".join(self.words)


def compared(*, holder: str, company: str) -> Comparison:
    """The holder's name against the company's: capitals, accents, punctuation, width and spelling of legal forms do
    not count; a missing legal form does not either."""
    one, other = _taken_apart(holder), _taken_apart(company)
    if not one.letters or not other.letters:
        return Comparison("no_match", "different")
    if one.letters == other.letters:
        if one.form == other.form:
            return Comparison("match", "same")
        if not one.form or not other.form:
            return Comparison("match", "form_left_out")
        return Comparison("close", "other_form")
    if _scripts(one.letters).isdisjoint(_scripts(other.letters)):
        return Comparison("no_match", "other_script")
    return _near(one, other)


def _near(one: _Name, other: _Name) -> Comparison:
    if sorted(one.words) == sorted(other.words):
        return Comparison("close", "word_order")
    shorter, longer = sorted((one, other), key=lambda name: len(name.letters))
    if len(shorter.letters) >= _SHORTEST_PART and _is_part(shorter, longer):
        return Comparison("close", "part")
    if SequenceMatcher(None, one.letters, other.letters, autojunk=False).ratio() >= _ALIKE:
        return Comparison("close", "spelling")
    return Comparison("no_match", "different")


def _is_part(shorter: _Name, longer: _Name) -> bool:
    """Whole words in a row; in scripts without spaces, letters in a row."""
    if len(longer.words) == 1 and not longer.letters.isascii():
        return shorter.letters in longer.letters
    words = len(shorter.words)
    return any(longer.words[at : at + words] == shorter.words for at in range(len(longer.words) - words + 1))


def _taken_apart(name: str) -> _Name:
    text = unicodedata.normalize("NFKC", name).casefold()
    # Turkish dotted capital I folds to i and a combining dot; accents go, letters of other scripts stay whole.
    text = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not "\u0300" <= letter <= "\u036f")
    text = unicodedata.normalize("NFC", text).replace("&", " & ").replace("ß", "ss").replace("ø", "o").replace("ł", "l")
    text = re.sub(r"(?<=\b\w)\.(?=\w\b)", "", text)
    text = re.sub(r"['’`]", "", text)
    words = [_WORDS.get(word, word) for word in re.sub(r"[^\w&]|_", " ", text).split()]
    return _without_form(words)


def _without_form(words: list[str]) -> _Name:
    form = ""
    for written, sign in _FORMS_WRITTEN_TOGETHER.items():
        if words and words[-1].endswith(written) and words != [written]:
            words = [*words[:-1], words[-1].removesuffix(written)]
            form = sign
        elif words and words[0].startswith(written) and words != [written]:
            words = [words[0].removeprefix(written), *words[1:]]
            form = sign
        if form:
            return _Name(tuple(word for word in words if word), form)
    for length in range(min(_LONGEST_FORM, len(words) - 1), 0, -1):
        found = _FORMS.get(" ".join(word for word in words[-length:] if word != "&"))
        if found is not None:
            return _Name(tuple(words[:-length]), found)
    if len(words) > 1 and words[0] in _FORMS_IN_FRONT:
        return _Name(tuple(words[1:]), _FORMS.get(words[0], ""))
    return _Name(tuple(words), "")


def _scripts(letters: str) -> frozenset[str]:
    """The scripts of the letters, by the first word of each letter's name in Unicode; digits belong to all."""
    found = {unicodedata.name(letter, "").split(" ")[0] for letter in letters if letter.isalpha()}
    return frozenset({"HAN" if script in {"CJK", "HIRAGANA", "KATAKANA"} else script for script in found})

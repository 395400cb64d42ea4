"""How somebody is paid or reached, found in a text by its form and not by its language.

An IBAN proves itself by its check digits, a card number by Luhn's, an older wallet by its checksum; addresses, handles
and telephone numbers have shapes of their own. A bank account without such a shape is told by the word before it alone.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from schwifty import IBAN
from stdnum import luhn

from holdfast.terms.speech import words

LEAST_DIGITS = 9

_BLANK = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_EMAIL = re.compile(
    # From where a name begins and nowhere inside it: else a long word would be read again from each of its letters.
    r"(?<![\w.+-])(?:[\w.+-]+@[\w-]+(\.[\w-]+)+"
    r"|[\w.+-]{2,}\s?[(\[]\s?(at|arroba)\s?[)\]]\s?[\w-]+(\s?[(\[]\s?(dot|punto)\s?[)\]]\s?[\w-]+)+"
    r"|[\w.+-]{2,} (at|arroba) [\w-]{2,} (dot|punto) [a-z]{2,6}\b)",
    re.IGNORECASE,
)
_MESSENGERS = "|".join(re.escape(one) for given in words.lists()["messenger"].values() for one in given)
_HANDLE = re.compile(
    rf"(?<![\w.])@[a-z]\w{{2,}}"
    rf"|({_MESSENGERS})(\s*(id|no|号|live))?\W{{0,3}}(live:)?\+?(?=[\w-]{{0,64}}[\d_])[a-z0-9_-]{{5,}}"
    r"|\bqq\W{0,3}\d{5,12}\b|(?<=[\u4e00-\u9fff])qq\W{0,3}\d{5,12}\b",
    re.IGNORECASE,
)
_TELEPHONE = re.compile(r"(?:\+\d|(?<![\d-])(?<!\d )00\d{1,3}[ -])[\d ().-]{7,18}\d")
_CALLED = re.compile(
    rf"{words.alternatives(tuple(one for given in words.lists()['telephone_label'].values() for one in given))}"
    r"\s?(?:no|nr|number|号)?\W{0,3}(?P<digits>\(?\d[\d ().-]{5,16}\d)",
    re.IGNORECASE,
)
_WALLET = re.compile(r"\b(0x[0-9a-fA-F]{40}|bc1[a-z0-9]{25,60}|T[1-9A-HJ-NP-Za-km-z]{33})\b")
_OLD_WALLET = re.compile(r"\b[13][1-9A-HJ-NP-Za-km-z]{25,34}\b")
_IBAN = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30}")
_CARD = re.compile(r"(?<![A-Za-z\d-])(?:\d[ -]?){14,18}\d(?![A-Za-z\d-])")
_BIC = re.compile(r"\b(SWIFT|BIC)\b.{0,12}?\b[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?\b")
_ACCOUNT = re.compile(
    rf"{words.alternatives(tuple(one for given in words.lists()['account_label'].values() for one in given))}"
    r"\s?(?:es|is|no|nr|number)?[^\w\n]{0,4}(?P<digits>\d[\d -]{4,30}\d)",
    re.IGNORECASE,
)
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Reach:
    """One way to pay or reach somebody: its kind, its place in the plain text, and the words."""

    kind: str
    start: int
    end: int
    said: str

    def overlaps(self, other: "Reach") -> bool:
        """Whether the two share a part of the text."""
        return self.start < other.end and other.start < self.end


def plain(text: str) -> str:
    """The text with full-width signs in their usual form, and without signs that nobody sees."""
    return unicodedata.normalize("NFKC", text).translate(_BLANK)


def reaches(text: str) -> Iterator[Reach]:
    """Every way that a plain text carries: `iban`, `card_number`, `bic`, `account_number`, `wallet`, `email`, `handle`,
    `telephone`. A number that is known for an account is no telephone's."""
    upper = text.upper()
    ibans = [_of("iban", one) for one in _IBAN.finditer(upper) if _is_iban(one[0])]
    accounts = [_of("account_number", one) for one in _ACCOUNT.finditer(text) if 6 <= _count(one["digits"]) <= 24]
    numbers = [*ibans, *(_of("card_number", one) for one in _CARD.finditer(text) if _is_card(one[0]))]
    yield from numbers
    yield from (_of("bic", one) for one in _BIC.finditer(upper))
    yield from (one for one in accounts if not any(one.overlaps(other) for other in ibans))
    yield from (_of("wallet", one) for one in _WALLET.finditer(text))
    yield from (_of("wallet", one) for one in _OLD_WALLET.finditer(text) if _is_base58(one[0]))
    yield from (_of("email", one) for one in _EMAIL.finditer(text))
    yield from (_of("handle", one) for one in _HANDLE.finditer(text))
    called = [_of("telephone", one) for one in _TELEPHONE.finditer(text) if _count(one[0]) >= LEAST_DIGITS]
    called += [_of("telephone", one) for one in _CALLED.finditer(text) if 7 <= _count(one["digits"]) <= 13]
    yield from (one for one in called if not any(one.overlaps(other) for other in (*numbers, *accounts)))


def _of(kind: str, found: re.Match[str]) -> Reach:
    return Reach(kind, found.start(), found.end(), found[0].strip())


def _count(text: str) -> int:
    return sum(map(str.isdigit, text))


def _is_iban(text: str) -> bool:
    """Whether it begins with an IBAN: what stands behind one without a gap belongs to the next word."""
    packed = text.replace(" ", "").replace("-", "")
    return any(IBAN(packed[:length], allow_invalid=True).is_valid for length in range(15, len(packed) + 1))


def _is_card(text: str) -> bool:
    digits = re.sub(r"\D", "", text)
    is_issued = (len(digits) in (15, 16) and digits[0] in "3456") or (len(digits) <= 19 and digits.startswith("62"))
    return is_issued and bool(luhn.is_valid(digits))


def _is_base58(text: str) -> bool:
    """Whether the last four bytes are the checksum of those before them."""
    number = 0
    for sign in text:
        number = number * 58 + _BASE58.index(sign)
    if number.bit_length() > 25 * 8:
        return False
    whole = number.to_bytes(25, "big")
    return sha256(sha256(whole[:-4]).digest()).digest()[:4] == whole[-4:]

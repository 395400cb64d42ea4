"""Payment details and ways round the platform in free text, found by their form and not by their language.

An IBAN proves itself by its check digits, a card number by Luhn's; addresses, links, handles and telephone numbers have
shapes of their own. A bank account without such a shape cannot be told from a part number and is not guessed at.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from stdnum import iban, luhn

from holdfast.kernel.refusals import Refusal

ENDINGS = (
    *("com", "net", "org", "info", "biz", "shop", "store", "online", "app", "xyz", "vip"),
    *("cn", "hk", "tw", "jp", "kr", "vn", "de", "uk", "eu", "fr", "nl", "pl", "tr", "ru", "br", "mx", "io", "cc"),
)
"""Ends of domain names that are no words of a specification."""
MESSENGERS = (
    *("wechat", "weixin", "微信", "whatsapp", "whats app", "telegram", "viber", "skype", "kakaotalk"),
    "line id",
)
"""After one of these a name follows by which somebody is reached."""

_BLANK = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
_LINK = re.compile(rf"(https?://|www\.)\S|\b[a-z0-9-]{{2,}}\.({'|'.join(ENDINGS)})\b|\b(t|wa)\.me/\S", re.IGNORECASE)
_HANDLE = re.compile(
    rf"(?<![\w.])@[a-z]\w{{2,}}|({'|'.join(MESSENGERS)})(\s*(id|no|号))?\W{{0,3}}\+?(?=[\w-]*\d)[a-z0-9_-]{{5,}}"
    r"|\bqq\W{0,3}\d{5,12}\b",
    re.IGNORECASE,
)
_TELEPHONE = re.compile(r"\+\d[\d ().-]{7,18}\d")
_WALLET = re.compile(r"\b(0x[0-9a-fA-F]{40}|bc1[a-z0-9]{25,60}|T[1-9A-HJ-NP-Za-km-z]{33})\b")
_IBAN = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30}")
_CARD = re.compile(r"(?<![A-Za-z\d-])(?:\d[ -]?){14,18}\d(?![A-Za-z\d-])")
_BIC = re.compile(r"\b(SWIFT|BIC)\b.{0,12}?\b[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?\b")
LEAST_DIGITS = 9


class DetailsInText(Refusal):
    """Payment details, links and contacts have no place in a quotation: what is agreed outside is not protected.

    `found` says what kind of thing it is, never the thing itself.
    """

    status = 422


def detail_in(text: str) -> str | None:
    """What kind of detail a text carries: `iban`, `card_number`, `bic`, `wallet`, `email`, `link`, `handle`,
    `telephone`; None if none."""
    plain = unicodedata.normalize("NFKC", text).translate(_BLANK)
    upper = plain.upper()
    if any(_is_iban(found[0]) for found in _IBAN.finditer(upper)):
        return "iban"
    if any(_is_card(found[0]) for found in _CARD.finditer(plain)):
        return "card_number"
    shapes = (("bic", _BIC, upper), ("wallet", _WALLET, plain), ("email", _EMAIL, plain), ("link", _LINK, plain))
    for kind, pattern, said in (*shapes, ("handle", _HANDLE, plain)):
        if pattern.search(said):
            return kind
    if any(sum(map(str.isdigit, found[0])) >= LEAST_DIGITS for found in _TELEPHONE.finditer(plain)):
        return "telephone"
    return None


def check(found: Any, *, path: str = "") -> None:
    """Look through every text of a document. Refusal: `DetailsInText`, with the place and the kind."""
    for place, text in _texts(found, path):
        kind = detail_in(text)
        if kind is not None:
            raise DetailsInText(field=place, accepted="the goods and their terms, in words", found=kind)


def _texts(found: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(found, str):
        yield path, found
    elif isinstance(found, dict):
        for key, inner in found.items():
            yield from _texts(inner, f"{path}.{key}".lstrip("."))
    elif isinstance(found, list):
        for place, inner in enumerate(found):
            yield from _texts(inner, f"{path}.{place}".lstrip("."))


def _is_iban(text: str) -> bool:
    """Whether it begins with an IBAN: what stands behind one without a gap belongs to the next word."""
    packed = text.replace(" ", "").replace("-", "")
    return any(iban.is_valid(packed[:length], check_country=False) for length in range(15, len(packed) + 1))


def _is_card(text: str) -> bool:
    digits = re.sub(r"\D", "", text)
    is_issued = (len(digits) in (15, 16) and digits[0] in "3456") or (len(digits) <= 19 and digits.startswith("62"))
    return is_issued and bool(luhn.is_valid(digits))

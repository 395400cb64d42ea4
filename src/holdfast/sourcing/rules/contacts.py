"""Payment details and ways round the platform in free text, found by their form and not by their language.

An IBAN proves itself by its check digits, a card number by Luhn's; addresses, links, handles and telephone numbers have
shapes of their own. A bank account without such a shape cannot be told from a part number and is not guessed at.
"""

import re
from collections.abc import Iterator
from typing import Any

from holdfast.kernel.refusals import Refusal
from holdfast.terms.speech import reach

ENDINGS = (
    *("com", "net", "org", "info", "biz", "shop", "store", "online", "app", "xyz", "vip"),
    *("cn", "hk", "tw", "jp", "kr", "vn", "de", "uk", "eu", "fr", "nl", "pl", "tr", "ru", "br", "mx", "io", "cc"),
)
"""Ends of domain names that are no words of a specification."""
_LINK = re.compile(rf"(https?://|www\.)\S|\b[a-z0-9-]{{2,}}\.({'|'.join(ENDINGS)})\b|\b(t|wa)\.me/\S", re.IGNORECASE)
_BEFORE_LINKS = ("iban", "card_number", "bic", "wallet", "email")
_BEHIND_LINKS = ("handle", "telephone")


class DetailsInText(Refusal):
    """Payment details, links and contacts have no place in a quotation: what is agreed outside is not protected.

    `found` says what kind of thing it is, never the thing itself.
    """

    status = 422


def detail_in(text: str) -> str | None:
    """What kind of detail a text carries: `iban`, `card_number`, `bic`, `wallet`, `email`, `link`, `handle`,
    `telephone`; None if none."""
    plain = reach.plain(text)
    found = {one.kind for one in reach.reaches(plain)}
    found |= {"link"} if _LINK.search(plain) else set()
    return next((kind for kind in (*_BEFORE_LINKS, "link", *_BEHIND_LINKS) if kind in found), None)


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

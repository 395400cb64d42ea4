"""Attempts to take a deal off the platform: where money could be sent past it, how the other could be reached past it,
and words that ask for either. Its sender is told before it goes, the operator afterwards; nothing is decided here.

Forms come first (`reach.py`); words decide only where there is no form, and stand in a list.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from holdfast.terms.speech import reach, words

KINDS = (
    *("iban", "card_number", "bic", "account_number", "wallet", "email", "handle", "telephone"),
    *("link", "messenger", "pay_outside"),
)
_LINK = re.compile(
    r"\b(?:(?:https?://)?(?:www\.)?)?(?:(?:t|wa|line|paypal|revolut|signal|zalo|monzo)\.me"
    r"|(?:cash|venmo|wise|payoneer|alipay|weixin|wechat|whatsapp|telegram)\.(?:app|com|org|qq\.com))/\S+",
    re.IGNORECASE,
)
_SPACED = re.compile(r"(?<![^\W\d_])(?:[a-z][ ._-]){4,}[a-z](?![^\W\d_])", re.IGNORECASE)
_CLOSE = 48
"""So many signs before words of paying are looked at for a refusal."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What was found: its kind, and the words of the message."""

    kind: str
    said: str


def attempts(text: str) -> tuple[Attempt, ...]:
    """Everything in a message that would take the deal off the platform, each once, in the order of the kinds."""
    heard = words.plain(reach.plain(text))
    joined = _SPACED.sub(lambda found: re.sub(r"[ ._-]", "", found[0]), heard)
    found = [Attempt(one.kind, one.said) for one in reach.reaches(heard)]
    found += [Attempt("link", one[0]) for one in _LINK.finditer(heard)]
    if not any(one.kind == "handle" for one in found):
        found += _elsewhere(joined)
    found += _outside(joined)
    return tuple(sorted(dict.fromkeys(found), key=lambda one: KINDS.index(one.kind)))


def _elsewhere(text: str) -> Iterator[Attempt]:
    """An invitation to a messenger, without the name by which one is found there."""
    for _begin, sentence in words.sentences(text):
        named = words.pattern("messenger").search(sentence)
        asked = words.pattern("invite").search(sentence)
        if named and asked:
            yield Attempt("messenger", sentence.strip())


def _outside(text: str) -> Iterator[Attempt]:
    """Talk of paying past the platform."""
    for _begin, sentence in words.sentences(text):
        asked = words.pattern("pay_outside").finditer(sentence)
        said = next((one[0] for one in asked if _is_meant(one, sentence)), None)
        if said is None and words.has("paying", sentence) and not words.has("platform", sentence):
            places = (*words.pattern("account").finditer(sentence), *words.pattern("unrailed").finditer(sentence))
            said = next((one[0] for one in places if _is_meant(one, sentence)), None)
        if said is not None:
            yield Attempt("pay_outside", said)


def _is_meant(found: re.Match[str], sentence: str) -> bool:
    """Whether it is not what the sentence warns against. A question asks for it, however it is put."""
    if "?" in sentence:
        return True
    before = sentence[max(0, found.start() - _CLOSE) : found.start()]
    if re.search(r"[\u4e00-\u9fff]", before):
        # 要不 suggests, although it has the sign of a refusal.
        near = before.replace("要不", "")[-3:]
        return not (words.has("refusal", near) or "勿" in near)
    return not words.has("refusal", before)

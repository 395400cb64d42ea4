"""How the terms of programmes, and what was accepted of them, look from outside."""

from typing import Any, Literal

from ninja import Schema

from holdfast.contracts.accepted import AcceptanceView, Asked, TermsText
from holdfast.kernel.clock import rfc3339
from holdfast.kernel.identifiers import public


class ProgrammeTerms(Schema):
    """The terms of a version of a programme in one language, Markdown; `digest` is the SHA-256 of `text` in UTF-8."""

    programme: str
    version: int
    language: str
    digest: str
    text: str


class TermsAcceptance(Schema):
    """Terms that an organisation accepted with its signature of a contract."""

    id: str
    programme: str
    version: int
    language: str
    digest: str
    contract_id: str
    contract_number: str
    side: str
    signer_kind: str
    at: str


class TermsChange(Schema):
    """A part of the terms that another version says otherwise, in the language of the terms: its title, the sentences
    that are gone and those instead. `keys` are the programme's that differ, the same in every language."""

    title: str
    keys: list[str]
    before: list[str]
    after: list[str]


class ContractTerms(ProgrammeTerms):
    """The terms that a side accepts when it signs, with the digest of each language.

    `standing` says what is asked of the caller's side: `first` if it never accepted terms of this programme, `again` if
    it accepted another version, of which `changes` says what differs, `accepted` if it accepted this one; null for
    whoever is no side. `accepted_before` is what it accepted last.
    """

    digests: dict[str, str]
    standing: Literal["first", "again", "accepted"] | None
    accepted_before: TermsAcceptance | None
    changes: list[TermsChange]


def terms(found: TermsText) -> dict[str, Any]:
    """Terms in one language."""
    return {
        "programme": found.programme,
        "version": found.version,
        "language": found.language,
        "digest": found.digest,
        "text": found.text,
    }


def acceptance(found: AcceptanceView) -> dict[str, Any]:
    """A row of the register."""
    return {
        "id": public("tac", found.id),
        "programme": found.programme,
        "version": found.version,
        "language": found.language,
        "digest": found.digest,
        "contract_id": public("con", found.contract_id),
        "contract_number": found.contract_number,
        "side": found.side,
        "signer_kind": found.signer_kind,
        "at": rfc3339(found.at),
    }


def asked(found: Asked) -> dict[str, Any]:
    """What a side is asked to accept."""
    return {
        **terms(found.terms),
        "digests": found.digests,
        "standing": found.standing,
        "accepted_before": acceptance(found.before) if found.before else None,
        "changes": [
            {"title": one.title, "keys": list(one.keys), "before": list(one.gone), "after": list(one.new)}
            for one in found.changes
        ],
    }

"""Terms over HTTP: the lint of a contract, of a document that is not stored and of single phrases; the templates.

All of it only reads and computes, so that nothing here needs an `Idempotency-Key`.
"""

from typing import Annotated, Any

from ninja import Router
from pydantic import Field, StringConstraints

from holdfast.api import edge, fields, pagination, presenting, scopes
from holdfast.api.description import ACTS_NOT
from holdfast.api.shown import terms as shown
from holdfast.contracts import queries
from holdfast.kernel.refusals import NotFound
from holdfast.terms.lint import lint, lint_phrase
from holdfast.terms.templates import CATEGORIES, template, templates

router = Router(tags=["terms"])
Phrase = Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class Linted(fields.Body):
    """A contract's document, as far as it is written."""

    document: dict[str, Any]


class LintedPhrases(fields.Body):
    """Phrases as they would stand in a contract, and the category of the goods for the suggestions."""

    phrases: Annotated[list[Phrase], Field(max_length=500)]
    category: Annotated[str, StringConstraints(max_length=80)] = ""


@router.get("/contracts/{contract_id}/lint", operation_id="lint_contract", response=shown.Lint)
def lint_contract(request: edge.Request, contract_id: str) -> dict[str, Any]:
    """What in a contract could not be enforced, and how to say it so that it could. It advises and never blocks."""
    standing = queries.contract_for(caller=request.auth, ref=contract_id)
    scopes.reads(request.auth)
    page = queries.page(contract_id=standing.id, role=standing.role)
    return shown.report(lint(page.text))


@router.post("/lint", operation_id="lint_document", response=shown.Lint, openapi_extra=ACTS_NOT)
def lint_document(request: edge.Request, body: Linted) -> dict[str, Any]:
    """The same for a document that is not stored, whole or half written."""
    return shown.report(lint(body.document))


@router.post("/lint/phrases", operation_id="lint_phrases", response=shown.Phrases, openapi_extra=ACTS_NOT)
def lint_phrases(request: edge.Request, body: LintedPhrases) -> dict[str, Any]:
    """For each phrase: whether it is measurable, what is missing, and what to say instead."""
    return {"items": [shown.phrase(lint_phrase(text=one, category=body.category)) for one in body.phrases]}


@router.get("/templates", operation_id="list_templates", response=presenting.Page[shown.TemplateInList])
@pagination.paged("name")
def list_templates(request: edge.Request) -> dict[str, Any]:
    """The templates, one a category of goods."""
    return {"items": [shown.template_line(one) for one in templates()]}


@router.get("/templates/{name}", operation_id="get_template", response=shown.TemplateShown)
def get_template(request: edge.Request, name: str) -> dict[str, Any]:
    """The terms that such goods are usually agreed by, ready but for the values only the buyer knows.

    Draft a contract with `template` to have them in it."""
    if name not in CATEGORIES:
        raise NotFound
    return shown.template(template(name))

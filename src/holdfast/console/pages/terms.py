"""The terms of a programme to read and to print, in each language; and what one's own side has accepted of them.

Nothing is accepted here: that is part of a signature, on the contract's own page.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from holdfast.console import edge
from holdfast.contracts import accepted, programmes
from holdfast.contracts.programmes import programme_of
from holdfast.contracts.queries import ContractPage
from holdfast.kernel.refusals import NotFound
from holdfast.parties.access import Caller
from holdfast.programme import LANGUAGES, Programme, explain

SHOWN = 20


@require_GET
@edge.page
def show(request: HttpRequest, caller: Caller, name: str, version: int) -> HttpResponse:
    """The terms part by part, with their digest; by a digest, as somebody accepted them."""
    programme, language = _found(name, version), chosen(request)
    own = []
    if caller.organisation_id is not None:
        rows = accepted.of_organisation(organisation_id=caller.organisation_id, limit=SHOWN)
        own = [row for row in rows if row.programme == name]
    shown = {
        "programme": programme,
        "terms": accepted.terms_of(programme=programme, language=language),
        "sections": explain(programme, language),
        "others": [(code, called) for code, called in settings.LANGUAGES if code != language],
        "own": own,
        "tab": "contracts",
    }
    return render(request, "holdfast/terms.html", shown)


@require_GET
@edge.page
def text(request: HttpRequest, caller: Caller, name: str, version: int) -> HttpResponse:
    """The bytes that the digest is taken of; with `digest`, those that somebody accepted by it."""
    programme, language = _found(name, version), chosen(request)
    digest = request.GET.get("digest")
    found = accepted.terms_of(programme=programme, language=language)
    if digest:
        kept = accepted.kept(name=name, version=version, digest=digest)
        if kept is None and digest != found.digest:
            raise NotFound
        found = kept or found
    response = HttpResponse(found.text, content_type="text/markdown; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}-{version}-{found.language}.md"'
    return response


def chosen(request: HttpRequest) -> str:
    """The language that is asked for, else the reader's own."""
    wanted = request.GET.get("language") or get_language() or "en"
    return wanted if wanted in LANGUAGES else "en"


def before_signing(page: ContractPage) -> dict[str, Any]:
    """What a page says of the terms that a side accepts with its signature, in the reader's language."""
    if not any(one.verb == "sign" for one in page.acts):
        return {}
    language = get_language() or "en"
    language = language if language in LANGUAGES else "en"
    asked = accepted.asked(page=page, language=language)
    programme = programme_of(name=page.programme, version=page.programme_version)
    changed = [part for part in asked.changes if part.gone or part.new]
    return {"terms_asked": asked, "terms_sections": explain(programme, language), "terms_changed": changed}


def _found(name: str, version: int) -> Programme:
    found = programmes.version_of(name=name, version=version)
    if found is None:
        raise NotFound
    return found

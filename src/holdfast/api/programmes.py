"""Programmes over HTTP: every published version, readable by anybody with a key."""

from typing import Any

from ninja import Router

from holdfast.api import edge, pagination, presenting
from holdfast.api.shown import contracts as shown
from holdfast.contracts import programmes
from holdfast.kernel.refusals import NotFound

router = Router(tags=["programmes"])


@router.get("/programmes", operation_id="list_programmes", response=presenting.Page[shown.ProgrammeInList])
@pagination.paged("name")
def list_programmes(request: edge.Request) -> dict[str, Any]:
    """The newest version of each programme, by name: what new contracts can follow."""
    found = [programmes.read_row(programmes.latest(name=name)) for name in programmes.published()]
    return {"items": [shown.programme_line(one) for one in found]}


@router.get("/programmes/{name}", operation_id="get_programme", response=shown.ProgrammeShown)
def get_programme(request: edge.Request, name: str) -> dict[str, Any]:
    """The newest version of a programme with all its rules."""
    if name not in programmes.published():
        raise NotFound
    return shown.programme(programmes.read_row(programmes.latest(name=name)))


@router.get(
    "/programmes/{name}/versions/{int:version}", operation_id="get_programme_version", response=shown.ProgrammeShown
)
def get_programme_version(request: edge.Request, name: str, version: int) -> dict[str, Any]:
    """One version of a programme; a version once published never changes."""
    found = programmes.version_of(name=name, version=version)
    if found is None:
        raise NotFound
    return shown.programme(found)

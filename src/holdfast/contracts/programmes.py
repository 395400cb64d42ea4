"""The published programmes: written once, readable for ever, read back from the document they were published as.

What a programme's rules mean is `holdfast.programme`'s; here is only which versions exist.
"""

from functools import lru_cache

from holdfast import programme as programmes
from holdfast.contracts import models
from holdfast.kernel.refusals import Invalid
from holdfast.parties.queries import installation
from holdfast.programme import Programme


@lru_cache(maxsize=64)
def programme_of(*, name: str, version: int) -> Programme:
    """A published version, kept in the process: it never changes. Refusal: `Invalid` if there is none."""
    row = models.Programme.objects.filter(name=name, version=version).first()
    if row is None:
        raise Invalid(field="programme", found=f"{name} {version}", accepted=published())
    return read_row(row)


def version_of(*, name: str, version: int) -> Programme | None:
    """A published version, or None."""
    row = models.Programme.objects.filter(name=name, version=version).first() if version < 2**31 else None
    return read_row(row) if row else None


def latest(*, name: str) -> models.Programme:
    """The newest version of a programme, for a new contract. Refusal: `Invalid`."""
    row = models.Programme.objects.filter(name=name).order_by("-version").first()
    if row is None:
        raise Invalid(field="programme", found=name, accepted=published())
    return row


def of_installation() -> Programme:
    """The newest version of the marketplace's own programme: what counts where no contract says otherwise."""
    row = latest(name=installation().programme)
    return programme_of(name=row.name, version=row.version)


def published() -> list[str]:
    """The names of the programmes there are."""
    return sorted(set(models.Programme.objects.values_list("name", flat=True)))


def read_row(row: models.Programme) -> Programme:
    """What a stored version means."""
    return programmes.read_document(row.document, source=f"{row.name} {row.version}")

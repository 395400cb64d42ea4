"""The published programmes: written once, readable for ever, read back from the document they were published as.

What a programme's rules mean is `holdfast.programme`'s; here is only which versions exist.
"""

from functools import lru_cache
from importlib import resources

from django.db import transaction

from holdfast import programme as programmes
from holdfast.contracts import models
from holdfast.kernel.identifiers import new_id
from holdfast.kernel.refusals import Invalid
from holdfast.programme import Programme
from holdfast.record.act import Act
from holdfast.record.chains import operator_chain
from holdfast.record.recording import Recording


def publish_programme(*, act: Act, text: str, source: str = "programme") -> Programme:
    """Publish a version, or find it published with the same rules. `source` names the file in errors.

    Refusals: `ProgrammeInvalid`, `ProgrammeChanged` if this version was published with other rules.
    """
    candidate = programmes.load(text=text, source=source)
    return _publish(act=act, candidate=candidate, text=text)


def publish_shipped(*, act: Act) -> tuple[Programme, ...]:
    """Publish those programmes that come with Holdfast and are not published yet."""
    folder = resources.files("holdfast.programme").joinpath("shipped")
    return tuple(
        publish_programme(
            act=act, text=folder.joinpath(f"{name}.toml").read_text(encoding="utf-8"), source=f"{name}.toml"
        )
        for name in programmes.names()
    )


def _publish(*, act: Act, candidate: Programme, text: str) -> Programme:
    with transaction.atomic():
        chain = operator_chain()
        row = models.Programme.objects.filter(name=candidate.name, version=candidate.version).first()
        if row is not None:
            programmes.check_against(published=_read(row), candidate=candidate)
            return _read(row)
        models.Programme.objects.create(
            id=new_id(),
            name=candidate.name,
            version=candidate.version,
            digest=candidate.digest,
            text=text,
            document=programmes.as_document(candidate),
            published_at=act.now,
        )
        recording = Recording(act)
        recording.event(
            chain,
            "programme.published",
            about={},
            data={"name": candidate.name, "version": candidate.version, "digest": candidate.digest},
        )
        return recording.write(candidate)


@lru_cache(maxsize=64)
def programme_of(*, name: str, version: int) -> Programme:
    """A published version, kept in the process: it never changes. Refusal: `Invalid` if there is none."""
    row = models.Programme.objects.filter(name=name, version=version).first()
    if row is None:
        raise Invalid(field="programme", found=f"{name} {version}", accepted=published())
    return _read(row)


def latest(*, name: str) -> models.Programme:
    """The newest version of a programme, for a new contract. Refusal: `Invalid`."""
    row = models.Programme.objects.filter(name=name).order_by("-version").first()
    if row is None:
        raise Invalid(field="programme", found=name, accepted=published())
    return row


def published() -> list[str]:
    """The names of the programmes there are."""
    return sorted(set(models.Programme.objects.values_list("name", flat=True)))


def _read(row: models.Programme) -> Programme:
    return programmes.read_document(row.document, source=f"{row.name} {row.version}")

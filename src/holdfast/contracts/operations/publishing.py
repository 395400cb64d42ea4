"""A version of a programme is published: written once, by the operator, and never again with other rules."""

from importlib import resources

from django.db import transaction

from holdfast import programme as programmes
from holdfast.contracts import models
from holdfast.contracts.programmes import read_row
from holdfast.kernel.identifiers import new_id
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
            programmes.check_against(published=read_row(row), candidate=candidate)
            return read_row(row)
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

"""A preview asked for as a command, whose answer is kept like any other's: nothing else is written."""

from holdfast.claims import previews
from holdfast.claims.previews import Draft, Shown
from holdfast.record.act import Act
from holdfast.record.recording import Recording


def preview_draft(*, act: Act, draft: Draft) -> Shown:
    """The preview of a document that is stored nowhere. Refusals: as `previews.of_draft`."""
    found: Shown = Recording(act).write(previews.of_draft(draft=draft, now=act.now))
    return found

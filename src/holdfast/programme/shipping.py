"""The programmes that come with Holdfast, read from its own package.

Each file names the source of every figure; this module only finds and reads them.
"""

from functools import cache
from importlib import resources

from holdfast.programme.document import Programme
from holdfast.programme.reading import load
from holdfast.programme.refusals import ProgrammeUnknown

# The recommended one first, then the sources in their order.
_NAMES = ("standard", "accessories", "apparel", "import", "basic")


def names() -> tuple[str, ...]:
    """The shipped programmes, the recommended one first."""
    return _NAMES


@cache
def shipped(name: str) -> Programme:
    """A shipped programme by name.

    Refusals: `ProgrammeUnknown`.
    """
    if name not in _NAMES:
        raise ProgrammeUnknown(field="name", accepted=list(_NAMES), name=name)
    file = resources.files("holdfast.programme").joinpath("shipped", f"{name}.toml")
    return load(text=file.read_text(encoding="utf-8"), source=f"{name}.toml")

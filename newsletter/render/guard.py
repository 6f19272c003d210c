"""What mjml-python must never see, found first and named with its line: a lint over MJML.

mrml takes unknown tags, unknown attributes, values that are none and wrong nesting in silence, gives errors no line,
and can end the process: SIGSEGV on elements nested ten thousand deep or on an include that includes itself, a
PanicException on an HTML include in the head. So expat reads the MJML before it does, once, and `rules` judges every
component: well-formed, within depth and size, no doctype (nor an entity bomb in one), known tags with known attributes
in known places, one head and one body. All faults are found; the first is raised and has the others.

On the same way it does what mrml needs done: attribute values become ASCII (`attributes`), CDATA sections text,
comments go where mrml stumbles over them, the CSS to inline is taken out, and an mj-include becomes the file it names.
"""

from __future__ import annotations

from typing import NamedTuple

from newsletter.render.faults import Fault
from newsletter.render.reader import MAX_FAULTS, Include, Reader, Whole


class Sound(NamedTuple):
    """MJML that mjml-python may have, and the CSS of its `<mj-style inline="inline">`, which has been taken out."""

    mjml: str
    css: str


def check(mjml: str, include: Include | None = None) -> Sound:
    """The MJML as mjml-python may have it.

    Raises Fault if mjml-python would fail on it, crash on it, or silently do something else with it.
    """
    whole = Whole(include or _no_folder)
    text = Reader(whole, mjml).read()
    faults = [*whole.faults, *whole.names.faults()]
    if faults:
        first = faults[0]
        every = len(faults) < MAX_FAULTS
        raise Fault(first.reason, first.line, first.column, first.file, faults[1:], all_found=every)
    return Sound(text, "\n".join(whole.css))


def _no_folder(path: str, _base: str) -> tuple[str, str]:
    raise Fault(f"mj-include can't find “{path}”: there is no theme folder to look in", 0, 0)

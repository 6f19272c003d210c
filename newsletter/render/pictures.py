"""Pictures in a rendering: a template says which and how wide; whoever renders says what it is.

A template calls `shown(address, width)` and gets a source, a width and a height, or nothing where there is no picture
to show. What it gets comes from a callable that the renderer is handed, so that rendering opens no file and no socket;
the pictures that travel with the mail are collected here, each once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from newsletter.models import Enclosed
from newsletter.render.literal import web_url


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture as a mail shows it."""

    #: http or https, or "cid:…" where it is enclosed.
    src: str
    #: CSS pixels; never more than the theme gave it.
    width: int
    #: CSS pixels; None where nobody knows the picture's own size.
    height: int | None = None
    enclosed: Enclosed | None = None


class Pictures(Protocol):
    """What becomes of a picture: the same answer to the same question, for as long as one edition is rendered."""

    def __call__(self, address: str, width: int) -> Shown | None:
        """The picture that the article or the theme states, `width` CSS pixels wide at most.

        None where readers can't be shown it: then the mail is rendered as if there were none. Raises nothing.
        """
        ...


def linked(address: str, width: int) -> Shown | None:
    """What can be said of a picture without looking: one with an address on the Web is linked, as wide as its place."""
    url = web_url(address)
    return Shown(url, width) if url else None


class Collected:
    """The pictures of one rendering."""

    def __init__(self, pictures: Pictures) -> None:
        self._pictures = pictures
        self._enclosed: dict[str, Enclosed] = {}

    @property
    def enclosed(self) -> tuple[Enclosed, ...]:
        """Those that travel with the mail, in order of their first use."""
        return tuple(self._enclosed.values())

    def shown(self, address: str | None, width: int) -> dict[str, Any] | None:
        """What templates call."""
        found = self._pictures(address, int(width)) if address else None
        if found is None:
            return None
        if found.enclosed:
            self._enclosed.setdefault(found.enclosed.cid, found.enclosed)
        return {"src": found.src, "width": found.width, "height": found.height or ""}

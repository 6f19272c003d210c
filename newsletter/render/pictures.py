"""Pictures in a rendering: a template says which and how wide; whoever renders says what it is.

A template calls `shown(address, width)` and gets a source, a width and a height, or nothing where there is no picture
to show; `shown(address, width, widest)` for one that a phone shows wider. What it gets comes from a callable that the
renderer is handed, so that rendering opens no file and no socket; the pictures that travel with the mail are collected
here, each once.
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
    #: CSS pixels that it may have where a layout gives it more; 0 says no more than `width`.
    widest: int = 0


class Pictures(Protocol):
    """What becomes of a picture: the same answer to the same question, for as long as one edition is rendered."""

    def __call__(self, address: str, width: int, widest: int) -> Shown | None:
        """The picture that the article or the theme states, `width` CSS pixels wide at most.

        `widest` is what the theme's widest layout gives it, and what it is to be sharp at. None where readers can't be
        shown it: then the mail is rendered as if there were none. Raises nothing.
        """
        ...


def linked(address: str, width: int, widest: int = 0) -> Shown | None:
    """What can be said of a picture without looking: one with an address on the Web is linked, as wide as its place."""
    url = web_url(address)
    return Shown(url, width, widest=max(width, widest)) if url else None


class Collected:
    """The pictures of one rendering."""

    def __init__(self, pictures: Pictures) -> None:
        self._pictures = pictures
        self._enclosed: dict[str, Enclosed] = {}

    @property
    def enclosed(self) -> tuple[Enclosed, ...]:
        """Those that travel with the mail, in order of their first use."""
        return tuple(self._enclosed.values())

    def shown(self, address: str | None, width: int, widest: int = 0) -> dict[str, Any] | None:
        """What templates call; without `widest` no layout shows it wider than `width`."""
        found = self._pictures(address, int(width), max(int(width), int(widest))) if address else None
        if found is None:
            return None
        if found.enclosed:
            self._enclosed.setdefault(found.enclosed.cid, found.enclosed)
        widest = max(found.width, found.widest)
        return {"src": found.src, "width": found.width, "height": found.height or "", "widest": widest}

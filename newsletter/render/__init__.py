"""An issue rendered into an edition: HTML and plain text, with open merge slots. See `renderer`.

The names below load on first use: the renderer with its libraries takes a fifth of a second, which commands that print
nothing do without.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsletter.render.masthead import Masthead as Masthead
    from newsletter.render.pictures import Pictures as Pictures
    from newsletter.render.pictures import Shown as Shown
    from newsletter.render.pictures import linked as linked
    from newsletter.render.renderer import Renderer as Renderer

_HOME = {
    "Masthead": "masthead",
    "Pictures": "pictures",
    "Renderer": "renderer",
    "Shown": "pictures",
    "linked": "pictures",
}

__all__ = ["Masthead", "Pictures", "Renderer", "Shown", "linked"]


def __getattr__(name: str) -> object:
    if name in _HOME:
        return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

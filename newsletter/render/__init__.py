"""An issue rendered into an edition: HTML and plain text, with open merge slots. See `renderer`."""

from newsletter.render.masthead import Masthead
from newsletter.render.pictures import Pictures, Shown, linked
from newsletter.render.renderer import Renderer

__all__ = ["Masthead", "Pictures", "Renderer", "Shown", "linked"]

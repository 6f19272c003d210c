"""What the studio needs of the program."""

from __future__ import annotations

from typing import Protocol

from newsletter.models import PreviewPage


class Desk(Protocol):
    """Shows an issue as its readers would get it now.

    Both methods are called from several threads at once, keep nothing, and may raise any NewsletterError, whose text
    the page shows (a RenderError with its template and line). NotFound becomes a 404.
    """

    def preview(self, number: int) -> PreviewPage:
        """The issue rendered with its slots filled for a sample reader, and preflight's findings about it."""

    def version(self, number: int) -> str:
        """What `preview(number).version` would be. Called five times a second while a page is open: be quick."""

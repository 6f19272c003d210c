"""What the studio needs of the program."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from newsletter.errors import RenderError
from newsletter.models import PreviewPage, PreviewReader, TemplateLine


class Desk(Protocol):
    """Shows an issue as its readers would get it now.

    All methods are called from several threads at once and keep nothing. Those that look at an issue may raise any
    NewsletterError, whose text the page shows (a RenderError with its template, line and column); NotFound becomes a
    404.
    """

    def preview(self, number: int, reader: int = 0, version: str | None = None) -> PreviewPage:
        """The issue with its slots filled for one subscriber (0: somebody of whom nothing is known), and findings."""

    def version(self, number: int, reader: int = 0) -> str:
        """What `preview(number, reader).version` would be. Called after every change in the workspace: be quick."""

    def readers(self, words: str = "") -> Sequence[PreviewReader]:
        """Subscribers to choose from, a screenful of them: those whose name or address holds the words."""

    def excerpt(self, fault: RenderError) -> Sequence[TemplateLine]:
        """The lines around a fault; none where it names no line, or the file is not to be had."""

    def listen(self, wake: Callable[[], None]) -> Callable[[], None]:
        """Have `wake` called, from any thread, whenever a version may have changed; what is answered ends that.

        Calls may come without a reason, and several changes may come as one.
        """

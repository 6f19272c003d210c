"""What the public pages need of the application."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from newsletter.models import Printed, UnsubscribePage, WebVersion


class Audience(Protocol):
    """Memberships, by the token of an unsubscribe link.

    Both methods may be called from several threads at once, raise LinkError for a token that is not ours (or whose
    subscriber or list never was), and StoreBusy when trying again later may work.
    """

    def leaving(self, token: str) -> UnsubscribePage:
        """What the link is about. Changes nothing: mail filters follow every link they see."""
        ...

    def leave(self, token: str, origin: str) -> bool:
        """End the membership; True if it was open until now.

        Idempotent: whoever has left already gets False, and so does a test copy's token (subscriber 0), which changes
        nothing. `origin` is "page" or "one-click" and is kept with the membership.
        """
        ...


class Archive(Protocol):
    """Editions, the same for everybody and with nothing personal in them. Called from several threads at once."""

    def view(self, token: str) -> WebVersion:
        """The web version behind a view link. Raises as `Audience` does."""
        ...

    def issues(self) -> Sequence[Printed]:
        """The past issues that anybody may see, the latest first. Raises NotFound where there is no archive."""
        ...

    def issue(self, number: int) -> WebVersion:
        """One of them, with its neighbours. Raises NotFound."""
        ...

    @property
    def is_indexed(self) -> bool:
        """Whether search engines may list the archive."""
        ...

"""What the public pages need of the application."""

from __future__ import annotations

from typing import Protocol

from newsletter.models import UnsubscribePage


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
    """Editions, by the token of a view link."""

    def view(self, token: str) -> str:
        """The web version's HTML, the same for everybody and with nothing personal in it. Raises as `Audience` does."""
        ...

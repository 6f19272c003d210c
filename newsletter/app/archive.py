"""What was sent, as anybody may see it: the web version of an edition, with nothing personal in it."""

from __future__ import annotations

from newsletter.errors import LinkError, NotFound
from newsletter.links import Links
from newsletter.models import fill
from newsletter.store import Store


class Archive:
    """Editions of one workspace, for whoever has a view link."""

    def __init__(self, store: Store, links: Links) -> None:
        self._store = store
        self._links = links

    def view(self, token: str) -> str:
        """The HTML behind a view link: every slot takes its default, personal links lead nowhere.

        Raises LinkError when the token is forged or damaged, or its edition is gone.
        """
        (edition,) = self._links.verify(token, "view")
        try:
            with self._store.read() as work:
                found = work.editions.get(edition)
        except NotFound:
            raise LinkError("the issue behind this link is gone") from None
        return fill(found.variants[0].html, {})

"""What was sent, as anybody may see it: the web version of an edition, with nothing personal in it."""

from __future__ import annotations

import re

from newsletter.errors import LinkError, NotFound
from newsletter.links import Links
from newsletter.models import fill, standing_alone
from newsletter.store import Store

#: A link whose slot had no value.
_EMPTY_LINK = re.compile(r'<a\b[^>]*\shref=""[^>]*>(.*?)</a>', re.DOTALL)


class Archive:
    """Editions of one workspace, for whoever has a view link."""

    def __init__(self, store: Store, links: Links, base_url: str) -> None:
        self._store = store
        self._links = links
        self._base_url = base_url

    def view(self, token: str) -> str:
        """The HTML behind a view link: every slot takes its default, and what would be one reader's link is only text.

        Raises LinkError when the token is forged or damaged, or its edition is gone.
        """
        (edition,) = self._links.verify(token, "view")
        try:
            with self._store.read() as work:
                found = work.editions.get(edition)
        except NotFound:
            raise LinkError("the issue behind this link is gone") from None
        variant = found.variants[0]
        html = fill(variant.html, {"view_url": f"{self._base_url}/v/{token}"})
        return standing_alone(_EMPTY_LINK.sub(r"<span>\1</span>", html), variant.pictures)

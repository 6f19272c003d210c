"""What was sent, as anybody may see it: the web version of an edition, with nothing personal in it.

The archive holds the issues that reached a reader of a list, each as it was sent last; a test copy's edition is shown
to whoever has its link, and to nobody else. Editions never change, so what was read of one is kept.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from newsletter.config import Settings
from newsletter.errors import LinkError, NotFound
from newsletter.links import Links
from newsletter.models import Edition, PastIssue, Printed, WebVersion, standing_alone
from newsletter.render import public
from newsletter.render.dates import Calendar
from newsletter.store import Store


class Archive:
    """Editions of one workspace, for everybody."""

    def __init__(self, store: Store, links: Links, settings: Settings) -> None:
        self._store = store
        self._links = links
        self._newsletter = settings.newsletter
        self._choice = settings.archive
        self._printed = lru_cache(maxsize=1024)(self._read)

    def view(self, token: str) -> WebVersion:
        """The page behind a view link. Search engines are kept off it; it names the archive's page as the lasting one.

        Raises LinkError when the token is forged or damaged, or its edition is gone.
        """
        (number,) = self._links.verify(token, "view")
        try:
            with self._store.read() as work:
                edition = work.editions.get(number)
        except NotFound:
            raise LinkError("the issue behind this link is gone") from None
        past = next((past for past in self._past() if past.number == edition.issue), None)
        return self._page(edition, past, index=False)

    def issues(self) -> list[Printed]:
        """What the archive lists, the latest first. Raises NotFound where the newsletter has none."""
        if not self._choice.public:
            raise NotFound("page", "archive")
        return [self._printed(past) for past in self._past()]

    def issue(self, number: int) -> WebVersion:
        """One of them. Raises NotFound."""
        past = self._past()
        places = {found.number: place for place, found in enumerate(past)}
        if number not in places:
            raise NotFound("issue", number)
        place = places[number]
        with self._store.read() as work:
            edition = work.editions.get(past[place].edition)
        return replace(
            self._page(edition, past[place], index=self._choice.index),
            earlier=past[place + 1].number if place + 1 < len(past) else None,
            later=past[place - 1].number if place else None,
        )

    @property
    def is_indexed(self) -> bool:
        """Whether search engines may list the archive."""
        return self._choice.public and self._choice.index

    def _past(self) -> list[PastIssue]:
        if not self._choice.public:
            return []
        with self._store.read() as work:
            return work.published.issues()

    def _page(self, edition: Edition, past: PastIssue | None, *, index: bool) -> WebVersion:
        base_url = self._newsletter.base_url
        about = public.About(
            newsletter=self._newsletter.name,
            url=f"{base_url}/archive/{past.number}" if past and base_url else None,
            sent=past.sent if past else None,
            index=index,
        )
        variant = edition.variants[0]
        page = public.web_version(variant, about)
        return replace(page, body=standing_alone(page.body, variant.pictures), public=past is not None)

    def _read(self, past: PastIssue) -> Printed:
        with self._store.read() as work:
            variant = work.editions.get(past.edition).variants[0]
        calendar = Calendar(self._newsletter.language, self._newsletter.timezone)
        return Printed(
            number=past.number,
            subject=public.words(variant.subject),
            preheader=public.words(variant.preheader),
            date=calendar.long(past.sent),
            day=calendar.day(past.sent).isoformat(),
        )

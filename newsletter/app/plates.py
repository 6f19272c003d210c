"""Plates: an issue rendered with the workspace's articles, theme and pictures, one variant after the other."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from newsletter import urls
from newsletter.app import coverage, letterhead
from newsletter.app.renderers import Renderers, stamp
from newsletter.app.variants import Shape, default_shape
from newsletter.models import Article, Edition, Issue, Seen, Variant
from newsletter.preflight import Tried
from newsletter.render import Renderer, linked

if TYPE_CHECKING:
    from newsletter.app.workspace import Workspace
    from newsletter.net import Policy


class Plates:
    """What the issues of one workspace look like now. Nothing is kept but compiled themes."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._store = workspace.store
        self._renderers = Renderers()

    def rendered(self, issue: Issue, shapes: Sequence[Shape] | None = None) -> tuple[Edition, tuple[Seen, ...]]:
        """The issue rendered (its default variant, or these), and what became of its pictures. Raises RenderError."""
        settings = self._workspace.settings
        with self._store.read() as work:
            articles = work.articles.many([pick.article for pick in issue.picks])
            others = coverage.others(work, issue, articles)
            fields = work.audience.field_names()
        showing = self._workspace.pictures.showing(
            {article.image: f"article {article.id}" for article in articles.values() if article.image}
        )
        masthead = letterhead.masthead(settings)
        found: list[Variant] = []
        for shape in shapes or (default_shape(issue),):
            told = articles
            if shape.language:  # an article that states no language is in the newsletter's
                told = {n: replace(a, language=a.language or masthead.language) for n, a in articles.items()}
            edition = self.renderer(issue).render(
                shape.issue,
                told,
                replace(masthead, language=shape.language or masthead.language),
                secret=self._workspace.keys.slots,
                date=issue.created or self._workspace.clock(),
                fields=fields,
                others=others,
                pictures=showing,
                written_in=masthead.language,
            )
            own = replace(edition.variants[0], name=shape.name, language=shape.language, topics=shape.topics)
            found.append(own)
        return Edition(issue.number, tuple(found)), tuple(dict.fromkeys(showing.seen))

    def ask(self, issue: Issue, seen: Sequence[Seen]) -> dict[str, Tried]:
        """Ask for the pictures that have an address, and keep what comes: sizes, and what travels with the mail.

        Those of an approved issue stay as they were approved: of them only is asked whether they are there.
        """
        from newsletter.app import picture_fetch

        if issue.edition is not None:
            return {}
        with self._store.read() as work:
            articles = work.articles.many([pick.article for pick in issue.picks])
        workspace, policy = self._workspace, self._workspace.fetch_policy()
        named_by = _named_by(articles.values(), policy)
        wanted = {one.address: named_by.get(one.address) for one in seen if linked(one.address, one.place)}
        size, cache = workspace.settings.images.max_bytes, workspace.pictures.cache
        return picture_fetch.fetch(wanted, policy, cache, size=size, now=workspace.clock())

    def renderer(self, issue: Issue) -> Renderer:
        """The issue's theme. Raises RenderError."""
        settings = self._workspace.settings
        name = issue.theme or settings.newsletter.theme
        if missing := self._workspace.themes.missing(name, issue.number if issue.theme else None):
            raise missing
        return self._renderers.get(self._workspace.theme_folders, name, settings.theme.changes)

    def version(self, issue: Issue) -> str:
        """Differs once anything does that the issue is made of: itself, articles, pictures, theme, settings."""
        with self._store.read() as work:
            articles = work.articles.many([pick.article for pick in issue.picks])
            others = coverage.others(work, issue, articles)
        settings = self._workspace.settings
        files_, logo = stamp(self._workspace.theme_folders), settings.theme.logo
        stated = [article.image for article in articles.values()] + [logo.light, logo.dark]
        pictures = [self._workspace.pictures.stamp(one) for one in stated]
        seen = repr((issue, articles, others, files_, pictures, settings.newsletter, settings.theme, settings.images))
        seen += repr((settings.variants, settings.curate.topics)) if settings.variants.by else ""
        return hashlib.sha256(seen.encode("utf-8", "replace")).hexdigest()[:16]


def _named_by(articles: Iterable[Article], policy: Policy) -> dict[str, str | None]:
    """By picture, what names it: the page or feed its article was read from, or the page that this says it is at.

    None for a file that a person added and that names no page. Of the two, and where several articles show one picture,
    it is the one that may ask the least: a page or feed that may not lead to hosts which are allowed by name ([net]
    allow) does not become one that may by stating such an address as its own, nor because another article has the same
    picture.
    """
    found: dict[str, str | None] = {}
    for article in articles:
        read_from = article.source if article.source.lower().startswith(("http://", "https://")) else None
        for by in (article.url or read_from, read_from):
            if article.image and (article.image not in found or (by and not policy.allows(urls.host(by) or ""))):
                found[article.image] = by
    return found

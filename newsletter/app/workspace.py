"""A workspace opened: settings, keys, store and the services over them. The only place where they are put together."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from newsletter import __version__, config, resources
from newsletter.app import keys as keyfile
from newsletter.app.clock import Clock, now
from newsletter.errors import WorkspaceError
from newsletter.links import Links
from newsletter.store import Store

if TYPE_CHECKING:
    from newsletter.app.archive import Archive
    from newsletter.app.audience import AudienceDesk
    from newsletter.app.desk import Desk
    from newsletter.app.dispatch import Dispatch
    from newsletter.app.doctor import Doctor
    from newsletter.app.feeds import Feeds
    from newsletter.app.library import Library
    from newsletter.app.pictures import Pictures
    from newsletter.app.press import Press
    from newsletter.app.proofs import Proofs
    from newsletter.app.schedule import Schedule
    from newsletter.app.stories import Stories
    from newsletter.app.summaries import Summaries
    from newsletter.app.themes import Themes
    from newsletter.app.variants import Variants
    from newsletter.net import Policy


def find(start: Path) -> Path:
    """The workspace `start` is in: the folder itself or its nearest parent with a newsletter.toml.

    Raises WorkspaceError when there is none.
    """
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / config.FILE).is_file():
            return folder
    raise WorkspaceError(
        f"no workspace in {start} or above it; `newsletter init` makes one here, -C DIR names one elsewhere"
    )


def open_workspace(folder: Path | str = ".", *, clock: Clock = now) -> Workspace:
    """The workspace that `folder` is in. Raises WorkspaceError, ConfigError, StoreError."""
    return Workspace(find(Path(folder)), clock)


class Workspace:
    """The services of one workspace. Settings, keys and database are opened when they are first needed."""

    def __init__(self, root: Path, clock: Clock = now) -> None:
        self.root = root
        self.clock = clock

    @cached_property
    def settings(self) -> config.Settings:
        return config.load(self.root)

    def reread(self) -> None:
        """Take the settings as newsletter.toml has them now. Raises ConfigError; the old ones stay then."""
        self.settings = config.load(self.root)

    @cached_property
    def keys(self) -> keyfile.Keys:
        return keyfile.load(self.root)

    @property
    def database_url(self) -> str:
        """The database's URL, a relative SQLite path taken from the workspace."""
        url = self.settings.database.url
        relative = re.fullmatch(r"(sqlite(?:\+\w+)?:///)([^/].*)", url)
        return f"{relative[1]}{self.root / relative[2]}" if relative else url

    @cached_property
    def store(self) -> Store:
        return Store.open(self.database_url, hash_key=self.keys.suppression)

    @cached_property
    def links(self) -> Links:
        return Links(self.keys.links)

    @property
    def theme_folders(self) -> tuple[Path, ...]:
        """Where themes are looked for: the workspace's own first."""
        return (self.root / "templates" / "email", resources.folder("templates") / "email")

    @cached_property
    def library(self) -> Library:
        from newsletter.app.library import Library

        return Library(
            self.store,
            self.clock,
            self.summaries.extract,
            self.fetch_policy,
            self.feeds.follow,
            lambda stated, article: self.pictures.take_in(stated, article),  # noqa: PLW0108 (settings are read late)
        )

    @cached_property
    def feeds(self) -> Feeds:
        from newsletter.app.feeds import Feeds

        return Feeds(self.store, self.clock, self.fetch_policy)

    def fetch_policy(self) -> Policy:
        """How pages and feeds are fetched: the settings' [net], and a name for other people's logs."""
        from newsletter.net import Policy

        net, letter = self.settings.net, self.settings.newsletter
        product = re.sub(r"[^A-Za-z0-9]+", "-", letter.name).strip("-") or "newsletter"
        home = f" (+{letter.base_url})" if letter.base_url.startswith("https:") and letter.base_url.isascii() else ""
        return Policy(
            user_agent=f"{product}/{__version__}{home}",
            allow=frozenset(net.allow),
            at_once=net.at_once,
            per_host=net.per_host,
            delay=net.delay,
        )

    @cached_property
    def stories(self) -> Stories:
        from newsletter.app.stories import Stories

        return Stories(self.store, self.clock, self.settings.curate.preferred_sources)

    @cached_property
    def desk(self) -> Desk:
        from newsletter.app.desk import Desk

        return Desk(self)

    @cached_property
    def summaries(self) -> Summaries:
        from newsletter.app.summaries import Summaries

        return Summaries(self)

    @cached_property
    def pictures(self) -> Pictures:
        from newsletter.app.pictures import Pictures

        return Pictures(self.root, self.settings.images)

    @cached_property
    def press(self) -> Press:
        from newsletter.app.press import Press

        return Press(self)

    @cached_property
    def proofs(self) -> Proofs:
        from newsletter.app.proofs import Proofs

        return Proofs(self)

    @cached_property
    def variants(self) -> Variants:
        from newsletter.app.variants import Variants

        return Variants(self)

    @cached_property
    def themes(self) -> Themes:
        from newsletter.app.themes import Themes

        return Themes(self)

    @cached_property
    def audience(self) -> AudienceDesk:
        from newsletter.app.audience import AudienceDesk

        return AudienceDesk(self.store, self.links, self.clock, self.settings.newsletter.name)

    @cached_property
    def archive(self) -> Archive:
        from newsletter.app.archive import Archive

        return Archive(self.store, self.links, self.settings)

    @cached_property
    def dispatch(self) -> Dispatch:
        from newsletter.app.dispatch import Dispatch

        return Dispatch(self)

    @cached_property
    def schedule(self) -> Schedule:
        from newsletter.app.schedule import Schedule

        return Schedule(self)

    @cached_property
    def doctor(self) -> Doctor:
        from newsletter.app.doctor import Doctor

        return Doctor(self)

    def close(self) -> None:
        """Close the database, if it was opened."""
        if "store" in self.__dict__:
            self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

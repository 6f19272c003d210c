"""The library: articles come in, are found, shown, tagged and dropped."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic

from newsletter import ingest
from newsletter.app import ahead, prepared, readers
from newsletter.app.clock import Clock
from newsletter.app.prepared import Prepared
from newsletter.config.settings import FILE
from newsletter.errors import FetchError, RobotsRefused, SourceError
from newsletter.ingest import discover
from newsletter.ingest.sheet import from_sheet, to_sheet
from newsletter.models import AddReport, Article, Feed, FeedLink, Rejected, SearchHit, Version
from newsletter.net import Fetched, Policy, Web
from newsletter.store import Fate, Store

#: Articles that one transaction keeps, about, and how long the first of them waits, in seconds.
_TOGETHER, _PATIENCE = 50, 0.5

#: What a walk through a folder leaves out: a workspace's own folders, and what `render` wrote.
_OF_WORKSPACE = ("cache", "outbox", "subscribers", "templates")
_RENDERED = frozenset({"issue.eml", "issue.html", "issue.txt"})
#: Told after each source: how many are done, how many there are, which one it was.
Progress = Callable[[int, int, str], None]


class Library:
    """Articles of one workspace."""

    def __init__(  # noqa: PLR0917 (called in one place)
        self,
        store: Store,
        clock: Clock,
        extract: ahead.Extract,
        policy: Callable[[], Policy],
        follow: Callable[[Iterable[FeedLink]], list[Feed]],
        picture: Callable[[str | None, Path], str | None] = lambda stated, _: stated,
    ) -> None:
        self._store = store
        self._clock = clock
        self._extract = extract
        self._policy = policy
        self._follow = follow
        self._picture = picture

    def add(
        self,
        sources: Sequence[str],
        *,
        stdin: Callable[[], bytes],
        progress: Progress = lambda *_: None,
        ignore_robots: bool = False,
    ) -> AddReport:
        """Take in files, folders, pages at addresses, and "-" (standard input, read by `stdin`).

        The feeds of an OPML list are followed from now on. What is read within half a second is one transaction, and
        told to `progress` when it is kept; what can't be read is rejected with its reason while the rest goes on.
        Raises StoreError only.
        """
        fates: dict[Fate, list[int]] = {"added": [], "updated": [], "duplicate": []}
        rejected: list[Rejected] = []
        followed: list[str] = []
        places = list(_expand(sources, lambda folder, reason: rejected.append(Rejected(folder, reason))))
        policy = lambda: replace(self._policy(), robots=not ignore_robots)  # noqa: E731 - handed on
        waiting: list[tuple[int, str, Sequence[Prepared]]] = []
        begun = monotonic()
        with readers.collecting_less(), _Reader(stdin, policy, self._clock, places, self._extract) as reader:
            for done, (source, path) in enumerate(places, 1):
                coming: Sequence[Prepared] = ()
                try:
                    read = reader.read(source, path)
                except (SourceError, FetchError) as error:
                    way = "; --ignore-robots fetches it all the same" if isinstance(error, RobotsRefused) else ""
                    rejected.append(Rejected(source, error.reason + way))
                else:
                    reading, coming = read.reading, read.articles
                    full = _full(source, path)
                    rejected.extend(Rejected(source + r.source.removeprefix(full), r.reason) for r in reading.rejected)
                    followed += [feed.url for feed in self._follow(reading.feeds)] if reading.feeds else ()
                waiting.append((done, source, [self._pictured(each, path) for each in coming]))
                many = sum(len(articles) for *_, articles in waiting) >= _TOGETHER
                if many or done == len(places) or monotonic() - begun >= _PATIENCE:
                    for fate, number in self._keep([each for *_, articles in waiting for each in articles]):
                        fates[fate].append(number)
                    for at, name, _ in waiting:
                        progress(at, len(places), name)
                    waiting.clear()
                    begun = monotonic()
        return AddReport(
            added=_once(fates["added"]),
            updated=_once(fates["updated"]),
            duplicate=_once(fates["duplicate"]),
            rejected=tuple(rejected),
            followed=tuple(followed),
        )

    def search(self, query: str, *, since: timedelta | None = None, limit: int = 50) -> list[SearchHit]:
        """What the query asks for (`store.query`), best first; without one all articles, newest first.

        Raises QueryError.
        """
        with self._store.read() as work:
            if query.strip():
                return work.search.search(query, since=self._start(since), limit=limit)
            articles = work.articles.list(since=self._start(since), limit=limit)
        return [SearchHit(article, article.deck or article.body_text[:160], 0.0) for article in articles]

    def suggest(self, query: str) -> str | None:
        """The query with words that occur nowhere replaced by the nearest that do; None where there is none."""
        with self._store.read() as work:
            return work.search.suggest(query)

    def history(self, number: int) -> list[Version]:
        """What an article's words were before they changed, latest first. Raises NotFound."""
        with self._store.read() as work:
            return work.articles.history(number)

    def get(self, number: int) -> Article:
        """One article, whole. Raises NotFound."""
        with self._store.read() as work:
            return work.articles.get(number)

    def export(self) -> list[Article]:
        """All articles, oldest first."""
        with self._store.read() as work:
            return work.articles.list()[::-1]

    def _keep(self, articles: Sequence[Prepared]) -> list[tuple[Fate, int]]:
        """What became of articles, which come in together and find their stories."""
        if not articles:
            return []
        with self._store.begin() as work:
            return prepared.keep(work, articles, self._clock())

    def _pictured(self, coming: Prepared, path: Path | None) -> Prepared:
        """The article with its picture's file taken in, where it has one beside it."""
        article = coming.article
        image = self._picture(article.image, path) if path else article.image
        return coming if image == article.image else prepared.prepare(replace(article, image=image))

    def sheet(self, number: int) -> str:
        """What is known of an article, as YAML to be corrected. Raises NotFound."""
        return to_sheet(self.get(number))

    def save_sheet(self, number: int, text: str) -> Article:
        """Take a corrected sheet back. Raises IssueTextError (with the line), Conflict; nothing is saved then."""
        with self._store.begin() as work:
            article = from_sheet(text, work.articles.get(number), self._clock())
            work.articles.amend(article, self._clock())
            return article

    def drop(self, number: int, *, force: bool = False) -> None:
        """Forget an article; its fingerprint stays, so that it is not picked again. Raises NotFound, Conflict."""
        with self._store.begin() as work:
            work.articles.drop(number, force=force)

    def tag(self, number: int, tags: Iterable[str]) -> Article:
        """Replace an article's tags. Raises NotFound."""
        with self._store.begin() as work:
            work.articles.set_tags(number, tuple(dict.fromkeys(tag.strip() for tag in tags if tag.strip())))
            return work.articles.get(number)

    def _start(self, since: timedelta | None) -> datetime | None:
        return self._clock() - since if since else None


class _Reader:
    """Reads sources of every kind, in their order; what fetches is made when the first address comes.

    Where there are files enough to be worth it, they are read ahead by processes (`ahead`). A context manager.
    """

    def __init__(
        self,
        stdin: Callable[[], bytes],
        policy: Callable[[], Policy],
        clock: Clock,
        places: Sequence[tuple[str, Path | None]],
        extract: ahead.Extract,
    ) -> None:
        self._stdin = stdin
        self._extract = extract
        self._policy = policy
        self._clock = clock
        self._web: Web | None = None
        self._open = ExitStack()
        files = [(source, path) for source, path in places if path is not None]
        self._ahead: Iterator[ahead.Outcome] = iter(())
        if len(files) >= ahead.WORTH_PROCESSES:
            files_ahead = ahead.read_all(files, clock(), extract)
            self._ahead = self._open.enter_context(closing(files_ahead))

    def __enter__(self) -> _Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def read(self, source: str, path: Path | None) -> ahead.Read:
        """Raises SourceError, FetchError."""
        if path is not None:
            read = next(self._ahead, None)
            return read() if read else ahead.read_file(source, path, self._clock(), self._extract)
        return ahead.finished(self._elsewhere(source), source, self._extract)

    def _elsewhere(self, source: str) -> ingest.Reading:
        """What is no file: an address, or standard input."""
        if not _is_address(source):
            return ingest.read(self._stdin(), source, now=self._clock())
        if self._web is None:
            self._web = self._open.enter_context(Web(self._policy()))
        fetched = self._web.get(source, check_robots=True)
        try:
            return ingest.read(fetched.body, fetched.url, now=self._clock(), content_type=fetched.content_type)
        except SourceError as error:
            raise SourceError(source, error.reason + _feed_hint(fetched)) from None


def _feed_hint(fetched: Fetched) -> str:
    """A page without an article of its own may have a feed."""
    named = discover.feeds(ingest.text(fetched.body, fetched.content_type), fetched.url)
    return f"; it names a feed: `newsletter feeds add {named[0].url}`" if named else ""


def _is_address(source: str) -> bool:
    return source.lower().startswith(("http://", "https://"))


def _full(source: str, path: Path | None) -> str:
    """The name that keys are made of: it does not depend on where the command ran."""
    return source if path is None else str(path.resolve())


def _expand(sources: Sequence[str], refuse: Callable[[str, str], None]) -> Iterator[tuple[str, Path | None]]:
    """Each file to read with the name it is reported by; folders are walked, in order of name, without what a
    workspace has of its own and what was rendered.

    `refuse` is told of folders that can't be read, or have nothing to read in them.
    """

    def unreadable(error: OSError) -> None:
        refuse(str(error.filename), f"the folder can't be read ({error.strerror or error})")

    for source in sources:
        if source == "-" or _is_address(source):
            yield source, None
        elif os.path.isdir(source):  # noqa: PTH112 (Path.is_dir raises for a name that is too long)
            found, left_out = 0, ""
            for folder, names, files in os.walk(source, onerror=unreadable):
                own = _OF_WORKSPACE if FILE in files else ()
                if own:
                    left_out = f"; {', '.join(_OF_WORKSPACE)} of a workspace are read only where they are named"
                rendered = _RENDERED if _RENDERED.issubset(files) else ()
                names[:] = sorted(name for name in names if not name.startswith(".") and name not in own)
                for name in sorted(files):
                    if not name.startswith(".") and name not in rendered and _suffix(name) in ingest.SUFFIXES:
                        found += 1
                        yield str(Path(folder) / name), Path(folder) / name
            if not found:
                known = ", ".join(sorted(ingest.SUFFIXES))
                refuse(source, f"no article in this folder; looked for {known}, gzipped (.gz) too{left_out}")
        else:
            yield source, Path(source)


def _suffix(name: str) -> str:
    """A file's kind by its name, in small letters; that of what is in it where it is gzipped."""
    return Path(name.lower().removesuffix(".gz")).suffix


def _once(ids: list[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(ids))

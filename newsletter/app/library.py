"""The library: articles come in, are found, shown, tagged and dropped."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from newsletter import ingest
from newsletter.app import stories
from newsletter.app.workspace import Clock
from newsletter.errors import SourceError
from newsletter.ingest.sheet import from_sheet, to_sheet
from newsletter.models import AddReport, Article, Rejected, SearchHit, Version
from newsletter.store import Store

#: Told after each source: how many are done, how many there are, which one it was.
Progress = Callable[[int, int, str], None]


class Library:
    """Articles of one workspace."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def add(
        self, sources: Sequence[str], *, stdin: Callable[[], bytes], progress: Progress = lambda *_: None
    ) -> AddReport:
        """Take in files, folders and "-" (standard input, read by `stdin`).

        Each source is one transaction: what can't be read is rejected with its reason while the rest goes on.
        Raises StoreError only.
        """
        fates: dict[str, list[int]] = {"added": [], "updated": [], "duplicate": []}
        rejected: list[Rejected] = []
        places = list(_expand(sources))
        for done, (source, path) in enumerate(places, 1):
            try:
                reading = ingest.read(_bytes(source, path, stdin), source, now=self._clock())
            except SourceError as error:
                rejected.append(Rejected(source, error.reason))
            else:
                rejected.extend(reading.rejected)
                with self._store.begin() as work:
                    for article in reading.articles:
                        fate, number = work.articles.add(_with_full_path(article, source, path), self._clock())
                        fates[fate].append(number)
                        if fate != "duplicate":
                            stories.place(work, [number], self._clock())
            progress(done, len(places), source)
        return AddReport(**{fate: _once(ids) for fate, ids in fates.items()}, rejected=tuple(rejected))

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


def _expand(sources: Sequence[str]) -> Iterator[tuple[str, Path | None]]:
    """Each file to read with the name it is reported by; folders are walked, in order of name."""
    for source in sources:
        path = Path(source)
        if source == "-":
            yield source, None
        elif path.is_dir():
            for folder, names, files in os.walk(path):
                names[:] = sorted(name for name in names if not name.startswith("."))
                for name in sorted(files):
                    if not name.startswith(".") and Path(name).suffix.lower() in ingest.SUFFIXES:
                        yield str(Path(folder) / name), Path(folder) / name
        else:
            yield source, path


def _bytes(source: str, path: Path | None, stdin: Callable[[], bytes]) -> bytes:
    if path is None:
        return stdin()
    if source.startswith(("http://", "https://")):
        raise SourceError(source, "addresses can't be fetched yet; save the page in the browser and add the file")
    try:
        if not path.is_file():
            found = "neither a file nor a folder" if path.exists() else "no such file or folder"
            raise SourceError(source, f"{found}; expected a text dump, HTML, Markdown, RSS or Atom file, or a folder")
        size = path.stat().st_size
        if size > ingest.MAX_BYTES:
            raise SourceError(
                source,
                f"{size / 1e6:,.0f} MB, expected at most {ingest.MAX_BYTES / 1e6:,.0f} MB for one article or feed",
            )
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise SourceError(source, f"can't be read ({getattr(error, 'strerror', None) or error})") from error


def _with_full_path(article: Article, source: str, path: Path | None) -> Article:
    """The key made independent of the folder the command ran in."""
    if path is None or article.key.startswith("url:"):
        return article
    return replace(article, key=article.key.replace(source, str(path.resolve()), 1))


def _once(ids: list[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(ids))

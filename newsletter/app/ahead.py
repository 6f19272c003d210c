"""Files read ahead of the one that keeps them, by processes, in their order; their articles come summarised and ready.

Reading is nearly all the work of taking in a folder of pages, so that it is what is shared out. Only a few files more
than there are processes are under way: memory does not grow with the folder. A file that ends its process (no memory
left, a fault in a library) is rejected; the others go on in new processes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import BrokenExecutor, Future
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from newsletter import ingest
from newsletter.app import readers
from newsletter.app.prepared import Prepared, prepare
from newsletter.errors import SourceError
from newsletter.models import Article, Summary

#: Files from which on processes are worth their start.
WORTH_PROCESSES = 40
#: Files under way at once.
_UNDER_WAY = 12

#: Makes the summary of an article; what can be sent to a process.
Extract = Callable[[Article], Summary]


@dataclass(frozen=True, slots=True)
class Read:
    """A source that was read, and its articles ready to be kept."""

    reading: ingest.Reading
    articles: tuple[Prepared, ...]


#: Gives the result of reading one file, or raises SourceError.
Outcome = Callable[[], Read]


def finished(reading: ingest.Reading, source: str, extract: Extract) -> Read:
    """The articles under the name their source was given, with an extract of their own sentences as summary."""
    articles = []
    for article in reading.articles:
        summary = article.summary or extract(article)
        articles.append(prepare(replace(article, source=source, summary=summary if summary.text else None)))
    return Read(replace(reading, articles=()), tuple(articles))


def read_file(source: str, path: Path, now: datetime, extract: Extract) -> Read:
    """The articles in a file. Raises SourceError."""
    return finished(ingest.read(content(source, path), str(path.resolve()), now=now), source, extract)


def read_all(files: Iterable[tuple[str, Path]], now: datetime, extract: Extract) -> Generator[Outcome, None, None]:
    """The outcome of each file, in their order; close it to end the processes."""
    waiting = iter(files)
    under_way: deque[tuple[str, Path, Future[Read]]] = deque()
    pool = readers.pool()
    try:
        while True:
            while len(under_way) < _UNDER_WAY and (file := next(waiting, None)) is not None:
                under_way.append((*file, pool.submit(read_file, *file, now, extract)))
            if not under_way:
                return
            source, path, future = under_way.popleft()
            try:
                future.result()
            except BrokenExecutor:
                pool.shutdown(wait=True, cancel_futures=True)
                suspects = [(source, path), *((each, where) for each, where, _ in under_way)]
                under_way.clear()
                for each, where in suspects:  # one at a time, to find out which it was
                    yield _alone(each, where, now, extract)
                pool = readers.pool()
                continue
            except Exception:  # noqa: S110 - raised where the outcome is asked for
                pass
            yield future.result
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _alone(source: str, path: Path, now: datetime, extract: Extract) -> Outcome:
    """The outcome of a file in a process of its own."""

    def died() -> Read:
        raise SourceError(source, "reading it ended the process that read it; save only the article's text")

    with readers.pool(1) as pool:
        future = pool.submit(read_file, source, path, now, extract)
        return died if isinstance(future.exception(), BrokenExecutor) else future.result


def content(source: str, path: Path) -> bytes:
    """A file's bytes. Raises SourceError."""
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

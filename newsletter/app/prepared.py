"""An article with everything worked out that it tells by itself: what the store takes in, and what it is about.

Processes that read do this beside the one that keeps (`readers`, `ahead`), which then only looks up and writes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from newsletter.curate import coverage
from newsletter.models import Article
from newsletter.store.arrival import Arrival, arrival

if TYPE_CHECKING:
    from newsletter.store import Fate, UnitOfWork, Vicinity


@dataclass(frozen=True, slots=True)
class Prepared:
    """An article that is ready to be kept."""

    #: As it was read.
    article: Article
    arrival: Arrival
    #: Its telling words with their counts (`coverage.subject`), and the same as JSON.
    terms: Mapping[str, int]
    written: str


def prepare(article: Article) -> Prepared:
    """Pure; takes most of the time that keeping an article takes."""
    coming = arrival(article)
    terms = coverage.subject(coming.article)
    return Prepared(article, coming, terms, json.dumps(terms))


def keep(work: UnitOfWork, coming: Sequence[Prepared], now: datetime) -> list[tuple[Fate, int]]:
    """Take articles in and find their stories; what became of each and its id, in their order."""
    fates = work.articles.take([each.arrival for each in coming], now)
    place(work, coming, fates, now)
    return fates


def place(
    work: UnitOfWork,
    coming: Iterable[Prepared],
    fates: Iterable[tuple[Fate, int]],
    now: datetime,
    vicinity: Vicinity | None = None,
) -> None:
    """Find the stories of articles that were taken in; `vicinity` is what a transaction before this one knew."""
    from newsletter.app import stories  # and with it the database's library, which processes that read do without

    settled = list(zip(coming, fates, strict=True))
    # An article that was changed may have kept an editor's words, and its own later ones in the same call.
    changed = {number for _, (fate, number) in settled if fate == "updated"}
    told = {
        number: stories.Told(each.arrival.article, each.terms, each.written, each.arrival.mark)
        for each, (fate, number) in settled
        if fate == "added" and number not in changed
    }
    if changed and vicinity is not None:
        vicinity.forget()  # what they were about is in it
    stories.place(work, changed | told.keys(), now, told, vicinity)

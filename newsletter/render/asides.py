"""Which picks get a takeaway or a quote set apart, and which one.

An aside is worth its room where it says something the summary does not, briefly; and only while it stays an exception:
the first pick may have one, and after that no two picks in a row. A pick without a summary was meant to be a headline
alone, and has none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from newsletter.models import Article, Pick
from newsletter.render.literal import line

#: Code points; longer ones are a second summary.
MAX_LENGTH = 260
MIN_LENGTH = 20
#: Share of an aside's words that the summary or headline may already have.
MAX_KNOWN = 0.7

_WORD = re.compile(r"\w+")
_QUOTES = "\"'“”„‟«»‹›「」『』"


@dataclass(frozen=True, slots=True)
class Aside:
    """A few words set apart: the article's takeaway, or somebody's words in it."""

    kind: Literal["takeaway", "quote"]
    #: Without quotation marks.
    text: str
    #: Who said it; "" where that is not known, and for takeaways.
    attribution: str = ""


def asides(picks: Sequence[Pick], articles: Sequence[Article | None]) -> list[Aside | None]:
    """For each pick its aside or None."""
    chosen: list[Aside | None] = []
    for pick, article in zip(picks, articles, strict=True):
        follows_one = bool(chosen) and chosen[-1] is not None
        bare = not pick.summary.text.strip()
        chosen.append(None if article is None or bare or follows_one else _choose(pick, article))
    return chosen


def _choose(pick: Pick, article: Article) -> Aside | None:
    if not (article.takeaways or article.quotes):
        return None
    said = f"{pick.headline} {pick.summary.text}".casefold()
    for takeaway in article.takeaways:
        text = line(takeaway)
        if _adds_something(text, said):
            return Aside("takeaway", text)
    for quote in article.quotes:
        text = line(quote.text).strip(_QUOTES).strip()
        if _adds_something(text, said):
            return Aside("quote", text, line(quote.attribution or "").lstrip("-–— "))
    return None


def _adds_something(text: str, said: str) -> bool:
    if not MIN_LENGTH <= len(text) <= MAX_LENGTH:
        return False
    words = _WORD.findall(text.casefold())
    if not words:
        return False
    found = [word for word in words if word in said]
    if len(found) / len(words) > MAX_KNOWN:  # some of them may only stand within other words
        known = set(_WORD.findall(said))
        found = [word for word in found if word in known]
    return len(found) / len(words) <= MAX_KNOWN

"""An article, cleaned: what a person would read on the page, and the little that is known about it.

A field that the source does not state is None (or empty), never guessed.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Literal

BlockType = Literal[
    "paragraph", "heading", "list", "quote", "pull_quote", "takeaway", "code", "table", "image", "embed"
]

#: Block types whose text makes up `Article.body_text`; captions, takeaways and pull quotes stand beside the story.
BODY_TYPES: frozenset[BlockType] = frozenset({"paragraph", "heading", "list", "quote", "code", "table"})
#: Block types whose words count towards `Article.word_count`.
WORD_TYPES: frozenset[BlockType] = frozenset({"paragraph", "list", "quote"})


#: Han, kana and the marks among them.
_IDEOGRAPHS = re.compile("[\u3005-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")


def words_in(text: str) -> int:
    """How many words a text has; of Chinese and Japanese, two characters count as one."""
    if text.isascii():
        return len(text.split())
    characters = sum(map(len, _IDEOGRAPHS.findall(text)))
    return len(_IDEOGRAPHS.sub(" ", text).split() if characters else text.split()) + (characters + 1) // 2


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of the body, in reading order. Text is plain: no markup, no template is ever read from it."""

    type: BlockType
    #: The words; list items and table rows joined by newlines, cells by tabs; an image's text is its caption or alt.
    text: str
    #: The heading it stands under, or None before the first one (and for headings themselves).
    section: str | None = None
    #: Heading level, 2 to 6; None for other types.
    level: int | None = None
    #: Who said it (quotes), as printed.
    attribution: str | None = None
    #: Absolute URL of an image or embed.
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """A quote that stands out of the text, and who said it (None where the page does not say)."""

    text: str
    attribution: str | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a summary; `start` and `end` are code point offsets in body_text, None if not from there."""

    text: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """A short text about an article and what made it: "extractive", "llm" or "editor"."""

    text: str
    engine: str
    sentences: tuple[Sentence, ...] = ()
    #: Why it is not what was asked for (a model's text that was refused, and what was wrong with it); mostly empty.
    note: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """One article as the store keeps it. `id` is 0 until it is stored."""

    title: str
    #: Where it was read from: a path, an address, "-" for standard input; a feed's item has the feed's path.
    source: str
    #: What makes it the same article when it comes again: "url:…" (canonical), "item:FEED#ID", "file:PATH" or "text:…".
    key: str
    #: Canonical URL, or None when the source names none.
    url: str | None = None
    deck: str | None = None
    category: str | None = None
    authors: tuple[str, ...] = ()
    author_role: str | None = None
    site: str | None = None
    #: UTC. None when not stated. A date without a time is midnight UTC with `published_precision` "day".
    published: datetime | None = None
    published_precision: Literal["day", "time"] | None = None
    #: Minutes that the clock of the source was ahead of UTC; None when it stated no zone.
    published_offset: int | None = None
    #: UTC. When the page says it was last changed; None when it does not.
    modified: datetime | None = None
    #: As `published_offset`.
    modified_offset: int | None = None
    #: Whether the source gives only the beginning, such as a page behind a paywall.
    truncated: bool = False
    #: BCP 47 primary tag, e.g. "en".
    language: str | None = None
    #: Absolute URL of the lead image, or the path of its file: in the workspace, once `add` has taken it in. What is
    #: neither is kept as it was stated, and preflight names it.
    image: str | None = None
    image_alt: str | None = None
    blocks: tuple[Block, ...] = ()
    #: The page's own figure where it says so, else computed from word_count; whole minutes, at least 1.
    reading_minutes: int = 1
    takeaways: tuple[str, ...] = ()
    quotes: tuple[Quote, ...] = ()
    #: Sources the article names, as printed.
    references: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    #: Editor's or machine's summary kept with the article; None until one is made.
    summary: Summary | None = None
    #: Id of the story it belongs to; None while it stands alone.
    story: int | None = None
    id: int = 0
    #: UTC; when the store first saw it.
    added: datetime | None = None
    #: Number of the last issue sent that printed it; None if none did.
    used_in: int | None = None
    #: Names of the fields an editor has corrected: they stay as they are when the article comes again.
    edited: tuple[str, ...] = ()

    @property
    def body_text(self) -> str:
        """The story's text: body blocks joined by a blank line (offsets of summary sentences count in it)."""
        return "\n\n".join(block.text for block in self.blocks if block.type in BODY_TYPES)

    @property
    def word_count(self) -> int:
        """Words (`words_in`) of paragraphs, quotes and lists."""
        return sum(words_in(block.text) for block in self.blocks if block.type in WORD_TYPES)

    @property
    def has_words(self) -> bool:
        """Whether `word_count` is more than 0."""
        return any(not block.text.isspace() for block in self.blocks if block.text and block.type in WORD_TYPES)

    @property
    def fingerprint(self) -> str:
        """SHA-256 (hex) of title and body text, blind to case and white space: equal texts are one article."""
        text = " ".join(f"{self.title}\n{self.body_text}".casefold().split())
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def when(self) -> datetime | None:
        """The date windows and recency use: published, else when it was added (UTC)."""
        return self.published or self.added

    @property
    def published_local(self) -> datetime | None:
        """The same moment as `published`, by the clock of the source; None when it stated no zone."""
        return _by_clock(self.published, self.published_offset)

    @property
    def modified_local(self) -> datetime | None:
        """The same moment as `modified`, by the clock of the source; None when it stated no zone."""
        return _by_clock(self.modified, self.modified_offset)

    @property
    def outlet(self) -> str:
        """What "the same source" means to the picker: the site, else the URL's host, else where it was read from."""
        if self.site:
            return self.site.casefold()
        if self.url and "//" in self.url:
            return self.url.split("//", 1)[1].split("/", 1)[0].casefold().removeprefix("www.")
        return self.source


def _by_clock(at: datetime | None, offset: int | None) -> datetime | None:
    if at is None or offset is None:
        return None
    return at.astimezone(timezone(timedelta(minutes=offset)))


@dataclass(frozen=True, slots=True)
class Version:
    """What an article's words were until they changed."""

    #: UTC; when other words took their place.
    replaced: datetime
    fingerprint: str
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Story:
    """Articles that cover the same thing. The one that leads stands first."""

    id: int
    articles: tuple[Article, ...]

    @property
    def lead(self) -> Article:
        return self.articles[0]


@dataclass(frozen=True, slots=True)
class SearchHit:
    """An article found by full-text search. `snippet` is plain text with the matched words between \\x02 and \\x03."""

    article: Article
    snippet: str
    #: Larger is better; comparable within one search only.
    score: float


@dataclass(frozen=True, slots=True)
class Rejected:
    """A source that was not taken in, and why, in words for the editor."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class AddReport:
    """What one `add` did: article ids by fate, and the sources that were rejected."""

    added: tuple[int, ...] = ()
    updated: tuple[int, ...] = ()
    duplicate: tuple[int, ...] = ()
    rejected: tuple[Rejected, ...] = field(default=())
    #: Addresses of feeds that are followed from now on (an OPML list was added).
    followed: tuple[str, ...] = ()

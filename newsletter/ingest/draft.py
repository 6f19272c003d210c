"""The last step of every reader: what was found on a page → a clean, frozen Article.

Readers fill a Draft with text as they found it; here it is cleaned, cut to sane lengths, sections are given to blocks,
the language is detected where none is stated, and the article gets its key.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from newsletter import urls
from newsletter.errors import SourceError
from newsletter.ingest.dates import Moment
from newsletter.models import BODY_TYPES, WORD_TYPES, Article, Block, Quote
from newsletter.text import clean
from newsletter.text.language import detect

#: Bytes of a key; the longest that PostgreSQL's indexes hold is about 2,700.
_MAX_KEY = 2200
#: Words a minute, the usual figure for silent reading; characters a minute for scripts without spaces.
_WORDS_A_MINUTE, _CHARACTERS_A_MINUTE = 230, 450
_MAX_TITLE, _MAX_DECK, _MAX_NAME, _MAX_TAGS, _MAX_BLOCKS, _MAX_PATH = 300, 1000, 120, 30, 20_000, 400
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_].*)?", re.IGNORECASE)
_WIDE = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9d]")
_CODE_JUNK = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(slots=True)
class Draft:
    """What a reader found, uncleaned; empty means that the source does not say."""

    title: str = ""
    url: str = ""
    #: What relative addresses are resolved against.
    base: str = ""
    deck: str = ""
    category: str = ""
    authors: list[str] = field(default_factory=list)
    role: str = ""
    site: str = ""
    published: Moment | None = None
    modified: Moment | None = None
    #: Whether the source gives only the beginning.
    truncated: bool = False
    language: str = ""
    image: str = ""
    image_alt: str = ""
    #: Whether a path to a picture means a file beside this one, and not one on the site that `url` is of.
    has_files: bool = False
    blocks: list[Block] = field(default_factory=list)
    #: As the page says; 0 when it does not.
    reading_minutes: int = 0
    references: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    #: A feed item's identity ("item:FEED#ID"), used where the address can't be.
    item: str = ""


def finish(draft: Draft, source: str) -> Article:
    """The article of `draft`. Raises SourceError when there is no text in it to print."""
    blocks = tuple(_clean_blocks(draft.blocks, draft.base or draft.url))
    words = sum(len(b.text.split()) for b in blocks if b.type in WORD_TYPES)
    deck = clean.one_line(draft.deck)[:_MAX_DECK] or None
    if not words and not deck:
        raise SourceError(source, "no article text found; expected at least a sentence besides navigation and headings")
    title = _cut(clean.one_line(draft.title) or _first_words(blocks, deck), _MAX_TITLE)
    text = "\n".join(b.text for b in blocks if b.type in BODY_TYPES)
    url = urls.canonical(draft.url, draft.base or None) if draft.url else None
    image = _picture(draft)
    article = Article(
        title=title,
        source=source,
        key="",
        url=url,
        deck=None if deck and deck.casefold() == title.casefold() else deck,
        category=clean.one_line(draft.category)[:_MAX_NAME] or None,
        authors=tuple(_unique(clean.one_line(name)[:_MAX_NAME] for name in draft.authors)),
        author_role=clean.one_line(draft.role)[:_MAX_NAME] or None,
        site=clean.one_line(draft.site)[:_MAX_NAME] or None,
        published=draft.published.at if draft.published else None,
        published_precision=draft.published.precision if draft.published else None,
        published_offset=draft.published.offset if draft.published else None,
        modified=draft.modified.at if draft.modified else None,
        modified_offset=draft.modified.offset if draft.modified else None,
        truncated=draft.truncated,
        language=_language(draft.language) or detect(text or deck or title),
        image=image,
        image_alt=clean.one_line(draft.image_alt)[:_MAX_TITLE] or None if image else None,
        blocks=blocks,
        reading_minutes=draft.reading_minutes or _minutes(text, words),
        takeaways=tuple(b.text for b in blocks if b.type == "takeaway"),
        quotes=tuple(Quote(b.text, b.attribution) for b in blocks if b.type == "pull_quote"),
        references=tuple(_unique(clean.one_line(line)[:_MAX_DECK] for line in draft.references)),
        tags=tuple(_unique(clean.one_line(tag)[:_MAX_NAME] for tag in draft.tags))[:_MAX_TAGS],
    )
    return replace(article, key=_key(article, draft.item))


def _picture(draft: Draft) -> str | None:
    """The lead picture's address; else what was stated: a path, which whoever has the file looks up, or a mistake.

    Of a picture that is written into the page (data:) only that is kept.
    """
    stated = clean.one_line(draft.image)
    base = None if draft.has_files else draft.base or draft.url or None
    address = urls.canonical(stated, base) if stated else None
    inside = stated[:5].lower() == "data:"
    return address or (stated.partition(",")[0] if inside else stated)[:_MAX_PATH] or None


def _key(article: Article, item: str) -> str:
    if article.url:
        return f"url:{article.url}"
    if item:
        return _short(f"item:{item}")
    return f"text:{article.fingerprint}" if article.source == "-" else _short(f"file:{article.source}")


def _short(key: str) -> str:
    """The key, by its digest where it is longer than an index holds."""
    data = key.encode("utf-8", "surrogatepass")
    return key if len(data) <= _MAX_KEY else f"{key.partition(':')[0]}:{hashlib.sha256(data).hexdigest()}"


def _clean_blocks(blocks: Iterable[Block], base: str) -> Iterator[Block]:
    """The blocks that have text or an address, cleaned, and with the heading that each stands under."""
    section: str | None = None
    for block in islice(blocks, _MAX_BLOCKS):
        text = _clean_text(block)
        url = urls.canonical(block.url, base or None) if block.url else None
        if not text and not (url and block.type in {"image", "embed"}):
            continue
        attribution = (clean.one_line(block.attribution) or None) if block.attribution else None
        if block.type == "heading":
            section = text
            level = min(max(block.level or 2, 2), 6)
            yield Block(block.type, text, None, level, attribution, url)
        else:
            yield Block(block.type, text, section, None, attribution, url)


def _clean_text(block: Block) -> str:
    match block.type:
        case "code":
            lines = _CODE_JUNK.sub("", block.text.expandtabs(4)).split("\n")
            return "\n".join(line.rstrip() for line in lines).strip("\n")
        case "table":
            rows = ("\t".join(clean.one_line(cell) for cell in row.split("\t")) for row in block.text.split("\n"))
            return "\n".join(row for row in rows if row.strip())
        case "list" | "quote":
            return "\n".join(line for line in clean.plain(block.text).split("\n") if line)
        case _:
            return clean.one_line(block.text)


def _language(tag: str) -> str | None:
    found = _LANGUAGE.fullmatch(tag.strip())
    return found[1].lower() if found else None


def _minutes(text: str, words: int) -> int:
    wide = sum(1 for _ in _WIDE.finditer(text))
    minutes = wide / _CHARACTERS_A_MINUTE if wide > 5 * words else words / _WORDS_A_MINUTE
    return max(1, round(minutes))


def _first_words(blocks: tuple[Block, ...], deck: str | None) -> str:
    """A text without a title is called by its beginning."""
    text = next((b.text for b in blocks if b.type in BODY_TYPES), deck or "Untitled").replace("\n", " ")
    sentence = re.split(r"(?<=[.!?。！？])\s", text, maxsplit=1)[0]
    return _cut(sentence, 90)


def _cut(text: str, length: int) -> str:
    if len(text) <= length:
        return text
    return (text[: length - 1].rsplit(" ", 1)[0] or text[: length - 1]).rstrip(" ,;:–—-") + "…"


def _unique(items: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(item for item in items if item))


def digest(text: str) -> str:
    """A short stable name for a text (feed items without an id)."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]

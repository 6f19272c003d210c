"""Front matter: the YAML (---) or TOML (+++) that stands before a Markdown text, and the fields it fills.

Keys of the common site generators are known by their synonyms, also in tables (`[extra]`, `[taxonomies]`).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import yaml

from newsletter.errors import SourceError
from newsletter.ingest import dates, names
from newsletter.ingest.dates import Moment
from newsletter.ingest.draft import Draft

_MAX_LENGTH = 65_536
#: Years, Unix times and identifiers are smaller; Python refuses to print integers of thousands of digits.
_MAX_NUMBER = 10**18
_FENCE = re.compile(
    r"(?P<fence>---|\+\+\+)[ \t]*\n(?P<matter>.*?)(?:^|\n)(?:(?P=fence)|\.\.\.)[ \t]*(?:\n|\Z)",
    re.DOTALL | re.MULTILINE,
)
#: Field of a Draft → the keys that fill it, best first.
_KEYS: dict[str, tuple[str, ...]] = {
    "title": ("title", "headline"),
    "url": ("canonical", "canonical_url", "canonicalurl", "url", "link", "original", "permalink"),
    "deck": ("description", "deck", "dek", "subtitle", "summary", "excerpt", "lead", "abstract"),
    "category": ("category", "categories", "section", "kicker"),
    "role": ("role", "author_role", "author_title"),
    "site": ("site", "outlet", "publication", "publisher", "source", "site_name"),
    "language": ("language", "lang", "locale"),
    "image": ("image", "cover", "cover_image", "hero", "thumbnail", "banner", "featured_image", "og_image"),
    "image_alt": ("image_alt", "cover_alt", "alt"),
}
_AUTHORS = ("authors", "author", "by", "byline")
_DATES = ("date", "published", "publishdate", "pubdate", "published_at", "datepublished", "publish_date", "created")
_TAGS = ("tags", "keywords", "topics")


def split(text: str, source: str) -> tuple[Mapping[str, Any], str]:
    """The front matter ({} without any) and the text behind it.

    Raises SourceError, naming the line, when what stands between the fences is neither YAML nor TOML.
    """
    text = text.lstrip("\ufeff").lstrip("\n")
    found = _FENCE.match(text)
    if not found or len(found["matter"]) > _MAX_LENGTH:
        return {}, text
    load = _yaml if found["fence"] == "---" else _toml
    matter = load(found["matter"], source)
    if not isinstance(matter, Mapping):  # a rule above the text, not front matter
        return {}, text
    return _flat(matter), text[found.end() :]


def fill(draft: Draft, matter: Mapping[str, Any], now: datetime) -> None:
    """Puts what the front matter states into the draft."""
    for name, keys in _KEYS.items():
        if value := next((text for key in keys for text in _texts(matter.get(key))), ""):
            setattr(draft, name, value)
    for text in (text for key in _AUTHORS for text in _texts(matter.get(key))):
        line = names.byline(text)
        draft.authors += line.names or (text,)
        draft.role = draft.role or line.role
    draft.published = next((moment for key in _DATES if (moment := _moment(matter.get(key), now))), None)
    draft.tags = [tag.strip() for key in _TAGS for text in _texts(matter.get(key)) for tag in text.split(",")]


def _yaml(matter: str, source: str) -> Any:
    try:
        return yaml.safe_load(matter)
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        line = mark.line + 2 if mark else 1
        reason = getattr(fault, "problem", None) or str(fault)
        raise SourceError(
            source, f"front matter, line {line}: {reason}; expected YAML (put a value that holds a colon in quotes)"
        ) from None
    except ValueError as fault:  # dates such as 2026-13-45
        raise SourceError(source, f"front matter: {fault}; expected YAML") from None


def _toml(matter: str, source: str) -> Any:
    try:
        return tomllib.loads(matter)
    except ValueError as fault:  # no TOML, or a number of thousands of digits
        raise SourceError(source, f"front matter: {fault}; expected TOML between +++ lines") from None


def _flat(matter: Mapping[Any, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in matter.items():
        if not isinstance(key, str):  # "2026:" or "yes:" names nothing that is looked for
            continue
        name = key.lower().replace("-", "_")
        if isinstance(value, Mapping) and name in {"extra", "taxonomies", "params", "seo", "meta"}:
            flat = {**_flat(value), **flat}
        else:
            flat[name] = value
    return flat


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value.strip()] if value.strip() else []
    if isinstance(value, Mapping):
        return _texts(value.get("name") or value.get("url") or value.get("src"))
    if isinstance(value, list):
        return [text for item in value[:50] if not isinstance(item, list) for text in _texts(item)]
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return [str(value)] if is_number and abs(value) < _MAX_NUMBER else []


def _moment(value: Any, now: datetime) -> Moment | None:
    if isinstance(value, datetime):
        return dates.parse(value.isoformat(), now)
    if isinstance(value, date):
        return dates.parse(datetime(value.year, value.month, value.day, tzinfo=UTC).date().isoformat(), now)
    return next((moment for text in _texts(value) if (moment := dates.parse(text, now))), None)

"""What is known of an article as a sheet of YAML that an editor can correct, and back.

The body is not on it: a digest quotes the article as it is. What an editor changes there stays when the article comes
again (`Article.edited`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import yaml

from newsletter import urls
from newsletter.errors import IssueTextError
from newsletter.ingest import dates
from newsletter.models import Article, is_path
from newsletter.text.clean import one_line
from newsletter.text.unquoted import Unquoted

_TEXTS = ("title", "url", "site", "published", "author_role", "deck", "category", "language", "image", "image_alt")
_LISTS = ("authors", "takeaways", "references", "tags")
#: Those of them where a # is a word's.
_FREE = frozenset({"title", "site", "author_role", "deck", "category", "image_alt"})
_OR_FILE = ", or a file's path in the workspace"
#: The keys of a sheet, in the order they are written.
KEYS = (*_TEXTS, *_LISTS)


def to_sheet(article: Article) -> str:
    """The article's fields as YAML, one a line; what is not known is empty."""
    values: dict[str, Any] = {key: getattr(article, key) for key in KEYS}
    if article.published:
        day = article.published_precision == "day"
        at = article.published_local or article.published
        values["published"] = at.strftime("%Y-%m-%d") if day else at.isoformat().replace("+00:00", "Z")
    lists = {key: list(values[key]) for key in _LISTS}
    text = yaml.safe_dump({**values, **lists}, allow_unicode=True, sort_keys=False, width=10**9)
    return "# What is known of the article; leave empty what nobody knows.\n" + text.replace(": null\n", ":\n")


def from_sheet(text: str, article: Article, now: datetime) -> Article:
    """The article with the sheet's fields. Raises IssueTextError, with the line, when the sheet does not parse."""
    typed = Unquoted(text.split("\n"), _FREE)
    try:
        node = yaml.compose(typed.text, yaml.BaseLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "no YAML"
        raise IssueTextError(mark.line + 1 if mark else 1, f"not readable as YAML ({problem})") from error
    except RecursionError:
        raise IssueTextError(1, "nested too deep for a sheet; put the value in quotes") from None
    if not isinstance(node, yaml.MappingNode):
        raise IssueTextError(1, "found no keys, expected lines such as 'title: …'")
    fields: dict[str, Any] = {}
    for key, value in node.value:
        name, line = str(key.value), key.start_mark.line + 1
        if name not in KEYS:
            raise IssueTextError(line, f"unknown key {name!r}, expected one of {', '.join(KEYS)}")
        if name in _FREE and isinstance(value, yaml.ScalarNode):
            value.value = typed.meant(value.value)
        fields |= _field(name, value, line, now)
    if not fields.get("title", article.title):
        raise IssueTextError(1, "an article needs a title")
    changed = {name for name, value in fields.items() if value != getattr(article, name)}
    edited = tuple(sorted({*article.edited, *changed}))
    return replace(article, **fields, edited=edited)


def _field(name: str, node: yaml.Node, line: int, now: datetime) -> dict[str, Any]:
    if name in _LISTS:
        return {name: _texts(name, node, line)}
    if not isinstance(node, yaml.ScalarNode):
        raise IssueTextError(line, f"{name} is not a text; put its value in quotes")
    value = one_line(str(node.value)) or None
    if name == "title":
        return {name: value or ""}
    if name == "published":
        return _published(value, line, now)
    if name in ("url", "image") and value and not (name == "image" and is_path(value)):
        address = urls.canonical(value)
        if address is None:
            expected = "an address that starts with https://" + (_OR_FILE if name == "image" else "")
            raise IssueTextError(line, f"found {value!r} as {name}, expected {expected}")
        value = address
    return {name: value}


def _published(value: str | None, line: int, now: datetime) -> dict[str, Any]:
    moment = dates.parse(value, now)
    if value and moment is None:
        raise IssueTextError(line, f"found {value!r} as published, expected a date such as 2026-11-20 that is past")
    return {
        "published": moment and moment.at,
        "published_precision": moment and moment.precision,
        "published_offset": moment and moment.offset,
    }


def _texts(name: str, node: yaml.Node, line: int) -> tuple[str, ...]:
    if isinstance(node, yaml.ScalarNode):
        values = [str(node.value)]
    elif isinstance(node, yaml.SequenceNode) and all(isinstance(item, yaml.ScalarNode) for item in node.value):
        values = [str(item.value) for item in node.value]
    else:
        raise IssueTextError(line, f"{name} is not a list of texts, such as [one, two]")
    return tuple(clean for value in values if (clean := one_line(value)))

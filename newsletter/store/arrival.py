"""An article on its way in: what it tells without the store.

Processes that read work it out; it needs neither the database nor its library, which takes them long to load.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from newsletter.models import Article
from newsletter.store import codec
from newsletter.store.fields import Fields, fields_of
from newsletter.store.storable import kept
from newsletter.text import nearness

#: Columns of the articles table that hold documents.
DOCUMENTS = ("tags", "summary", "content")


@dataclass(frozen=True, slots=True, eq=False)
class Arrival:
    """An article that comes in, what it is known by, and what is indexed of it: all that it tells without the store."""

    article: Article
    #: What is kept of it, documents as JSON; when it was added is not in it.
    row: Mapping[str, Any]
    fingerprint: str
    address: str | None
    #: The signature of its text, where it is long enough to have one.
    mark: bytes | None
    has_text: bool
    #: Everything that another article may have in common with it.
    ties: frozenset[object]
    fields: Fields


def arrival(article: Article) -> Arrival:
    """An article as it comes in: the costly part of taking it in, which needs no store. Pure."""
    article = kept(article)
    body = article.body_text
    row, mark = codec.article_values(article), nearness.signature(body)
    row |= {name: json.dumps(row[name]) for name in DOCUMENTS}
    fingerprint, address = row["fingerprint"], row["address"]
    ties: list[object] = [("key", article.key), ("words", fingerprint), *(nearness.bands(mark) if mark else ())]
    if address is not None:
        ties.append(("address", address))
    return Arrival(article, row, fingerprint, address, mark, bool(body.strip()), frozenset(ties), fields_of(article))

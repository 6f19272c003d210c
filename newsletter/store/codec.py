"""Models to JSON and back, for what the tables only carry along. Keys are the models' field names.

A key that is missing takes the field's default, so that a row written before a field existed still reads.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from newsletter import urls
from newsletter.models import (
    Article,
    Asked,
    Block,
    Enclosed,
    Issue,
    Part,
    Pick,
    Quote,
    Section,
    Sentence,
    Slot,
    Sponsor,
    Summary,
    Variant,
    Why,
)
from newsletter.store.storable import names_of

if TYPE_CHECKING:
    from sqlalchemy import Row

_ARTICLE = (
    "deck",
    "category",
    "authors",
    "author_role",
    "site",
    "published_precision",
    "published_offset",
    "modified",
    "modified_offset",
    "truncated",
    "image",
    "image_alt",
    "blocks",
    "reading_minutes",
    "takeaways",
    "quotes",
    "references",
    "edited",
)
_ISSUE = ("title", "subject", "preheader", "intro", "outro", "sections")


def article_values(article: Article) -> dict[str, Any]:
    """A row of the articles table, without its id and its use in issues."""
    return {
        "key": article.key,
        "fingerprint": article.fingerprint,
        "title": article.title,
        "source": article.source,
        "url": article.url,
        "address": address(article),
        "language": article.language,
        "published": article.published,
        "added": article.added,
        "dated": article.when,
        "tags": list(article.tags),
        "summary": summary_data(article.summary),
        "story": article.story,
        "content": _article_content(article),
    }


def address(article: Article) -> str | None:
    """What tells its page from others; None for an article that its address does not tell from others."""
    return urls.key(article.key.removeprefix("url:")) if article.key.startswith("url:") else None


def article_from(row: Row[Any]) -> Article:
    """The article a whole row of the table holds."""
    return Article(
        id=row.id,
        key=row.key,
        title=row.title,
        source=row.source,
        url=row.url,
        language=row.language,
        published=row.published,
        added=row.added,
        tags=tuple(row.tags),
        summary=summary_from(row.summary),
        story=row.story,
        used_in=row.used_in,
        **_article_fields(row.content),
    )


def summary_data(summary: Summary | None) -> dict[str, Any] | None:
    return None if summary is None else asdict(summary)


def summary_from(data: dict[str, Any] | None) -> Summary | None:
    if data is None:
        return None
    sentences = tuple(Sentence(**s) for s in data.get("sentences", ()))
    return Summary(data["text"], data["engine"], sentences, data.get("note", ""))


def issue_content(issue: Issue) -> dict[str, Any]:
    whole = asdict(issue)
    content = {name: whole[name] for name in _ISSUE}
    if issue.asked is not None:
        since = issue.asked.since
        content["asked"] = {
            **whole["asked"],
            "at": issue.asked.at.isoformat(),
            "since": None if since is None else since.total_seconds(),
        }
    for name in ("vetoed", "theme", "sponsors"):
        if whole[name]:
            content[name] = whole[name]
    return content


def issue_fields(content: dict[str, Any]) -> dict[str, Any]:
    """The same as arguments for `Issue`."""
    return {
        **content,
        "sections": tuple(_section(section) for section in content.get("sections", ())),
        "asked": _asked(content.get("asked")),
        "vetoed": tuple(content.get("vetoed", ())),
        "sponsors": tuple(Sponsor(**sponsor) for sponsor in content.get("sponsors", ())),
    }


def variants_data(variants: tuple[Variant, ...]) -> list[dict[str, Any]]:
    return [asdict(variant) for variant in variants]


def variants_from(data: list[dict[str, Any]]) -> tuple[Variant, ...]:
    return tuple(
        Variant(
            name=variant["name"],
            subject=_part(variant["subject"]),
            preheader=_part(variant["preheader"]),
            html=_part(variant["html"]),
            text=_part(variant["text"]),
            pictures=tuple(Enclosed(**picture) for picture in variant.get("pictures", ())),
            language=variant.get("language", ""),
            topics=None if variant.get("topics") is None else tuple(variant["topics"]),
        )
        for variant in data
    )


def _asked(data: dict[str, Any] | None) -> Asked | None:
    if data is None:
        return None
    since = data.get("since")
    return Asked(
        at=datetime.fromisoformat(data["at"]),
        maximum=data.get("maximum"),
        since=None if since is None else timedelta(seconds=since),
        words=tuple(data.get("words", ())),
    )


def _section(data: dict[str, Any]) -> Section:
    return Section(data["title"], tuple(_pick(pick) for pick in data.get("picks", ())))


def _pick(data: dict[str, Any]) -> Pick:
    summary = summary_from(data["summary"])
    why = data.get("why")
    return Pick(
        article=data["article"],
        headline=data["headline"],
        summary=summary or Summary("", "editor"),
        pinned=data.get("pinned", False),
        why=Why(**why) if why else None,
        note=data.get("note", ""),
    )


def _part(data: list[Any]) -> Part:
    return tuple(piece if isinstance(piece, str) else Slot(**piece) for piece in data)


def _article_content(article: Article) -> dict[str, Any]:
    """What an article has beyond the columns of its table."""
    content: dict[str, Any] = {
        name: value
        for name in _ARTICLE
        if (value := getattr(article, name)) is not None and value is not False and value != ()
    }
    for name, model in (("blocks", Block), ("quotes", Quote)):
        if name in content:
            content[name] = [_plain(item, names_of(model)) for item in content[name]]
    if article.modified:
        content["modified"] = article.modified.isoformat()
    return content


def _plain(model: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """A model without models inside as a dict; what it does not say is left out."""
    return {name: value for name in names if (value := getattr(model, name)) is not None}


def _article_fields(content: dict[str, Any]) -> dict[str, Any]:
    """The same as arguments for `Article`."""
    values = dict(content)
    for name in ("authors", "takeaways", "references"):
        values[name] = tuple(values.get(name, ()))
    if modified := values.get("modified"):
        values["modified"] = datetime.fromisoformat(modified)
    values["blocks"] = tuple(Block(**block) for block in values.get("blocks", ()))
    values["quotes"] = tuple(Quote(**quote) for quote in values.get("quotes", ()))
    return values

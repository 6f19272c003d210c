"""Addresses in all their dresses, near texts, earlier versions, stories; the search index gains fields and words.

What the store has is brought along: every article gets its address's key, its signature, and its place in the new
index. Which stories there are is found out when the program looks for them next.
"""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR

from newsletter import urls
from newsletter.models import BODY_TYPES, Article, Block
from newsletter.store import index
from newsletter.store.fields import fields_of
from newsletter.store.signatures import Signatures

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(JSONB(), "postgresql")
_BATCH = 2_000


def upgrade() -> None:
    op.add_column("articles", sa.Column("address", sa.Text()))
    op.create_index("ix_articles_address", "articles", ["address"])
    _texts()
    _stories()
    _search()
    _bring_along(op.get_bind())


def _of_article(name: str = "article_id", **options: Any) -> sa.Column[int]:
    return sa.Column(name, _ID, sa.ForeignKey("articles.id"), nullable=False, **options)


def _texts() -> None:
    op.create_table(
        "article_versions",
        sa.Column("id", _ID, nullable=False),
        _of_article(),
        sa.Column("replaced", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_article_versions"),
    )
    op.create_index("ix_article_versions_article_id", "article_versions", ["article_id"])
    op.create_table(
        "article_signatures",
        _of_article(autoincrement=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("article_id", name="pk_article_signatures"),
    )
    op.create_table(
        "article_bands",
        sa.Column("band", sa.BigInteger(), nullable=False, autoincrement=False),
        _of_article(autoincrement=False),
        sa.PrimaryKeyConstraint("band", "article_id", name="pk_article_bands"),
        sqlite_with_rowid=False,
    )


def _stories() -> None:
    op.create_table(
        "stories",
        sa.Column("id", _ID, nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_stories"),
    )
    op.create_table(
        "story_decisions",
        _of_article("one_id", autoincrement=False),
        _of_article("other_id", autoincrement=False),
        sa.Column("together", sa.Boolean(), nullable=False),
        sa.Column("decided", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("one_id", "other_id", name="pk_story_decisions"),
    )
    op.create_index("ix_story_decisions_other_id", "story_decisions", ["other_id"])
    op.create_table(
        "story_subjects",
        _of_article(autoincrement=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("terms", _JSON, nullable=False),
        sa.Column("norm", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("article_id", name="pk_story_subjects"),
    )
    op.create_index("ix_story_subjects_day", "story_subjects", ["day"])
    op.create_table(
        "story_terms",
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False, autoincrement=False),
        _of_article(autoincrement=False),
        sa.PrimaryKeyConstraint("term", "day", "article_id", name="pk_story_terms"),
        sqlite_with_rowid=False,
    )


def _search() -> None:
    op.create_table(
        "search_words",
        sa.Column("word", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("word", name="pk_search_words"),
        sqlite_with_rowid=False,
    )
    op.execute("DROP TABLE article_index")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE article_index USING fts5(title, byline, body, facets, tokenize='unicode61')")
        return
    op.create_table(
        "article_index",
        sa.Column("article_id", _ID, sa.ForeignKey("articles.id"), primary_key=True, autoincrement=False),
        sa.Column("vector", TSVECTOR(), nullable=False),
    )
    op.create_index("ix_article_index_vector", "article_index", ["vector"], postgresql_using="gin")


def _bring_along(connection: sa.Connection) -> None:
    read = sa.text(
        "SELECT id, key, title, source, url, tags, dropped, content FROM articles "
        "WHERE id > :last ORDER BY id LIMIT :most"
    )
    address = sa.text("UPDATE articles SET address = :address WHERE id = :id")
    last = 0
    while rows := connection.execute(read, {"last": last, "most": _BATCH}).all():
        last = rows[-1].id
        texts = {}
        for row in rows:
            if row.key.startswith("url:"):
                connection.execute(address, {"id": row.id, "address": urls.key(row.key.removeprefix("url:"))})
            if row.dropped is not None:
                continue
            article = _article(row)
            index.put(connection, {row.id: fields_of(article)})
            texts[row.id] = article.body_text
        Signatures(connection).put_all(texts)


def _article(row: sa.Row[Any]) -> Article:
    """As much of an article as the index and the signature are made of."""
    content = json.loads(row.content) if isinstance(row.content, str) else row.content
    tags = json.loads(row.tags) if isinstance(row.tags, str) else row.tags
    blocks = content.get("blocks", ())
    return Article(
        title=row.title,
        source=row.source,
        key=row.key,
        url=row.url,
        deck=content.get("deck"),
        site=content.get("site"),
        category=content.get("category"),
        authors=tuple(content.get("authors", ())),
        tags=tuple(tags),
        blocks=tuple(Block(block["type"], block["text"]) for block in blocks if block["type"] in BODY_TYPES),
    )

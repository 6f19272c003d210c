"""The first tables, and the search index: a virtual table on SQLite, a tsvector on PostgreSQL."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# A migration is history: it names its types itself, whatever `store.columns` becomes.
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_STATES = "'pending', 'claimed', 'deferred', 'accepted', 'failed', 'skipped', 'uncertain'"
_JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    _articles()
    _issues()
    _audience()
    _ledger()


def _articles() -> None:
    op.create_table(
        "articles",
        sa.Column("id", _ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("url", sa.Text()),
        sa.Column("language", sa.Text()),
        sa.Column("published", sa.DateTime(timezone=True)),
        sa.Column("added", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dated", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tags", _JSON, nullable=False),
        sa.Column("summary", _JSON),
        sa.Column("story", _ID),
        sa.Column("used_in", sa.Integer()),
        sa.Column("dropped", sa.DateTime(timezone=True)),
        sa.Column("content", _JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_articles"),
        sa.UniqueConstraint("key", name="uq_articles_key"),
    )
    op.create_index("ix_articles_dated", "articles", ["dated"])
    op.create_index("ix_articles_fingerprint", "articles", ["fingerprint"])
    op.create_index("ix_articles_story", "articles", ["story"])
    op.create_index("ix_articles_used_in", "articles", ["used_in"])
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE article_index USING fts5(title, byline, body, tokenize='unicode61')")
        return
    op.create_table(
        "article_index",
        sa.Column("article_id", _ID, sa.ForeignKey("articles.id"), primary_key=True, autoincrement=False),
        sa.Column("vector", TSVECTOR(), nullable=False),
    )
    op.create_index("ix_article_index_vector", "article_index", ["vector"], postgresql_using="gin")


def _issues() -> None:
    op.create_table(
        "editions",
        sa.Column("id", _ID, nullable=False),
        sa.Column("issue", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("variants", _JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_editions"),
        sa.UniqueConstraint("content_hash", name="uq_editions_content_hash"),
    )
    op.create_index("ix_editions_issue", "editions", ["issue"])
    op.create_table(
        "issues",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edition_id", _ID, sa.ForeignKey("editions.id", name="fk_issues_edition_id")),
        sa.Column("content", _JSON, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_issues"),
    )


def _audience() -> None:
    op.create_table(
        "subscribers",
        sa.Column("id", _ID, nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text()),
        sa.Column("address_hash", sa.String(64)),
        sa.Column("name", sa.Text()),
        sa.Column("language", sa.Text()),
        sa.Column("timezone", sa.Text()),
        sa.Column("fields", _JSON, nullable=False),
        sa.Column("tags", _JSON, nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_subscribers"),
        sa.UniqueConstraint("address_hash", name="uq_subscribers_address_hash"),
        sa.UniqueConstraint("email_key", name="uq_subscribers_email_key"),
    )
    op.create_table(
        "field_names",
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_field_names"),
    )
    op.create_table(
        "lists",
        sa.Column("id", _ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_lists"),
        sa.UniqueConstraint("name", name="uq_lists_name"),
    )
    op.create_table(
        "memberships",
        sa.Column(
            "subscriber_id", _ID, sa.ForeignKey("subscribers.id", name="fk_memberships_subscriber_id"), nullable=False
        ),
        sa.Column("list_id", _ID, sa.ForeignKey("lists.id", name="fk_memberships_list_id"), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("consent_method", sa.Text()),
        sa.Column("consent_at", sa.DateTime(timezone=True)),
        sa.Column("consent_origin", sa.Text()),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("subscriber_id", "list_id", name="pk_memberships"),
    )
    op.create_index("ix_memberships_list_id_state_subscriber_id", "memberships", ["list_id", "state", "subscriber_id"])
    op.create_table(
        "suppressions",
        sa.Column("id", _ID, nullable=False),
        sa.Column("address_hash", sa.String(64), nullable=False),
        sa.Column("email", sa.Text()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("added", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_suppressions"),
        sa.UniqueConstraint("address_hash", name="uq_suppressions_address_hash"),
    )


def _ledger() -> None:
    op.create_table(
        "sends",
        sa.Column("id", _ID, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("edition_id", _ID, sa.ForeignKey("editions.id", name="fk_sends_edition_id"), nullable=False),
        sa.Column("issue", sa.Integer(), nullable=False),
        sa.Column("list_id", _ID, sa.ForeignKey("lists.id", name="fk_sends_list_id")),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scheduled_at", sa.DateTime(timezone=True)),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=False),
        sa.Column("again", sa.Text()),
        sa.Column("forced", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_sends"),
    )
    op.create_index("ix_sends_issue", "sends", ["issue"])
    op.create_table(
        "deliveries",
        sa.Column("id", _ID, nullable=False),
        sa.Column("send_id", _ID, sa.ForeignKey("sends.id", name="fk_deliveries_send_id"), nullable=False),
        sa.Column("subscriber_id", _ID, sa.ForeignKey("subscribers.id", name="fk_deliveries_subscriber_id")),
        sa.Column("email", sa.Text()),
        sa.Column("address_hash", sa.String(64)),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("variant", sa.Text(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(200)),
        sa.Column("lease", sa.DateTime(timezone=True)),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("reply_code", sa.Integer()),
        sa.Column("enhanced_code", sa.Text()),
        sa.Column("reply", sa.Text()),
        sa.Column("relay", sa.Text()),
        sa.Column("why", sa.Text()),
        sa.Column("resolution", sa.String(16)),
        sa.Column("updated", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.CheckConstraint(f"state IN ({_STATES})", name="ck_deliveries_state"),
        sa.UniqueConstraint("subscriber_id", "send_id", name="uq_deliveries_subscriber_id_send_id"),
    )
    op.create_index("ix_deliveries_send_id_state_due_id", "deliveries", ["send_id", "state", "due", "id"])
    op.create_table(
        "events",
        sa.Column("id", _ID, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivery_id", _ID, sa.ForeignKey("deliveries.id", name="fk_events_delivery_id")),
        sa.Column("subscriber_id", _ID, sa.ForeignKey("subscribers.id", name="fk_events_subscriber_id")),
        sa.Column("data", _JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
    )
    op.create_index("ix_events_delivery_id", "events", ["delivery_id"])
    op.create_index("ix_events_subscriber_id", "events", ["subscriber_id"])

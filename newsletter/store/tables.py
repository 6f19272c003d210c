"""The tables. What is asked for by column has one; what is only carried along is JSON.

The migrations make them (`migrations/versions`); a test holds the two together.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from newsletter.models.sends import DeliveryState
from newsletter.store.columns import Document, Id, Moment, Words, metadata

articles = Table(
    "articles",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", Words, nullable=False, unique=True),
    # Not unique: two pages may hold the same words; `add` decides.
    Column("fingerprint", String(64), nullable=False, index=True),
    Column("title", Words, nullable=False),
    Column("source", Words, nullable=False),
    Column("url", Words),
    # What its address has in common with every other of the same page (`urls.key`); NULL unless `key` is an address.
    Column("address", Words, index=True),
    Column("language", Words),
    Column("published", Moment),
    Column("added", Moment, nullable=False),
    # published, else added: what windows and lists go by.
    Column("dated", Moment, nullable=False, index=True),
    Column("tags", Document, nullable=False),
    Column("summary", Document),
    Column("story", Id, index=True),
    Column("used_in", Integer, index=True),
    # When it was dropped; such a row is a tombstone: title, key and fingerprint.
    Column("dropped", Moment),
    # The rest of the article.
    Column("content", Document, nullable=False),
)

feeds = Table(
    "feeds",
    metadata,
    Column("id", Id, primary_key=True),
    Column("url", Words, nullable=False, unique=True),
    Column("title", Words, nullable=False),
    Column("site", Words),
    Column("category", Words, nullable=False),
    Column("full_text", Boolean, nullable=False),
    Column("etag", Words),
    Column("modified", Words),
    Column("digest", String(64)),
    Column("added", Moment, nullable=False),
    Column("fetched", Moment),
    # NULL for one that is gone.
    Column("due", Moment, index=True),
    Column("failing_since", Moment),
    Column("failures", Integer, nullable=False),
    Column("error", Words),
    Column("gone", Boolean, nullable=False),
    Column("items", Integer, nullable=False),
)

# What an article's text was before it changed.
article_versions = Table(
    "article_versions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("article_id", Id, ForeignKey("articles.id"), nullable=False, index=True),
    # When it was replaced.
    Column("replaced", Moment, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("title", Words, nullable=False),
    Column("body", Words, nullable=False),
)

# Near texts (`text.nearness`): each article's signature, and its bands, by which near ones are found.
article_signatures = Table(
    "article_signatures",
    metadata,
    Column("article_id", Id, ForeignKey("articles.id"), primary_key=True, autoincrement=False),
    Column("signature", LargeBinary, nullable=False),
)

article_bands = Table(
    "article_bands",
    metadata,
    Column("band", BigInteger, primary_key=True, autoincrement=False),
    Column("article_id", Id, ForeignKey("articles.id"), primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

stories = Table(
    "stories",
    metadata,
    Column("id", Id, primary_key=True),
    Column("created", Moment, nullable=False),
)

# What an editor decided of two articles, the smaller id first; it binds every later import.
story_decisions = Table(
    "story_decisions",
    metadata,
    Column("one_id", Id, ForeignKey("articles.id"), primary_key=True, autoincrement=False),
    Column("other_id", Id, ForeignKey("articles.id"), primary_key=True, autoincrement=False, index=True),
    Column("together", Boolean, nullable=False),
    Column("decided", Moment, nullable=False),
)

# What an article is about: its telling words with their counts. Without a row it still has to be looked at for stories.
story_subjects = Table(
    "story_subjects",
    metadata,
    Column("article_id", Id, ForeignKey("articles.id"), primary_key=True, autoincrement=False),
    # Days since 1970 of its date.
    Column("day", Integer, nullable=False, index=True),
    Column("terms", Document, nullable=False),
    # Length of their vector, as they weighed when it came.
    Column("norm", Float, nullable=False),
)

# Which articles of a day have which telling word: up to 1,024 of them in a row (`telling`).
story_terms = Table(
    "story_terms",
    metadata,
    Column("term", Words, primary_key=True),
    Column("day", Integer, primary_key=True, autoincrement=False),
    # What the ids begin with; `articles` is the rest of each.
    Column("part", Id, primary_key=True, autoincrement=False),
    Column("articles", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

# Every word that was ever indexed, for "did you mean".
search_words = Table("search_words", metadata, Column("word", Words, primary_key=True), sqlite_with_rowid=False)

editions = Table(
    "editions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("issue", Integer, nullable=False, index=True),
    Column("content_hash", String(64), nullable=False, unique=True),
    Column("created", Moment, nullable=False),
    Column("variants", Document, nullable=False),
)

# Who has approved which edition; an edition never changes, so neither does what was approved.
approvals = Table(
    "approvals",
    metadata,
    Column("edition_id", Id, ForeignKey("editions.id"), primary_key=True, autoincrement=False),
    Column("editor", Words, primary_key=True),
    Column("email", Words, nullable=False),
    Column("at", Moment, nullable=False),
)

issues = Table(
    "issues",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("status", String(16), nullable=False),
    Column("created", Moment, nullable=False),
    Column("edition_id", Id, ForeignKey("editions.id")),
    Column("content", Document, nullable=False),
)

subscribers = Table(
    "subscribers",
    metadata,
    Column("id", Id, primary_key=True),
    # Empty once erased; key and hash are NULL then.
    Column("email", Words, nullable=False),
    Column("email_key", Words, unique=True),
    Column("address_hash", String(64), unique=True),
    Column("name", Words),
    Column("language", Words),
    Column("timezone", Words),
    Column("fields", Document, nullable=False),
    Column("tags", Document, nullable=False),
    Column("created", Moment, nullable=False),
    Column("erased", Boolean, nullable=False),
)

# Every name that a subscriber's fields ever had.
field_names = Table("field_names", metadata, Column("name", Words, primary_key=True))

lists = Table(
    "lists",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Words, nullable=False, unique=True),
    Column("title", Words, nullable=False),
    Column("created", Moment, nullable=False),
)

memberships = Table(
    "memberships",
    metadata,
    Column("subscriber_id", Id, ForeignKey("subscribers.id"), primary_key=True),
    Column("list_id", Id, ForeignKey("lists.id"), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("consent_method", Words),
    Column("consent_at", Moment),
    Column("consent_origin", Words),
    Column("changed", Moment, nullable=False),
    # What changed it last: "import", "link", "one-click", "editor", …
    Column("changed_by", Words, nullable=False),
    # The audience of a list in subscriber order, and its counts, without reading the rows.
    Index(None, "list_id", "state", "subscriber_id"),
)

suppressions = Table(
    "suppressions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("address_hash", String(64), nullable=False, unique=True),
    Column("email", Words),
    Column("reason", Words, nullable=False),
    Column("added", Moment, nullable=False),
)

sends = Table(
    "sends",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("edition_id", Id, ForeignKey("editions.id"), nullable=False),
    Column("issue", Integer, nullable=False, index=True),
    Column("list_id", Id, ForeignKey("lists.id")),
    Column("created", Moment, nullable=False),
    # When it is to begin (NULL: nobody planned it), and what the clocks show then where each subscriber is.
    Column("scheduled_at", Moment),
    Column("wall_time", String(16)),
    # NULL until its audience is frozen.
    Column("begun", Moment),
    Column("deadline", Moment, nullable=False),
    Column("again", Words),
    Column("forced", Words),
)

_STATES = ", ".join(f"'{state}'" for state in DeliveryState)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("send_id", Id, ForeignKey("sends.id"), nullable=False),
    # NULL for a test copy: then `address_hash` is what suppression is looked up by.
    Column("subscriber_id", Id, ForeignKey("subscribers.id")),
    Column("email", Words),
    Column("address_hash", String(64)),
    Column("state", String(16), nullable=False),
    Column("variant", Words, nullable=False),
    # pending: not before; deferred: tried again then; the others: as it was last.
    Column("due", Moment, nullable=False),
    Column("attempt", Integer, nullable=False),
    # Who holds it (claimed), or held it when it became uncertain.
    Column("owner", String(200)),
    Column("lease", Moment),
    Column("message_id", Words, nullable=False),
    Column("reply_code", Integer),
    Column("enhanced_code", Words),
    Column("reply", Words),
    Column("relay", Words),
    # Why it was skipped.
    Column("why", Words),
    # How a person settled an uncertain one: accepted, failed, resend or leave.
    Column("resolution", String(16)),
    Column("updated", Moment, nullable=False),
    CheckConstraint(f"state IN ({_STATES})", name="state"),
    # In this order it serves a person's deliveries too (erasure, "had this issue already").
    UniqueConstraint("subscriber_id", "send_id"),
    # Finds what to claim next without sorting, and counts a send without reading its rows.
    Index(None, "send_id", "state", "due", "id"),
)

# How many messages a process may have a relay with limits accept from now on (`shares`), and until when that holds.
relay_shares = Table(
    "relay_shares",
    metadata,
    Column("owner", String(200), primary_key=True),
    Column("relay", Words, primary_key=True),
    Column("messages", Integer, nullable=False),
    Column("until", Moment, nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("at", Moment, nullable=False),
    Column("delivery_id", Id, ForeignKey("deliveries.id"), index=True),
    Column("subscriber_id", Id, ForeignKey("subscribers.id"), index=True),
    Column("data", Document, nullable=False),
)

"""The search index keeps the beginnings of words too, of two letters and of three, so that `ru*` needs no gathering.

SQLite alone: FTS5 can't be given them later, so that the index is made anew from its own rows. PostgreSQL finds the
lexemes that begin so in its GIN index as it is.
"""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_COLUMNS = "title, byline, body, facets"


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    op.execute(f"CREATE VIRTUAL TABLE new_index USING fts5({_COLUMNS}, tokenize='unicode61', prefix='2 3')")
    op.execute(f"INSERT INTO new_index (rowid, {_COLUMNS}) SELECT rowid, {_COLUMNS} FROM article_index")  # noqa: S608
    op.execute("DROP TABLE article_index")
    op.execute("ALTER TABLE new_index RENAME TO article_index")

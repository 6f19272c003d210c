"""Which articles have which telling word: up to 1,024 of a day in one row, instead of a row for each (`store.telling`).

The rows are made anew from what each article is about, so that nothing has to be placed again.
"""

from __future__ import annotations

import json
from collections import defaultdict

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_SUBJECTS = sa.table("story_subjects", sa.column("article_id"), sa.column("day"), sa.column("terms"))
#: What an article's id is divided by: the quotient is a row's, the remainders (two bytes, little-endian) are in it.
_PART = 1024


def upgrade() -> None:
    op.drop_table("story_terms")
    terms = op.create_table(
        "story_terms",
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("part", _ID, nullable=False, autoincrement=False),
        sa.Column("articles", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("term", "day", "part", name="pk_story_terms"),
        sqlite_with_rowid=False,
    )
    connection = op.get_bind()
    parts = range((connection.scalar(sa.select(sa.func.max(_SUBJECTS.c.article_id))) or 0) // _PART + 1)
    for part in parts:
        rests: defaultdict[tuple[str, int], bytearray] = defaultdict(bytearray)
        of_part = _SUBJECTS.c.article_id.between(part * _PART, (part + 1) * _PART - 1)
        for number, day, found in connection.execute(
            sa.select(_SUBJECTS).where(of_part).order_by(_SUBJECTS.c.article_id)
        ):
            for term in json.loads(found) if isinstance(found, str) else found:
                rests[term, day] += (number % _PART).to_bytes(2, "little")
        rows = [
            {"term": term, "day": day, "part": part, "articles": bytes(rest)}
            for (term, day), rest in sorted(rests.items())
        ]
        if rows:
            connection.execute(terms.insert(), rows)

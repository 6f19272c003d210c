"""When a send is to begin, and when it did; those that are known have begun when they were made."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sends", sa.Column("wall_time", sa.String(16)))
    op.add_column("sends", sa.Column("begun", sa.DateTime(timezone=True)))
    op.execute("UPDATE sends SET begun = created")

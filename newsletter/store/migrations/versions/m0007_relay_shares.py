"""What each sending process may still give to relays with limits of an hour or a day (`store.shares`)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "relay_shares",
        sa.Column("owner", sa.String(200), nullable=False),
        sa.Column("relay", sa.Text(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("owner", "relay", name="pk_relay_shares"),
    )

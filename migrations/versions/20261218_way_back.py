"""way back

Revision: 7d1e4b9a3c58, after 2f8c5a1d7e43
"""

import sqlalchemy as sa
from alembic import op

revision = "7d1e4b9a3c58"
down_revision = "2f8c5a1d7e43"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Whoever acts for somebody meanwhile has no way back, and signs in again: theirs was bound to no browser."""
    op.add_column("impersonations", sa.Column("way_back_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("impersonations", "way_back_until")

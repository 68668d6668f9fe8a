"""erasing

Revision: 2f8c5a1d7e43, after 6b3e9d1f7a24
"""

import sqlalchemy as sa
from alembic import op

revision = "2f8c5a1d7e43"
down_revision = "6b3e9d1f7a24"
branch_labels = None
depends_on = None

PENDING = "erase_at IS NOT NULL"


def upgrade() -> None:
    op.add_column("users", sa.Column("erase_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_users_erase_at", "users", ["erase_at"], sqlite_where=sa.text(PENDING), postgresql_where=sa.text(PENDING)
    )


def downgrade() -> None:
    """Whoever was about to leave is not deleted by a release that knows nothing of it; they are disabled."""
    op.execute(sa.text(f"UPDATE users SET is_active = false WHERE {PENDING}"))  # noqa: S608 (no value of anybody's)
    op.drop_index("ix_users_erase_at", table_name="users")
    op.drop_column("users", "erase_at")

"""bans

Revision: 8b6e0d2f5a17, after 8a5f0c63d17e
"""

import sqlalchemy as sa
from alembic import op

revision = "8b6e0d2f5a17"
down_revision = "8a5f0c63d17e"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.add_column(sa.Column("banned_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("banned_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("ban_reason", sa.Text(), nullable=True))


def downgrade() -> None:
    """Whoever is banned stays out: the release before knows no ends, and an account that is disabled can be enabled."""
    op.execute("UPDATE users SET is_active = false WHERE banned_until > CURRENT_TIMESTAMP")
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.drop_column("ban_reason")
        batch_op.drop_column("banned_at")
        batch_op.drop_column("banned_until")

"""authenticator apps

Revision: 7c1f0a9d2e64, after 8f2c6a9d1e57
"""

import sqlalchemy as sa
from alembic import op

revision = "7c1f0a9d2e64"
down_revision = "8f2c6a9d1e57"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "totp",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("secret", sa.String(length=200), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_counter", sa.BigInteger(), nullable=False),
        sa.Column("pending", sa.String(length=200), nullable=True),
        sa.Column("pending_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_totp_user_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_totp")),
    )


def downgrade() -> None:
    op.drop_table("totp")

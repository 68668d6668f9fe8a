"""trusted devices

Revision: 8f2c6a9d1e57, after 3d5b8e1f7c42
"""

import sqlalchemy as sa
from alembic import op

revision = "8f2c6a9d1e57"
down_revision = "3d5b8e1f7c42"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "trusted_devices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("user_agent", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_trusted_devices_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trusted_devices")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_trusted_devices_secret_hash")),
    )
    op.create_index(op.f("ix_trusted_devices_user_id"), "trusted_devices", ["user_id"])
    op.create_index(op.f("ix_trusted_devices_expires_at"), "trusted_devices", ["expires_at"])


def downgrade() -> None:
    op.drop_table("trusted_devices")

"""changes of addresses

Revision: 3d5b8e1f7c42, after b3d9e5a17c42
"""

import sqlalchemy as sa
from alembic import op

revision = "3d5b8e1f7c42"
down_revision = "b3d9e5a17c42"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "former_addresses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("email_normalized", sa.String(length=320), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_former_addresses_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_addresses")),
    )
    op.create_index(op.f("ix_former_addresses_user_id"), "former_addresses", ["user_id"])
    op.create_index(op.f("ix_former_addresses_email_normalized"), "former_addresses", ["email_normalized"])
    op.create_index(op.f("ix_former_addresses_until"), "former_addresses", ["until"])
    op.create_table(
        "wanted_addresses",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("was", sa.String(length=320), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_wanted_addresses_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_wanted_addresses")),
    )
    op.create_index(op.f("ix_wanted_addresses_expires_at"), "wanted_addresses", ["expires_at"])


def downgrade() -> None:
    op.drop_table("wanted_addresses")
    op.drop_table("former_addresses")

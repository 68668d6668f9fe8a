"""imported users

Revision: 6e2d9b4c7a10, after 3c7f1a9e5b28
"""

import sqlalchemy as sa
from alembic import op

revision = "6e2d9b4c7a10"
down_revision = "3c7f1a9e5b28"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "imported_users",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("theirs", sa.String(length=255), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_imported_users_user_id_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_imported_users")),
    )
    op.create_index(op.f("ix_imported_users_user_id"), "imported_users", ["user_id"])


def downgrade() -> None:
    op.drop_table("imported_users")

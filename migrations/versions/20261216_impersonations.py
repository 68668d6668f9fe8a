"""impersonations

Revision: 6b3e9d1f7a24, after 4b9d2e7c1a63
"""

import sqlalchemy as sa
from alembic import op

revision = "6b3e9d1f7a24"
down_revision = "4b9d2e7c1a63"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "impersonations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("actor_session_id", sa.Uuid(), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_impersonations_session_id_sessions"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_impersonations_user_id_users"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["users.id"], name=op.f("fk_impersonations_actor_id_users"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["actor_session_id"],
            ["sessions.id"],
            name=op.f("fk_impersonations_actor_session_id_sessions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_impersonations")),
        sa.UniqueConstraint("session_id", name=op.f("uq_impersonations_session_id")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_impersonations_secret_hash")),
    )
    op.create_index(op.f("ix_impersonations_user_id"), "impersonations", ["user_id"])
    op.create_index(op.f("ix_impersonations_actor_id"), "impersonations", ["actor_id"])
    op.create_index(op.f("ix_impersonations_actor_session_id"), "impersonations", ["actor_session_id"])


def downgrade() -> None:
    op.drop_table("impersonations")

"""mails

Revision: 9c7f1e3a6b28, after 8b6e0d2f5a17
"""

import sqlalchemy as sa
from alembic import op

revision = "9c7f1e3a6b28"
down_revision = "8b6e0d2f5a17"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("address", sa.String(length=320), nullable=True),
        sa.Column("language", sa.String(length=35), nullable=True),
        sa.Column("payload", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("problem", sa.String(length=300), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    waiting = sa.text("outcome IS NULL")
    op.create_index("ix_outbox_due_at", "outbox", ["due_at"], sqlite_where=waiting, postgresql_where=waiting)
    op.create_index(op.f("ix_outbox_user_id"), "outbox", ["user_id"])

    # The secrets that are under way were hashed without a key. Nobody could redeem them any more.
    op.execute("DELETE FROM one_time")
    with op.batch_alter_table("one_time", schema=None) as batch_op:
        batch_op.add_column(sa.Column("handle", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("code", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("code_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("tries", sa.SmallInteger(), nullable=True))
        batch_op.create_unique_constraint(op.f("uq_one_time_handle"), ["handle"])
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.add_column(sa.Column("language", sa.String(length=35), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.drop_column("language")
    op.execute("DELETE FROM one_time")
    with op.batch_alter_table("one_time", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("uq_one_time_handle"), type_="unique")
        batch_op.drop_column("tries")
        batch_op.drop_column("code_until")
        batch_op.drop_column("code")
        batch_op.drop_column("handle")
    op.drop_table("outbox")

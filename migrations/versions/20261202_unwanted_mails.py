"""unwanted mails

Revision: 4e1b7d20c95a, after c4d1e8a97b35
"""

import sqlalchemy as sa
from alembic import op

revision = "4e1b7d20c95a"
down_revision = "c4d1e8a97b35"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unwanted_mails",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_unwanted_mails_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "kind", name=op.f("pk_unwanted_mails")),
    )


def downgrade() -> None:
    op.drop_table("unwanted_mails")

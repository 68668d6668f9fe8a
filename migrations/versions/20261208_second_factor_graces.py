"""second factor graces

Revision: 5c1a7e3b9d24, after 8c1f4a7d2e90
"""

import sqlalchemy as sa
from alembic import op

revision = "5c1a7e3b9d24"
down_revision = "8c1f4a7d2e90"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "second_factor_graces",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_second_factor_graces_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_second_factor_graces")),
    )


def downgrade() -> None:
    op.drop_table("second_factor_graces")

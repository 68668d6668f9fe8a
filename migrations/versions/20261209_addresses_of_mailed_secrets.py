"""addresses of mailed secrets

Revision: 9d4e2b7f6a13, after 5c1a7e3b9d24
"""

from alembic import op

revision = "9d4e2b7f6a13"
down_revision = "5c1a7e3b9d24"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_one_time_bound_to"), "one_time", ["bound_to"])


def downgrade() -> None:
    op.drop_index(op.f("ix_one_time_bound_to"), table_name="one_time")

"""assurance

Revision: b3d9e5a17c42, after 4e1b7d20c95a
"""

import sqlalchemy as sa
from alembic import op

revision = "b3d9e5a17c42"
down_revision = "4e1b7d20c95a"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("methods", sa.String(length=300), server_default="", nullable=False))
        batch_op.add_column(sa.Column("assured_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.drop_column("assured_at")
        batch_op.drop_column("methods")

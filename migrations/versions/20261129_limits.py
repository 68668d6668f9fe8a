"""limits

Revision: 8a5f0c63d17e, after 3d7c1b9e4a52
"""

import sqlalchemy as sa
from alembic import op

revision = "8a5f0c63d17e"
down_revision = "3d7c1b9e4a52"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What is counted may be lost with a crash of the server, and then no count waits for the disk.
    unlogged = ["UNLOGGED"] if op.get_context().dialect.name == "postgresql" else []
    op.create_table(
        "limits",
        sa.Column("key", sa.String(length=48), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("charges", sa.Integer(), nullable=False),
        sa.Column("refused_until", sa.BigInteger(), nullable=False),
        sa.Column("forgotten_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_limits")),
        prefixes=unlogged,
    )


def downgrade() -> None:
    op.drop_table("limits")

"""signing keys in the database

Revision: 4b9d2e7c1a63, after 5e2b8d4f7a19
"""

import sqlalchemy as sa
from alembic import op

revision = "4b9d2e7c1a63"
down_revision = "5e2b8d4f7a19"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "signing_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kid", sa.String(length=40), nullable=False),
        sa.Column("algorithm", sa.String(length=10), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_keys")),
        sa.UniqueConstraint("kid", name=op.f("uq_signing_keys_kid")),
        sa.UniqueConstraint("since", name=op.f("uq_signing_keys_since")),
    )


def downgrade() -> None:
    op.drop_table("signing_keys")

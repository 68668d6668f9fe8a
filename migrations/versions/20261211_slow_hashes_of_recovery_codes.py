"""slow hashes of recovery codes, which are longer

Codes that were made before go on as they are, until they are used or replaced.

Revision: 3d7c1f5a9e42, after 5e9b2d7a1c38
"""

import sqlalchemy as sa
from alembic import op

revision = "3d7c1f5a9e42"
down_revision = "5e9b2d7a1c38"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("recovery_codes", schema=None) as batch_op:
        batch_op.alter_column("digest", existing_type=sa.String(64), type_=sa.String(128), existing_nullable=False)


def downgrade() -> None:
    op.execute("DELETE FROM recovery_codes WHERE digest LIKE '$argon2%'")  # which nothing would find then
    with op.batch_alter_table("recovery_codes", schema=None) as batch_op:
        batch_op.alter_column("digest", existing_type=sa.String(128), type_=sa.String(64), existing_nullable=False)

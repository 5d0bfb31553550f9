"""Outbox ids are never used again

SQLite gives a new row the id of the last one deleted. Two that had delivered the same message each
forget it by its id, and the second would forget a younger one, undelivered.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return  # a sequence gives no number twice
    with op.batch_alter_table(
        "outbox", recreate="always", table_kwargs={"sqlite_autoincrement": True}
    ):
        pass

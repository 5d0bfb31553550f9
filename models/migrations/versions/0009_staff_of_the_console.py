"""Staff of the console: accounts, sessions, tries to log in, kept forms; what is heard in a call"""

import sqlalchemy as sa
from alembic import op

import models.tables.base

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def _moment(name: str, *, nullable: bool = False) -> "sa.Column[object]":
    kind = models.tables.base.UtcDateTime(timezone=True)
    return sa.Column(name, kind, nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "staff_user",
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("password", sa.String(), nullable=False),
        _moment("made_at"),
        _moment("disabled_at", nullable=True),
        sa.PrimaryKeyConstraint("username"),
    )
    op.create_table(
        "login_try",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("was_right", sa.Boolean(), nullable=False),
        _moment("at"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "staff_session",
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        _moment("began_at"),
        _moment("seen_at"),
        _moment("ended_at", nullable=True),
        sa.ForeignKeyConstraint(["username"], ["staff_user.username"]),
        sa.PrimaryKeyConstraint("token"),
    )
    op.create_table(
        "kept_form",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("page", sa.String(), nullable=False),
        sa.Column("fields", sa.String(), nullable=False),
        _moment("kept_at"),
        sa.ForeignKeyConstraint(["username"], ["staff_user.username"]),
        sa.PrimaryKeyConstraint("key"),
    )
    for table, columns in _INDEXED.items():
        with op.batch_alter_table(table) as batch_op:
            for column in columns:
                batch_op.create_index(f"ix_{table}_{column}", [column])
    with op.batch_alter_table("hold") as batch_op:
        batch_op.add_column(sa.Column("promised_for", sa.Date(), nullable=True))
    with op.batch_alter_table("call_attempt") as batch_op:
        batch_op.add_column(sa.Column("heard", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("call_attempt") as batch_op:
        batch_op.drop_column("heard")
    with op.batch_alter_table("hold") as batch_op:
        batch_op.drop_column("promised_for")
    for table in ("kept_form", "staff_session", "login_try", "staff_user"):
        op.drop_table(table)


_INDEXED = {
    "login_try": ("username", "address"),
    "staff_session": ("username",),
    "kept_form": ("username",),
}

"""Call tasks: what a person is asked to phone about, and what came of each attempt."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.tables.base import UtcDateTime


class TaskState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class CallTaskRecord(SQLModel, table=True):
    """`taken_by` is who works it now; None for nobody."""

    __tablename__ = "call_task"
    __table_args__ = (UniqueConstraint("customer_id", "sequence"),)

    task: str = Field(primary_key=True)
    customer_id: str = Field(foreign_key="customer.customer_id", index=True)
    sequence: int
    state: str = Field(default=TaskState.OPEN.value, index=True)
    opened_at: datetime = Field(sa_type=UtcDateTime)
    taken_by: str | None = None
    taken_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    escalated_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class CallItemRecord(SQLModel, table=True):
    """One invoice of a task. `attempts` failed so far; `due_at` when the next one is due; `in_task`
    False while it is held or once its call has ended."""

    __tablename__ = "call_item"

    task: str = Field(foreign_key="call_task.task", primary_key=True)
    invoice_number: str = Field(foreign_key="invoice.number", primary_key=True, index=True)
    attempts: int = 0
    due_at: datetime = Field(sa_type=UtcDateTime)
    in_task: bool = True


class CallAttemptRecord(SQLModel, table=True):
    """What came of one attempt, for the whole task or (invoice_number) for one invoice. `heard` says
    in words which notices had arrived and which not, "" where nobody was asked."""

    __tablename__ = "call_attempt"

    id: int | None = Field(default=None, primary_key=True)
    task: str = Field(foreign_key="call_task.task", index=True)
    invoice_number: str = ""
    outcome: str
    actor: str = ""
    note: str = ""
    heard: str = Field(default="", sa_column_kwargs={"server_default": ""})
    at: datetime = Field(sa_type=UtcDateTime)

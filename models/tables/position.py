"""Where each invoice stands on its ladder: recorded by activities, read by everyone."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from models.tables.base import UtcDateTime


class PositionRecord(SQLModel, table=True):
    """`stage` is the index of the next stage, `anchor` the day its window counts from, `level` the
    last notice sent. `task` and `proposed` name the call task and the case it is in, "" for none.
    `run` is its last collection run, open or not, 0 for none.
    `not_before` is the first day the next stage may ask for, where a backlog was spread.
    `next_what`, `next_kind` (of a stage) and `next_at` repeat what its workflow was last told, for
    those who watch."""

    __tablename__ = "position"

    invoice_number: str = Field(foreign_key="invoice.number", primary_key=True)
    stage: int
    anchor: date
    level: int = 0
    task: str = ""
    proposed: str = ""
    handed_over_on: date | None = None
    promises_broken: int = 0
    not_before: date | None = None
    run: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    next_what: str = ""
    next_kind: str = ""
    next_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

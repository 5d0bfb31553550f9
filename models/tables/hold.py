"""Holds: why a ladder waits. A customer's pause has no invoice and holds each of theirs."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from models.tables.base import UtcDateTime


class HoldRecord(SQLModel, table=True):
    """`until` is the instant it ends by itself (None: somebody ends it), `ended_at` when it did.
    `task` names the call task a promise was made in, "" for none; `promised_for` is the day that was
    promised (None in rows older than the column)."""

    __tablename__ = "hold"

    id: int | None = Field(default=None, primary_key=True)
    customer_id: str = Field(foreign_key="customer.customer_id", index=True)
    invoice_number: str | None = Field(default=None, foreign_key="invoice.number", index=True)
    kind: str
    begins_at: datetime = Field(sa_type=UtcDateTime)
    until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    task: str = ""
    promised_for: date | None = None
    reason: str = ""
    actor: str = ""

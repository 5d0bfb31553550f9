"""The event log: append-only, the source of the timeline."""

from datetime import datetime

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from models.tables.base import UtcDateTime


class EventRecord(SQLModel, table=True):
    """One thing that happened. `at` is its moment on the timeline, `recorded_at` when it was
    written down; `detail` says more in words and holds no personal data."""

    __tablename__ = "event"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    customer_id: str = Field(index=True)
    invoice_number: str = Field(default="", index=True)
    event: str
    level: int | None = None
    amount_minor: int = Field(default=0, sa_type=BigInteger)
    balance_minor: int = Field(default=0, sa_type=BigInteger)
    currency: str = ""
    reference: str = ""
    actor: str = ""
    detail: str = ""
    recorded_at: datetime = Field(sa_type=UtcDateTime)

"""Collection tries: recorded before the bank is asked, keyed so that asking again is the same debit."""

from datetime import date, datetime

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from models.tables.base import UtcDateTime


class CollectionRecord(SQLModel, table=True):
    __tablename__ = "collection"

    key: str = Field(primary_key=True)
    invoice_number: str = Field(foreign_key="invoice.number", index=True)
    attempt: int
    day: date
    known_on: date | None = None  # the day its outcome was known
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str
    state: str
    code: str = ""
    started_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

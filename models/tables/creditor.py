"""The creditor as letters showed it: one row per content, so that a letter keeps what it said."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.tables.base import UtcDateTime


class CreditorRecord(SQLModel, table=True):
    __tablename__ = "creditor"

    digest: str = Field(primary_key=True)
    content: str
    recorded_at: datetime = Field(sa_type=UtcDateTime)

"""Dunning policies by content: an invoice keeps the one it was started under (rule 12)."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.tables.base import UtcDateTime


class PolicyRecord(SQLModel, table=True):
    __tablename__ = "policy"

    digest: str = Field(primary_key=True)
    name: str
    content: str  # the TOML text
    recorded_at: datetime = Field(sa_type=UtcDateTime)

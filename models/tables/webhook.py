"""What providers told us by themselves: each of their events is taken once."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.tables.base import UtcDateTime


class WebhookEventRecord(SQLModel, table=True):
    """`kind` is the provider's word for it, `outcome` ours for what it moved."""

    __tablename__ = "webhook_event"

    provider: str = Field(primary_key=True)
    event: str = Field(primary_key=True)
    kind: str
    outcome: str = ""
    recorded_at: datetime = Field(sa_type=UtcDateTime)

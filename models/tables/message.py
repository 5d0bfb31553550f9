"""Messages taken, by key: the same one twice changes nothing. And messages still to be sent."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.tables.base import UtcDateTime


class MessageRecord(SQLModel, table=True):
    """One act of a person: who, when, what, and what became of it (`refused` "" where done)."""

    __tablename__ = "message"

    key: str = Field(primary_key=True)
    about: str = Field(index=True)  # the workflow's id
    name: str
    payload: str
    actor: str = ""
    refused: str = ""
    came_in: datetime = Field(sa_type=UtcDateTime)


class OutboxRecord(SQLModel, table=True):
    """A message to a workflow, recorded with the fact it tells of; forgotten once delivered.

    `payload` is its JSON. Delivering twice is harmless:
    every such message says "look at the record".
    """

    __tablename__ = "outbox"
    __table_args__ = {"sqlite_autoincrement": True}  # an id is never used again

    id: int | None = Field(default=None, primary_key=True)
    customer_id: str = Field(index=True)
    workflow: str
    workflow_id: str
    signal: str
    start: str  # JSON of the workflow's input, where it must be started first
    payload: str

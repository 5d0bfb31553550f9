"""Documents: what was rendered or taken in, once, and where it is kept."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.tables.base import UtcDateTime


class DocumentRecord(SQLModel, table=True):
    """`key` finds it in the document store; `kind`: original, copy, mail, proof or case."""

    __tablename__ = "document"

    key: str = Field(primary_key=True)
    kind: str
    sha256: str
    size: int
    made_at: datetime = Field(sa_type=UtcDateTime)

"""What needs a person's attention: parked work that goes on once somebody has acted."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from models.tables.base import UtcDateTime


class Trouble(StrEnum):
    """Why something waits for a person."""

    ADDRESS = "address"  # no usable address, or refused for good (rule 11)
    PHONE = "phone"  # wrong number or none
    UNWORKED = "unworked"  # a call task nobody worked
    APPROVAL = "approval"  # a case awaits a yes
    HANDED_OVER_CHANGED = "handed_over_changed"  # money moved after the handover
    PAPERS = "papers"  # a document could not be made
    REFUND = "refund"  # it failed, is to be done by hand, or its proof could not be sent
    COLLECTION = (
        "collection"  # a debit that only a person can mend, or nobody says what became of it
    )
    WRITE_OFF = "write_off"  # a debt to be given up awaits another person's yes
    OWED_AGAIN = "owed_again"  # money came back on a debt that was written off
    ENCLOSURE = "enclosure"  # a PDF too large for a mail, or a notice's further part was refused


class AttentionRecord(SQLModel, table=True):
    __tablename__ = "attention"

    id: int | None = Field(default=None, primary_key=True)
    customer_id: str = Field(foreign_key="customer.customer_id", index=True)
    trouble: str
    reference: str = ""
    detail: str = ""
    begins_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

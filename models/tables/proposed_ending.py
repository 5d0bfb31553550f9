"""Debts that somebody wants given up, and that need another person's yes."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from models.tables.base import UtcDateTime


class ProposalState(StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"  # nothing is owed any more


class ProposedEndingRecord(SQLModel, table=True):
    """`ending` is the status the invoice would have, written_off or cancelled; `balance_minor` what
    was owed when it was proposed, `answer` why it was decided so."""

    __tablename__ = "proposed_ending"

    id: int | None = Field(default=None, primary_key=True)
    customer_id: str = Field(foreign_key="customer.customer_id", index=True)
    invoice_number: str = Field(foreign_key="invoice.number", index=True)
    ending: str
    balance_minor: int = Field(sa_type=BigInteger)
    currency: str
    state: str = Field(default=ProposalState.PROPOSED.value, index=True)
    reason: str = ""
    proposed_by: str
    proposed_at: datetime = Field(sa_type=UtcDateTime)
    decided_by: str = ""
    answer: str = ""
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

"""Cases for the lawyer."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.tables.base import UtcDateTime


class CaseState(StrEnum):
    PROPOSED = "proposed"
    HANDED_OVER = "handed_over"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"  # a person said no


class LegalCaseRecord(SQLModel, table=True):
    """`document` is the key of the ZIP, "" until assembled; `approved_by` who said yes or no, and
    `decision` why; `told_by` who told the lawyer last that the claim has changed."""

    __tablename__ = "legal_case"
    __table_args__ = (UniqueConstraint("customer_id", "sequence"),)

    case: str = Field(primary_key=True)
    customer_id: str = Field(foreign_key="customer.customer_id", index=True)
    sequence: int
    state: str = Field(index=True)
    approved_by: str = ""
    document: str = ""
    opened_at: datetime = Field(sa_type=UtcDateTime)
    handed_over_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decision: str = Field(default="", sa_column_kwargs={"server_default": ""})
    declined_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    told_by: str = Field(default="", sa_column_kwargs={"server_default": ""})
    told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class LegalCaseItemRecord(SQLModel, table=True):
    __tablename__ = "legal_case_item"

    case: str = Field(foreign_key="legal_case.case", primary_key=True)
    invoice_number: str = Field(foreign_key="invoice.number", primary_key=True, index=True)
    balance_minor: int = Field(sa_type=BigInteger)
    currency: str

"""Invoices and their lines. Amounts in minor units of the invoice's currency."""

from datetime import date, datetime

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from models.tables.base import UtcDateTime
from rules.case import Status


class InvoiceRecord(SQLModel, table=True):
    """`balance_minor` is what is still owed now; only `activities.books` writes it, in the
    transaction that books the money. `document` is the key of the original PDF, "" for none.
    `level_elsewhere` is the last notice that other books sent (0: none), the day beside it its day.
    """

    __tablename__ = "invoice"

    number: str = Field(primary_key=True)
    customer_id: str = Field(foreign_key="customer.customer_id", index=True)
    policy: str = Field(foreign_key="policy.digest")
    issue_date: date
    due_date: date
    currency: str
    amount_minor: int = Field(sa_type=BigInteger)
    balance_minor: int = Field(sa_type=BigInteger)
    status: str = Field(default=Status.OPEN.value, index=True)
    document: str = ""
    mandate: str = ""
    level_elsewhere: int = 0
    last_notice_elsewhere: date | None = None
    content: str  # SHA-256 of the ledger's row: the same row again changes nothing
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class InvoiceLineRecord(SQLModel, table=True):
    __tablename__ = "invoice_line"

    invoice_number: str = Field(foreign_key="invoice.number", primary_key=True)
    line: int = Field(primary_key=True)
    description: str
    amount_minor: int = Field(sa_type=BigInteger)

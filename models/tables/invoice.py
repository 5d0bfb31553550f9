"""Invoices and their lines. Amounts in minor units of the invoice's currency."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Index, String
from sqlmodel import Field, SQLModel

from models.tables.base import UtcDateTime
from rules.case import Status
from rules.searching import number_key


def _search_key(context: Any) -> str:
    return number_key(context.get_current_parameters()["number"])


class InvoiceRecord(SQLModel, table=True):
    """`balance_minor` is what is still owed now; only `activities.books` writes it, in the
    transaction that books the money. `document` is the key of the original PDF, "" for none.
    `level_elsewhere` is the last notice that other books sent (0: none), the day beside it its day.
    `search_key` is made of the number with the row (`rules.searching`).
    """

    __tablename__ = "invoice"
    __table_args__ = (
        # All of a search that looks into every number: the rows themselves are not read.
        Index("ix_invoice_search_key", "search_key", "number"),
        # What a customer owes is asked at every step. Of two indices SQLite took the one by status,
        # which nearly every row shares.
        Index("ix_invoice_customer_id_status", "customer_id", "status"),
    )

    number: str = Field(primary_key=True)
    customer_id: str = Field(foreign_key="customer.customer_id")
    policy: str = Field(foreign_key="policy.digest")
    issue_date: date
    due_date: date
    currency: str
    amount_minor: int = Field(sa_type=BigInteger, index=True)
    balance_minor: int = Field(sa_type=BigInteger, index=True)
    status: str = Field(default=Status.OPEN.value, index=True)
    document: str = ""
    mandate: str = ""
    level_elsewhere: int = 0
    last_notice_elsewhere: date | None = None
    search_key: str = Field(
        default=None,
        sa_type=String,
        nullable=False,
        sa_column_kwargs={"default": _search_key, "server_default": ""},
    )
    content: str  # SHA-256 of the ledger's row: the same row again changes nothing
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class InvoiceLineRecord(SQLModel, table=True):
    __tablename__ = "invoice_line"

    invoice_number: str = Field(foreign_key="invoice.number", primary_key=True)
    line: int = Field(primary_key=True)
    description: str
    amount_minor: int = Field(sa_type=BigInteger)

"""Money that moved: payments, returns, credit notes. Rows are added, never changed."""

from datetime import date, datetime

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from models.tables.base import UtcDateTime


class PaymentRecord(SQLModel, table=True):
    """`amount_minor` is negative for a return. `allocated_minor` of it moved the balance, the rest
    the customer's credit. `booked_on` is the business day it counted on, `value_date` the bank's.
    `source`: bank, manual, collection, credit, credit_note, forgiven (by a policy), cancelled
    or written_off. `entry` is the movement on a bank's statement that brought it, None for none, and
    `entry_minor` what of it this is, in the entry's currency."""

    __tablename__ = "payment"

    payment_id: str = Field(primary_key=True)
    invoice_number: str = Field(foreign_key="invoice.number", index=True)
    value_date: date
    booked_on: date
    currency: str
    amount_minor: int = Field(sa_type=BigInteger, index=True)
    allocated_minor: int = Field(sa_type=BigInteger)
    source: str
    reason: str = ""
    actor: str = ""
    entry: int | None = Field(default=None, foreign_key="bank_entry.id", index=True)
    entry_minor: int = Field(default=0, sa_type=BigInteger)
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class CreditRecord(SQLModel, table=True):
    """Customer's credit, line by line: what was paid too much, and what became of it (negative).

    `invoice_number` and `payment_id` are the money it came from, None for money that came for no
    invoice: then `entry` names the movement on the bank's statement. `reason` says why in a word:
    what was taken is a `refund` (which names it) or a `set_off`, and names no payment;
    `refund_failed` is what came back of one, `returned` what went back to its payer by the bank."""

    __tablename__ = "credit"

    id: int | None = Field(default=None, primary_key=True)
    customer_id: str = Field(foreign_key="customer.customer_id", index=True)
    invoice_number: str | None = Field(default=None, foreign_key="invoice.number", index=True)
    payment_id: str | None = Field(default=None, foreign_key="payment.payment_id")
    entry: int | None = Field(default=None, foreign_key="bank_entry.id", index=True)
    currency: str
    amount_minor: int = Field(sa_type=BigInteger)
    reason: str = ""
    actor: str = ""
    refund: str | None = Field(default=None, foreign_key="refund.number", index=True)
    recorded_at: datetime = Field(sa_type=UtcDateTime)

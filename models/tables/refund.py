"""Refunds: money that goes back to a customer, and the proof that it did."""

from datetime import date, datetime

from sqlalchemy import BigInteger, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.tables.base import UtcDateTime
from rules.refunds import RefundState


class RefundRecord(SQLModel, table=True):
    """One refund; `state` a `rules.refunds.RefundState`.

    `request` names who asked for it once and for all; `key` what the bank sees of the last attempt
    (its end-to-end id), "" before the first. `reference` is the acquirer's (ARN) or the bank's, as
    `reference_kind` says; `code` the bank's word for a failure. `done_at` is None where a person
    knew the day alone. `creditor`: as its proof shows them, None before it is made. `document` and
    `mail` are the proof's keys in the store; `mail_state` "", sending, sent, in_doubt or refused.
    `entry` is the movement on our account that shows it leaving, `came_back_with` its return.
    """

    __tablename__ = "refund"
    __table_args__ = (UniqueConstraint("customer_id", "sequence"),)

    number: str = Field(primary_key=True)
    customer_id: str = Field(foreign_key="customer.customer_id", index=True)
    sequence: int
    request: str = Field(unique=True)
    invoice_number: str = Field(foreign_key="invoice.number", index=True)
    payment_id: str = Field(foreign_key="payment.payment_id", index=True)
    currency: str
    amount_minor: int = Field(sa_type=BigInteger)
    state: str = Field(default=RefundState.REQUESTED.value, index=True)
    attempts: int = 0
    key: str = Field(default="", index=True)
    reference: str = ""
    reference_kind: str = ""
    code: str = ""
    reason: str = ""
    actor: str = ""
    requested_at: datetime = Field(sa_type=UtcDateTime)
    next_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    done_on: date | None = None
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    creditor: str | None = Field(default=None, foreign_key="creditor.digest")
    document: str = ""
    mail: str = ""
    email: str = ""
    message_id: str = ""
    mail_state: str = ""
    mailed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    entry: int | None = Field(default=None, foreign_key="bank_entry.id", index=True)
    came_back_with: int | None = Field(default=None, foreign_key="bank_entry.id")

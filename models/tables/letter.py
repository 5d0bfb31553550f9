"""Letters about debits: one mail that announces some, or says kindly that one failed."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.tables.base import UtcDateTime


class LetterKind(StrEnum):
    ANNOUNCEMENT = "announcement"  # the pre-notification: amount and day of each debit
    FAILED = "failed"  # a debit was not paid, or went back


class LetterState(StrEnum):
    """waiting -> sending -> sent; sending -> waiting (surely not taken), in_doubt (nobody knows,
    counts as sent) or refused (no usable address); waiting -> void (it would not be true any more)."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    IN_DOUBT = "in_doubt"
    REFUSED = "refused"
    VOID = "void"


class LetterRecord(SQLModel, table=True):
    """`day` is the business day it was made for, `mail` its key in the store, "" until written.

    `invoice_number` names the invoice whose workflow hands it to the server, however many it tells of:
    two that did would make two mails of it. `mode` is the mail mode it left under, `reason` says why
    it is void or refused.
    """

    __tablename__ = "letter"
    __table_args__ = (UniqueConstraint("customer_id", "sequence"),)

    number: str = Field(primary_key=True)
    customer_id: str = Field(foreign_key="customer.customer_id", index=True)
    sequence: int
    invoice_number: str | None = Field(default=None, foreign_key="invoice.number")
    kind: str
    state: str = Field(default=LetterState.WAITING.value, index=True)
    day: date
    creditor: str | None = Field(default=None, foreign_key="creditor.digest")
    email: str = ""
    message_id: str = ""
    mail: str = ""
    mode: str = ""
    reason: str = ""
    made_at: datetime = Field(sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class LetterItemRecord(SQLModel, table=True):
    """One debit a letter tells of. `day` is when it is debited (of a failed one when again, None for
    never), `key` the failed attempt's and `code` its reason, "" in an announcement."""

    __tablename__ = "letter_item"

    letter: str = Field(foreign_key="letter.number", primary_key=True)
    invoice_number: str = Field(foreign_key="invoice.number", primary_key=True, index=True)
    run: int
    method: str = Field(foreign_key="payment_method.number")
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str
    day: date | None = None
    key: str = ""
    code: str = ""

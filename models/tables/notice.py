"""Notices: one message to one customer, with what it claimed. Kept as it was made."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.tables.base import UtcDateTime


class NoticeState(StrEnum):
    """What is known of a notice.

    made -> sending -> sent; sending -> made (surely not taken), in_doubt (nobody knows, counts as
    sent) or refused; made -> lapsed.
    """

    MADE = "made"
    SENDING = "sending"
    SENT = "sent"
    IN_DOUBT = "in_doubt"
    LAPSED = "lapsed"
    REFUSED = "refused"


_TAKES_THE_DAY = text("state IN ('made', 'sending', 'sent', 'in_doubt')")


class NoticeRecord(SQLModel, table=True):
    """`planned_at` is the moment it was planned for, `closes_at` the last at which it may be
    accepted; `document` the key of its mail, "" until written; `parts_left` how many further mails
    of it are still to be accepted; `mode` how it went out; `asked_by` who wanted it before its planned
    day, None where nobody did."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("customer_id", "sequence"),
        # ladder.md, "What never happens": no two notices to one customer on one day.
        Index(
            "one_notice_a_day",
            "customer_id",
            "day",
            unique=True,
            sqlite_where=_TAKES_THE_DAY,
            postgresql_where=_TAKES_THE_DAY,
        ),
    )

    number: str = Field(primary_key=True)
    customer_id: str = Field(foreign_key="customer.customer_id", index=True)
    sequence: int
    state: str = Field(default=NoticeState.MADE.value, index=True)
    day: date
    level: int
    pay_by: date
    next_kind: str = ""
    email: str
    message_id: str
    creditor: str = Field(foreign_key="creditor.digest")
    mode: str = ""
    document: str = ""
    parts_left: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    reason: str = ""
    asked_by: str | None = None
    planned_at: datetime = Field(sa_type=UtcDateTime)
    closes_at: datetime = Field(sa_type=UtcDateTime)
    made_at: datetime = Field(sa_type=UtcDateTime)
    sending_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class NoticePartRecord(SQLModel, table=True):
    """A further mail of a notice whose PDFs one mail cannot hold. Counted from 2: the first is the
    notice itself, and alone decides whether it was sent. `state` is one of made, sending, sent,
    in_doubt, refused."""

    __tablename__ = "notice_part"

    notice_number: str = Field(foreign_key="notice.number", primary_key=True)
    part: int = Field(primary_key=True)
    state: str = NoticeState.MADE.value
    message_id: str
    document: str
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class NoticeItemRecord(SQLModel, table=True):
    """One invoice in a notice. `stage` is the index it stands at while the notice is made; `level`
    the one it reaches where it `advances`, else the last one sent."""

    __tablename__ = "notice_item"

    notice_number: str = Field(foreign_key="notice.number", primary_key=True)
    invoice_number: str = Field(foreign_key="invoice.number", primary_key=True, index=True)
    advances: bool
    stage: int
    level: int
    balance_minor: int = Field(sa_type=BigInteger)
    currency: str

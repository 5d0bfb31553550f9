"""Collections: what is announced, tried and tried again; and the files that carry debits to a bank."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, false
from sqlmodel import Field, SQLModel

from models.tables.base import UtcDateTime


class RunState(StrEnum):
    """What is known of one run of collecting an invoice."""

    OPEN = "open"  # announced, under way or to be tried again: notices wait
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    WITHDRAWN = (
        "withdrawn"  # its method ended, or nothing was owed any more, before it had an outcome
    )


class CollectionRunRecord(SQLModel, table=True):
    """One run of collecting an invoice by one method: announced, tried, tried again, ended.

    `number` counts from 1 for the invoice, `cause` is a `rules.collecting.Cause`. `letter` is the
    announcement that told of `day` and `amount_minor`, sent on `announced_on`; all None before it.
    `waits`: a person has to correct something before it is tried again. `asked` counts attempts that
    a person has asked for and that were not made yet. `lead_days` and `cut_off` (local time, "15:00")
    are the bank's, as the run began: how many of its days before `day` a debit has to be there, 0 and
    "" where it is asked on the day itself. `not_before`: a card's scheme, or the mail mode,
    allows no attempt before.
    """

    __tablename__ = "collection_run"

    invoice_number: str = Field(foreign_key="invoice.number", primary_key=True)
    number: int = Field(primary_key=True)
    customer_id: str = Field(foreign_key="customer.customer_id", index=True)
    method: str = Field(foreign_key="payment_method.number", index=True)
    cause: str
    state: str = Field(default=RunState.OPEN.value, index=True)
    letter: str | None = None
    announced_on: date | None = None
    day: date | None = None
    amount_minor: int | None = Field(default=None, sa_type=BigInteger)
    waits: bool = False
    asked: int = 0
    lead_days: int = 0
    cut_off: str = ""
    not_before: datetime | None = Field(default=None, sa_type=UtcDateTime)
    begun_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class CollectionRecord(SQLModel, table=True):
    """One attempt, recorded before the bank is asked, keyed so that asking again is the same debit.

    `attempt` counts from 1 for the invoice, over all runs; `run` is whose attempt it is. `day` is when
    the money is to be debited, `known_on` the day its outcome was known. `by_hand`: a person asked
    for it, it uses up none of the automatic ones. `reference` is the provider's own name of it. `file`
    and `batch` say in which of our files to the bank it stands (message id, payment information id).
    `returned_on` and `return_code`: the money went back after it had succeeded.
    """

    __tablename__ = "collection"

    key: str = Field(primary_key=True)
    invoice_number: str = Field(foreign_key="invoice.number", index=True)
    attempt: int
    run: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    method: str | None = Field(default=None, foreign_key="payment_method.number", index=True)
    by_hand: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    day: date
    known_on: date | None = None
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str
    state: str = Field(index=True)
    code: str = ""
    reference: str = Field(default="", index=True, sa_column_kwargs={"server_default": ""})
    file: str | None = Field(default=None, foreign_key="debit_file.message", index=True)
    batch: str = Field(default="", index=True, sa_column_kwargs={"server_default": ""})
    returned_on: date | None = None
    return_code: str = Field(default="", sa_column_kwargs={"server_default": ""})
    started_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class DebitFileRecord(SQLModel, table=True):
    """One pain.008 for one of our banks. `document` is its key in the store; `name` as it lies in the
    folder, from `written_at` on. `status` is the bank's last word on the whole file (pain.002)."""

    __tablename__ = "debit_file"

    message: str = Field(primary_key=True)
    bank: str = Field(index=True)
    sequence: int
    scheme: str
    day: date
    debits: int
    total_minor: int = Field(sa_type=BigInteger)
    currency: str
    document: str
    name: str = ""
    status: str = ""
    made_at: datetime = Field(sa_type=UtcDateTime)
    written_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class DebitingBankRecord(SQLModel, table=True):
    """One of our banks that takes debits as files, as the worker was last started with it. `place`
    counts from 0: a method that names no bank is debited by the first. `cut_off` is in its `timezone`."""

    __tablename__ = "debiting_bank"

    name: str = Field(primary_key=True)
    place: int
    lead_days: int
    cut_off: str
    timezone: str

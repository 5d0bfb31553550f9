"""The bank's files, as they came in: statements, and every movement on them, once."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Index, false
from sqlmodel import Field, SQLModel

from models.tables.base import UtcDateTime


class EntryState(StrEnum):
    """What is known of an entry's money."""

    OPEN = "open"  # (some of) it is nobody's yet: on the list for a person
    MATCHED = "matched"  # every cent is allocated, or is a customer's credit
    SET_ASIDE = "set_aside"  # no customer's money: a fee, a supplier, a transfer of our own
    TAKEN_APART = "taken_apart"  # a batch whose single transactions came in another file


class BankFileRecord(SQLModel, table=True):
    """One file, known by its bytes. `format` is a `rules.statements.FileFormat`."""

    __tablename__ = "bank_file"

    digest: str = Field(primary_key=True)
    name: str
    format: str
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class BankStatementRecord(SQLModel, table=True):
    """One statement of a file; fields as in `rules.statements.Statement`. `adds_up` is None where
    it gives no balances, `note` says what was found wrong with it."""

    __tablename__ = "bank_statement"

    id: int | None = Field(default=None, primary_key=True)
    file: str = Field(foreign_key="bank_file.digest", index=True)
    account: str = Field(index=True)
    identifier: str = ""
    number: str = ""
    currency: str
    opening_minor: int | None = Field(default=None, sa_type=BigInteger)
    closing_minor: int | None = Field(default=None, sa_type=BigInteger)
    since: date | None = None
    until: date | None = None
    is_notification: bool = False
    entries: int = 0
    total_minor: int = Field(default=0, sa_type=BigInteger)
    adds_up: bool | None = None
    note: str = ""


class BankEntryRecord(SQLModel, table=True):
    """One movement; what the bank said of it never changes, fields as in `rules.statements`.

    `batch` is our own name of the batch of debits it was booked for (its payment information id).
    `booking` is which line of the statement it belongs to, counted from 1: movements of one batch
    share it. `unmatched_minor` is what of `amount_minor` is allocated to no invoice and is no customer's
    credit yet, of the same sign or 0. `rule` names what decided, `reason` says it in a sentence.
    """

    __tablename__ = "bank_entry"
    __table_args__ = (Index("ix_bank_entry_day_and_amount", "booked_on", "amount_minor"),)

    id: int | None = Field(default=None, primary_key=True)
    statement: int = Field(foreign_key="bank_statement.id", index=True)
    booking: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    line: int = 0
    account: str
    booked_on: date = Field(index=True)
    value_date: date
    currency: str
    amount_minor: int = Field(sa_type=BigInteger)
    bank_reference: str = Field(default="", index=True)
    booking_reference: str = ""
    transactions: int = 1
    end_to_end_id: str = Field(default="", index=True)
    mandate: str = ""
    batch: str = Field(default="", index=True, sa_column_kwargs={"server_default": ""})
    creditor_references: str = ""  # one a line
    remittance: str = ""
    party_name: str = ""
    party_account: str = Field(default="", index=True)
    on_behalf_of: str = Field(default="", sa_column_kwargs={"server_default": ""})
    return_code: str = ""
    is_return: bool = False
    is_charges: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    charges_minor: int = Field(default=0, sa_type=BigInteger)
    original_minor: int | None = Field(default=None, sa_type=BigInteger)
    original_currency: str = ""
    state: str = Field(default=EntryState.OPEN.value, index=True)
    unmatched_minor: int = Field(sa_type=BigInteger)
    rule: str = ""
    reason: str = ""
    actor: str = ""
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class RetiredAccountRecord(SQLModel, table=True):
    """An account of ours that nobody uses any more: its statements' age holds no notice back, unless
    one comes that speaks of a day after `until`."""

    __tablename__ = "retired_account"

    account: str = Field(primary_key=True)
    until: date
    actor: str = ""
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class PayerAccountRecord(SQLModel, table=True):
    """An account that a customer has paid from: learned where the payment said whose it was."""

    __tablename__ = "payer_account"

    account: str = Field(primary_key=True)
    customer_id: str = Field(foreign_key="customer.customer_id", primary_key=True)
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class PaymentStatusRecord(SQLModel, table=True):
    """What a pain.002 said of one of our orders; fields as in `rules.statements.PaymentStatus`."""

    __tablename__ = "payment_status"

    id: int | None = Field(default=None, primary_key=True)
    file: str = Field(foreign_key="bank_file.digest", index=True)
    status: str
    message: str = ""
    batch: str = ""
    instruction: str = ""
    order: str = Field(default="", index=True)
    reasons: str = ""  # codes, separated by a space
    detail: str = ""
    amount_minor: int | None = Field(default=None, sa_type=BigInteger)
    currency: str = ""

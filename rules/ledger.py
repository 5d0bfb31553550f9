"""What a ledger file says, row by row, once it has been checked."""

from dataclasses import dataclass
from datetime import date

from rules.methods import Wanted


@dataclass(frozen=True)
class CustomerRow:
    customer_id: str
    name: str
    email: str
    phone: str
    language: str
    country: str


@dataclass(frozen=True)
class InvoiceRow:
    """One row of an invoices file. `amount_minor` in minor units of `currency`, above 0.

    `document` is the absolute path of the original PDF ("" for none); `mandate` the sandbox bank's
    word for how the customer's account behaves ("" for none). `level` is the last notice that other
    books sent (0: none), `last_notice_on` its day. `line` is the row's line in its file.
    """

    customer: CustomerRow
    number: str
    issue_date: date
    due_date: date
    currency: str
    amount_minor: int
    document: str = ""
    mandate: str = ""
    description: str = ""
    level: int = 0
    last_notice_on: date | None = None
    line: int = 0


@dataclass(frozen=True)
class PaymentRow:
    """One row of a payments file. `amount_minor` negative: returned money; never 0."""

    payment_id: str
    date: date
    invoice_number: str
    currency: str
    amount_minor: int
    line: int = 0


@dataclass(frozen=True)
class MethodRow:
    """One row of a payment methods file."""

    customer_id: str
    wanted: Wanted
    line: int = 0


@dataclass(frozen=True)
class LedgerFile:
    """One checked file: invoices, payments or payment methods, never two of them."""

    name: str
    invoices: tuple[InvoiceRow, ...] = ()
    payments: tuple[PaymentRow, ...] = ()
    methods: tuple[MethodRow, ...] = ()

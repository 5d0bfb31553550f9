"""What a letter says, frozen before a word of it is written. Letters claim what is here, nothing else."""

from dataclasses import dataclass
from datetime import date, datetime

from rules.creditor import Creditor
from rules.debit_reasons import Why
from rules.methods import MethodKind
from rules.money import Money
from rules.policy import StageKind
from rules.refunds import ReferenceKind


@dataclass(frozen=True)
class Addressee:
    """`language` an ISO 639-1 code or "" (English), `country` ISO 3166-1 alpha-2 or ""."""

    customer_id: str
    name: str
    email: str
    language: str
    country: str


@dataclass(frozen=True)
class InvoiceLine:
    description: str
    amount: Money


@dataclass(frozen=True)
class InvoicePaper:
    """An invoice to be rendered as a copy, where the ledger names no original."""

    number: str
    creditor: Creditor
    addressee: Addressee
    issue_date: date
    due_date: date
    total: Money
    lines: tuple[InvoiceLine, ...]


@dataclass(frozen=True)
class ClaimedInvoice:
    """One invoice in a notice. `level` the level it reaches with this notice where it `advances`,
    else the last one sent for it (0 if none); `balance` is what is still owed on it."""

    number: str
    issue_date: date
    due_date: date
    total: Money
    balance: Money
    level: int
    advances: bool


@dataclass(frozen=True)
class NoticeLetter:
    """One message to one customer about all that is overdue (ladder.md, rules 5 and 9).

    `level` is the highest among the invoices that advance; `next_step` the kind of the stage after
    it, None where the ladder ends. `credit` is what the customer has with us, per currency.
    """

    number: str
    level: int
    creditor: Creditor
    addressee: Addressee
    day: date
    pay_by: date
    invoices: tuple[ClaimedInvoice, ...]
    next_step: StageKind | None
    credit: tuple[Money, ...] = ()


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a mail, or into a case."""

    name: str
    content: bytes
    media_type: str = "application/pdf"


@dataclass(frozen=True)
class Enclosed:
    """What goes with a notice as PDF: `invoices` of its invoices, several in one file where
    `bound`, in `parts` mails; `too_large` of them go with none."""

    invoices: int = 0
    bound: bool = False
    parts: int = 1
    too_large: int = 0


@dataclass(frozen=True, kw_only=True)
class RefundLetter:
    """A refund as its proof and its mail tell of it.

    `done_at` is the moment in the policy's time zone, None where only `done_on` is known.
    `arrives_by` is the last day on which it should stand on the customer's statement.
    `payment` is the one that was paid back (some of).
    """

    number: str
    creditor: Creditor
    addressee: Addressee
    amount: Money
    reference: str
    kind: ReferenceKind
    done_on: date
    done_at: datetime | None
    arrives_by: date
    invoice: str
    invoice_date: date
    invoice_total: Money
    payment: str
    payment_date: date
    payment_amount: Money


@dataclass(frozen=True, kw_only=True)
class Debited:
    """By what a customer is debited, as they may read it: never more of an account's number than its
    `last_four`, "" where it is not known; `card` the card's brand, "" for an unknown one or none."""

    kind: MethodKind
    last_four: str = ""
    card: str = ""
    mandate: str = ""


@dataclass(frozen=True, kw_only=True)
class AnnouncedDebit:
    """One debit that will be made: how much, for which invoice, on which day, by what."""

    invoice: str
    amount: Money
    day: date
    by: Debited


@dataclass(frozen=True, kw_only=True)
class AnnouncementLetter:
    """The announcement of debits that a SEPA mandate asks for (domain.md, section 3)."""

    number: str
    creditor: Creditor
    addressee: Addressee
    debits: tuple[AnnouncedDebit, ...]


@dataclass(frozen=True, kw_only=True)
class FailedDebit:
    """A debit of `amount` on `day` that was not paid, or (`came_back`) was and went back.

    `owed` is what is owed on the invoice now. `again`: it is tried again by itself, on `again_on`,
    None where that day is not settled. `another` is what is debited instead.
    """

    invoice: str
    amount: Money
    owed: Money
    day: date
    by: Debited
    why: Why
    came_back: bool = False
    again: bool = False
    again_on: date | None = None
    another: Debited | None = None


@dataclass(frozen=True, kw_only=True)
class FailedLetter:
    """That debits failed, and what follows for each."""

    number: str
    creditor: Creditor
    addressee: Addressee
    debits: tuple[FailedDebit, ...]


DebitLetter = AnnouncementLetter | FailedLetter

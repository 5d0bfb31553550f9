"""What matching looks at and what it answers. Amounts in minor units, above 0 for money that came in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from rules.money import Money


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a policy forgives. `discount_percent` of an invoice's amount where it is paid within
    `discount_days` calendar days of its issue; `small_difference` minor units at any time."""

    discount_percent: Decimal = Decimal(0)
    discount_days: int = 0
    small_difference: int = 0


@dataclass(frozen=True, kw_only=True)
class Claim:
    """An invoice as matching sees it. `paid` is what came in for it and did not go back, `forgiven`
    what a policy let go; one that is settled, cancelled or written off has the balance 0."""

    number: str
    customer_id: str
    currency: str
    amount: int
    balance: int
    issue_date: date
    due_date: date
    paid: int = 0
    forgiven: int = 0
    terms: Terms = Terms()

    @property
    def is_open(self) -> bool:
        return self.balance > 0

    def discount_on(self, day: date) -> int:
        """What may be taken off by a payment of this day; 0 where anything was paid before."""
        terms = self.terms
        too_late = day > self.issue_date + timedelta(days=terms.discount_days)
        if too_late or self.balance != self.amount:
            return 0
        exact = self.amount * terms.discount_percent / 100
        return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


@dataclass(frozen=True, kw_only=True)
class Debit:
    """A debit of ours that a bank has, or that has succeeded. `key` is its end-to-end id, `batch` the
    payment information id it went out under. `is_booked`: its payment is recorded; `is_seen`: an entry
    brought it; `is_back`: it went back; `is_refused`: it has failed."""

    key: str
    invoice_number: str
    amount: int
    currency: str
    batch: str = ""
    is_booked: bool = False
    is_seen: bool = False
    is_back: bool = False
    is_refused: bool = False


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One movement on the account, as matching sees it (fields as in `rules.statements.Movement`).
    `key` is its number on the record. `charges` the bank took or added, 0 or more."""

    key: int
    amount: int
    currency: str
    booked_on: date
    value_date: date
    references: tuple[str, ...] = ()
    end_to_end_id: str = ""
    remittance: str = ""
    party_name: str = ""
    party_account: str = ""
    is_return: bool = False
    charges: int = 0
    original: Money | None = None
    transactions: int = 1
    batch: str = ""


class Rule(StrEnum):
    """What decided; docs/matching.md has a paragraph for each."""

    COLLECTION = "collection"  # our own debit, or a batch of them
    REFERENCE = "creditor_reference"
    NUMBER = "invoice_number"
    NUMBERS = "invoice_numbers"
    TYPING_ERROR = "typing_error"
    ACCOUNT = "account_and_amount"
    NAME = "name_and_amount"
    TOTAL = "payer_and_total"
    RETURN = "return"
    REFUND = "refund"
    SAME_MONEY = "same_money"  # recorded before from a payments file
    MAYBE_SAME = "maybe_same"  # it may be recorded already from another file: a person looks first
    NOT_OURS = "not_ours"
    PERSON = "person"
    DOUBT = "doubt"


@dataclass(frozen=True)
class Share:
    """What of an entry an invoice gets, in the invoice's currency; below 0 for a return. `forgiven`
    is what the policy then lets go of."""

    invoice_number: str
    amount: int
    forgiven: int = 0


@dataclass(frozen=True)
class Candidate:
    """An invoice that a person might mean, and why it is shown."""

    invoice_number: str
    customer_id: str
    balance: Money
    reason: str


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What an entry pays, and why, in a sentence. Without shares: on the list (DOUBT) or none of
    ours (NOT_OURS). `refund` names the refund it is; `credit_of` the customer whose credit went
    back, `credit` of it in the entry's currency. `debits` are ours that came (COLLECTION) or went back
    (RETURN). What the shares leave over of the entry is the bank's own charge."""

    rule: Rule
    reason: str
    shares: tuple[Share, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    refund: str = ""
    credit_of: str = ""
    credit: int = 0
    debits: tuple[Debit, ...] = ()


def by_age(claims: Iterable[Claim]) -> list[Claim]:
    """What is due first, then what is older (BGB 366 II); by number where both are equal."""
    return sorted(claims, key=lambda c: (c.due_date, c.issue_date, c.number))

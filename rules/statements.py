"""What a bank's file says: statements, the bookings on them, and the movements a booking is made of.

A booking is one line of the statement. A batch booking stands for several movements; where the bank
tells them apart, each is one payer's payment, else the booking is one movement of its whole amount.
Amounts are minor units of the account's currency, above 0 where money came in, below where it left.
A reader hands out each statement as `Began`, then its bookings, then the `Statement` that ends it.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from rules.money import Money


class FileFormat(StrEnum):
    CAMT053 = "camt.053"
    CAMT054 = "camt.054"
    MT940 = "mt940"
    PAIN002 = "pain.002"
    CSV = "csv"


@dataclass(frozen=True, kw_only=True)
class Party:
    """Who stands on the other side. `account`: an IBAN or what the bank writes, without spaces, in
    capitals; "" where it says none. `on_behalf_of` is whose debt a payer says to pay, or for whom
    a payee takes the money, where that is another."""

    name: str = ""
    account: str = ""
    on_behalf_of: str = ""


@dataclass(frozen=True, kw_only=True)
class Movement:
    """One payment, or one booking that nobody takes apart. Texts are "" where the bank says none.

    `bank_reference` is the bank's own name of it (AcctSvcrRef; in MT940 what follows `//`); "" where
    several movements of one booking share it, and so it names none of them.
    `creditor_references` are structured (ISO 11649 or national), as written, checked or not.
    `remittance` is the unstructured text, its pieces joined by a line break as the bank split it.
    `batch` is our own name of the batch of orders it was booked for (payment information id).
    `return_code` is the reason of a return (AC04); `is_return` also holds without one. `charges` are
    what the bank took of it; `original` is the amount in the payer's currency, where it is another,
    with the sign of `amount`. `is_charges`: the movement is nobody's payment but what the bank took,
    split from a booking. `transactions`: how many the bank booked in this one, 1 for a payment of
    its own.
    """

    amount: int
    bank_reference: str = ""
    end_to_end_id: str = ""
    mandate: str = ""
    creditor_references: tuple[str, ...] = ()
    remittance: str = ""
    party: Party = field(default_factory=Party)
    return_code: str = ""
    is_return: bool = False
    charges: int = 0
    original: Money | None = None
    is_charges: bool = False
    transactions: int = 1
    batch: str = ""


@dataclass(frozen=True, kw_only=True)
class Began:
    """What is known of a statement before its first booking; fields as in `Statement`."""

    account: str
    currency: str
    identifier: str = ""
    number: str = ""
    is_notification: bool = False


@dataclass(frozen=True, kw_only=True)
class Booking:
    """One line of a statement. The amounts of its `movements` (at least one) add up to `amount`,
    which may be 0.

    `line` is where it begins in its file, from 1. `reference` is the bank's own name of the line.
    `note` says in words what had to be decided to read it ("" for nothing).
    """

    amount: int
    booked_on: date
    value_date: date
    movements: tuple[Movement, ...]
    reference: str = ""
    line: int = 0
    note: str = ""

    def __post_init__(self) -> None:
        assert sum(part.amount for part in self.movements) == self.amount, "a booking lost money"


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What one statement (or notification) says besides its bookings.

    `opening` and `closing` are the booked balances, None where it gives none; `until` is the last
    day it speaks about. `number` is its sequence number, `identifier` its name at the bank.
    `is_notification`: of single bookings (camt.054, CSV), so it proves nothing about a whole day.
    `entries` is how many bookings it had, `total` their sum. `balances_differ`: a balance is of
    another currency, so nothing adds up. `note` says in words what was found (not booked: left out).
    """

    account: str
    currency: str
    identifier: str = ""
    number: str = ""
    opening: int | None = None
    closing: int | None = None
    since: date | None = None
    until: date | None = None
    is_notification: bool = False
    entries: int = 0
    total: int = 0
    balances_differ: bool = False
    note: str = ""

    @property
    def adds_up(self) -> bool | None:
        """Opening balance + entries = closing balance; None where a balance is missing."""
        if self.balances_differ:
            return False
        if self.opening is None or self.closing is None:
            return None
        return self.opening + self.total == self.closing


@dataclass(frozen=True, kw_only=True)
class PaymentStatus:
    """What a pain.002 says of one of our orders. `order` is our end-to-end id, `instruction` our
    instruction id; `status` as ISO 20022 has it (ACCP, RJCT); `reasons` its codes. `amount` is None
    where it gives none. An answer about a whole file or batch has neither id; `is_order` tells it from
    one about an order that it does not name."""

    status: str
    message: str = ""
    batch: str = ""
    instruction: str = ""
    order: str = ""
    reasons: tuple[str, ...] = ()
    detail: str = ""
    amount: Money | None = None
    is_order: bool = False

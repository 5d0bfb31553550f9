"""What may be paid back to a customer, and why not. Minor units of one currency; no database.

A refund pays back what a customer has as credit. Of a settled invoice also what was allocated to it
(goods returned): a credit note then makes it credit first. Never more than was paid, of each payment
and of each invoice; never twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from stdnum import luhn

from rules.money import Money

# Where a payment's money came from: what is none of these was never paid, so it is never paid back.
PAID = ("bank", "manual", "collection", "credit")
TRIES = 3  # soft failures of one refund; a person is asked after the last
_ARN_DIGITS = 23


class RefundState(StrEnum):
    """What is known of a refund.

    requested -> sent -> confirmed; sent -> requested (a soft failure, tried again on `next_at`),
    by_hand (no machine can do it) or failed; failed -> requested (tried again), by_hand -> confirmed.
    """

    REQUESTED = "requested"
    SENT = "sent"
    BY_HAND = "by_hand"
    CONFIRMED = "confirmed"
    FAILED = "failed"


class ReferenceKind(StrEnum):
    """Whose name of the refund it is that a bank finds it by."""

    ARN = "arn"  # of a card's acquirer: 23 digits, the last a check digit (Luhn)
    BANK = "bank"  # of the bank that transferred it
    PROVIDER = "provider"  # of the provider that paid it back, and gave no ARN


@dataclass(frozen=True, kw_only=True)
class Payment:
    """One payment on the invoice, and the refunds of it that did not fail, the first one first."""

    payment_id: str
    amount: int
    refunded: int = 0
    refunds: tuple[str, ...] = ()

    @property
    def left(self) -> int:
        return self.amount - self.refunded


@dataclass(frozen=True, kw_only=True)
class Account:
    """An invoice's money. `paid` is what came in less what went back by return; `used` what of it
    was refunded or moved to other invoices; `credit` what is the customer's credit on it now."""

    invoice: str
    currency: str
    balance: int
    credit: int
    paid: int
    used: int
    payments: tuple[Payment, ...] = ()  # the oldest first
    is_open: bool = False

    @property
    def left(self) -> int:
        return self.paid - self.used

    @property
    def refunds(self) -> tuple[str, ...]:
        return tuple(number for payment in self.payments for number in payment.refunds)


def refuse(account: Account, amount: int, payment_id: str = "") -> str:
    """Why `amount` may not be paid back; "" where it may. `payment_id` "": of any payment."""
    if amount <= 0:
        return "nothing would be paid back, expected an amount above 0"
    if payment_id and (refused := _refuse_payment(account, amount, payment_id)):
        return refused
    if amount > account.left:
        return _more_than_is_left(account, amount)
    if account.is_open and amount > account.credit:
        return (
            f"{_money(account, account.balance)} of invoice {account.invoice} is still owed, so only "
            f"its credit can be paid back: {_money(account, account.credit)}"
        )
    if not payment_id and not payment_for(account, amount):
        largest = max((payment.left for payment in account.payments), default=0)
        return (
            f"no single payment on invoice {account.invoice} has {_money(account, amount)} left, the "
            f"largest has {_money(account, largest)}: refund them one by one"
        )
    return ""


def _refuse_payment(account: Account, amount: int, payment_id: str) -> str:
    found = [one for one in account.payments if one.payment_id == payment_id]
    if not found:
        return f"invoice {account.invoice} has no payment {payment_id}"
    payment = found[0]
    if amount <= payment.left:
        return ""
    whole = _money(account, payment.amount)
    if payment.refunds:
        return (
            f"payment {payment_id} was refunded with {payment.refunds[0]} already: "
            f"{_money(account, payment.left)} of its {whole} is left"
        )
    return f"{_money(account, amount)} is more than payment {payment_id} brought: {whole}"


def _more_than_is_left(account: Account, amount: int) -> str:
    paid, left = _money(account, account.paid), _money(account, max(0, account.left))
    if account.refunds:
        return (
            f"invoice {account.invoice} was refunded with {account.refunds[0]} already: {left} of the "
            f"{paid} paid is left"
        )
    wanted = f"{_money(account, amount)} is more than was paid on invoice {account.invoice}: {paid}"
    return f"{wanted}, of which {left} is left" if account.used else wanted


def _money(account: Account, minor: int) -> Money:
    return Money(minor, account.currency)


def payment_for(account: Account, amount: int) -> str:
    """The payment that a refund is of, where nobody said: the newest that has enough left; "" for
    none. A card's acquirer pays back one payment at a time."""
    enough = [one.payment_id for one in account.payments if one.left >= amount]
    return enough[-1] if enough else ""


def to_be_credited(account: Account, amount: int) -> int:
    """What a credit note has to make credit first, as it is allocated to the settled invoice."""
    return max(0, amount - account.credit)


def refuse_done(
    state: RefundState, reference: str, *, day: date | None, asked: date, today: date
) -> str:
    """Why a refund cannot have been done by hand on `day` (None: today); "" where it can.

    `asked` is the day it was requested on."""
    if state is RefundState.CONFIRMED:
        return "the refund is confirmed already"
    if state is RefundState.SENT:
        return "the refund is under way at the bank, which has not said what became of it"
    if not reference.strip():
        return "expected the reference of the acquirer (ARN) or of the bank"
    if _looks_like_arn(reference) and not luhn.is_valid(reference):
        return f"{reference} is no ARN: its last digit does not fit the others"
    if day is not None and not asked <= day <= today:
        return f"it was asked for on {asked} and today is {today}, expected a day between them"
    return ""


def reference_kind(reference: str) -> ReferenceKind:
    """23 digits are an acquirer's, everything else is a bank's."""
    return ReferenceKind.ARN if _looks_like_arn(reference) else ReferenceKind.BANK


def _looks_like_arn(reference: str) -> bool:
    return len(reference) == _ARN_DIGITS and reference.isascii() and reference.isdigit()


def refuse_retry(state: RefundState, *, waits: bool) -> str:
    """Why there is nothing to try again; `waits`: it needs a person's attention."""
    if waits or state in (RefundState.FAILED, RefundState.BY_HAND):
        return ""
    done = "arrived" if state is RefundState.CONFIRMED else "is under way"
    return f"the refund {done}, there is nothing to try again"


def shares(credit: Sequence[tuple[str | None, int]], amount: int) -> list[tuple[str | None, int]]:
    """How `amount` is taken of a customer's credit, which stands by the invoice it came from: of the
    first, then of the next. The sum is smaller where there is not enough."""
    taken = []
    for source, minor in credit:
        part = min(amount, minor)
        if part > 0:
            taken.append((source, part))
            amount -= part
    return taken

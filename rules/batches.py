"""A batch that one file books as a sum and another takes apart: the same money, counted once."""

from dataclasses import dataclass
from datetime import date

from rules.identity import Same, same_account


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """A booking as one amount. `parts`: how many movements it was taken apart into, 1 for none;
    `transactions`: how many the bank says it stands for. `party`: whether one payer is named."""

    account: str
    currency: str
    booked_on: date
    amount: int
    reference: str = ""
    parts: int = 1
    transactions: int = 1
    party: bool = False


def is_sum_of(undivided: Sum, apart: Sum) -> Same:
    """Whether a booking that stays whole is the total of one taken apart, in another file."""
    if undivided.parts != 1 or apart.parts < 2:
        return Same.NO
    if (undivided.currency, undivided.amount) != (apart.currency, apart.amount):
        return Same.NO
    if undivided.booked_on != apart.booked_on:
        return Same.NO
    if not same_account(undivided.account, apart.account):
        return Same.NO
    if undivided.reference and undivided.reference == apart.reference:
        return Same.NAMED
    if undivided.transactions not in (1, apart.parts):
        return Same.NO
    if undivided.transactions == apart.parts:
        return Same.LIKELY
    return Same.MAYBE if undivided.party else Same.LIKELY

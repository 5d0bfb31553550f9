"""A quarter of payments: stories told day by day, each on what the ones before have left."""

from datetime import date, timedelta
from random import Random

from bench.ledger import Ledger
from bench.open_items import OpenItems
from bench.stories import Teller, firm, foreign_account
from bench.stories_of_accounts import ACCOUNTS
from bench.stories_of_amounts import AMOUNTS
from bench.stories_of_nobody import NOBODY, fee
from bench.stories_of_numbers import NUMBERS, number
from bench.stories_of_returns import RETURNS
from bench.truth import Meaning, Payment

BEGIN = date(2024, 4, 2)
_PLAIN = {
    "number",
    "creditor reference",
    "collection",
    "returned",
    "several numbers",
    "end-to-end id",
}
_TEACHES = {"number", "creditor reference", "somebody else pays", "several numbers"}
STORIES = {**NUMBERS, **AMOUNTS, **ACCOUNTS, **RETURNS, **NOBODY}
_TRIES = 5


def bank_days(count: int) -> list[date]:
    days = (BEGIN + timedelta(days=n) for n in range(2 * count + 7))
    return [day for day in days if day.weekday() < 5][:count]


def tell(rng: Random, ledger: Ledger, entries: int) -> list[Payment]:
    """As many payments, in the order of their days."""
    items = OpenItems(rng, ledger)
    days = bank_days(max(5, min(62, entries // 25)))
    teller = Teller(rng, ledger, items, days[0])
    teller.advisers = [(firm(rng), foreign_account(rng)) for _ in range(max(3, entries // 400))]
    payments: list[Payment] = []
    for at in range(entries):
        teller.today = days[at * len(days) // entries]
        payment = _next(teller)
        _keep(teller, payment)
        payments.append(payment)
    return payments


def _next(teller: Teller) -> Payment:
    """A story picked by its weight; where it finds no debt to be about, a plain one."""
    story = teller.rng.choices(list(STORIES), weights=list(STORIES.values()))[0]
    for another in (*[story] * _TRIES, *[number] * _TRIES, fee):
        if (payment := another(teller)) is not None:
            return payment
    raise AssertionError("a fee needs no debt")


def _keep(teller: Teller, payment: Payment) -> None:
    """The books after it, who is known to pay from where, and what later stories may go on from."""
    if payment.truth.meaning is not Meaning.PAYS:
        return
    teller.items.book(payment.truth.shares, teller.today, plain=payment.kind in _PLAIN)
    if payment.amount > 0 and payment.kind in _TEACHES and payment.party_account:
        teller.items.payers[payment.party_account] |= payment.truth.customers
    teller.paid.append(payment)

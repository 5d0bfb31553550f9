"""The story of each debit: what the bank does with it, and who comes between."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from rules.ledger import CustomerRow, InvoiceRow, PaymentRow

BEGIN = date(2026, 3, 2)  # a Monday without a holiday of TARGET for four weeks
_TERM = timedelta(days=14)

_DECEASED = "code:MD07"  # everything of the customer waits for a person from then on
# The bank's words (sandbox/bank.py) and how often each is met. `{n}` is a few days.
_WORDS = {
    "ok": 26,
    "delay:{n}": 18,
    "soft:1": 9,
    "soft:2": 4,
    "soft:9": 2,
    "hard": 4,
    "code:AM04:1": 4,
    "code:AM04": 2,
    "code:MS03:1": 2,
    "code:MD06": 1,
    "code:AC04": 2,
    "code:MD01": 1,
    _DECEASED: 1,
    "code:AM05:1": 1,
    "code:RC01:1": 1,
    "code:ZZ99:1": 1,
    "return:{n}": 6,
    "return:{n}:AM04": 2,
    "return:{n}:AM04:1": 2,
    "return:{n}:AC04": 1,
    "forget": 4,
    "forget:3": 3,
    "deaf": 5,
    "nobody's": 1,
}
_MOST_DAYS = 6
_LARGEST = 90_000  # minor units: to cancel more takes another person's yes
_PAYS_WHOLE, _PAYS_A_PART, _IS_CANCELLED = 0.05, 0.03, 0.04


@dataclass(frozen=True, kw_only=True)
class Story:
    """One invoice, and what comes between: a transfer, or its end while a debit is under way."""

    row: InvoiceRow
    transfer: PaymentRow | None = None
    cancelled: bool = False


def tell(rng: Random, *, invoices: int, days: int) -> list[Story]:
    """So many invoices, due within so many days; a customer has one to three, by one method."""
    stories: list[Story] = []
    customer = 0
    while len(stories) < invoices:
        customer += 1
        word = _word(rng)
        for _ in range(min(rng.choice((1, 1, 1, 2, 3)), invoices - len(stories))):
            stories.append(_story(rng, customer, len(stories) + 1, word, days))
    return stories


def _word(rng: Random) -> str:
    word = rng.choices(list(_WORDS), weights=list(_WORDS.values()))[0]
    return word.format(n=rng.randint(1, _MOST_DAYS))


def _story(rng: Random, customer: int, number: int, word: str, days: int) -> Story:
    cancelled = rng.random() < _IS_CANCELLED and word != _DECEASED
    if cancelled:
        word = f"delay:{rng.randint(3, _MOST_DAYS)}"
    row = _invoice(rng, customer, number, word, days)
    return Story(row=row, transfer=_transfer(rng, row), cancelled=cancelled)


def _invoice(rng: Random, customer: int, number: int, word: str, days: int) -> InvoiceRow:
    owner = CustomerRow(
        f"C-{customer}", f"Customer {customer}", f"c{customer}@example.com", "", "en", "DE"
    )
    due = BEGIN + timedelta(days=rng.randrange(days))
    return InvoiceRow(
        customer=owner,
        number=f"D-{number:05}",
        issue_date=due - _TERM,
        due_date=due,
        currency="EUR",
        amount_minor=rng.randint(500, _LARGEST),
        mandate=f"M{customer}~{word}",
    )


def _transfer(rng: Random, row: InvoiceRow) -> PaymentRow | None:
    """Around the due date: before the debit, while it is under way, or after it."""
    dice = rng.random()
    if dice >= _PAYS_WHOLE + _PAYS_A_PART:
        return None
    whole = dice < _PAYS_WHOLE
    amount = row.amount_minor if whole else rng.randint(1, row.amount_minor - 1)
    day = row.due_date + timedelta(days=rng.randint(-2, 4))
    return PaymentRow(f"T-{row.number}", max(day, BEGIN), row.number, row.currency, amount)

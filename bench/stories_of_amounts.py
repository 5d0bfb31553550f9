"""Stories in which a number is named and the amount is not the invoice's."""

from dataclasses import replace
from datetime import timedelta

from bench.ledger import Invoice
from bench.stories import (
    CURRENCIES,
    DISCOUNT_DAYS,
    EURO,
    SMALL,
    Story,
    Teller,
    with_room,
)
from bench.truth import Payment
from bench.vocabulary import DISCOUNT
from rules.money import Money

_RATES = {"USD": 92, "GBP": 117, "PLN": 23}  # euro cents for one


def part(t: Teller) -> Payment | None:
    invoice = t.one()
    if invoice is None:
        return None
    text = t.text(invoice, invoice.number) + t.rng.choice(
        ("", " Teilzahlung", " 1. Rate", " Anzahlung")
    )
    amount = max(1, invoice.amount * t.rng.randint(20, 80) // 100)
    return t.pays([invoice], "part", text=text, amount=amount)


def rest(t: Teller) -> Payment | None:
    """What was left after a part."""
    for paid in t.earlier("part"):
        number = next(iter(paid.truth.shares))
        left = t.items.balance[number]
        if 0 < left < t.ledger.invoices[number].amount:
            invoice = t.ledger.invoices[number]
            text = t.rng.choice(("Rest ", "Restzahlung ", "", "2. Rate ")) + invoice.number
            return t.pays([invoice], "rest of a part", text=text, amount=left)
    return None


def over(t: Teller) -> Payment | None:
    invoice = t.one()
    if invoice is None:
        return None
    amount = invoice.amount + t.rng.choice((10, 100, 1000, t.rng.randint(600, 30000)))
    return t.pays([invoice], "too much", text=t.text(invoice, invoice.number), amount=amount)


def sum_of_two(t: Teller) -> Payment | None:
    """One is named, the amount is that of two: the designation counts."""
    both = t.several(2, 2)
    if not both:
        return None
    amount = sum(invoice.amount for invoice in both)
    text = t.text(both[0], both[0].number)
    return t.pays(both[:1], "sum of two, one named", text=text, amount=amount)


def double(t: Teller) -> Payment | None:
    for paid in t.earlier("number", "rewritten", "creditor reference"):
        number, share = next(iter(paid.truth.shares.items()))
        if t.items.balance[number] == 0:
            truth = replace(paid.truth, credit=share)
            return replace(paid, kind="paid twice", day=t.today, truth=truth, wrap=0)
    return None


def discount(t: Teller) -> Payment | None:
    """2 % less, within the days."""
    recent = (i for i in t.items.some(t.today, 300) if t.today - i.issued <= DISCOUNT_DAYS)
    return _less_discount(t, next(recent, None), "discount")


def late_discount(t: Teller) -> Payment | None:
    """2 % less, long after: a part, and the rest is owed."""
    old = (i for i in t.items.some(t.today) if t.today - i.issued > timedelta(days=40))
    return _less_discount(t, next(old, None), "discount too late")


def _less_discount(t: Teller, invoice: Invoice | None, kind: str) -> Payment | None:
    if invoice is None or invoice.currency not in CURRENCIES:
        return None
    less = (invoice.amount * 2 + 50) // 100
    text = f"{t.text(invoice, invoice.number)} {t.rng.choice(DISCOUNT)}".strip()
    payment = t.pays([invoice], kind, text=text, amount=invoice.amount - less)
    may = kind == "discount" or less <= SMALL
    truth = replace(payment.truth, forgiven={invoice.number: less} if may else {})
    return replace(payment, truth=truth)


def small_difference(t: Teller) -> Payment | None:
    invoice = t.one()
    if invoice is None or invoice.amount < 5000:
        return None
    less = t.rng.choice((1, 1, 2, 10, 100, 250, SMALL))
    text = t.text(invoice, invoice.number)
    return t.pays([invoice], "small difference", text=text, amount=invoice.amount - less)


def charges(t: Teller) -> Payment | None:
    """The whole was sent; a bank on the way took its charges of it, and says so."""
    invoice = t.one()
    if invoice is None or invoice.amount < 5000:
        return None
    took = t.rng.choice((150, 250, 350, SMALL))
    text = t.text(invoice, invoice.number)
    payment = t.pays([invoice], "bank's charges", text=text, amount=invoice.amount - took)
    gross = Money(invoice.amount, invoice.currency)
    return replace(payment, charges=took, gross=gross, account=with_room(payment.account))


def foreign(t: Teller) -> Payment | None:
    """An invoice in another currency; the bank changed it and says what was sent."""
    for invoice in t.items.some(t.today, 400):
        if invoice.currency in _RATES:
            text = t.text(invoice, invoice.number)
            rate = _RATES[invoice.currency] * t.rng.randint(980, 1020)
            payment = t.pays([invoice], "another currency", text=text)
            gross = Money(invoice.amount, invoice.currency)
            return replace(
                payment, account=EURO, amount=invoice.amount * rate // 10**5, gross=gross
            )
    return None


AMOUNTS: dict[Story, float] = {
    part: 3.5,
    rest: 1.5,
    over: 1.2,
    sum_of_two: 0.3,
    double: 1.2,
    discount: 14,  # only in the first days anything is young enough
    late_discount: 0.4,
    small_difference: 1.8,
    charges: 0.8,
    foreign: 1.5,
}

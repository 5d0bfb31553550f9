"""Who owes what to the creditor whose console is measured, and how far each ladder has come.

A customer's notices go every fourteen days, the first one 28 to 41 days after the due date: within
every window of the standard policy. So where a debt stands follows from its due date alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from bench.ledger import Customer, Invoice, make_ledger
from rules.case import HoldKind

_BETWEEN = timedelta(days=14)  # two notices to a customer
_FIRST = timedelta(days=28)  # from the due date to notice 1, at least
_TERM = timedelta(days=14)
_NOTICES, _CALL, _CALLED, _LAWYER = 3, 3, 4, 5  # which of a debt's steps is which
_LARGE, _OF_LARGE = 3, 0.01  # this many customers have this share of all invoices beside their own
_SETTLED = 0.2  # for each open invoice
# Days since the due date, and how many in a thousand open invoices are of that age.
_AGES = (
    ((-30, 0), 400),
    ((1, 27), 300),
    ((28, 41), 140),
    ((42, 55), 80),
    ((56, 69), 45),
    ((70, 83), 12),
    ((84, 97), 8),
    ((98, 250), 15),
)
_HELD = 0.03
_IN_PART = 0.05
_TOO_MUCH = 0.05  # of what was settled


@dataclass(frozen=True)
class Debt:
    """`steps` are the days its ladder moved on: three notices, the call, the call's end, the
    handover. `paid` is what came in, on `paid_on`; `is_over`: it was all, or more."""

    invoice: Invoice
    steps: tuple[date, ...]
    paid: int = 0
    paid_on: date | None = None
    hold: HoldKind | None = None

    @property
    def is_over(self) -> bool:
        return self.paid >= self.invoice.amount

    @property
    def balance(self) -> int:
        return max(0, self.invoice.amount - self.paid)

    @property
    def notices(self) -> tuple[date, ...]:
        return self.steps[:_NOTICES]

    @property
    def level(self) -> int:
        return len(self.notices)

    @property
    def called(self) -> date | None:
        return self._step(_CALL)

    @property
    def call_ended(self) -> date | None:
        return self._step(_CALLED)

    @property
    def handed_over(self) -> date | None:
        return self._step(_LAWYER)

    def is_listed(self, day: date) -> bool:
        """Overdue on a day, and neither paid, held nor with the lawyer."""
        gone = min(
            filter(None, (self.paid_on if self.is_over else None, self.handed_over)), default=None
        )
        return self.invoice.due < day and self.hold is None and (gone is None or day < gone)

    def level_before(self, day: date) -> int:
        return sum(step < day for step in self.notices)

    def _step(self, which: int) -> date | None:
        return self.steps[which] if len(self.steps) > which else None


@dataclass(frozen=True)
class Debtor:
    customer: Customer
    debts: tuple[Debt, ...]
    is_paused: bool


def make_debtors(rng: Random, today: date, *, invoices: int, customers: int) -> list[Debtor]:
    """Everybody, with so many open invoices in all, and some that were paid."""
    everything = invoices + int(invoices * _SETTLED)
    ledger = make_ledger(rng, invoices=everything, customers=customers)
    large = ledger.customers[:_LARGE]
    found: dict[str, list[Debt]] = {customer.customer_id: [] for customer in ledger.customers}
    last = {customer.customer_id: today - _weekday(rng, today) for customer in ledger.customers}
    for place, invoice in enumerate(ledger.invoices.values()):
        owner = rng.choice(large) if rng.random() < _OF_LARGE else invoice.customer
        debt = replace(invoice, customer=owner)
        made = _open if place < invoices else _settled
        found[owner.customer_id].append(made(rng, debt, today, last[owner.customer_id]))
    return [
        Debtor(customer, tuple(found[customer.customer_id]), is_paused=rng.random() < 0.01)
        for customer in ledger.customers
    ]


def _weekday(rng: Random, today: date) -> timedelta:
    """Back to a customer's last day: every other week it is the same weekday, never a Sunday."""
    days = [timedelta(n) for n in range(_BETWEEN.days) if (today - timedelta(n)).weekday() < 5]
    return rng.choice(days)


def _open(rng: Random, invoice: Invoice, today: date, last: date) -> Debt:
    (youngest, oldest) = rng.choices([a for a, _ in _AGES], weights=[n for _, n in _AGES])[0]
    dated = _due(invoice, today - timedelta(rng.randint(youngest, oldest)))
    steps = tuple(_steps(dated.due, last))[: _LAWYER + 1]
    if rng.random() < _HELD:
        hold = rng.choice(
            (HoldKind.PROMISE, HoldKind.DISPUTE, HoldKind.CLAIMED_PAID, HoldKind.PAUSE)
        )
        return Debt(dated, steps[:_NOTICES], hold=hold)
    if rng.random() < _IN_PART and dated.due < today:
        paid_on = dated.due + timedelta(rng.randint(0, (today - dated.due).days - 1))
        return Debt(dated, steps, rng.randint(1, dated.amount - 1), paid_on)
    return Debt(dated, steps)


def _settled(rng: Random, invoice: Invoice, today: date, last: date) -> Debt:
    dated = _due(invoice, today - timedelta(rng.randint(1, 200)))
    paid_on = min(dated.due + timedelta(rng.randint(-5, 60)), today)
    steps = (day for day in _steps(dated.due, last) if day < paid_on)
    more = rng.randint(1, 5000) if rng.random() < _TOO_MUCH else 0
    return Debt(dated, tuple(steps), dated.amount + more, paid_on)


def _due(invoice: Invoice, due: date) -> Invoice:
    return replace(invoice, issued=due - _TERM, due=due)


def _steps(due: date, last: date) -> Iterator[date]:
    """The customer's days up to `last` on which this debt moved on, the first one first."""
    days = max(0, (last - due - _FIRST).days // _BETWEEN.days + 1)
    for back in reversed(range(days)):
        yield last - back * _BETWEEN

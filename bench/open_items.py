"""What is owed while payments are made up: each story looks here for debts it can be about."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from random import Random

from bench.ledger import Customer, Invoice, Ledger
from bench.wording import bare, core, neighbours


class OpenItems:
    """Balances as they are once every payment so far has found its debt.

    `plain` customers have paid by exact numbers only, so that what is open of theirs is known to
    whoever reads the same statements. `payers` is who has paid from an account, by exact numbers.
    What is `disputed` between two is paid by nobody else: or the rest would tell whose money it was.
    """

    def __init__(self, rng: Random, ledger: Ledger) -> None:
        self._rng = rng
        self.ledger = ledger
        self.balance = {number: invoice.amount for number, invoice in ledger.invoices.items()}
        self.of_customer: dict[str, list[Invoice]] = defaultdict(list)
        self.alike: dict[str, set[str]] = defaultdict(set)
        self.plain = {customer.customer_id for customer in ledger.customers}
        self.payers: dict[str, set[str]] = defaultdict(set)
        self.disputed: set[str] = set()
        self._numbers = list(ledger.invoices)
        self._last_day: dict[str, date] = {}
        for number, invoice in ledger.invoices.items():
            self.of_customer[invoice.customer.customer_id].append(invoice)
            self.alike[bare(number)].add(number)
            self.alike[core(number)].add(number)

    def some(self, today: date, tries: int = 60) -> Iterator[Invoice]:
        """Untouched invoices of customers who have not paid today, at random."""
        for _ in range(tries):
            invoice = self.ledger.invoices[self._rng.choice(self._numbers)]
            if self._is_untouched(invoice) and self.is_free(invoice.customer, today):
                yield invoice

    def is_free(self, customer: Customer, today: date) -> bool:
        return self._last_day.get(customer.customer_id) != today

    def open_of(self, customer: Customer, currency: str) -> list[Invoice]:
        """What the customer owes in a currency, the oldest due first."""
        found = [
            invoice
            for invoice in self.of_customer[customer.customer_id]
            if invoice.currency == currency and self.balance[invoice.number] > 0
        ]
        return sorted(found, key=lambda invoice: (invoice.due, invoice.number))

    def untouched_of(self, customer: Customer, currency: str) -> list[Invoice]:
        everything = self.open_of(customer, currency)
        return [invoice for invoice in everything if self._is_untouched(invoice)]

    def _is_untouched(self, invoice: Invoice) -> bool:
        in_full = self.balance[invoice.number] == invoice.amount
        return in_full and invoice.number not in self.disputed

    def dispute(self, invoices: Iterable[Invoice], today: date) -> None:
        """Nobody knows which of these was paid."""
        for invoice in invoices:
            self.disputed.add(invoice.number)
            self.note(invoice.customer, today, plain=False)

    def book(self, shares: dict[str, int], today: date, *, plain: bool) -> None:
        """Money that found its debts. Too much changes no balance."""
        for number, amount in shares.items():
            invoice = self.ledger.invoices[number]
            left = self.balance[number] - amount
            self.balance[number] = min(max(left, 0), invoice.amount)
            self.note(invoice.customer, today, plain=plain)

    def note(self, customer: Customer, today: date, *, plain: bool) -> None:
        self._last_day[customer.customer_id] = today
        if not plain:
            self.plain.discard(customer.customer_id)

    def could_be(self, text: str) -> set[str]:
        """Every invoice whose number is what stands there, or one typing error away."""
        spellings = {bare(text), core(text)}
        near = {near for spelling in spellings for near in neighbours(spelling)}
        return {number for spelling in near for number in self.alike.get(spelling, ())}

    def misses(self, text: str) -> set[str]:
        """Every invoice of the same scheme whose number is one typing error away."""
        near = set(neighbours(bare(text)))
        return {number for spelling in near for number in self.alike.get(spelling, ())}

    def reads_as(self, text: str) -> set[str]:
        """Every invoice whose number this could be without any error."""
        return self.alike.get(bare(text), set()) | self.alike.get(core(text), set())

    def is_told_by_amount(self, invoice: Invoice, others: Iterable[str]) -> bool:
        """None of the others is of this amount, or of the same customer."""
        rivals = (self.ledger.invoices[number] for number in others if number != invoice.number)
        return all(
            rival.amount != invoice.amount and rival.customer != invoice.customer
            for rival in rivals
        )

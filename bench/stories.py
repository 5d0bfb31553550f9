"""The stories payments tell: each kind of noise as one function that makes one payment.

A story finds a debt it can be about (or none: None), says what the payer meant, and how the payer
wrote it. Its name is the kind the report counts by.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from bench import wording
from bench.ledger import Invoice, Ledger, iban
from bench.open_items import OpenItems
from bench.truth import Meaning, Payment, Truth
from bench.vocabulary import FIRST, TRADE

EURO, EURO_MT940, FRANC = range(3)
CURRENCIES = ("EUR", "EUR", "CHF")
SMALL = 500  # what may be let go as a small difference
DISCOUNT_DAYS = timedelta(days=13)


@dataclass
class Teller:
    """What a story may look at: chance, the day, what is owed, what was paid before."""

    rng: Random
    ledger: Ledger
    items: OpenItems
    today: date
    paid: list[Payment] = field(default_factory=list)  # earlier ones that stories may go on from
    advisers: list[tuple[str, str]] = field(default_factory=list)  # pay for several customers

    def account_for(self, currency: str) -> int:
        if currency == "CHF":
            return FRANC
        return EURO if self.rng.random() < 0.8 else EURO_MT940

    def beside(self, invoice: Invoice) -> dict[str, str]:
        day = invoice.issued.strftime(
            self.rng.choice(("%d.%m.%Y", "%d.%m.%y", "%d-%m-%Y", "%Y-%m-%d"))
        )
        amount = f"{invoice.amount // 100}.{invoice.amount % 100:02d}"
        return wording.beside(self.rng, invoice.customer.customer_id, day, amount)

    def text(self, invoice: Invoice, number: str) -> str:
        """What the payer writes about a number; one in twenty in a language of their own choice."""
        language = invoice.customer.language
        if self.rng.random() < 0.05:
            language = self.rng.choice(("en", "fr", "nl", "pl", "lt", "es", "it"))
        said = wording.phrase(self.rng, language, number, **self.beside(invoice))
        return wording.as_a_payer_types(self.rng, said)

    def one(self) -> Invoice | None:
        """An untouched debt in a currency we have an account in."""
        found = self.items.some(self.today)
        return next((invoice for invoice in found if invoice.currency in CURRENCIES), None)

    def several(self, least: int, most: int, *, scheme: bool = False) -> list[Invoice]:
        """Untouched debts of one customer in one currency; `scheme`: numbers that begin alike."""
        for first in self.items.some(self.today):
            if first.currency not in CURRENCIES:
                continue
            mine = self.items.untouched_of(first.customer, first.currency)
            if scheme:
                mine = [i for i in mine if i.number[:4] == first.number[:4]]
                mine = [i for i in mine if len(i.number) == len(first.number)]
            if len(mine) >= least:
                some = self.rng.sample(mine, self.rng.randint(least, min(most, len(mine))))
                return sorted(some, key=lambda invoice: (invoice.due, invoice.number))
        return []

    def earlier(self, *kinds: str) -> list[Payment]:
        """Payments of these kinds for one debt, whose customers have not paid today; some."""
        found = [
            paid
            for paid in self.paid
            if paid.kind in kinds and paid.day < self.today and len(paid.truth.shares) == 1
        ]
        some = self.rng.sample(found, min(40, len(found)))
        return [paid for paid in some if self._is_free(paid)]

    def _is_free(self, paid: Payment) -> bool:
        invoice = self.ledger.invoices[next(iter(paid.truth.shares))]
        return self.items.is_free(invoice.customer, self.today)

    def pays(
        self,
        invoices: list[Invoice],
        kind: str,
        *,
        text: str = "",
        amount: int | None = None,
        **more: object,
    ) -> Payment:
        """A payment by the customer for these invoices, in full unless `amount` says otherwise."""
        first = invoices[0]
        customer = first.customer
        total = sum(i.amount for i in invoices) if amount is None else amount
        account = self.rng.choice(customer.accounts)
        return Payment(
            kind=kind,
            day=self.today,
            account=self.account_for(first.currency),
            amount=total,
            truth=in_turn(invoices, total),
            text=text,
            party=wording.as_a_bank_writes(self.rng, customer.name),
            party_account=account if self.rng.random() < 0.93 else "",
            **more,  # type: ignore[arg-type] # fields of a payment, named where they are given
        )


Story = Callable[[Teller], Payment | None]


def in_turn(invoices: list[Invoice], total: int) -> Truth:
    """Each invoice in full in the order given as long as the money lasts; the rest is credit.

    Where one alone is named, all of the money was meant for it.
    """
    shares, left = {}, total
    for invoice in invoices:
        shares[invoice.number] = min(invoice.amount, left)
        left -= shares[invoice.number]
    shares = {number: amount for number, amount in shares.items() if amount}
    if len(invoices) == 1:
        shares = {invoices[0].number: total}
    customers = frozenset(invoice.customer.customer_id for invoice in invoices)
    short = {
        i.number: i.amount - shares[i.number]
        for i in invoices
        if i.number in shares and 0 < i.amount - shares[i.number] <= SMALL
    }
    return Truth(
        meaning=Meaning.PAYS,
        shares=shares,
        total=total,
        credit=left,
        customers=customers,
        forgiven=short,
    )


def stranger(rng: Random) -> str:
    return f"{rng.choice(('Erika', 'Jan', 'Ana', 'Piotr', 'Luc'))} {rng.choice(FIRST)}er{rng.choice('kmt')}"


def firm(rng: Random) -> str:
    return f"{rng.choice(FIRST)}{rng.choice(TRADE).lower()} Treuhand {rng.randint(1, 99)}"


def foreign_account(rng: Random) -> str:
    return iban(rng, rng.choice(("DE", "AT", "NL", "FR")))


def with_room(account: int) -> int:
    """MT940 has no room for what this story says; the camt account of the same currency has."""
    return EURO if CURRENCIES[account] == "EUR" else account

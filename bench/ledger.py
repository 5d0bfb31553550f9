"""A made-up ledger: customers whose names are alike, invoices whose numbers and amounts are."""

import csv
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random

from stdnum.iban import calc_check_digits

from bench.vocabulary import FIRST, LANGUAGE, LEGAL, TRADE, words
from gateways.ledger_rows import INVOICE_COLUMNS
from rules.money import decimal_text

FIRST_DAY = date(2023, 11, 1)  # of issue
LAST_DAY = date(2024, 3, 28)
_COUNTRIES = words("DE DE DE DE DE DE DE DE DE AT CH NL FR PL LT ES IT GB")
_PRICES = (4900, 14900, 16993, 11900, 23800, 9900, 35700, 59500)  # many orders cost the same
_ACCOUNT_LENGTH = {
    "DE": 18,
    "AT": 16,
    "CH": 17,
    "NL": 14,
    "FR": 23,
    "PL": 24,
    "LT": 16,
    "ES": 20,
    "IT": 23,
}


@dataclass(frozen=True)
class Customer:
    """`accounts` are the IBANs they pay from, at least one."""

    customer_id: str
    name: str
    country: str
    accounts: tuple[str, ...]

    @property
    def language(self) -> str:
        return LANGUAGE[self.country]


@dataclass(frozen=True)
class Invoice:
    number: str
    customer: Customer
    issued: date
    due: date
    currency: str
    amount: int


@dataclass
class Ledger:
    customers: list[Customer]
    invoices: dict[str, Invoice] = field(default_factory=dict)

    def write(self, path: Path) -> None:
        """As a file that `starter.py import` takes."""
        with path.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(INVOICE_COLUMNS)
            for invoice in self.invoices.values():
                rows.writerow(_row(invoice))


def make_ledger(rng: Random, *, invoices: int, customers: int) -> Ledger:
    """A ledger of this size. All invoices are issued before the first day of any statement."""
    ledger = Ledger(_customers(rng, customers))
    favourites = [c for c in ledger.customers for _ in range(rng.choice((1, 1, 1, 2, 3, 6)))]
    latest: dict[str, Customer] = {}
    for number in _numbers(rng, invoices):
        scheme = number[:3]
        again = scheme in latest and rng.random() < 0.3  # orders of one customer come together
        latest[scheme] = latest[scheme] if again else rng.choice(favourites)
        ledger.invoices[number] = _invoice(rng, number, latest[scheme])
    return ledger


def iban(rng: Random, country: str) -> str:
    """An IBAN with the right checksum; the bank and the account are anybody's."""
    length = _ACCOUNT_LENGTH.get(country, 18)
    account = "".join(rng.choices("0123456789", k=length))
    if country in ("NL", "GB"):
        account = rng.choice(("ABNA", "INGB", "RABO", "BARC")) + account[4:]
    if country == "IT":
        account = "X" + account[1:]
    return country + calc_check_digits(f"{country}00{account}") + account


def _customers(rng: Random, count: int) -> list[Customer]:
    """One in twelve bears the very name of another, one in six differs by a word only."""
    found: list[Customer] = []
    while len(found) < count:
        country = rng.choice(_COUNTRIES)
        name = f"{rng.choice(FIRST)} {rng.choice(TRADE)} {rng.choice(LEGAL[country])}".strip()
        if found and rng.random() < 1 / 12:
            name, country = found[-1].name, found[-1].country
        elif rng.random() < 1 / 2:
            name = f"{rng.choice(FIRST)}-{rng.choice(FIRST)} {name}"
        accounts = tuple(iban(rng, country) for _ in range(1 if rng.random() < 0.85 else 2))
        found.append(Customer(f"K{10001 + 7 * len(found)}", name, country, accounts))
    return found


def _numbers(rng: Random, count: int) -> list[str]:
    """Five schemes in turn of use: running numbers with gaps, so neighbours are a digit apart."""
    schemes = ("2024-{:05d}", "RE-2024/{:04d}", "INV{:07d}", "{:d}", "R2024.{:04d}")
    running = [rng.randint(40, 90), 1000, 12000 + rng.randint(0, 99), 7310450, 3000]
    found = []
    for _ in range(count):
        which = rng.choices(range(5), weights=(34, 22, 18, 16, 10))[0]
        running[which] += 1 if rng.random() < 0.8 else rng.randint(2, 3)
        found.append(schemes[which].format(running[which]))
    return found


def _invoice(rng: Random, number: str, customer: Customer) -> Invoice:
    age = rng.randint(0, 9 if rng.random() < 0.2 else (LAST_DAY - FIRST_DAY).days)
    issued = LAST_DAY - timedelta(days=age)
    amount = (
        rng.choice(_PRICES) if rng.random() < 0.25 else int(rng.lognormvariate(10.2, 1.0)) + 990
    )
    return Invoice(
        number,
        customer,
        issued,
        issued + timedelta(days=14),
        _currency(rng, customer.country),
        amount,
    )


def _currency(rng: Random, country: str) -> str:
    at_home = {"CH": "CHF", "GB": "GBP", "PL": "PLN"}.get(country, "EUR")
    if at_home != "EUR" and rng.random() < 0.5:
        return "EUR"
    return "USD" if rng.random() < 0.015 else at_home


def _row(invoice: Invoice) -> list[str]:
    customer = invoice.customer
    return [
        customer.customer_id,
        customer.name,
        f"ap@{customer.customer_id.lower()}.example",
        "",
        customer.language,
        customer.country,
        invoice.number,
        invoice.issued.isoformat(),
        invoice.due.isoformat(),
        invoice.currency,
        decimal_text(invoice.amount, invoice.currency),
    ]

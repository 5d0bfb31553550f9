"""The sample ledger: what a print-proof shop writes in two winter months, and what is paid of it.

    python -m sandbox.sample_ledger        writes invoices.csv, payments.csv and methods.csv to samples/

The same bytes in every run: dice with a fixed seed, and no other chance.
"""

import csv
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar

from gateways.ledger_rows import INVOICE_COLUMNS, PAYMENT_COLUMNS
from models.settings import HOME
from rules.money import decimal_text
from sandbox.sample_customers import CUSTOMERS, Pays, SampleCustomer
from sandbox.sample_methods import COLUMNS as METHOD_COLUMNS
from sandbox.sample_methods import METHODS, never_pays

T = TypeVar("T")
DAY = timedelta(days=1)

MONDAY = date(2026, 1, 5)  # of the first week
_SEED = 2026_01_07
_DAYS_OF_PAYERS = 36  # invoices are written within so many working days
_DAYS_OF_OTHERS = 17  # whose invoices climb to the end: early, so that the end is soon
_TERM = 14  # days to pay in
_NO_PHONE = "C-1039"
_IN_EURO = ("C-1038", 2)  # a customer may owe in two currencies
# Kept free for films and books by BNetzA (148/2021), Ofcom, ARCEP, ComReg and PTS; `n` counts up.
_PHONES = {
    "DE": "+49 30 23125 1{n:02}",
    "GB": "+44 20 7946 01{n:02}",
    "FR": "+33 1 99 00 01 {n:02}",
    "IE": "+353 20 910 01{n:02}",
    "SE": "+46 8 465 004 {n:02}",
}
_TAXED = {"DE": 119}  # per cent, where the shop's own tax is on the invoice
_RATE = {"EUR": 100, "GBP": 86, "SEK": 1130}  # of a price in euro, per cent

# What is sold: in German, English and French, price of one in cents, and how many of it.
_GOODS: Sequence[tuple[tuple[str, str, str], int, Sequence[int]]] = (
    (
        (
            "Kontraktproof A4, FOGRA51, mit Prüfprotokoll, {n} Bogen",
            "Contract proofs A4, FOGRA51, with measuring report, {n} sheets",
            "Épreuves contractuelles A4, FOGRA51, avec rapport de mesure, {n} feuilles",
        ),
        1190,
        (4, 6, 8, 12, 16),
    ),
    (
        (
            "Kontraktproof A3+, ISO 12647-7, FOGRA52 ungestrichen, {n} Bogen",
            "Contract proofs A3+, ISO 12647-7, FOGRA52 uncoated, {n} sheets",
            "Épreuves contractuelles A3+, ISO 12647-7, FOGRA52 non couché, {n} feuilles",
        ),
        1980,
        (4, 8, 10, 24),
    ),
    (
        (
            "Kontraktproof A2, PSOcoated v3, {n} Bogen",
            "Contract proofs A2, PSOcoated v3, {n} sheets",
            "Épreuves contractuelles A2, PSOcoated v3, {n} feuilles",
        ),
        3640,
        (2, 4, 6),
    ),
    (
        (
            "Sonderfarbenproof Pantone, 60 x 80 cm, {n} Bogen",
            "Spot colour proofs Pantone, 60 x 80 cm, {n} sheets",
            "Épreuves tons directs Pantone, 60 x 80 cm, {n} feuilles",
        ),
        7450,
        (2, 3, 5),
    ),
    (
        (
            "ICC-Profil einer Druckmaschine, Testform und Auswertung, {n} Papiersorten",
            "ICC profile of a press, test form and evaluation, {n} papers",
            "Profil ICC d'une presse, forme test et analyse, {n} papiers",
        ),
        24_900,
        (2, 3),
    ),
    (
        (
            "Monitorkalibrierung vor Ort, {n} Arbeitsplätze",
            "Monitor calibration on site, {n} workplaces",
            "Calibrage d'écrans sur site, {n} postes",
        ),
        13_500,
        (2, 3, 4),
    ),
    (
        (
            "Fine-Art-Druck auf Baumwollpapier, 90 x 120 cm, {n} Stück",
            "Fine art prints on cotton paper, 90 x 120 cm, {n} pieces",
            "Tirages d'art sur papier coton, 90 x 120 cm, {n} pièces",
        ),
        11_800,
        (2, 3, 4, 6),
    ),
    (
        (
            "Großformatdruck, Rückwand 3 x 2,5 m, {n} Bahnen",
            "Large format print, back wall 3 x 2.5 m, {n} panels",
            "Impression grand format, fond 3 x 2,5 m, {n} lés",
        ),
        9_650,
        (2, 3, 4, 8),
    ),
)
_LANGUAGES = {"de": 0, "fr": 2}


class _Dice:
    """Chance that is the same in every version of Python: only `random()` promises that."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def below(self, number: int) -> int:
        return int(self._random.random() * number)

    def one_of(self, things: Sequence[T]) -> T:
        return things[self.below(len(things))]


@dataclass(frozen=True)
class _Invoice:
    """One invoice as written; `place` counts its customer's from 0."""

    key: str
    place: int
    issued: date
    due: date
    currency: str
    minor: int
    words: str

    @property
    def customer(self) -> SampleCustomer:
        return CUSTOMERS[self.key]


def write(folder: Path) -> None:
    """Write the files into a folder."""
    dice = _Dice(_SEED)
    invoices = _numbered(dice)
    _write(
        folder / "invoices.csv",
        (*INVOICE_COLUMNS, "mandate", "description"),
        (_invoice_row(number, invoice) for number, invoice in invoices.items()),
    )
    payments = sorted(_payments(invoices, dice))
    rows = [
        (f"B-{place:04}", day, number, currency, decimal_text(minor, currency))
        for place, (day, number, currency, minor) in enumerate(payments, start=1)
    ]
    # A bank sends a file twice now and then: the first row with a payment_id counts.
    _write(folder / "payments.csv", PAYMENT_COLUMNS, [*rows[:9], rows[8], *rows[9:]])
    methods = [method.row(key) for key, method in METHODS.items()]
    _write(folder / "methods.csv", METHOD_COLUMNS, methods)


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def _numbered(dice: _Dice) -> dict[str, _Invoice]:
    """Every invoice under its number, in the order of issue."""
    written = [
        invoice for key, customer in CUSTOMERS.items() for invoice in _of(key, customer, dice)
    ]
    written.sort(key=lambda invoice: (invoice.issued, invoice.key, invoice.place))
    return {f"2026-{place:04}": invoice for place, invoice in enumerate(written, start=1)}


def _of(key: str, customer: SampleCustomer, dice: _Dice) -> Iterator[_Invoice]:
    """A customer's invoices: some days between them, so that their windows meet."""
    days = _DAYS_OF_OTHERS if _climbs(key, customer) else _DAYS_OF_PAYERS
    day = dice.below(days - 3 * customer.invoices + 1)
    for place in range(customer.invoices):
        issued = MONDAY + (day // 5 * 7 + day % 5) * DAY
        currency = "EUR" if (key, place) == _IN_EURO else customer.currency
        minor, words = _sold(customer, currency, dice)
        yield _Invoice(key, place, issued, issued + _TERM * DAY, currency, minor, words)
        day += 1 + dice.below(3)


def _climbs(key: str, customer: SampleCustomer) -> bool:
    return customer.pays in (Pays.NEVER, Pays.SOMETIMES) or never_pays(_mandate(key))


def _mandate(key: str) -> str:
    """The reference of a customer's mandate, "" for none."""
    return METHODS[key].reference if key in METHODS else ""


def _workday(day: date) -> date:
    while day.weekday() > 4:  # Saturday, Sunday
        day += DAY
    return day


def _sold(customer: SampleCustomer, currency: str, dice: _Dice) -> tuple[int, str]:
    words, price, numbers = dice.one_of(_GOODS)
    number = dice.one_of(numbers)
    tax, rate = _TAXED.get(customer.country, 100), _RATE[currency]
    minor = price * number * tax * rate // 10_000
    return minor, words[_LANGUAGES.get(customer.language, 1)].format(n=number)


def _invoice_row(number: str, invoice: _Invoice) -> Sequence[object]:
    who = invoice.customer
    place = int(invoice.key.removeprefix("C-")) - 1000
    return (
        invoice.key,
        who.name,
        who.email,
        "" if invoice.key == _NO_PHONE else _PHONES[who.country].format(n=place),
        who.language,
        who.country,
        number,
        invoice.issued,
        invoice.due,
        invoice.currency,
        decimal_text(invoice.minor, invoice.currency),
        _mandate(invoice.key),
        invoice.words,
    )


def _payments(invoices: dict[str, _Invoice], dice: _Dice) -> Iterator[tuple[date, str, str, int]]:
    """Day, invoice, currency and minor units of all that moves; negative: it came back."""
    for number, invoice in invoices.items():
        for days, minor in _paid(invoice, dice):
            day = _workday(invoice.due + days * DAY)
            yield day, number, invoice.currency, minor


def _paid(invoice: _Invoice, dice: _Dice) -> Iterator[tuple[int, int]]:
    """Days after the due date, and minor units. A debit moves its money by itself."""
    whole, some = invoice.minor, dice.below(4)
    match invoice.customer.pays:
        case Pays.IN_TIME:
            yield -2 - some, whole
        case Pays.AFTER_NOTICE_1:
            yield 8 + some, whole
        case Pays.AFTER_NOTICE_2:
            yield 15 + some, whole
        case Pays.IN_PARTS:
            yield 3 + some, whole * 2 // 5
            yield 16 + some, whole - whole * 2 // 5
        case Pays.TOO_MUCH:
            yield 8 + some, whole + (500, 0, 1990)[invoice.place % 3]
        case Pays.RETURNED:
            yield -1, whole
            if invoice.place == 0:
                yield 3, -whole
                yield 12 + some, whole
        case Pays.SOMETIMES if invoice.place % 2:
            yield 9 + some, whole
        case Pays.BY_DEBIT if never_pays(_mandate(invoice.key)) and invoice.place:
            yield 16 + some, whole
        case _:
            return


if __name__ == "__main__":
    write(HOME / "samples")

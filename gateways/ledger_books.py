"""What several ledger files say together: one content per key, and payments of known invoices."""

from collections.abc import Callable
from dataclasses import fields, replace
from functools import cache

from gateways.ledger_fields import shown
from rules.errors import FileMistake, Place
from rules.ledger import CustomerRow, InvoiceRow, PaymentRow

# The column that holds a field, where its name is another.
_COLUMNS = {
    "name": "customer_name",
    "number": "invoice_number",
    "amount_minor": "amount",
    "customer": "customer_id",
    "last_notice_on": "last_notice_date",
}
KnownCurrency = Callable[[str], str | None]


class InvoiceBook:
    """The invoices of all files of one call, each once."""

    def __init__(self) -> None:
        self._invoices: dict[str, tuple[str, InvoiceRow]] = {}
        self._customers: dict[str, tuple[Place, CustomerRow]] = {}

    def take(self, file: str, row: InvoiceRow) -> InvoiceRow | None:
        """The row, or None for one that was there before with the same content.

        Raises FileMistake for a customer or an invoice that was there with another content.
        """
        customer = self._one_customer(file, row)
        if row.number not in self._invoices:
            kept = row if row.customer is customer else replace(row, customer=customer)
            self._invoices[row.number] = (file, kept)
            return kept
        first_file, first = self._invoices[row.number]
        if column := _difference(first, replace(row, line=first.line)):
            raise _contradiction(
                Place(file, row.line, column),
                f"invoice_number {shown(row.number)}",
                Place(first_file, first.line),
            )
        return None

    def currency(self, number: str) -> str | None:
        known = self._invoices.get(number)
        return known[1].currency if known else None

    def _one_customer(self, file: str, row: InvoiceRow) -> CustomerRow:
        """The value all rows of a customer share: a ledger has a dozen invoices for each."""
        key = row.customer.customer_id
        known = self._customers.get(key)
        if known is None:
            known = self._customers[key] = (Place(file, row.line), row.customer)
        place, customer = known
        if column := _difference(customer, row.customer):
            raise _contradiction(Place(file, row.line, column), f"customer_id {shown(key)}", place)
        return customer


class PaymentBook:
    """The payments of all files of one call. The first row with a `payment_id` counts."""

    def __init__(self, invoices: InvoiceBook, known_currency: KnownCurrency) -> None:
        """`known_currency` answers for invoices that are in none of the files, once for each."""
        self._invoices = invoices
        self._elsewhere = cache(known_currency)
        self._seen: set[str] = set()

    def take(self, file: str, row: PaymentRow) -> PaymentRow | None:
        """The row, or None for one whose `payment_id` was there before, whatever it says.

        Raises FileMistake for an unknown invoice and for another currency than the invoice's.
        """
        currency = self._invoices.currency(row.invoice_number)
        if currency is None:
            currency = self._elsewhere(row.invoice_number)
        self._refuse_stray(file, row, currency)
        if row.payment_id in self._seen:
            return None
        self._seen.add(row.payment_id)
        return row

    @staticmethod
    def _refuse_stray(file: str, row: PaymentRow, currency: str | None) -> None:
        if currency is None:
            raise FileMistake(
                Place(file, row.line, "invoice_number"),
                f"no invoice {shown(row.invoice_number)} is known, expected one of these files "
                "or of an earlier import",
            )
        if currency != row.currency:
            raise FileMistake(
                Place(file, row.line, "currency"),
                f"{row.currency}, but invoice {shown(row.invoice_number)} is in {currency}",
            )


def _difference(known: CustomerRow | InvoiceRow, found: CustomerRow | InvoiceRow) -> str:
    """The column of the first field that differs, or ""."""
    if known is found or known == found:
        return ""
    names = (field.name for field in fields(known))
    name = next(name for name in names if getattr(known, name) != getattr(found, name))
    return _COLUMNS.get(name, name)


def _contradiction(place: Place, what: str, first: Place) -> FileMistake:
    return FileMistake(
        place, f"{what} stands with another {place.column} in {first}, expected one content"
    )

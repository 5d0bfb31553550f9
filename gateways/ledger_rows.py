"""One row of a ledger file, checked by itself and made into what `rules.ledger` calls it."""

from gateways import ledger_fields as field
from gateways.csv_rows import Row
from rules.ledger import CustomerRow, InvoiceRow, PaymentRow

CUSTOMER_COLUMNS = ("customer_id", "customer_name", "email", "phone", "language", "country")
INVOICE_COLUMNS = (
    *CUSTOMER_COLUMNS,
    "invoice_number",
    "issue_date",
    "due_date",
    "currency",
    "amount",
)
PAYMENT_COLUMNS = ("payment_id", "date", "invoice_number", "currency", "amount")


Customers = dict[tuple[str, ...], CustomerRow]


def invoice(row: Row, customers: Customers) -> InvoiceRow:
    """Raises FileMistake at the first column that is wrong.

    `customers` are those of the rows before: most rows are of one that was checked already.
    """
    words = tuple(row[column] for column in CUSTOMER_COLUMNS)
    customer = customers.get(words)
    if customer is None:
        customer = customers[words] = _customer(row)
    number = field.key(row, "invoice_number")
    issued, due = field.day(row, "issue_date"), field.day(row, "due_date")
    if due < issued:
        raise row.mistake("due_date", f"{due} is before the issue date {issued}")
    currency, minor = field.positive_amount(row)
    level = field.level(row)
    return InvoiceRow(
        customer=customer,
        number=number,
        issue_date=issued,
        due_date=due,
        currency=currency,
        amount_minor=minor,
        document=field.document(row),
        mandate=field.text(row, "mandate"),
        description=field.text(row, "description"),
        level=level,
        last_notice_on=field.last_notice_on(row, level=level, due=due),
        line=row.line,
    )


def _customer(row: Row) -> CustomerRow:
    """The address may be empty or of no use: that is met when a notice is made (rule 11)."""
    return CustomerRow(
        customer_id=field.key(row, "customer_id"),
        name=field.required_text(row, "customer_name"),
        email=field.text(row, "email"),
        phone=field.text(row, "phone"),
        language=field.language(row),
        country=field.country(row),
    )


def payment(row: Row) -> PaymentRow:
    """Raises FileMistake at the first column that is wrong."""
    payment_id = field.key(row, "payment_id")
    day = field.day(row, "date")
    number = field.key(row, "invoice_number")
    currency, minor = field.amount(row)
    return PaymentRow(payment_id, day, number, currency, minor, row.line)

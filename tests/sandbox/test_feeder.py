"""The demo's company system: what a ledger brings on which day."""

from datetime import date, timedelta

from rules.ledger import CustomerRow, InvoiceRow, LedgerFile, PaymentRow
from sandbox.demo import SAMPLES, sample_files
from sandbox.feeder import Feeder, days_of


def invoice(number: str, issued: date) -> InvoiceRow:
    customer = CustomerRow("C1", "One", "one@example.com", "", "", "")
    return InvoiceRow(customer, number, issued, issued + timedelta(days=14), "EUR", 100)


class TestDays:
    def test_bring_each_row_on_the_day_it_counts_on_in_order(self) -> None:
        monday, tuesday = date(2026, 3, 2), date(2026, 3, 3)
        file = LedgerFile(
            "ledger.csv",
            invoices=(invoice("B", tuesday), invoice("A", monday)),
            payments=(
                PaymentRow("P1", tuesday, "A", "EUR", 50),
                PaymentRow("early", monday, "B", "EUR", 50),
            ),
        )
        days = days_of([file])
        assert list(days) == [monday, tuesday]
        assert [row.number for row in days[monday].invoices] == ["A"]
        assert {row.payment_id: row.date for row in days[tuesday].payments} == {
            "P1": tuesday,
            "early": tuesday,
        }

    def test_of_the_samples_are_all_its_rows(self) -> None:
        days = Feeder(sample_files(), SAMPLES / "demo.toml").days
        assert sum(len(day.invoices) for day in days.values()) == 120
        assert sum(len(day.payments) for day in days.values()) == 81

"""The demo's company system and its staff: the same in every run."""

from datetime import UTC, date, datetime, timedelta

import pytest

from rules.calls import Outcome
from rules.ledger import CustomerRow, InvoiceRow, LedgerFile, PaymentRow
from sandbox.demo import SAMPLES, sample_files
from sandbox.feeder import Feeder, days_of
from sandbox.staff import StandIns

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


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
        assert sum(len(day.invoices) for day in days.values()) == 34
        assert sum(len(day.payments) for day in days.values()) == 24


class TestStandIns:
    @pytest.mark.parametrize("attempt", [1, 2])
    async def test_say_the_same_about_the_same_attempt(self, attempt: int) -> None:
        tasks = [f"T-C-{n}-1" for n in range(100)]
        first = [await StandIns().ask(task, attempt, NOW) for task in tasks]
        assert first == [await StandIns().ask(task, attempt, NOW) for task in tasks]
        assert {word.outcome for word in first if word} >= {Outcome.NO_ANSWER, Outcome.PROMISE}

    async def test_reach_nobody_in_a_later_task_so_that_the_story_ends(self) -> None:
        words = [await StandIns().ask(f"T-C-{n}-2", 1, NOW) for n in range(100)]
        assert {word.outcome for word in words if word} == {Outcome.NO_ANSWER, Outcome.REFUSED}

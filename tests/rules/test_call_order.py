"""The order that pays."""

from datetime import UTC, datetime

from rules.call_order import Owing, place, weight
from rules.money import Money

DUE = datetime(2026, 3, 2, 9, tzinfo=UTC)


def owing(amount: int, days: int, broken: int = 0, currency: str = "EUR") -> Owing:
    return Owing(Money(amount, currency), days, broken)


def order(**tasks: tuple[Owing, bool]) -> list[str]:
    placed = {
        name: place([one], escalated=escalated, due_at=DUE, task=name)
        for name, (one, escalated) in tasks.items()
    }
    return sorted(placed, key=lambda name: placed[name])


def test_what_nobody_worked_stands_on_top_of_everything() -> None:
    assert order(a=(owing(10_000_00, 90), False), b=(owing(1_00, 10), True)) == ["b", "a"]


def test_more_money_and_older_money_come_first() -> None:
    tasks = {"a": owing(100_00, 30), "b": owing(200_00, 30), "c": owing(100_00, 70)}
    assert order(**{name: (one, False) for name, one in tasks.items()}) == ["c", "b", "a"]


def test_broken_promise_counts_as_thirty_days() -> None:
    assert weight([owing(100_00, 30, broken=1)]) == weight([owing(100_00, 60)])


def test_figures_are_compared_whatever_a_currencys_decimals() -> None:
    assert weight([owing(500, 10, currency="JPY")]) == weight([owing(500_00, 10)])
    assert weight([owing(500_000, 10, currency="KWD")]) == weight([owing(500_00, 10)])


def test_invoices_of_a_task_weigh_together() -> None:
    assert weight([owing(100_00, 10), owing(100_00, 20)]) == weight([owing(100_00, 30)])

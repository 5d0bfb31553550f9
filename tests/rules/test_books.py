"""Money that moves on an invoice (ladder.md, "payment" and "returned payment")."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from rules.books import Booking, book
from tests.rules.builders import many

amounts = st.integers(-100_000, 100_000).filter(bool)


def test_part_payment_lowers_the_balance() -> None:
    assert book(3_000, balance=10_000, credit=0) == Booking(allocated=3_000, credited=0)


def test_full_payment_leaves_no_credit() -> None:
    assert book(10_000, balance=10_000, credit=0) == Booking(10_000, 0)


def test_payment_of_too_much_becomes_credit_for_the_rest() -> None:
    assert book(12_500, balance=10_000, credit=0) == Booking(10_000, 2_500)


def test_payment_on_a_settled_invoice_is_all_credit() -> None:
    assert book(5_000, balance=0, credit=0) == Booking(0, 5_000)


def test_return_brings_the_balance_back() -> None:
    assert book(-4_000, balance=0, credit=0) == Booking(-4_000, 0)


def test_return_takes_credit_first() -> None:
    assert book(-2_000, balance=0, credit=2_500) == Booking(0, -2_000)


def test_return_beyond_the_credit_brings_the_rest_of_the_balance_back() -> None:
    assert book(-4_000, balance=0, credit=2_500) == Booking(-1_500, -2_500)


def test_return_of_a_part_payment_adds_to_what_is_still_owed() -> None:
    assert book(-3_000, balance=7_000, credit=0) == Booking(-3_000, 0)


@many
@given(amounts, st.integers(0, 100_000), st.integers(0, 100_000))
def test_any_booking_splits_its_amount_and_nothing_falls_below_zero(
    amount: int, balance: int, credit: int
) -> None:
    booking = book(amount, balance=balance, credit=credit)
    assert booking.allocated + booking.credited == amount
    assert balance - booking.allocated >= 0
    assert credit + booking.credited >= 0
    assert (booking.allocated >= 0) == (booking.credited >= 0) or 0 in (
        booking.allocated,
        booking.credited,
    )


@many
@given(amounts.filter(lambda a: a < 0), st.integers(0, 100_000), st.integers(0, 100_000))
def test_return_touches_the_balance_only_when_no_credit_is_left(
    amount: int, balance: int, credit: int
) -> None:
    booking = book(amount, balance=balance, credit=credit)
    assert booking.allocated == 0 or credit + booking.credited == 0


@many
@given(st.integers(1, 100_000), st.lists(amounts, max_size=12))
def test_any_run_of_payments_and_returns_owes_the_amount_less_what_came(
    amount: int, moves: list[int]
) -> None:
    balance, credit, allocated, credited = amount, 0, 0, 0
    for move in moves:
        booking = book(move, balance=balance, credit=credit)
        balance -= booking.allocated
        credit += booking.credited
        allocated += booking.allocated
        credited += booking.credited
        assert balance >= 0
        assert credit >= 0
        assert balance == 0 or credit == 0, "owed and in credit at once"
    assert sum(moves) == allocated + credited
    assert balance == max(0, amount - sum(moves))
    assert credit == max(0, sum(moves) - amount)


@many
@given(st.integers(1, 100_000), st.lists(amounts, max_size=8), st.randoms(use_true_random=False))
def test_order_of_a_days_movements_does_not_matter_at_its_end(
    amount: int, moves: list[int], random: Random
) -> None:
    def end(of: list[int]) -> tuple[int, int]:
        balance, credit = amount, 0
        for move in of:
            booking = book(move, balance=balance, credit=credit)
            balance, credit = balance - booking.allocated, credit + booking.credited
        return balance, credit

    shuffled = list(moves)
    random.shuffle(shuffled)
    assert end(moves) == end(shuffled)

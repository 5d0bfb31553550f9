"""What may be paid back (rules/refunds.py): never more than was paid, never twice."""

from dataclasses import dataclass, field, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import books
from rules.refunds import (
    Account,
    Payment,
    ReferenceKind,
    RefundState,
    payment_for,
    reference_kind,
    refuse,
    refuse_done,
    refuse_retry,
    shares,
    to_be_credited,
)

DAY = date(2026, 3, 4)
ARN = "74537604221431003881865"  # the last digit is Luhn's of the others
SETTLED = Account(
    invoice="I1",
    currency="EUR",
    balance=0,
    credit=3000,
    paid=13000,
    used=0,
    payments=(
        Payment(payment_id="P1", amount=5000),
        Payment(payment_id="P2", amount=8000),
    ),
)


@dataclass
class Ledger:
    """One invoice of 100.00 as the activities keep it: books, credit, refunds."""

    balance: int = 10000
    paid: dict[str, int] = field(default_factory=dict)
    returned: int = 0
    credit: int = 0
    noted: int = 0
    back: dict[str, tuple[str, int]] = field(default_factory=dict)  # what has not failed

    def account(self) -> Account:
        return Account(
            invoice="I1",
            currency="EUR",
            balance=self.balance,
            credit=self.credit,
            paid=sum(self.paid.values()) - self.returned,
            used=sum(minor for _, minor in self.back.values()),
            payments=tuple(
                Payment(
                    payment_id=one,
                    amount=minor,
                    refunded=sum(back for of, back in self.back.values() if of == one),
                    refunds=tuple(n for n, (of, _) in self.back.items() if of == one),
                )
                for one, minor in self.paid.items()
            ),
            is_open=self.balance > 0,
        )

    def move(self, amount: int) -> None:
        booking = books.book(amount, balance=self.balance, credit=self.credit)
        self.balance -= booking.allocated
        self.credit += booking.credited

    def pay(self, amount: int) -> None:
        self.paid[f"P{len(self.paid)}"] = amount
        self.move(amount)

    def give_back(self, amount: int) -> None:
        amount = min(amount, sum(self.paid.values()) - self.returned)
        self.returned += amount
        self.move(-amount)

    def refund(self, amount: int, number: str) -> None:
        account = self.account()
        if refuse(account, amount):
            return
        missing = to_be_credited(account, amount)
        self.noted += missing
        self.move(missing)
        self.credit -= amount
        self.back[number] = (payment_for(account, amount), amount)

    def fail(self) -> None:
        if self.back:
            _, (_, amount) = self.back.popitem()
            self.credit += amount


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["pay", "return", "refund", "fail"]),
        st.sampled_from([1, 999, 3000, 7000, 10000, 13000]),
    ),
    max_size=12,
)


@given(STEPS)
def test_never_more_than_was_paid_and_the_books_add_up(steps: list[tuple[str, int]]) -> None:
    ledger = Ledger()
    for number, (what, amount) in enumerate(steps):
        match what:
            case "pay":
                ledger.pay(amount)
            case "return":
                ledger.give_back(amount)
            case "refund":
                was_open = ledger.balance > 0
                ledger.refund(amount, f"F{number}")
                assert (ledger.balance > 0) == was_open
            case "fail":
                ledger.fail()
        paid = sum(ledger.paid.values()) - ledger.returned
        back = sum(minor for _, minor in ledger.back.values())
        assert ledger.credit >= 0
        # All that came in, by money or note, is allocated, credit, or gone back.
        assert paid + ledger.noted == (10000 - ledger.balance) + ledger.credit + back
        for payment in ledger.account().payments:
            assert payment.refunded <= payment.amount


@given(STEPS, st.integers(1, 20000))
def test_what_may_be_refunded_is_no_more_than_is_left(
    steps: list[tuple[str, int]], amount: int
) -> None:
    ledger = Ledger()
    for number, (what, minor) in enumerate(steps):
        if what == "pay":
            ledger.pay(minor)
        elif what == "refund":
            ledger.refund(minor, f"F{number}")
    account = ledger.account()
    if not refuse(account, amount):
        assert amount <= account.left
        assert any(amount <= payment.left for payment in account.payments)


@pytest.mark.parametrize(
    ("account", "amount", "payment", "words"),
    [
        (SETTLED, 0, "", "expected an amount above 0"),
        (SETTLED, 100, "P9", "invoice I1 has no payment P9"),
        (SETTLED, 5001, "P1", "50.01 EUR is more than payment P1 brought: 50.00 EUR"),
        (SETTLED, 13001, "", "130.01 EUR is more than was paid on invoice I1: 130.00 EUR"),
        (SETTLED, 9000, "", "no single payment on invoice I1 has 90.00 EUR left"),
        (replace(SETTLED, used=9000), 5000, "", "of which 40.00 EUR is left"),
        (
            replace(SETTLED, is_open=True, balance=10),
            3001,
            "",
            "0.10 EUR of invoice I1 is still owed",
        ),
    ],
)
def test_refusal_says_what_was_wrong(
    account: Account, amount: int, payment: str, words: str
) -> None:
    assert words in refuse(account, amount, payment)


def test_second_refund_is_refused_with_the_number_of_the_first() -> None:
    first = Payment(payment_id="P1", amount=5000, refunded=4000, refunds=("F-C1-1",))
    account = replace(SETTLED, paid=5000, used=4000, payments=(first,))
    assert refuse(account, 1000, "P1") == ""
    assert refuse(account, 1001, "P1") == (
        "payment P1 was refunded with F-C1-1 already: 10.00 EUR of its 50.00 EUR is left"
    )
    assert "invoice I1 was refunded with F-C1-1 already" in refuse(account, 1001)


def test_newest_payment_with_enough_left_is_refunded() -> None:
    assert (payment_for(SETTLED, 5000), payment_for(SETTLED, 8001)) == ("P2", "")
    spent = replace(SETTLED.payments[1], refunded=4000)
    account = replace(SETTLED, payments=(SETTLED.payments[0], spent))
    assert payment_for(account, 5000) == "P1"


def test_reference_of_23_digits_is_an_acquirers() -> None:
    assert reference_kind(ARN) is ReferenceKind.ARN
    assert reference_kind(ARN[:-1]) is ReferenceKind.BANK


@pytest.mark.parametrize(
    ("state", "reference", "day", "words"),
    [
        (RefundState.BY_HAND, ARN, None, ""),
        (RefundState.BY_HAND, ARN[:-1] + "4", None, "is no ARN"),
        (RefundState.BY_HAND, " ", None, "expected the reference"),
        (RefundState.BY_HAND, "T1", date(2026, 3, 1), "expected a day between them"),
        (RefundState.BY_HAND, "T1", date(2026, 3, 5), "expected a day between them"),
        (RefundState.SENT, "T1", None, "under way at the bank"),
        (RefundState.CONFIRMED, "T1", None, "confirmed already"),
    ],
)
def test_done_by_hand_is_judged(
    state: RefundState, reference: str, day: date | None, words: str
) -> None:
    refused = refuse_done(state, reference, day=day, asked=date(2026, 3, 2), today=DAY)
    assert (words in refused) if words else refused == ""


@pytest.mark.parametrize(
    ("state", "waits", "may"),
    [
        (RefundState.FAILED, False, True),
        (RefundState.BY_HAND, False, True),
        (RefundState.CONFIRMED, True, True),
        (RefundState.CONFIRMED, False, False),
        (RefundState.SENT, False, False),
    ],
)
def test_only_what_failed_or_waits_is_tried_again(
    state: RefundState, *, waits: bool, may: bool
) -> None:
    assert (refuse_retry(state, waits=waits) == "") == may


def test_credit_is_taken_of_the_oldest_first() -> None:
    stands = [("I1", 300), (None, 200)]
    assert shares(stands, 400) == [("I1", 300), (None, 100)]
    assert shares(stands, 300) == [("I1", 300)]
    assert shares(stands, 900) == stands

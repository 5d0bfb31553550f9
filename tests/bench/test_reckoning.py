"""The judge of collections finds nothing where both books agree, and finds each kind of mistake."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import Session, SQLModel, create_engine

from bench.reckoning import Judgement, judge
from gateways.payments import CollectionAnswer, CollectionStatus
from models.tables import (
    CollectionRecord,
    CollectionRunRecord,
    InvoiceRecord,
    PaymentRecord,
    PositionRecord,
    RunState,
)
from models.tables.bank import BankEntryRecord
from rules.case import Status, What
from rules.collecting import Try
from rules.money import Money
from sandbox.bank import Attempt

NOW = datetime(2026, 3, 10, tzinfo=UTC)
DAY = date(2026, 3, 2)
LATER = date(2026, 3, 9)
TODAY = date(2026, 3, 10)
OPEN, SETTLED = Status.OPEN.value, Status.SETTLED.value


class Books:
    """Three invoices: D-1 was debited, D-2 was debited and went back, D-3 was declined."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.awake = {"D-2", "D-3"}
        self.bank = [
            attempt("collect:D-1:1"),
            attempt("collect:D-2:1", returned_on=LATER),
            attempt("collect:D-3:1", status=CollectionStatus.DECLINED_HARD),
        ]
        self._invoice("D-1", SETTLED, RunState.SUCCEEDED)
        self._invoice("D-2", OPEN, RunState.FAILED)
        self._invoice("D-3", OPEN, RunState.FAILED)
        self._try("D-1", Try.SUCCEEDED)
        self._try("D-2", Try.SUCCEEDED, returned_on=LATER)
        self._try("D-3", Try.FAILED_HARD)
        self.book("D-1", "collect:D-1:1", 1000)
        self.book("D-2", "collect:D-2:1", 1000)
        self._went_back("D-2", "collect:D-2:1")
        session.commit()

    def judged(self) -> Judgement:
        return judge(self.session, self.bank, TODAY, self.awake)

    def change(self, table: type[SQLModel], key: object, **values: object) -> None:
        row = self.session.get_one(table, key)
        for name, value in values.items():
            setattr(row, name, value)
        self.session.commit()

    def book(self, number: str, key: str, minor: int, entry: int | None = None) -> None:
        self.session.add(
            PaymentRecord(
                payment_id=key if entry is None else f"entry:{entry}",
                invoice_number=number,
                value_date=DAY,
                booked_on=DAY,
                currency="EUR",
                amount_minor=minor,
                allocated_minor=minor,
                source="collection" if entry is None else "bank",
                entry=entry,
                recorded_at=NOW,
            )
        )

    def _invoice(self, number: str, status: str, run: RunState) -> None:
        self.session.add(
            InvoiceRecord(
                number=number,
                customer_id=f"C-{number}",
                policy="p",
                issue_date=DAY,
                due_date=DAY,
                currency="EUR",
                amount_minor=1000,
                balance_minor=0 if status == SETTLED else 1000,
                status=status,
                content="",
                recorded_at=NOW,
            )
        )
        what = What.OVER if status == SETTLED else What.STAGE
        self.session.add(
            PositionRecord(invoice_number=number, stage=1, anchor=DAY, run=1, next_what=what.value)
        )
        self.session.add(
            CollectionRunRecord(
                invoice_number=number,
                number=1,
                customer_id=f"C-{number}",
                method="M-1",
                cause="due",
                state=run.value,
                begun_at=NOW,
            )
        )

    def _try(self, number: str, state: Try, returned_on: date | None = None) -> None:
        self.session.add(
            CollectionRecord(
                key=f"collect:{number}:1",
                invoice_number=number,
                attempt=1,
                day=DAY,
                amount_minor=1000,
                currency="EUR",
                state=state.value,
                returned_on=returned_on,
                started_at=NOW,
            )
        )

    def _went_back(self, number: str, key: str) -> None:
        self.session.add(
            BankEntryRecord(
                id=1,
                statement=1,
                booking=1,
                account="DE1",
                booked_on=LATER,
                value_date=LATER,
                currency="EUR",
                amount_minor=-1000,
                unmatched_minor=0,
                end_to_end_id=key,
                state="matched",
                recorded_at=NOW,
            )
        )
        self.book(number, key, -1000, entry=1)


def attempt(
    key: str,
    *,
    status: CollectionStatus = CollectionStatus.SUCCEEDED,
    on: date = DAY,
    returned_on: date | None = None,
) -> Attempt:
    return Attempt(
        key=key,
        mandate="M~ok",
        amount=Money(1000, "EUR"),
        answer=CollectionAnswer(status),
        settles_on=on,
        returned_on=returned_on,
        return_code="MD06" if returned_on else "",
    )


@pytest.fixture
def books() -> Iterator[Books]:
    engine = create_engine("sqlite://")
    SQLModel.metadata.create_all(engine)
    with Session(engine) as session:
        yield Books(session)
    engine.dispose()


def test_books_that_agree_have_nothing_wrong(books: Books) -> None:
    judged = books.judged()
    assert judged.is_good
    assert judged == Judgement(collections=3, double=(), forgotten=(), difference=0)


class TestDouble:
    def test_second_debit_while_the_first_stands_is_found(self, books: Books) -> None:
        books.bank.append(attempt("collect:D-1:2", on=LATER))
        assert books.judged().double == (
            "invoice D-1: collect:D-1:2 while the money of collect:D-1:1 was here",
        )

    def test_second_debit_after_the_first_went_back_is_none(self, books: Books) -> None:
        books.bank.append(attempt("collect:D-2:2", on=LATER))
        assert books.judged().double == ()

    def test_key_that_was_debited_twice_is_found(self, books: Books) -> None:
        books.bank.append(books.bank[0])
        assert books.judged().double == ("collect:D-1:1 was debited 2 times",)


def _money_unheard(books: Books) -> None:
    books.change(CollectionRecord, "collect:D-1:1", state=Try.FAILED_SOFT.value)


def _debit_unknown(books: Books) -> None:
    books.bank.append(attempt("collect:D-9:1"))
    books.book("D-9", "collect:D-9:1", 1000)


def _return_unheard(books: Books) -> None:
    books.change(CollectionRecord, "collect:D-2:1", returned_on=None)


def _no_outcome(books: Books) -> None:
    books.change(CollectionRecord, "collect:D-3:1", state=Try.PENDING.value)


def _open_run(books: Books) -> None:
    books.change(CollectionRunRecord, ("D-3", 1), state=RunState.OPEN.value)


def _on_no_ladder(books: Books) -> None:
    books.change(PositionRecord, "D-3", next_what=What.NOTHING.value)


def _asleep(books: Books) -> None:
    books.awake.remove("D-3")


@pytest.mark.parametrize(
    ("plant", "told"),
    [
        (_money_unheard, "collect:D-1:1 was paid on 2026-03-02, our record says failed_soft"),
        (_debit_unknown, "collect:D-9:1 was paid on 2026-03-02, our record says unknown"),
        (_return_unheard, "collect:D-2:1 went back on 2026-03-09, our record does not say so"),
        (_no_outcome, "collect:D-3:1 of 2026-03-02 is still pending"),
        (_open_run, "run 1 of invoice D-3 is still open"),
        (_on_no_ladder, "invoice D-3 is open and on no ladder: nothing"),
        (_asleep, "invoice D-3 is open and its workflow does not run"),
    ],
)
def test_what_was_forgotten_is_found(
    books: Books, plant: Callable[[Books], None], told: str
) -> None:
    plant(books)
    assert books.judged().forgotten == (told,)
    assert books.judged().difference == 0


class TestDifference:
    def test_amount_booked_differently_is_found(self, books: Books) -> None:
        books.change(PaymentRecord, "collect:D-1:1", amount_minor=990)
        assert books.judged().difference == 10

    def test_differences_do_not_make_up_for_each_other(self, books: Books) -> None:
        books.bank[0] = replace(books.bank[0], amount=Money(1300, "EUR"))
        books.change(PaymentRecord, "entry:1", amount_minor=-700)
        assert books.judged().difference == 600

    def test_money_that_comes_later_is_none_yet(self, books: Books) -> None:
        books.bank.append(attempt("collect:D-3:2", on=TODAY + timedelta(days=1)))
        assert books.judged().is_good

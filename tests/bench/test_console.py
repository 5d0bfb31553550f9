"""The made-up record of the console's benchmark is one that Duely could have written; what it says."""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from random import Random

import pytest
from sqlalchemy import ColumnElement, func, select, text
from sqlmodel import Session, SQLModel, col, create_engine

from bench import console
from bench.clicking import Seen
from bench.debts import make_debtors
from bench.filling import USERS, fill
from bench.summing_up import FLOOR, figures_of, growing
from bench.walking import Walks
from models.tables import (
    BankEntryRecord,
    CallTaskRecord,
    CreditRecord,
    InvoiceRecord,
    NoticeItemRecord,
    NoticeRecord,
    PaymentRecord,
    PositionRecord,
    StaffUserRecord,
    TaskState,
)
from rules.case import Status
from web.app import DECLARED

TODAY = date(2026, 3, 10)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    url = f"sqlite:///{tmp_path_factory.mktemp('bench') / 'duely.db'}"
    fill(url, invoices=200, customers=20, today=TODAY, seed=3)
    engine = create_engine(url)
    with Session(engine) as found:
        yield found
    engine.dispose()


def _count(session: Session, table: type[SQLModel], *where: ColumnElement[bool]) -> int:
    return int(session.execute(select(func.count()).select_from(table).where(*where)).scalar_one())


def test_record_has_what_was_asked_for_and_every_row_names_one_that_is_there(
    session: Session,
) -> None:
    assert _count(session, InvoiceRecord, col(InvoiceRecord.status) == Status.OPEN) == 200
    assert _count(session, PositionRecord) == _count(session, InvoiceRecord) == 240
    assert _count(session, StaffUserRecord) == USERS
    assert _count(session, CallTaskRecord, col(CallTaskRecord.state) == TaskState.OPEN) > 0
    assert session.execute(text("PRAGMA foreign_key_check")).all() == []


def test_balances_are_what_was_not_paid(session: Session) -> None:
    paid = (
        select(func.coalesce(func.sum(PaymentRecord.allocated_minor), 0))
        .where(col(PaymentRecord.invoice_number) == col(InvoiceRecord.number))
        .scalar_subquery()
    )
    balance = col(InvoiceRecord.amount_minor) - paid
    assert _count(session, InvoiceRecord, col(InvoiceRecord.balance_minor) != balance) == 0
    is_open = col(InvoiceRecord.balance_minor) > 0
    assert _count(session, InvoiceRecord, is_open, col(InvoiceRecord.status) != Status.OPEN) == 0


def test_no_credit_is_below_zero_and_no_entry_says_what_it_does_not_have(session: Session) -> None:
    credit = select(func.sum(CreditRecord.amount_minor)).group_by(
        col(CreditRecord.customer_id), col(CreditRecord.currency)
    )
    assert min(session.execute(credit).scalars()) >= 0
    of_entry = (
        select(func.sum(PaymentRecord.entry_minor))
        .where(col(PaymentRecord.entry) == col(BankEntryRecord.id))
        .scalar_subquery()
    )
    wrong = col(BankEntryRecord.amount_minor) - col(BankEntryRecord.unmatched_minor) != of_entry
    assert _count(session, BankEntryRecord, wrong) == 0


def test_no_customer_has_two_notices_on_a_day_and_levels_go_up_one_by_one(session: Session) -> None:
    assert _count(session, NoticeRecord) > 20
    by_day = (
        select(func.count())
        .select_from(NoticeRecord)
        .group_by(col(NoticeRecord.customer_id), col(NoticeRecord.day))
    )
    assert set(session.execute(by_day).scalars()) == {1}
    invoice = col(NoticeItemRecord.invoice_number)
    advanced = select(invoice, func.count()).where(col(NoticeItemRecord.advances).is_(True))
    rows = session.execute(advanced.group_by(invoice))
    reached = {number: int(count) for number, count in rows}
    levels = session.execute(select(col(PositionRecord.invoice_number), col(PositionRecord.level)))
    assert all(level == reached.get(number, 0) for number, level in levels)


def test_same_seed_and_day_are_the_same_debts() -> None:
    one = make_debtors(Random(5), TODAY, invoices=60, customers=9)
    assert make_debtors(Random(5), TODAY, invoices=60, customers=9) == one


def test_every_page_of_the_registry_is_walked_to_with_keys_that_are_there(session: Session) -> None:
    walks = Walks(session, DECLARED, Random(1))
    clicks = walks.round()
    assert {click.page for click in clicks} == {d.path for d in DECLARED if d.method == "GET"}
    assert not [click for click in clicks if "{" in click.address]


def _run(monkeypatch: pytest.MonkeyPatch, seen: Sequence[Seen], of_few: Sequence[Seen]) -> int:
    pages = sorted({one.page for one in seen})
    figures = [figures_of(page, seen, of_few) for page in pages]
    monkeypatch.setattr(console, "measured", lambda *_: figures)
    return console.main(["--quick"])


def test_fast_pages_are_status_0_and_json_comes_last(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    seen = [Seen("/", n / 1000, 3) for n in range(1, 101)] + [Seen(FLOOR, 0.002, 2)]
    assert _run(monkeypatch, seen, seen) == 0
    result = json.loads(capfd.readouterr().out.splitlines()[-1])
    assert result["p95_ms"] == {"/": 95.0, FLOOR: 2.0}
    assert result["p50_ms"]["/"] == 50.0
    assert result["queries"] == {"/": 3, FLOOR: 2}
    assert (result["requests"], result["errors"], result["queries_constant"]) == (101, 0, True)
    assert result["floor"] == {"p50_ms": 2.0, "p95_ms": 2.0}
    assert (result["database"], result["invoices"], result["customers"]) == ("sqlite", 10_000, 1000)
    assert result["seconds"] >= 0


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (Seen("/", 0.16, 3), ""),
        (Seen("/", 0.01, 3, "/: status 500"), "status 500"),
        (Seen("/", 0.01, 4), "more queries"),
    ],
)
def test_slow_wrong_or_growing_page_is_status_1(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], page: Seen, said: str
) -> None:
    few = [Seen("/", 0.01, 3), Seen(FLOOR, 0.01, 2)]
    assert _run(monkeypatch, [page, Seen(FLOOR, 0.01, 2)], few) == 1
    assert said in capfd.readouterr().err


def test_page_that_asks_less_of_more_does_not_grow() -> None:
    assert growing([figures_of("/", [Seen("/", 0.1, 3)], [Seen("/", 0.1, 4)])]) == []


def test_page_whose_queries_depend_on_what_is_typed_may_vary_by_so_many() -> None:
    few, many, too_many = (Seen("/search", 0.1, queries) for queries in (10, 17, 18))
    assert growing([figures_of("/search", [many], [few], may_vary=7)]) == []
    assert growing([figures_of("/search", [too_many], [few], may_vary=7)]) == ["/search"]

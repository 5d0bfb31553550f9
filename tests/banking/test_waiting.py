"""Notices wait while bank data is older than the policy allows, and go on with a fresh statement."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from activities.banking.age import accounts, retire, waits_since
from activities.explaining import circumstances
from activities.facts import ladder_of
from activities.journal import Journal
from models.settings import MailMode
from models.tables import EventRecord, OutboxRecord
from rules.clock import REAL_TIME
from rules.reasons import why_not_reminded
from tests.banking.books import Books
from tests.banking.files import Paid, camt
from tests.commands.record import Record, berlin
from tests.migrated import put
from tests.workflows.policies import CALL, EARLY, HEAD, LEGAL, NOTICES, SHORT, parsed

MINDS = HEAD + EARLY + "bank_data_max_age = 2\n" + NOTICES
TO_THE_LAWYER = HEAD + EARLY + "bank_data_max_age = 2\n" + LEGAL
PHONES = HEAD + EARLY + "bank_data_max_age = 2\n" + CALL


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Record]:
    found = Record(f"sqlite:///{put(tmp_path / 'duely.db')}")
    found.policy = MINDS
    yield found
    found.close()


@pytest.fixture
def bank(record: Record, tmp_path: Path) -> Iterator[Books]:
    """What brings statements to the same database."""
    books = Books(record.url, tmp_path)
    yield books
    books.database.close()


def statement(bank: Books, folder: Path, day: str, *, notification: bool = False) -> None:
    path = folder / f"{day}-{notification}.xml"
    bank.take(camt(path, [Paid(1, "x", day=day)], notification=notification))


def waits(bank: Books) -> list[str]:
    with bank.database.transaction() as session:
        query = select(EventRecord.reference).where(col(EventRecord.event) == "notice_waits")
        return list(session.exec(query))


def told(session: Session) -> list[str]:
    query = select(OutboxRecord.workflow_id).where(col(OutboxRecord.workflow) == "CustomerDunning")
    return list(session.exec(query))


def test_statement_of_days_to_come_reaches_to_tomorrow_at_most(bank: Books, tmp_path: Path) -> None:
    statement(bank, tmp_path, "2199-12-31")
    with bank.database.transaction() as session:
        [account] = accounts(session)
    assert account.until == date(2026, 3, 5)


# Notice 1 of what was due on Monday 2026-03-02 is due on Thursday 2026-03-05.


def test_notice_waits_for_a_fresh_statement_and_says_so_once(
    record: Record, bank: Books, tmp_path: Path
) -> None:
    record.invoice()
    statement(bank, tmp_path, "2026-03-02")
    waiting = record.gather("2026-03-05")
    assert (waiting.notice, waiting.next_at) == ("", berlin("2026-03-06", "09:00"))
    record.gather("2026-03-06")
    assert waits(bank) == ["2026-03-02"]
    statement(bank, tmp_path, "2026-03-05")
    assert record.gather("2026-03-06").notice == "N-C1-1"


def test_fresh_statement_tells_the_customers_that_wait(
    record: Record, bank: Books, tmp_path: Path
) -> None:
    record.invoice()
    record.invoice("I2", due="2026-06-01", customer="C2")
    statement(bank, tmp_path, "2026-03-02")
    record.gather("2026-03-05")
    with bank.database.transaction() as session:
        before = len(told(session))
    statement(bank, tmp_path, "2026-03-04")
    with bank.database.transaction() as session:
        assert told(session)[before:] == ["customer:C1"]


@pytest.mark.parametrize(("until", "notice"), [("2026-03-03", "N-C1-1"), ("2026-03-02", "")])
def test_age_is_counted_in_business_days(
    record: Record, bank: Books, tmp_path: Path, until: str, notice: str
) -> None:
    record.invoice()
    statement(bank, tmp_path, until)
    assert record.gather("2026-03-05").notice == notice


def test_weekend_makes_nothing_older() -> None:
    ladder = ladder_of(parsed(MINDS))
    assert ladder.days.add(date(2026, 3, 6), 2) == date(2026, 3, 10)


def test_nothing_waits_before_the_first_statement_nor_for_a_notification(
    record: Record, bank: Books, tmp_path: Path
) -> None:
    record.invoice()
    statement(bank, tmp_path, "2026-01-02", notification=True)
    assert record.gather("2026-03-05").notice == "N-C1-1"


def test_policy_that_does_not_mind_asks_nothing_of_the_database() -> None:
    no_session: Session = None  # type: ignore[assignment]  # whoever asks it fails
    assert waits_since(no_session, [ladder_of(parsed(SHORT))], date(2026, 3, 5)) is None


def test_account_out_of_use_holds_nothing_back_until_it_speaks_again(
    record: Record, bank: Books, tmp_path: Path
) -> None:
    record.invoice()
    statement(bank, tmp_path, "2026-01-02")
    record.gather("2026-03-05")
    with bank.database.transaction() as session:
        [account] = accounts(session)
        retire(Journal(session, record.now, REAL_TIME, "anna"), account)
        assert told(session)[-1] == "customer:C1"
    assert record.gather("2026-03-06").notice == "N-C1-1"
    statement(bank, tmp_path, "2026-01-05")
    with bank.database.transaction() as session:
        assert [one.retired for one in accounts(session)] == [False]


def test_handover_waits_and_calls_go_on(record: Record, bank: Books, tmp_path: Path) -> None:
    record.policy = TO_THE_LAWYER
    record.invoice()
    record.policy = PHONES
    record.invoice("I2", customer="C2")
    statement(bank, tmp_path, "2026-03-02")
    assert record.gather("2026-03-09").cases == ()
    assert record.gather("2026-03-09", customer="C2").tasks == ("T-C2-1",)


def test_why_names_the_day_that_bank_data_ends(record: Record, bank: Books, tmp_path: Path) -> None:
    record.invoice()
    statement(bank, tmp_path, "2026-03-02")
    with bank.database.transaction() as session:
        case = circumstances(session, "I1", berlin("2026-03-05", "09:30"), MailMode.SEND)
    [reason] = why_not_reminded(case)
    assert reason.code == "bank_data_old"
    assert "ends on 2026-03-02" in reason.sentence

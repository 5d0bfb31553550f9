"""A transaction is whole or nothing, and says whether trying it again can help."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import Session, select

from activities.database import Database
from models.tables import CustomerRecord, EventRecord
from rules.errors import Unreachable
from tests.database.ledger import NOTICE_DAY, journal, opened
from tests.postgres import Postgres


def names(database: Database) -> list[str]:
    with database.transaction() as session:
        return [row.name for row in session.exec(select(CustomerRecord))]


def add(session: Session, key: str, name: str = "Ada") -> None:
    session.add(CustomerRecord(customer_id=key, name=name))
    session.flush()


def done(database: Database, *works: Callable[[Session], object]) -> None:
    """One transaction that does one thing after the other."""
    with database.transaction() as session:
        for work in works:
            work(session)


def sql(statement: str) -> Callable[[Session], object]:
    return lambda session: session.execute(text(statement))


def test_raised_half_way_leaves_nothing(database_url: str) -> None:
    def fails(_session: Session) -> None:
        raise ZeroDivisionError

    with opened(database_url) as database:
        with pytest.raises(ZeroDivisionError):
            done(database, lambda session: add(session, "C1"), fails)
        assert names(database) == []


def test_fault_of_ours_is_not_taken_for_an_outage(database_url: str) -> None:
    with opened(database_url) as database:
        done(database, lambda session: add(session, "C1"))
        with pytest.raises(IntegrityError):
            done(database, sql("INSERT INTO customer SELECT * FROM customer"))
        with pytest.raises(DBAPIError, match="nowhere"):
            done(database, sql("SELECT * FROM nowhere"))


def test_instant_comes_back_as_it_was_recorded(database_url: str) -> None:
    with opened(database_url) as database:
        with database.transaction() as session:
            journal(session).log_customer("noted", "C1")
        with database.transaction() as session:
            (event,) = session.exec(select(EventRecord))
            assert event.at == NOTICE_DAY
            assert str(event.at.tzinfo) == "UTC"


def test_later_work_is_done_with_the_next_transaction(database_url: str) -> None:
    with opened(database_url) as database:
        database.later(lambda session: add(session, "C1"))
        assert names(database) == ["Ada"]


async def test_work_run_off_the_loop_returns_what_it_found(database_url: str) -> None:
    with opened(database_url) as database:
        await database.run(lambda session: add(session, "C1"))
        assert await database.run(lambda session: session.get_one(CustomerRecord, "C1").name)


class TestOutage:
    """Of PostgreSQL: a restart, a failover, a lock that nobody gives up."""

    @pytest.fixture
    def url(self, postgres: Postgres) -> str:
        return postgres.new()

    def test_half_way_leaves_nothing_and_is_unreachable(self, postgres: Postgres, url: str) -> None:
        with opened(url) as database:
            works = [lambda s: add(s, "C1"), lambda _: postgres.cut(url), lambda s: add(s, "C2")]
            with pytest.raises(Unreachable):
                done(database, *works)
            assert names(database) == []

    def test_at_the_commit_is_unreachable(self, postgres: Postgres, url: str) -> None:
        with opened(url) as database:
            with pytest.raises(Unreachable):
                done(database, lambda s: add(s, "C1"), lambda _: postgres.cut(url))
            assert names(database) == []

    def test_between_two_transactions_is_not_noticed(self, postgres: Postgres, url: str) -> None:
        with opened(url) as database:
            assert names(database) == []
            postgres.cut(url)
            assert names(database) == []

    def test_lock_that_is_not_given_up_is_unreachable(self, url: str) -> None:
        with opened(url) as one, opened(url) as other:
            with one.transaction() as session:
                add(session, "C1")
            with one.transaction() as session:
                journal(session).lock("C1")
                with pytest.raises(Unreachable, match="lock timeout"):
                    done(
                        other,
                        sql("SET LOCAL lock_timeout = '10ms'"),
                        lambda second: journal(second).lock("C1"),
                    )

    def test_deadlock_is_unreachable_for_one_of_two(self, url: str) -> None:
        with opened(url) as database:
            with database.transaction() as session:
                add(session, "C1")
                add(session, "C2")
            both = Barrier(2)

            def crosswise(first: str, second: str) -> str:
                try:
                    with database.transaction() as session:
                        session.execute(text("SET LOCAL deadlock_timeout = '50ms'"))
                        journal(session).lock(first)
                        both.wait(5)
                        journal(session).lock(second)
                        return "done"
                except Unreachable as error:
                    return "deadlock" if "deadlock" in str(error) else str(error)

            with ThreadPoolExecutor(2) as pool:
                ended = pool.map(crosswise, ["C1", "C2"], ["C2", "C1"])
                assert sorted(ended) == ["deadlock", "done"]

    def test_session_that_was_left_open_is_ended_by_the_server(self, url: str) -> None:
        with opened(url) as database, database.transaction() as session:
            shown = session.execute(text("SHOW idle_in_transaction_session_timeout"))
            assert shown.scalar() == "1min"

    def test_nul_in_a_message_is_replaced_and_not_tried_for_ever(self, url: str) -> None:
        with opened(url) as database:
            with database.transaction() as session:
                add(session, "C1", "a\x00b")
            assert names(database) == ["a\N{REPLACEMENT CHARACTER}b"]

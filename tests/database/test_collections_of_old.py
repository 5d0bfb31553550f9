"""What was collected before methods were kept on file: it goes on, and what comes back finds its run."""

from datetime import UTC, date, datetime

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlmodel import Session, select

from activities import collecting, collection_runs, method_choice
from activities.database import Database
from activities.journal import Journal
from activities.migrations import migrate
from models.settings import HOME
from models.tables import CollectionRunRecord, InvoiceRecord, PaymentMethodRecord
from rules.clock import REAL_TIME
from rules.collecting import Cause
from tests.commands.record import Record

NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)


def _moved(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(HOME / "models" / "migrations"))
    config.attributes["connection"] = connection
    move = command.downgrade if revision != "head" else command.upgrade
    move(config, revision)


@pytest.fixture
def old(new_database_url: str) -> Database:
    """Four invoices of a customer, each with another end of its collection by the same mandate."""
    record = Record(new_database_url)
    for number in ("WAITS", "PAID", "FAILED", "HELD"):
        record.invoice(number)
    record.pay("100.00", "PAID", ref="collect:PAID:1")
    record.close()
    database = Database(new_database_url)
    migrate(database.engine)
    with database.engine.begin() as connection:
        _moved(connection, "0013")
        connection.execute(text("UPDATE invoice SET mandate = 'ok'"))
        for number, state in (
            ("WAITS", "pending"),
            ("PAID", "succeeded"),
            ("FAILED", "failed_soft"),
        ):
            connection.execute(
                text(
                    "INSERT INTO collection (key, invoice_number, attempt, day, amount_minor,"
                    " currency, state, code, started_at) VALUES (:key, :number, 1, :day, 10000,"
                    " 'EUR', :state, '', :now)"
                ),
                {
                    "key": f"collect:{number}:1",
                    "number": number,
                    "day": date(2026, 3, 2),
                    "state": state,
                    "now": NOW,
                },
            )
        _moved(connection, "head")
    return database


def test_tries_of_old_have_a_run_that_goes_on(old: Database) -> None:
    with old.transaction() as session:
        [method] = session.exec(select(PaymentMethodRecord)).all()
        assert _runs(session, method.number) == [
            "FAILED 1 failed",
            "PAID 1 succeeded",
            "WAITS 1 open",
        ]
        journal = Journal(session, NOW, REAL_TIME)
        paid, failed = (session.get_one(InvoiceRecord, number) for number in ("PAID", "FAILED"))
        paid.status, paid.balance_minor = "open", 10_000
        collecting.came_back(journal, "collect:PAID:1", "MD06", NOW.date())
        known = method_choice.methods_of(session, "C1")[0]
        run = collection_runs.begin(journal, failed, known, Cause.NEW_METHOD)
        assert collection_runs.attempts_of(session, run) == []
        assert _runs(session, method.number) == [
            "FAILED 1 failed",
            "FAILED 2 open",
            "PAID 1 failed",
            "WAITS 1 open",
        ]
    old.close()


def _runs(session: Session, method: str) -> list[str]:
    """Of a method, "INVOICE NUMBER STATE"."""
    found = session.exec(select(CollectionRunRecord).where(CollectionRunRecord.method == method))
    return sorted(f"{one.invoice_number} {one.number} {one.state}" for one in found)

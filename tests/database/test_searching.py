"""What is searched by: kept with every row, also with those that were there before; on both databases."""

from datetime import UTC, date, datetime

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from activities.database import Database
from activities.migrations import migrate
from activities.searching import exact, search
from models.settings import HOME
from tests.commands.record import Record


def test_part_of_a_number_or_a_name_is_found_on_both_databases(database_url: str) -> None:
    record = Record(database_url)
    record.invoice("RE-2026-0001", customer="C-100", name="Müller & Söhne")
    record.invoice("re-2026-0002", customer="C-100")
    record.pay("10.00", "RE-2026-0001", ref="Pay_1")
    record.close()
    database = Database(database_url)
    with database.transaction() as session:
        for typed, keys in (
            ("2026/", ["RE-2026-0001", "re-2026-0002"]),
            ("mueller", ["C-100"]),
            ("Pay_", ["Pay_1"]),
            ("100,00", ["RE-2026-0001", "re-2026-0002"]),
            ("90", ["RE-2026-0001"]),
        ):
            found = [hit.key for group in search(session, typed) for hit in group.hits]
            assert found == keys, typed
        hit = exact(session, "RE-2026-0001")
        assert hit is not None
        assert hit.name == "Müller & Söhne"
    database.close()


def test_rows_of_an_older_schema_are_found_after_the_migration(new_database_url: str) -> None:
    database = Database(new_database_url)
    migrate(database.engine)
    with database.engine.begin() as connection:
        _moved(connection, "0009")
        _older_rows(connection)
        _moved(connection, "head")
        keys = connection.execute(
            text("SELECT search_key FROM customer UNION ALL SELECT search_key FROM invoice")
        ).all()
    database.close()
    assert [key for (key,) in keys] == ["MULLER C1", "RE20260001 RE20261"]


def _moved(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(HOME / "models" / "migrations"))
    config.attributes["connection"] = connection
    move = command.downgrade if revision != "head" else command.upgrade
    move(config, revision)


def _older_rows(connection: Connection) -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    for statement, values in (
        ("INSERT INTO policy (digest, name, content, recorded_at) VALUES ('d', 'p', '', :now)", {}),
        (
            "INSERT INTO customer (customer_id, name, email, phone, language, country)"
            " VALUES ('C1', 'Müller', '', '', '', '')",
            {},
        ),
        (
            "INSERT INTO invoice (number, customer_id, policy, issue_date, due_date, currency,"
            " amount_minor, balance_minor, status, document, mandate, level_elsewhere, content,"
            " recorded_at) VALUES ('RE-2026-0001', 'C1', 'd', :day, :day, 'EUR', 1, 1, 'open', '',"
            " '', 0, '', :now)",
            {"day": date(2026, 3, 2)},
        ),
    ):
        connection.execute(
            text(statement), {"now": now} | values if ":now" in statement else values
        )

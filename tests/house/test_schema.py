"""The migrations make exactly the tables that the models declare, on both databases."""

from datetime import UTC, datetime

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import Session, select

from activities.database import Database
from activities.migrations import migrate
from models.tables import METADATA, EventRecord


def test_new_database_migrated_has_every_table_and_column(new_database_url: str) -> None:
    database = Database(new_database_url)
    migrate(database.engine)
    with database.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), METADATA)
    database.close()
    assert differences == []


def test_database_migrated_again_keeps_what_it_has(new_database_url: str) -> None:
    database = Database(new_database_url)
    migrate(database.engine)
    moment = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
    with database.transaction() as session:
        session.add(EventRecord(at=moment, customer_id="c", event="opened", recorded_at=moment))
    migrate(database.engine)
    with Session(database.engine) as session:
        assert [event.at for event in session.exec(select(EventRecord))] == [moment]
    database.close()

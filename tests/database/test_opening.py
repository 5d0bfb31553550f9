"""Opening a database: by its URL, by several processes at once, by a role that may too little."""

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from activities.database import Database
from activities.engines import engine_for
from models.settings import HOME, Settings
from rules.errors import Unreachable, UserMistake
from tests.database.ledger import opened
from tests.postgres import Postgres
from worker import open_database

PROCESSES = 3
_MIGRATES = """
import sys
from activities.database import Database
from activities.migrations import migrate
sys.stdout.write("ready\\n"); sys.stdout.flush(); sys.stdin.readline()
database = Database(sys.argv[1]); migrate(database.engine); database.close()
"""


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_every_way_to_write_postgresql_chooses_the_one_driver(scheme: str) -> None:
    engine = engine_for(f"{scheme}://duely:secret@db.example/duely", fast=False)
    assert engine.url.drivername == "postgresql+psycopg"


@pytest.mark.parametrize(
    "url", ["", "duely.db", "mysql://h/d", "postgresql+asyncpg://h/d", "postgresql://h:port/d"]
)
def test_what_is_no_database_of_ours_is_a_mistake_and_not_repeated(url: str) -> None:
    with pytest.raises(UserMistake, match="DUELY_DATABASE_URL is no database") as caught:
        Database(url)
    assert "secret" not in str(caught.value)


def test_server_that_does_not_answer_is_unreachable_and_keeps_the_password() -> None:
    settings = Settings(database_url="postgresql://duely:secret@127.0.0.1:1/duely")
    with pytest.raises(Unreachable, match=r"DUELY_DATABASE_URL.*port 1 failed") as caught:
        open_database(settings)
    assert "secret" not in str(caught.value)


def test_file_that_cannot_be_opened_is_unreachable(tmp_path: Path) -> None:
    (tmp_path / "a folder").mkdir()
    with pytest.raises(Unreachable, match="unable to open"):
        open_database(Settings(database_url=f"sqlite:///{tmp_path / 'a folder'}"))


def test_new_database_is_migrated_once_by_processes_that_start_together(
    new_database_url: str,
) -> None:
    started = [
        subprocess.Popen(
            [sys.executable, "-c", _MIGRATES, new_database_url],
            cwd=HOME,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(PROCESSES)
    ]
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    with ThreadPoolExecutor(PROCESSES) as pool:
        ended = list(pool.map(lambda process: process.communicate("go\n")[1], started))
    assert [process.returncode for process in started] == [0] * PROCESSES, ended


def test_new_file_in_which_another_process_writes_is_waited_for(tmp_path: Path) -> None:
    """SQLite answers "locked" at once to who asks for the write-ahead log then."""
    file = tmp_path / "new.db"
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    other.execute("CREATE TABLE theirs (it TEXT)")
    with ThreadPoolExecutor(1) as pool:
        database = Database(f"sqlite:///{file}")
        opening = pool.submit(lambda: database.engine.connect().scalar(text("PRAGMA journal_mode")))
        Event().wait(0.1)
        assert not opening.done()
        other.execute("COMMIT")
        assert opening.result(5) == "wal"
    other.close()
    database.close()


def test_database_of_a_newer_release_is_refused(database_url: str) -> None:
    with opened(database_url) as database, database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(UserMistake, match="newer release"):
        open_database(Settings(database_url=database_url))


def test_role_that_may_not_make_tables_is_told_so(postgres: Postgres) -> None:
    url = make_url(postgres.new(migrated=False))
    postgres.run("CREATE ROLE visitor LOGIN")
    visitor = url.set(username="visitor").render_as_string(hide_password=False)
    with pytest.raises(UserMistake, match=r"role in DUELY_DATABASE_URL.*permission denied"):
        open_database(Settings(database_url=visitor))


def test_migrated_database_needs_no_right_to_make_tables(postgres: Postgres) -> None:
    url = make_url(postgres.new())
    postgres.run("CREATE ROLE clerk LOGIN")
    with opened(str(url)) as database, database.transaction() as session:
        session.execute(text("GRANT SELECT ON ALL TABLES IN SCHEMA public TO clerk"))
    clerk = url.set(username="clerk").render_as_string(hide_password=False)
    open_database(Settings(database_url=clerk)).close()

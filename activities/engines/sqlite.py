"""SQLite: a file that several processes of one machine may open, and one at a time writes."""

import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.pool import StaticPool

_DURABLE = ("synchronous = FULL",)
_FAST = ("locking_mode = EXCLUSIVE", "journal_mode = MEMORY", "synchronous = OFF")
_LOCK_SECONDS = 30
_TRY_AGAIN_AFTER = 0.05  # seconds
_AWAY = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_READONLY,
}


def engine(url: URL, *, fast: bool) -> Engine:
    """An engine on a file, made where there is none. `fast`: see `Database`."""
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    made = create_engine(
        url,
        connect_args={"check_same_thread": False},
        poolclass=StaticPool if fast else None,  # exclusive: one connection for all
    )

    @event.listens_for(made, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {_LOCK_SECONDS * 1000}")
        if not fast:
            _write_ahead(cursor)
        for pragma in _FAST if fast else _DURABLE:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(made, "begin")
    def _on_begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return made


def _write_ahead(cursor: sqlite3.Cursor) -> None:
    """Have the file keep a write-ahead log. While another process is about to do the same with a
    new file, or writes in it, SQLite answers "locked" at once, whatever `busy_timeout` says."""
    tries = int(_LOCK_SECONDS / _TRY_AGAIN_AFTER)
    for left in reversed(range(tries)):
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or not left:
                raise
            time.sleep(_TRY_AGAIN_AFTER)
        else:
            return


def is_away(error: sqlite3.Error) -> bool:
    """Whether the file was busy or could not be used, rather than asked for something wrong."""
    # The lowest byte is the kind, the rest says more about it.
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _AWAY

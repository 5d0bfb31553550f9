"""Engines: how SQLite and PostgreSQL are opened, so that everything above is the same on both.

On both, nobody waits for a lock longer than half a minute, and a transaction is whole or not at all.
"""

import sqlite3
from enum import IntEnum

from sqlalchemy import Connection, Engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError

from activities.engines import sqlite
from rules.errors import UserMistake

_OURS = 0x4455454C  # "DUEL": of all who take advisory locks in this database


class Alone(IntEnum):
    """What only one process of all does at a time."""

    MIGRATING = 1
    IMPORTING = 2


def wait_for_turn(connection: Connection, work: Alone) -> None:
    """Until the transaction ends, nobody else does this work. SQLite has one writer as it is."""
    if connection.dialect.name == "postgresql":
        locked = text("SELECT pg_advisory_xact_lock(:ours, :work)")
        connection.execute(locked, {"ours": _OURS, "work": work.value})


def engine_for(url: str, *, fast: bool) -> Engine:
    """An engine for `sqlite:///FILE` or `postgresql://...`. `fast`: see `Database`.

    Raises UserMistake.
    """
    mistake = UserMistake(
        "DUELY_DATABASE_URL is no database of ours, expected sqlite:///FILE or "
        "postgresql://USER:PASSWORD@HOST/NAME"
    )
    try:
        parsed = make_url(url)
        if parsed.drivername in ("sqlite", "sqlite+pysqlite"):
            return sqlite.engine(parsed, fast=fast)
        if parsed.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
            from activities.engines import postgres  # its driver is loaded where it is used

            return postgres.engine(parsed.set(drivername="postgresql+psycopg"))
    except (ArgumentError, ValueError) as error:
        raise mistake from error
    raise mistake


def is_away(error: DBAPIError) -> bool:
    """Whether the database was not there, or too busy, rather than asked for something wrong: the
    same transaction may succeed later. A deadlock's loser is among them."""
    if isinstance(error.orig, sqlite3.Error):
        return sqlite.is_away(error.orig)
    # By its name a fault of ours: the server became a standby; it ended an idle transaction.
    by_code = getattr(error.orig, "sqlstate", None) in ("25006", "25P03")
    return by_code or isinstance(error, OperationalError | InterfaceError)


def may_not(error: DBAPIError) -> bool:
    """Whether the role lacks a right (PostgreSQL's insufficient_privilege)."""
    return getattr(error.orig, "sqlstate", None) == "42501"


def reason(error: DBAPIError) -> str:
    """The database's own words, in one line. They name host, port and role, never a password."""
    lines = str(error.orig).strip().splitlines()
    return lines[0] if lines else "no answer"

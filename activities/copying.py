"""A copy of the database to try things on. The original is read and never written."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    Table,
    create_engine,
    insert,
    inspect,
    select,
    true,
)
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError
from sqlmodel import Session

from activities.database import Database
from activities.migrations import migrate
from models.tables import METADATA
from rules.errors import Unreachable, UserMistake

_ROWS_AT_ONCE = 5_000
_SHARED = ("policy", "creditor", "debiting_bank")


@contextmanager
def copied_database(url: str) -> Iterator[Callable[[], Database]]:
    """A copy for as long as the block lasts, made when it is first asked for. Raises Unreachable."""
    with ExitStack() as stack:

        @cache
        def copy() -> Database:
            folder = stack.enter_context(TemporaryDirectory(prefix="duely-"))
            database = Database(f"sqlite:///{folder}/copy.db", fast=True)
            stack.callback(database.close)
            migrate(database.engine)
            copy_rows(url, database)
            return database

        yield copy


def copy_rows(url: str, copy: Database, *, customer: str | None = None) -> None:
    """Put every row of the database behind `url` into `copy`, which is migrated and empty; nothing,
    where there is no such database yet. `customer`: only what is recorded of one, and what all share.
    Raises Unreachable, and UserMistake where `url` is none.

    An original of an older schema lacks tables and columns: there the copy has its defaults.
    """
    try:
        with _reading(url) as original, copy.transaction() as session:
            for table in METADATA.sorted_tables:
                if customer is None:
                    _copy_table(original, session, table, true())
                elif (whose := _recorded_of(customer, table)) is not None:
                    _copy_table(original, session, table, whose, only=customer)
    except DatabaseError as error:
        raise Unreachable("the database (DUELY_DATABASE_URL) cannot be read") from error


@contextmanager
def _reading(url: str) -> Iterator[Connection]:
    """A connection that may not write, and sees one state of everything."""
    try:
        engine = _engine(make_url(url))
    except (ArgumentError, ModuleNotFoundError, ValueError) as error:
        raise UserMistake("DUELY_DATABASE_URL is no database, expected sqlite:///FILE") from error
    try:
        with engine.connect() as connection, connection.begin():
            yield connection
    finally:
        engine.dispose()


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(
            url,
            execution_options={"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
        )
    path = Path(url.database or ":memory:")
    if not path.is_file():
        return create_engine("sqlite://")  # an empty one, in memory
    return create_engine("sqlite://", creator=lambda: _open_sqlite(path))


def _open_sqlite(path: Path) -> sqlite3.Connection:
    """Not `mode=ro`, which would leave the log's files behind; a missing file is not made."""
    connection = sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=rw", uri=True)
    connection.execute("PRAGMA query_only = ON")
    return connection


def _recorded_of(customer: str, table: Table) -> ColumnElement[bool] | None:
    """Which rows of a table are about a customer: by its own column, or by the row they belong to.
    None: the table is about no customer in particular and not needed to see what comes."""
    if "customer_id" in table.c:
        return table.c.customer_id == customer
    for key in table.foreign_keys:
        owner = key.column.table
        if "customer_id" in owner.c:
            return key.parent.in_(select(key.column).where(owner.c.customer_id == customer))
    return true() if table.name in _SHARED else None


def _copy_table(
    original: Connection,
    session: Session,
    table: Table,
    wanted: ColumnElement[bool],
    only: str | None = None,
) -> None:
    """`only`: of one customer; what names rows that are left behind (a bank's entry) names none."""
    inspector = inspect(original)
    if not inspector.has_table(table.name):
        return
    there = {column["name"] for column in inspector.get_columns(table.name)}
    columns = [
        column
        for column in table.columns
        if column.name in there and not (only and _names_what_is_left_behind(column, only))
    ]
    for rows in original.execute(select(*columns).where(wanted)).partitions(_ROWS_AT_ONCE):
        session.execute(insert(table), [dict(row._mapping) for row in rows])


def _names_what_is_left_behind(column: Column[Any], customer: str) -> bool:
    return any(_recorded_of(customer, key.column.table) is None for key in column.foreign_keys)

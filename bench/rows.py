"""Rows straight into the tables, many at a time: what no workflow and no import took part in."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic_core import PydanticUndefined
from sqlalchemy import Connection, Engine, Table, create_engine, func, insert, select, text
from sqlmodel import SQLModel

from models.tables import METADATA

Row = dict[str, Any]


class Rows:
    """Collects rows of any table, with the tables' own defaults, and puts them in together."""

    def __init__(self) -> None:
        self._rows: dict[str, list[Row]] = defaultdict(list)
        self._defaults: dict[type[SQLModel], Row] = {}

    def add(self, table: type[SQLModel], **values: Any) -> None:
        self._rows[str(table.__tablename__)].append(self._default(table) | values)

    def of(self, table: type[SQLModel]) -> Sequence[Mapping[str, Any]]:
        return self._rows[str(table.__tablename__)]

    def put(self, connection: Connection) -> int:
        """Into the database, what is named before what names it; forgotten then. How many."""
        count = 0
        for table in METADATA.sorted_tables:
            if rows := self._rows.pop(table.name, []):
                count += len(rows)
                _work_out(table, rows)
                if connection.dialect.name == "postgresql":
                    _copy(connection, table.name, rows)
                else:
                    connection.execute(insert(table), rows)
        return count

    def _default(self, table: type[SQLModel]) -> Row:
        if table not in self._defaults:
            self._defaults[table] = {
                name: field.get_default(call_default_factory=True, validated_data={})
                for name, field in table.model_fields.items()
                if not field.is_required() and field.default is not PydanticUndefined
            }
        return self._defaults[table]


def bulk_engine(url: str) -> Engine:
    """An engine for a database that is made again where it breaks."""
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode = OFF")
            connection.exec_driver_sql("PRAGMA synchronous = OFF")
    return engine


def settle(connection: Connection) -> None:
    """After all rows: PostgreSQL counts on from the highest number and knows its tables, as the
    server would have seen to by itself. SQLite is left as a user's is."""
    if connection.dialect.name != "postgresql":
        return
    for table in METADATA.sorted_tables:
        if "id" in table.c:
            number = func.pg_get_serial_sequence(table.name, "id")
            highest = select(func.setval(number, func.max(table.c.id)))
            connection.execute(highest.having(func.max(table.c.id).is_not(None)))
    connection.execute(text("ANALYZE"))


@dataclass(frozen=True)
class _Made:
    """What a column's own default is made of: the other columns of its row."""

    row: Row

    def get_current_parameters(self) -> Row:
        return self.row


def _work_out(table: Table, rows: Sequence[Row]) -> None:
    """Columns that are made of others."""
    made: Any
    for column in table.c:
        made = column.default
        if made is not None and made.is_callable:
            for row in rows:
                row[column.name] = made.arg(_Made(row))


def _copy(connection: Connection, table: str, rows: Sequence[Row]) -> None:
    """A row without its number gets the next one."""
    names = [name for name in rows[0] if name != "id" or rows[0]["id"] is not None]
    listed = ", ".join(f'"{name}"' for name in names)
    cursor = connection.connection.cursor()
    with cursor.copy(f'COPY "{table}" ({listed}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row([row[name] for name in names])

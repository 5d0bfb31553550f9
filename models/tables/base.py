"""What every table shares: instants in UTC, and one order of text."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, stored in UTC: SQLite forgets time zones, so it is given none."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without a time zone cannot be recorded")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        instant: datetime = value
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


class by_text(FunctionElement[str]):
    """A text to sort by, in the order of its code points, as Python sorts and SQLite does.
    PostgreSQL sorts by the database's locale: invoices in a notice would stand otherwise there."""

    name = "by_text"
    inherit_cache = True


@compiles(by_text)
def _as_it_is(element: by_text, compiler: SQLCompiler, **words: Any) -> str:
    return compiler.process(element.clauses, **words)


@compiles(by_text, "postgresql")
def _by_code_points(element: by_text, compiler: SQLCompiler, **words: Any) -> str:
    return f'{compiler.process(element.clauses, **words)} COLLATE "C"'

"""The database: one engine, and one transaction per piece of work.

SQLite and PostgreSQL alike. SQLite allows one writer, so its work runs on one thread and every
transaction takes the write lock at its start (an upgrade half way would fail as busy).
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import StaticPool
from sqlmodel import Session

from rules.errors import UserMistake

T = TypeVar("T")

_DURABLE = ("journal_mode = WAL", "synchronous = FULL")
_FAST = ("locking_mode = EXCLUSIVE", "journal_mode = MEMORY", "synchronous = OFF")


class _Transaction(Session):
    """A session that holds on to what it has read: read again, it is no second query."""


@event.listens_for(_Transaction, "loaded_as_persistent")
@event.listens_for(_Transaction, "pending_to_persistent")
def _hold_on_to(session: Session, row: object) -> None:
    session.info.setdefault("rows", []).append(row)


class Database:
    """Opens transactions.

    `fast` is for a replay, whose database nobody else uses and can be made again: SQLite's
    protection against a power cut is given up, what was read once is remembered, and work runs on
    the event loop itself (a thread has to win back the interpreter after every statement).
    """

    def __init__(self, url: str, *, fast: bool = False) -> None:
        self.engine = _engine(url, fast=fast)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._on_loop = fast
        self._only = _Transaction(self.engine, expire_on_commit=False) if fast else None
        self._later: deque[Callable[[Session], None]] = deque()
        self._threads = ThreadPoolExecutor(1 if self.is_sqlite else 8, "database")

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back where anything was raised."""
        with self._session() as session, session.begin():
            with suppress(IndexError):  # empty: here or in another thread
                while True:
                    self._later.popleft()(session)
            yield session

    @contextmanager
    def _session(self) -> Iterator[Session]:
        """A session for one transaction; where nobody else writes, one for all, that remembers."""
        if self._only is not None:
            yield self._only
            return
        with _Transaction(self.engine, expire_on_commit=False) as session:
            yield session

    def later(self, work: Callable[[Session], None]) -> None:
        """Have tidying done with the next transaction, instead of one of its own. It may be lost
        with that transaction, or with the process: only for what harms nobody left undone."""
        self._later.append(work)

    async def run(self, work: Callable[[Session], T]) -> T:
        """Run one transaction off the event loop and return what `work` returned."""
        if self._on_loop:
            return self._work(work)
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._work, work)

    def _work(self, work: Callable[[Session], T]) -> T:
        with self.transaction() as session:
            return work(session)

    def close(self) -> None:
        self._threads.shutdown()
        if self._only is not None:
            self._only.close()
        self.engine.dispose()


def _engine(url: str, *, fast: bool) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() != "sqlite":
            return create_engine(parsed, pool_pre_ping=True)
    except (ArgumentError, ModuleNotFoundError, ValueError) as error:
        raise UserMistake("DUELY_DATABASE_URL is no database, expected sqlite:///FILE") from error
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        parsed,
        connect_args={"check_same_thread": False},
        poolclass=StaticPool if fast else None,  # exclusive: one connection for all
    )
    _prepare_sqlite(engine, fast=fast)
    return engine


def _prepare_sqlite(engine: Engine, *, fast: bool) -> None:
    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        cursor = connection.cursor()
        cursor.execute("PRAGMA busy_timeout = 30000")
        for pragma in _FAST if fast else _DURABLE:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

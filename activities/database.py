"""The database: one engine, and one transaction per piece of work.

SQLite and PostgreSQL alike. SQLite allows one writer, so its work runs on one thread and every
transaction takes the write lock at its start (an upgrade half way would fail as busy). PostgreSQL
has many: what is decided about a customer is decided under the lock of their row (`Journal.lock`).
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TypeVar

from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from activities.engines import engine_for, is_away, reason
from rules.errors import Unreachable

T = TypeVar("T")

_THREADS = 8  # on PostgreSQL: transactions of one process at a time, each with its connection


class _Transaction(Session):
    """A session that holds on to what it has read: read again, it is no second query."""


@event.listens_for(_Transaction, "loaded_as_persistent")
@event.listens_for(_Transaction, "pending_to_persistent")
def _hold_on_to(session: Session, row: object) -> None:
    session.info.setdefault("rows", []).append(row)


def let_go(session: Session, rows: Iterable[object]) -> None:
    """Forget rows that were read and written and are not needed again: of a hundred thousand, no
    more than a batch is in memory. What else was read may be read again."""
    session.flush()
    for row in rows:
        session.expunge(row)
    session.info.pop("rows", None)


class Database:
    """Opens transactions.

    `fast` is for a replay, whose database nobody else uses and can be made again: SQLite's
    protection against a power cut is given up, what was read once is remembered, and work runs on
    the event loop itself (a thread has to win back the interpreter after every statement). On
    PostgreSQL it changes nothing.
    """

    def __init__(self, url: str, *, fast: bool = False) -> None:
        self.engine = engine_for(url, fast=fast)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._on_loop = fast and self.is_sqlite
        self._only = _Transaction(self.engine, expire_on_commit=False) if self._on_loop else None
        self._later: deque[Callable[[Session], None]] = deque()
        self._threads = ThreadPoolExecutor(1 if self.is_sqlite else _THREADS, "database")

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back where anything was raised.

        Raises Unreachable where the database went away or had no time for it: all of it is recorded
        or nothing is, and to do it again is right, as every piece of work is safe to repeat.
        """
        try:
            with self._session() as session, session.begin():
                with suppress(IndexError):  # empty: here or in another thread
                    while True:
                        self._later.popleft()(session)
                yield session
        except DBAPIError as error:
            if not is_away(error):
                raise
            raise Unreachable(
                f"the database (DUELY_DATABASE_URL) does not answer: {reason(error)}"
            ) from error

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

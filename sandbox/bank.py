"""A bank that does what the mandate says, and keeps its book in a file.

    ok        succeeds at once
    soft:N    declines N attempts softly, then succeeds
    hard      declines for good
    delay:D   is pending, and succeeds D calendar days later

Any other word is a mandate it does not know: declined for good.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from gateways.payments import CollectionAnswer, CollectionRequest, CollectionStatus
from rules.money import Money

_MANDATE = re.compile(r"(ok|hard)|(soft|delay):([0-9]{1,4})")
_BOOK = """
    CREATE TABLE IF NOT EXISTS attempts (
        key TEXT PRIMARY KEY,
        mandate TEXT NOT NULL,
        minor INTEGER NOT NULL,
        currency TEXT NOT NULL,
        status TEXT NOT NULL,
        code TEXT NOT NULL,
        settles_on TEXT NOT NULL
    )
"""


@dataclass(frozen=True)
class Attempt:
    """A line of the book. Before `settles_on` the attempt is pending."""

    key: str
    mandate: str
    amount: Money
    answer: CollectionAnswer
    settles_on: date

    def as_of(self, today: date) -> CollectionAnswer:
        if today < self.settles_on:
            return CollectionAnswer(CollectionStatus.PENDING)
        return self.answer


class SandboxBank:
    """Payments without a bank. Several processes may share one book; it survives all of them."""

    def __init__(self, book: Path) -> None:
        book.parent.mkdir(parents=True, exist_ok=True)
        self._book = book
        with self._open() as connection:
            connection.execute(_BOOK)

    async def collect(self, request: CollectionRequest) -> CollectionAnswer:
        """Raises ValueError where a known key comes with another mandate or amount."""
        answer, settles_on = _decide(request)
        with self._open() as connection:
            # The first to write a key decides; everybody then reads what stands there.
            connection.execute(
                "INSERT OR IGNORE INTO attempts VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    request.key,
                    request.method.reference,
                    request.amount.minor,
                    request.amount.currency,
                    answer.status,
                    answer.code,
                    settles_on.isoformat(),
                ),
            )
            attempt = _read(connection, request.key)
        if attempt is None or (attempt.mandate, attempt.amount) != (
            request.method.reference,
            request.amount,
        ):
            raise ValueError(f"{request.key} was used for another collection")
        return attempt.as_of(request.today)

    async def outcome(self, request: CollectionRequest) -> CollectionAnswer | None:
        with self._open() as connection:
            attempt = _read(connection, request.key)
        return attempt.as_of(request.today) if attempt else None

    def attempts(self) -> list[Attempt]:
        """The whole book, in the order of its keys."""
        with self._open() as connection:
            rows = connection.execute("SELECT * FROM attempts ORDER BY key").fetchall()
        return [_attempt(row) for row in rows]

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._book, timeout=30)) as connection, connection:
            yield connection


def _decide(request: CollectionRequest) -> tuple[CollectionAnswer, date]:
    """The final answer, and the day from which it is known."""
    match = _MANDATE.fullmatch(request.method.reference)
    if match is None:
        return CollectionAnswer(CollectionStatus.DECLINED_HARD, "unknown_mandate"), request.today
    word, number = match[1] or match[2], int(match[3] or 0)
    if word == "hard":
        return CollectionAnswer(CollectionStatus.DECLINED_HARD, "account_closed"), request.today
    if word == "soft" and request.attempt <= number:
        return CollectionAnswer(CollectionStatus.DECLINED_SOFT, "no_funds"), request.today
    days = timedelta(days=number if word == "delay" else 0)
    return CollectionAnswer(CollectionStatus.SUCCEEDED), request.today + days


def _read(connection: sqlite3.Connection, key: str) -> Attempt | None:
    row = connection.execute("SELECT * FROM attempts WHERE key = ?", (key,)).fetchone()
    return _attempt(row) if row else None


def _attempt(row: tuple[str, str, int, str, str, str, str]) -> Attempt:
    key, mandate, minor, currency, status, code, settles_on = row
    return Attempt(
        key=key,
        mandate=mandate,
        amount=Money(minor, currency),
        answer=CollectionAnswer(CollectionStatus(status), code),
        settles_on=date.fromisoformat(settles_on),
    )

"""An acquirer that does what the payment's id ends with, and keeps its book in a file.

    ...~soft:N    declines N attempts softly, then pays
    ...~hard      declines for good
    ...~delay:D   is pending, and has paid D calendar days later
    ...~lost      pays, and its first answer is lost

Every other payment is paid back at once, with an ARN.
"""

import hashlib
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from pathlib import Path

from stdnum import luhn

from gateways.refunds import RefundAnswer, RefundRequest, RefundStatus
from rules.errors import InDoubt
from rules.refunds import ReferenceKind

_WORD = re.compile(r"~(?:(hard|lost)|(soft|delay):([0-9]{1,4}))$")
_BOOK = """
    CREATE TABLE IF NOT EXISTS refunds (
        key TEXT PRIMARY KEY,
        payment TEXT NOT NULL,
        minor INTEGER NOT NULL,
        currency TEXT NOT NULL,
        status TEXT NOT NULL,
        reference TEXT NOT NULL,
        code TEXT NOT NULL,
        known_on TEXT NOT NULL
    )
"""


class SandboxRefunds:
    """Refunds without an acquirer. Several processes may share one book; it survives all of them."""

    def __init__(self, book: Path) -> None:
        book.parent.mkdir(parents=True, exist_ok=True)
        self._book = book
        with self._open() as connection:
            connection.execute(_BOOK)

    async def refund(self, request: RefundRequest) -> RefundAnswer:
        """Raises ValueError where a known key comes with another payment or amount."""
        answer, known_on = _decide(request)
        asked = (request.payment_id, request.amount.minor, request.amount.currency)
        said = (answer.status.value, answer.reference, answer.code, known_on.isoformat())
        with self._open() as connection:
            # The first to write a key decides; everybody then reads what stands there.
            added = connection.execute(
                "INSERT OR IGNORE INTO refunds VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (request.key, *asked, *said),
            ).rowcount
            kept = connection.execute(
                "SELECT payment, minor, currency FROM refunds WHERE key = ?", (request.key,)
            ).fetchone()
        if kept != asked:
            raise ValueError(f"{request.key} was used for another refund")
        if added and request.payment_id.endswith("~lost"):
            raise InDoubt("the line broke before the answer came")
        known = await self.outcome(request)
        assert known is not None, "it was just written down"
        return known

    async def outcome(self, request: RefundRequest) -> RefundAnswer | None:
        with self._open() as connection:
            row = connection.execute(
                "SELECT status, reference, code, known_on FROM refunds WHERE key = ?",
                (request.key,),
            ).fetchone()
        if row is None:
            return None
        status, reference, code, known_on = row
        if request.today < date.fromisoformat(known_on):
            return RefundAnswer(RefundStatus.PENDING)
        return RefundAnswer(RefundStatus(status), reference, ReferenceKind.ARN, code)

    def paid(self) -> list[tuple[str, int]]:
        """What left, "(key, minor units)", in the order of the keys."""
        with self._open() as connection:
            return connection.execute(
                "SELECT key, minor FROM refunds WHERE status = 'succeeded' ORDER BY key"
            ).fetchall()

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._book, timeout=30)) as connection, connection:
            yield connection


def _decide(request: RefundRequest) -> tuple[RefundAnswer, date]:
    """The final answer, and the day from which it is known."""
    match = _WORD.search(request.payment_id)
    word, number = (match[1] or match[2], int(match[3] or 0)) if match else ("", 0)
    if word == "hard":
        closed = RefundAnswer(RefundStatus.DECLINED_HARD, code="account_closed")
        return closed, request.today
    if word == "soft" and request.attempt <= number:
        return RefundAnswer(RefundStatus.DECLINED_SOFT, code="out_of_service"), request.today
    days = timedelta(days=number if word == "delay" else 0)
    paid = RefundAnswer(RefundStatus.SUCCEEDED, arn_of(request.key), ReferenceKind.ARN)
    return paid, request.today + days


def arn_of(key: str) -> str:
    """An acquirer reference number as one looks: 7, 21 digits, a check digit. Equal for equal keys."""
    digits = str(int(hashlib.sha256(key.encode()).hexdigest(), 16))[:21]
    number = f"7{digits}"
    return number + luhn.calc_check_digit(number)

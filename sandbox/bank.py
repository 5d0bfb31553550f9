"""A bank that does what the mandate's reference or the card's token says, and keeps its book in a file.

    ok              succeeds at once
    soft:N          declines N attempts softly, then succeeds
    hard            declines for good
    delay:D         is pending, and succeeds D calendar days later
    code:CODE[:N]   declines with that reason (rules/returns.py), each time or the first N times
    return:D[:CODE[:N]]
                    succeeds; D calendar days later the money goes back, by MD06 where none is said,
                    each time or the first N times
    forget[:N]      debits, and its first N answers are lost, one where no number is said
    deaf            does not hear the first time it is asked

The word stands alone or at a reference's end, after "~" or "+" (of the two only "+" is in SEPA's
set): `FT-2041~soft:1`. Any other word is a mandate it does not know: declined for good.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from gateways.payments import CollectionAnswer, CollectionRequest, CollectionStatus
from rules.errors import InDoubt, Unreachable
from rules.methods import Method, MethodKind
from rules.money import Money
from rules.returns import REASONS, Consequence

# What a word says after it, and how much of that has to be there.
_WORDS: dict[str, tuple[tuple[str, ...], int]] = {
    "ok": ((), 0),
    "soft": (("times",), 1),
    "hard": ((), 0),
    "delay": (("days",), 1),
    "code": (("code", "times"), 1),
    "return": (("days", "code", "times"), 1),
    "forget": (("times",), 0),
    "deaf": ((), 0),
}
_BEFORE_A_WORD = re.compile(r".*[~+]")
_NUMBER = re.compile(r"[0-9]{1,4}")
_CODE = re.compile(r"[A-Za-z0-9_]+")
_WANTED_BACK = "MD06"
_BOOK = """
    CREATE TABLE IF NOT EXISTS attempts (
        key TEXT PRIMARY KEY,
        mandate TEXT NOT NULL,
        minor INTEGER NOT NULL,
        currency TEXT NOT NULL,
        status TEXT NOT NULL,
        code TEXT NOT NULL,
        settles_on TEXT NOT NULL,
        returned_on TEXT NOT NULL,
        return_code TEXT NOT NULL
    );
    CREATE TABLE IF NOT EXISTS unanswered (key TEXT PRIMARY KEY, times INTEGER NOT NULL)
"""


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """A line of the book. Before `settles_on` the attempt is pending; on `returned_on` the money of
    one that succeeded goes back, None for never. `mandate` is the reference or token it was made by."""

    key: str
    mandate: str
    amount: Money
    answer: CollectionAnswer
    settles_on: date
    returned_on: date | None = None
    return_code: str = ""

    def as_of(self, today: date) -> CollectionAnswer:
        if today < self.settles_on:
            return CollectionAnswer(CollectionStatus.PENDING)
        return self.answer

    @property
    def row(self) -> tuple[str | int, ...]:
        money, answer = self.amount, self.answer
        days = (
            self.settles_on.isoformat(),
            self.returned_on.isoformat() if self.returned_on else "",
        )
        said = (answer.status.value, answer.code)
        return (self.key, self.mandate, money.minor, money.currency, *said, *days, self.return_code)


@dataclass(frozen=True)
class Word:
    """What a mandate asks of the bank. `times` is of declines, returns or lost answers, `days` of a
    delay or until a return; None and "" where the word says none."""

    kind: str
    times: int | None = None
    days: int = 0
    code: str = ""

    def meets(self, attempt: int) -> bool:
        """Whether an attempt, counted from 1, is one of those it is about."""
        return self.times is None or attempt <= self.times


class SandboxBank:
    """Payments without a bank. Several processes may share one book; it survives all of them."""

    def __init__(self, book: Path) -> None:
        book.parent.mkdir(parents=True, exist_ok=True)
        self._book = book
        with self._open() as connection:
            connection.executescript(_BOOK)

    async def collect(self, request: CollectionRequest) -> CollectionAnswer:
        """Raises ValueError where a known key comes with another mandate or amount."""
        word = word_of(request.method)
        if word.kind == "deaf" and self._stays_silent(request.key, 1):
            raise Unreachable("the bank did not hear it")
        made = decide(request, word)
        with self._open() as connection:
            # The first to write a key decides; everybody then reads what stands there. What is put
            # into the statement are question marks (S608).
            places = ", ".join("?" * len(made.row))
            connection.execute(f"INSERT OR IGNORE INTO attempts VALUES ({places})", made.row)  # noqa: S608
            kept = _read(connection, request.key)
        if kept is None or (kept.mandate, kept.amount) != (made.mandate, made.amount):
            raise ValueError(f"{request.key} was used for another collection")
        if self._forgets_to_answer(request.key, word):
            raise InDoubt("the line broke before the answer came")
        return kept.as_of(request.today)

    async def outcome(self, request: CollectionRequest) -> CollectionAnswer | None:
        with self._open() as connection:
            kept = _read(connection, request.key)
        if kept is None:
            return None
        if self._forgets_to_answer(request.key, word_of(request.method)):
            raise Unreachable("the line broke before the answer came")
        return kept.as_of(request.today)

    def attempts(self) -> list[Attempt]:
        """The whole book, in the order of its keys."""
        with self._open() as connection:
            rows = connection.execute("SELECT * FROM attempts ORDER BY key").fetchall()
        return [_attempt(row) for row in rows]

    def returns_on(self, day: date) -> list[Attempt]:
        """What goes back on a day, in the order of the keys."""
        return [attempt for attempt in self.attempts() if attempt.returned_on == day]

    def _forgets_to_answer(self, key: str, word: Word) -> bool:
        return word.kind == "forget" and self._stays_silent(key, word.times or 1)

    def _stays_silent(self, key: str, times: int) -> bool:
        """Whether it has been silent about a key less than so many times; now once more, then."""
        with self._open() as connection:
            connection.execute("INSERT OR IGNORE INTO unanswered VALUES (?, 0)", (key,))
            changed = connection.execute(
                "UPDATE unanswered SET times = times + 1 WHERE key = ? AND times < ?", (key, times)
            )
        return changed.rowcount > 0

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._book, timeout=30)) as connection, connection:
            yield connection


def word_of(method: Method) -> Word:
    kind, *said = _BEFORE_A_WORD.sub("", said_by(method)).split(":")
    names, at_least = _WORDS.get(kind, ((), 0))
    found = dict(zip(names, said, strict=False))
    is_right = kind in _WORDS and at_least <= len(said) <= len(names)
    if not is_right or not all(_is_one(name, value) for name, value in found.items()):
        return Word("")
    times = int(found["times"]) if "times" in found else None
    return Word(kind, times, int(found.get("days", 0)), found.get("code", ""))


def _is_one(name: str, value: str) -> bool:
    return bool((_CODE if name == "code" else _NUMBER).fullmatch(value))


def said_by(method: Method) -> str:
    """What the bank sees of a method: a card's token, a mandate's reference."""
    return method.token if method.kind is MethodKind.CARD else method.reference


def decide(request: CollectionRequest, word: Word) -> Attempt:
    """The line of the book for an attempt that was never made before."""
    known_on = max(request.day, request.today)
    made = Attempt(
        key=request.key,
        mandate=said_by(request.method),
        amount=request.amount,
        answer=_answer(request, word),
        settles_on=known_on,
    )
    days = timedelta(days=word.days)
    if word.kind == "delay":
        return replace(made, settles_on=known_on + days)
    if word.kind == "return" and word.meets(request.attempt):
        return replace(made, returned_on=known_on + days, return_code=word.code or _WANTED_BACK)
    return made


def _answer(request: CollectionRequest, word: Word) -> CollectionAnswer:
    """The final one, whenever it is known."""
    if word.kind == "":
        return CollectionAnswer(CollectionStatus.DECLINED_HARD, "unknown_mandate")
    if word.kind == "hard":
        return CollectionAnswer(CollectionStatus.DECLINED_HARD, "account_closed")
    if word.kind == "soft" and word.meets(request.attempt):
        return CollectionAnswer(CollectionStatus.DECLINED_SOFT, "no_funds")
    if word.kind == "code" and word.meets(request.attempt):
        return CollectionAnswer(_declined(word.code), word.code)
    return CollectionAnswer(CollectionStatus.SUCCEEDED)


def _declined(code: str) -> CollectionStatus:
    reason = REASONS.get(code)
    if reason is not None and reason.consequence is Consequence.RETRY:
        return CollectionStatus.DECLINED_SOFT
    return CollectionStatus.DECLINED_HARD


def _read(connection: sqlite3.Connection, key: str) -> Attempt | None:
    row = connection.execute("SELECT * FROM attempts WHERE key = ?", (key,)).fetchone()
    return _attempt(row) if row else None


def _attempt(row: tuple[str, str, int, str, str, str, str, str, str]) -> Attempt:
    key, mandate, minor, currency, status, code, settles_on, returned_on, return_code = row
    return Attempt(
        key=key,
        mandate=mandate,
        amount=Money(minor, currency),
        answer=CollectionAnswer(CollectionStatus(status), code),
        settles_on=date.fromisoformat(settles_on),
        returned_on=date.fromisoformat(returned_on) if returned_on else None,
        return_code=return_code,
    )

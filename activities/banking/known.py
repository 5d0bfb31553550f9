"""What is recorded already of the days and amounts that a statement speaks of."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, func, or_, select
from sqlmodel import Session

from models.tables import METADATA
from rules.batches import Sum
from rules.identity import Seen, same_account
from rules.statements import Booking, FileFormat

_ENTRY = METADATA.tables["bank_entry"]
_STATEMENT = METADATA.tables["bank_statement"]
_FILE = METADATA.tables["bank_file"]

Key = tuple[int, int]  # a booking: its statement, and which of it


@dataclass(frozen=True, slots=True)
class Known:
    """One recorded entry; `file` is the name of the file that brought it."""

    id: int
    booking: Key
    seen: Seen
    transactions: int
    state: str
    actor: str
    amount: int
    unmatched: int
    file: str


@dataclass(frozen=True, slots=True)
class Apart:
    """A booking that was taken apart when it was recorded; `entry` is the first of its entries."""

    booking: Key
    sum: Sum
    entry: int
    file: str


def family_of(form: str) -> str:
    """The kinds of file that say a thing alike."""
    return "camt" if form in (FileFormat.CAMT053, FileFormat.CAMT054) else form


def seen(account: str, currency: str, family: str, booking: Booking) -> list[Seen]:
    """A booking's movements as they are compared with others. A name that several share names none."""
    names = Counter(movement.bank_reference for movement in booking.movements)
    return [
        Seen(
            account=account,
            currency=currency,
            booked_on=booking.booked_on,
            amount=one.amount,
            family=family,
            bank_reference=one.bank_reference,
            is_own=names[one.bank_reference] == 1,
            booking_reference=booking.reference,
            end_to_end_id=one.end_to_end_id,
            references="\n".join(one.creditor_references),
            remittance=one.remittance,
            party_name=one.party.name,
            party_account=one.party.account,
        )
        for one in booking.movements
    ]


def sum_of(account: str, currency: str, booking: Booking) -> Sum:
    """A booking as one amount."""
    first = booking.movements[0]
    return Sum(
        account=account,
        currency=currency,
        booked_on=booking.booked_on,
        amount=booking.amount,
        reference=booking.reference,
        parts=len(booking.movements),
        transactions=first.transactions,
        party=bool(first.party.account),
    )


class Recorded:
    """The record of one account, from which a statement's batches ask what they may be again."""

    def __init__(self, session: Session, account: str, currency: str, statement: int) -> None:
        self._session = session
        self._currency = currency
        self._statement = statement
        names = session.connection().execute(select(_STATEMENT.c.account).distinct()).scalars()
        self._accounts = [name for name in names if same_account(name, account)]
        self._days: set[date] = set()
        self._apart: dict[tuple[date, int], list[Apart]] = {}
        self._apart_keys: set[Key] = set()

    def entries(self, bookings: Sequence[Booking]) -> list[Known]:
        """Entries of other statements of one day and amount, or of one name, with these bookings."""
        days = {booking.booked_on for booking in bookings}
        amounts = {booking.amount for booking in bookings}
        amounts |= {one.amount for booking in bookings for one in booking.movements}
        names = {one.bank_reference for booking in bookings for one in booking.movements} - {""}
        query = (
            select(_ENTRY, _FILE.c.name.label("file_name"), _FILE.c.format.label("file_format"))
            .join_from(_ENTRY, _STATEMENT, _STATEMENT.c.id == _ENTRY.c.statement)
            .join(_FILE, _FILE.c.digest == _STATEMENT.c.file)
            .where(
                _ENTRY.c.statement != self._statement,
                _ENTRY.c.account.in_(self._accounts),
                _ENTRY.c.currency == self._currency,
                or_(
                    _ENTRY.c.booked_on.in_(days) & _ENTRY.c.amount_minor.in_(amounts),
                    _ENTRY.c.bank_reference.in_(names),
                ),
            )
            .order_by(_ENTRY.c.id)
        )
        rows = self._session.connection().execute(query).all()
        return _known(rows)

    def read_apart(self, bookings: Iterable[Booking]) -> None:
        """Have at hand which bookings of these days, in other statements, were taken apart."""
        new = {booking.booked_on for booking in bookings} - self._days
        if not new:
            return
        self._days |= new
        for row in self._groups(new):
            one = Apart((row.statement, row.booking), _sum(row), row.entry, row.file)
            self._apart_keys.add(one.booking)
            self._apart.setdefault((one.sum.booked_on, one.sum.amount), []).append(one)

    def is_apart(self, booking: Key) -> bool:
        return booking in self._apart_keys

    def apart(self, day: date, amount: int) -> Sequence[Apart]:
        return self._apart.get((day, amount), ())

    def _groups(self, days: Collection[date]) -> Sequence[Row[Any]]:
        same = [_ENTRY.c[name] for name in ("statement", "booking", "account", "booked_on")]
        told: list[ColumnElement[Any]] = [
            *same,
            _ENTRY.c.currency,
            func.max(_ENTRY.c.booking_reference).label("reference"),
            func.sum(_ENTRY.c.amount_minor).label("amount"),
            func.count().label("parts"),
            func.min(_ENTRY.c.id).label("entry"),
            func.max(_FILE.c.name).label("file"),
        ]
        query = (
            select(*told)
            .join_from(_ENTRY, _STATEMENT, _STATEMENT.c.id == _ENTRY.c.statement)
            .join(_FILE, _FILE.c.digest == _STATEMENT.c.file)
            .where(
                _ENTRY.c.statement != self._statement,
                _ENTRY.c.account.in_(self._accounts),
                _ENTRY.c.currency == self._currency,
                _ENTRY.c.booked_on.in_(days),
            )
            .group_by(*same, _ENTRY.c.currency)
            .having(func.count() > 1)
        )
        return self._session.connection().execute(query).all()

    def named(self, names: Collection[str]) -> dict[str, Seen]:
        """What this very statement has said under these names of the bank's."""
        if not names:
            return {}
        query = select(_ENTRY).where(
            _ENTRY.c.statement == self._statement, _ENTRY.c.bank_reference.in_(names)
        )
        rows = self._session.connection().execute(query)
        return {row.bank_reference: _seen(row, "", is_own=True) for row in rows}


def _known(rows: Sequence[Row[Any]]) -> list[Known]:
    names = Counter(map(_name, rows))
    return [
        Known(
            id=row.id,
            booking=(row.statement, row.booking),
            seen=_seen(row, family_of(row.file_format), is_own=names[_name(row)] == 1),
            transactions=row.transactions,
            state=row.state,
            actor=row.actor,
            amount=row.amount_minor,
            unmatched=row.unmatched_minor,
            file=row.file_name,
        )
        for row in rows
    ]


def _name(row: Row[Any]) -> tuple[int, int, str]:
    return (row.statement, row.booking, row.bank_reference)


def _seen(row: Row[Any], family: str, *, is_own: bool) -> Seen:
    return Seen(
        account=row.account,
        currency=row.currency,
        booked_on=row.booked_on,
        amount=row.amount_minor,
        family=family,
        bank_reference=row.bank_reference,
        is_own=is_own,
        booking_reference=row.booking_reference,
        end_to_end_id=row.end_to_end_id,
        references=row.creditor_references,
        remittance=row.remittance,
        party_name=row.party_name,
        party_account=row.party_account,
    )


def _sum(row: Row[Any]) -> Sum:
    return Sum(
        account=row.account,
        currency=row.currency,
        booked_on=row.booked_on,
        amount=int(row.amount),
        reference=row.reference,
        parts=row.parts,
    )

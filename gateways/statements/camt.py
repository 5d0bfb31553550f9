"""camt.053 and camt.054 of ISO 20022, read as a stream: any version, files that break their XSD too.

Versions differ by where a value stands, so each is looked for in every place it has had. Strict is
only what carries money: an amount, its currency, its direction, the account and the day.
"""

from collections.abc import Iterator
from pathlib import Path

from gateways.statements import camt_fields as field
from gateways.statements.camt_reading import Reading
from gateways.statements.nodes import Node
from gateways.statements.xml import Moment, stream
from rules.errors import FileMistake, Place
from rules.statements import Began, Booking, FileFormat, Statement

_STATEMENT = {FileFormat.CAMT053: "Stmt", FileFormat.CAMT054: "Ntfctn"}


def read_camt(
    path: Path, *, max_bytes: int, message: FileFormat
) -> Iterator[Began | Booking | Statement]:
    """Statements with their bookings, as they are read. Raises FileMistake."""
    parent = _STATEMENT[message]
    head: Node | None = None
    reading: _Currencies | None = None
    for moment, node in stream(path, max_bytes=max_bytes, parents=(parent,), entry="Ntry"):
        if moment is Moment.BEGINS:
            head, reading = node, None
            continue
        assert head is not None
        if reading is None:
            first = node if moment is Moment.ENTRY else None
            reading = _Currencies(head, first, is_notification=message is FileFormat.CAMT054)
            yield reading.began
        if moment is Moment.ENDS:
            yield from reading.end(node)
        elif booking := reading.booking(node):
            yield booking
    if head is None:
        found = f"holds no statement, expected at least one {parent} in a {message}"
        raise FileMistake(Place(str(path)), found)


class _Currencies:
    """One statement of the bank while its entries pass. Some have entries of several currencies: the
    first entry's is handed out as it is read, each other one after it as a statement of its own."""

    def __init__(self, head: Node, entry: Node | None, *, is_notification: bool) -> None:
        self._head = head
        self._is_notification = is_notification
        self._main = Reading(head, entry, is_notification=is_notification)
        self._others: dict[str, tuple[Reading, list[Booking]]] = {}

    @property
    def began(self) -> Began:
        return self._main.began

    def booking(self, entry: Node) -> Booking | None:
        """None for what is not booked yet, and for what has to wait for the end."""
        stated = entry.first("Amt")
        currency = stated.attributes.get("Ccy", "") if stated else ""
        if currency in ("", self.began.currency) or not field.is_booked(entry):
            return self._main.booking(entry)
        if currency not in self._others:
            reading = Reading(self._head, entry, is_notification=self._is_notification)
            self._others[currency] = (reading, [])
        reading, waiting = self._others[currency]
        if booking := reading.booking(entry):
            waiting.append(booking)
        return None

    def end(self, end: Node) -> Iterator[Began | Booking | Statement]:
        """`end` is all of the statement but its entries."""
        currencies = {self.began.currency, *self._others}
        yield self._main.statement(end, currencies)
        for reading, waiting in self._others.values():
            yield reading.began
            yield from waiting
            yield reading.statement(end, currencies)

"""The timeline: the event log as the rows of ladder.md, "Files a run reads and writes"."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TextIO

from sqlalchemy import select
from sqlmodel import Session, SQLModel, col

from activities.facts import ladder_for
from models.tables import EventRecord, InvoiceRecord
from rules.money import decimal_text

EVENTS = (
    "opened",
    "collection_started",
    "collection_succeeded",
    "collection_failed",
    "notice_sent",
    "notice_listed",
    "call_opened",
    "call_attempted",
    "call_closed",
    "legal_handover",
    "payment_received",
    "payment_returned",
    "held",
    "released",
    "settled",
    "cancelled",
    "written_off",
)
COLUMNS = (
    "at",
    "customer_id",
    "invoice_number",
    "event",
    "level",
    "amount",
    "balance",
    "currency",
    "reference",
)
_WITH_LEVEL = ("notice_sent", "notice_listed")
_EVENTS = SQLModel.metadata.tables["event"]
_ORDER = {event: place for place, event in enumerate(EVENTS)}


@dataclass(frozen=True)
class Row:
    """One row, as text, with what it is sorted by."""

    moment: datetime
    cells: tuple[str, ...]

    @property
    def event(self) -> str:
        return self.cells[3]

    @property
    def reference(self) -> str:
        return self.cells[-1]

    @property
    def order(self) -> tuple[datetime, str, str, int, str]:
        _, customer, invoice, event, *_, reference = self.cells
        return (self.moment, customer, invoice, _ORDER[event], reference)


def rows(session: Session, *, invoice: str = "", customer: str = "") -> Iterator[Row]:
    """Every event of the timeline, unsorted; `at` in the time zone of the invoice's policy.
    `invoice` and `customer`: only of one."""
    query = (
        select(_EVENTS, col(InvoiceRecord.policy))
        .join(InvoiceRecord, col(InvoiceRecord.number) == col(EventRecord.invoice_number))
        .where(col(EventRecord.event).in_(EVENTS))
    )
    if invoice:
        query = query.where(col(EventRecord.invoice_number) == invoice)
    if customer:
        query = query.where(col(EventRecord.customer_id) == customer)
    for event in session.execute(query):
        zone = ladder_for(session, event.policy).zone
        level = str(event.level or 0) if event.event in _WITH_LEVEL else ""
        yield Row(
            event.at.replace(microsecond=0),
            (
                event.at.astimezone(zone).isoformat(timespec="seconds"),
                event.customer_id,
                event.invoice_number,
                event.event,
                level,
                decimal_text(event.amount_minor, event.currency),
                decimal_text(event.balance_minor, event.currency),
                event.currency,
                event.reference,
            ),
        )


def write_timeline(target: TextIO, found: Iterable[Row]) -> int:
    """Write the timeline as CSV in its order; return the number of rows."""
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(COLUMNS)
    ordered = sorted(found, key=lambda row: row.order)
    writer.writerows(row.cells for row in ordered)
    return len(ordered)

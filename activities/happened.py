"""What happened to a customer or an invoice, newest first, as a person reads it."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlalchemy import select
from sqlmodel import Session

from activities.paging import Page, page_of
from models.tables import METADATA
from rules.money import Money

EVENTS_SHOWN = 50
_EVENT = METADATA.tables["event"]


@dataclass(frozen=True)
class Happened:
    """One event of the log. `amount` and `balance` are None where it moved no money."""

    at: datetime
    invoice: str
    event: str
    level: int | None
    amount: Money | None
    balance: Money | None
    reference: str
    actor: str
    detail: str

    @property
    def words(self) -> str:
        return self.event.replace("_", " ").capitalize()

    @property
    def detail_words(self) -> str:
        """A word of the program as people write it; what somebody typed stays as it is."""
        return self.detail if " " in self.detail else self.detail.replace("_", " ")


def happened(
    session: Session, zone: tzinfo, page: int, *, customer: str = "", invoice: str = ""
) -> Page[Happened]:
    """A page of the event log of one customer or one invoice. Moments in `zone`."""
    whose = _EVENT.c.invoice_number == invoice if invoice else _EVENT.c.customer_id == customer
    query = select(_EVENT).where(whose).order_by(_EVENT.c.at.desc(), _EVENT.c.id.desc())
    found = page_of(session, query, page, EVENTS_SHOWN)
    rows = tuple(
        Happened(
            at=row.at.astimezone(zone),
            invoice=row.invoice_number,
            event=row.event,
            level=row.level,
            amount=Money(row.amount_minor, row.currency) if row.amount_minor else None,
            balance=Money(row.balance_minor, row.currency) if row.currency else None,
            reference=row.reference,
            actor=row.actor,
            detail=row.detail,
        )
        for row in found.rows
    )
    return Page(rows, found.number, found.total, found.size)

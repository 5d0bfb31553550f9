"""How far the record of a customer has come: what is worked out from it is worked out once."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlmodel import Session, col

from models.tables import CustomerRecord, EventRecord


@dataclass(frozen=True)
class Mark:
    """The same mark means the same record: everything that happens to a customer is an event. Both
    are kept, as of two transactions the one with the lower id may end later."""

    customer_id: str
    name: str
    events: int
    last: int


def mark_of(session: Session, customer_id: str) -> Mark | None:
    """None for a customer who is not recorded."""
    customer = session.get(CustomerRecord, customer_id)
    if customer is None:
        return None
    query = select(func.count(), func.coalesce(func.max(EventRecord.id), 0)).where(
        col(EventRecord.customer_id) == customer_id
    )
    events, last = session.execute(query).one()
    return Mark(customer_id, customer.name, events, last)

"""Payment methods on file (first path)."""

from sqlalchemy import func
from sqlmodel import col, select

from activities.journal import Journal
from models import names
from models.tables import PaymentMethodRecord
from rules.methods import MethodKind


def method_named(journal: Journal, customer_id: str, reference: str) -> PaymentMethodRecord:
    """The customer's mandate of this reference; recorded where it is new."""
    query = select(PaymentMethodRecord).where(
        col(PaymentMethodRecord.customer_id) == customer_id,
        col(PaymentMethodRecord.reference) == reference,
    )
    known = journal.session.exec(query).first()
    if known is not None:
        return known
    last = select(func.coalesce(func.max(PaymentMethodRecord.sequence), 0)).where(
        col(PaymentMethodRecord.customer_id) == customer_id
    )
    sequence = int(journal.session.exec(last).one()) + 1
    record = PaymentMethodRecord(
        number=names.method_number(customer_id, sequence),
        customer_id=customer_id,
        sequence=sequence,
        kind=MethodKind.MANDATE.value,
        preferred=sequence == 1,
        reference=reference,
        recorded_at=journal.now,
    )
    journal.session.add(record)
    journal.session.flush()
    return record

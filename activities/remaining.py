"""Whether anything is still to come by itself: what ends a replay, and a demo."""

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlmodel import Session, col, select

from models.tables import AttentionRecord, InvoiceRecord, PositionRecord, Trouble
from rules.case import Status, What
from rules.policy import StageKind

# What an invoice goes on from by itself; "" before it was first looked at.
_CLIMBING = (
    *(What.STAGE.value, What.CALLED.value, What.COLLECT.value, What.LETTER.value),
    *(What.HELD.value, ""),
)
_BLOCKS = {
    StageKind.NOTICE: (Trouble.ADDRESS.value, Trouble.PAPERS.value),
    StageKind.CALL: (Trouble.PHONE.value,),
}


def still_climbing(session: Session) -> bool:
    """Whether an open invoice has a next step that no person has to act for first."""
    query = (
        select(InvoiceRecord.number)
        .join(PositionRecord, col(PositionRecord.invoice_number) == col(InvoiceRecord.number))
        .where(
            col(InvoiceRecord.status) == Status.OPEN.value,
            col(PositionRecord.next_what).in_(_CLIMBING),
            ~_waits_to_be_debited(),
            ~or_(*(_waits_for_a_person(kind, troubles) for kind, troubles in _BLOCKS.items())),
        )
    )
    return session.exec(query.limit(1)).first() is not None


def _waits_to_be_debited() -> ColumnElement[bool]:
    """A run that only a person can move: nothing is due for it at any moment."""
    return and_(
        col(PositionRecord.next_what) == What.COLLECT.value, col(PositionRecord.next_at).is_(None)
    )


def _waits_for_a_person(kind: StageKind, troubles: tuple[str, ...]) -> ColumnElement[bool]:
    parked = exists().where(
        col(AttentionRecord.customer_id) == col(InvoiceRecord.customer_id),
        col(AttentionRecord.ended_at).is_(None),
        col(AttentionRecord.trouble).in_(troubles),
    )
    return and_(col(PositionRecord.next_kind) == kind.value, parked)

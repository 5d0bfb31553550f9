"""What was heard in a call about notices: a documented call proves what a mail cannot (domain.md, 3)."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from activities.journal import Journal
from models.messages import NoticeHeard
from models.tables import NoticeRecord, NoticeState

WENT_OUT = (NoticeState.SENT.value, NoticeState.IN_DOUBT.value)


def notices_sent(session: Session, customer_id: str) -> Sequence[NoticeRecord]:
    """The notices that went to a customer, the first one first."""
    query = select(NoticeRecord).where(
        col(NoticeRecord.customer_id) == customer_id, col(NoticeRecord.state).in_(WENT_OUT)
    )
    return session.exec(query.order_by(col(NoticeRecord.sequence))).all()


def record_heard(journal: Journal, customer_id: str, notices: Sequence[NoticeHeard]) -> str:
    """An event for each notice, with the day it is of; all of them in words, for the attempt."""
    told = []
    for heard in notices:
        day = journal.session.get_one(NoticeRecord, heard.notice).day
        event = "notice_confirmed" if heard.received else "notice_denied"
        journal.log_customer(event, customer_id, reference=heard.notice, detail=day.isoformat())
        told.append(f"{heard.notice} of {day} {'received' if heard.received else 'not received'}")
    return "; ".join(told)

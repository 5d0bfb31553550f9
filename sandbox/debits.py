"""The debits so far, in numbers: announced, collected, failed and tried again, gone back."""

from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.tables import (
    CollectionRecord,
    LetterItemRecord,
    LetterKind,
    LetterRecord,
    LetterState,
    PaymentMethodRecord,
)
from rules.collecting import Try
from rules.methods import MethodKind

_SENT = (LetterState.SENT.value, LetterState.IN_DOUBT.value)


@dataclass(frozen=True)
class Debits:
    """`mandates` and `cards` are on file. `collected` is what stays; `returned` had come and went back;
    `retried` are those of both that were made again."""

    mandates: int = 0
    cards: int = 0
    announced: int = 0
    collected: int = 0
    failed: int = 0
    retried: int = 0
    returned: int = 0

    def __str__(self) -> str:
        return (
            f"{self.announced} announced, {self.collected} collected, {self.failed} failed, "
            f"{self.returned} came back; {self.retried} tried again"
        )


def debits_of(session: Session) -> Debits:
    tries = session.exec(select(CollectionRecord)).all()
    last = {one.invoice_number: one.attempt for one in sorted(tries, key=lambda one: one.attempt)}
    failed = [one for one in tries if one.state in (Try.FAILED_SOFT, Try.FAILED_HARD)]
    returned = [one for one in tries if one.returned_on is not None]
    return Debits(
        mandates=_on_file(session, MethodKind.MANDATE),
        cards=_on_file(session, MethodKind.CARD),
        announced=_announced(session),
        collected=sum(one.state == Try.SUCCEEDED for one in tries) - len(returned),
        failed=len(failed),
        retried=sum(one.attempt < last[one.invoice_number] for one in (*failed, *returned)),
        returned=len(returned),
    )


def _on_file(session: Session, kind: MethodKind) -> int:
    query = select(func.count()).where(col(PaymentMethodRecord.kind) == kind.value)
    return session.exec(query).one()


def _announced(session: Session) -> int:
    query = (
        select(func.count())
        .select_from(LetterItemRecord)
        .join(LetterRecord, col(LetterRecord.number) == col(LetterItemRecord.letter))
        .where(
            col(LetterRecord.kind) == LetterKind.ANNOUNCEMENT.value,
            col(LetterRecord.state).in_(_SENT),
        )
    )
    return session.exec(query).one()

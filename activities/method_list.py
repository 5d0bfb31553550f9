"""A customer's payment methods and the debits of an invoice, as people look at them: never a whole
account number."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_
from sqlmodel import Session, col, select

from activities.method_choice import method_of
from activities.methods import records_of
from gateways.payments import CollectionStatus
from models.tables import (
    CollectionRecord,
    CollectionRunRecord,
    InvoiceRecord,
    PaymentMethodRecord,
    RunState,
)
from models.tables.base import by_text
from rules.collecting import Cause, Try
from rules.methods import Frequency, Method, MethodState, Scheme, why_not
from rules.money import Money
from rules.returns import reason_of

_SAYS = {
    Try.STARTED: "begun, nobody said yet that it arrived",
    Try.PENDING: "under way",
    Try.SUCCEEDED: "paid",
    Try.FAILED_SOFT: "not paid",
    Try.FAILED_HARD: "refused",
    Try.REJECTED: "waits for a correction",
    Try.WITHDRAWN: "taken back before it was made",
}
_NEVER_MADE = {
    CollectionStatus.NOT_CONNECTED.value: "not made: nobody is connected who could collect it",
    CollectionStatus.NOT_TAKEN.value: "not made: it was refused as it was asked",
}
_CAUSES = {
    Cause.DUE: "it was due",
    Cause.NEW_METHOD: "a method was put on file, or was the next one",
    Cause.RETURNED: "money came back",
    Cause.BY_HAND: "a person asked for it",
}
_RUNS = {
    RunState.OPEN: "under way",
    RunState.SUCCEEDED: "paid",
    RunState.FAILED: "failed",
    RunState.WITHDRAWN: "ended before its outcome",
}


@dataclass(frozen=True, kw_only=True)
class MethodLine:
    """One method on file. `shown` is the masked account or the card's scheme, `why_not` says in words
    why nothing may be debited by it today ("" where it may)."""

    number: str
    kind: str
    shown: str
    reference: str
    holder: str
    state: str
    preferred: bool
    signed_on: date | None
    last_used_on: date | None
    lapses_on: date | None
    notice_days: int
    why_not: str
    reason: str
    scheme: str
    sequence: str

    @property
    def agreed(self) -> str:
        """Its kind with what its payer agreed to: `mandate`, `B2B mandate`, `mandate for one debit`."""
        scheme = "B2B " if self.scheme == Scheme.B2B else ""
        once = " for one debit" if self.sequence == Frequency.ONE_OFF else ""
        return f"{scheme}{self.kind.replace('_', ' ')}{once}"

    @property
    def words(self) -> str:
        """As one is chosen by people: `DE89…3000 MAND-1 (M-C1-1)`."""
        return f"{' '.join(filter(None, (self.shown, self.reference)))} ({self.number})"

    @property
    def is_on_file(self) -> bool:
        return self.state == MethodState.ACTIVE


@dataclass(frozen=True, kw_only=True)
class AttemptLine:
    """One debit: `said` is what became of it and why, in words. `code` is the other side's."""

    key: str
    invoice: str
    attempt: int
    day: date
    amount: Money
    method: str
    shown: str
    state: str
    code: str
    said: str
    by_hand: bool
    returned_on: date | None


@dataclass(frozen=True, kw_only=True)
class RunLine:
    """One run of collecting an invoice. `announced_on`, `day` and `amount` are what the customer was
    told, None where nothing was; `letter` names the mail."""

    number: int
    cause: str
    method: str
    shown: str
    state: str
    letter: str
    announced_on: date | None
    day: date | None
    amount: Money | None
    waits: bool


def lines_of(session: Session, customer_id: str, today: date) -> list[MethodLine]:
    """Every method the customer has or had, in the order they came."""
    mine = records_of(session, customer_id)
    return [_line(method_of(one), one.reason, today) for one in mine]


def _line(method: Method, reason: str, today: date) -> MethodLine:
    return MethodLine(
        number=method.number,
        kind=method.kind.value,
        shown=method.shown,
        reference=method.reference,
        holder=method.holder,
        state=method.state.value,
        preferred=method.preferred,
        signed_on=method.signed_on,
        last_used_on=method.last_used_on,
        lapses_on=method.expires_on or method.lapses_on,
        notice_days=method.notice_days,
        why_not=why_not(method, today),
        reason=reason,
        scheme=method.scheme.value,
        sequence=method.frequency.value,
    )


def runs_of(session: Session, invoice_number: str) -> list[RunLine]:
    """Every run of collecting an invoice, the newest first."""
    run = CollectionRunRecord
    query = (
        select(CollectionRunRecord, PaymentMethodRecord, InvoiceRecord.currency)
        .join(PaymentMethodRecord, col(PaymentMethodRecord.number) == col(run.method))
        .join(InvoiceRecord, col(InvoiceRecord.number) == col(run.invoice_number))
        .where(col(run.invoice_number) == invoice_number)
        .order_by(col(run.number).desc())
    )
    return [_run(*found) for found in session.exec(query)]


def _run(one: CollectionRunRecord, method: PaymentMethodRecord, currency: str) -> RunLine:
    return RunLine(
        number=one.number,
        cause=_CAUSES[Cause(one.cause)],
        method=one.method,
        shown=method_of(method).shown,
        state="waits for a correction" if one.waits else _RUNS[RunState(one.state)],
        letter=one.letter or "",
        announced_on=one.announced_on,
        day=one.day,
        amount=None if one.amount_minor is None else Money(one.amount_minor, currency),
        waits=one.waits,
    )


def attempts(session: Session, invoice_number: str = "") -> list[AttemptLine]:
    """The debits of one invoice in their order, or of all, the newest first."""
    table = CollectionRecord
    run = CollectionRunRecord
    its_run = and_(
        col(run.invoice_number) == col(table.invoice_number), col(run.number) == col(table.run)
    )
    query = (
        select(CollectionRecord, PaymentMethodRecord, run.cut_off)
        .outerjoin(PaymentMethodRecord, col(PaymentMethodRecord.number) == col(table.method))
        .outerjoin(CollectionRunRecord, its_run)
    )
    if invoice_number:
        query = query.where(col(table.invoice_number) == invoice_number)
        found = session.exec(query.order_by(col(table.attempt))).all()
    else:
        newest = (col(table.started_at).desc(), by_text(col(table.key)))
        found = session.exec(query.order_by(*newest)).all()
    return [_attempt(one, method, is_by_file=bool(cut_off)) for one, method, cut_off in found]


def _attempt(
    one: CollectionRecord, method: PaymentMethodRecord | None, *, is_by_file: bool
) -> AttemptLine:
    return AttemptLine(
        key=one.key,
        invoice=one.invoice_number,
        attempt=one.attempt,
        day=one.day,
        amount=Money(one.amount_minor, one.currency),
        method=one.method or "",
        shown=method_of(method).shown if method else "",
        state=one.state,
        code=one.return_code or one.code,
        said=said_of(one, is_by_file=is_by_file),
        by_hand=one.by_hand,
        returned_on=one.returned_on,
    )


def said_of(one: CollectionRecord, *, is_by_file: bool) -> str:
    """What became of a debit, with its reason in words where we know it. `is_by_file`: its bank is
    told by a file."""
    if one.returned_on is not None:
        return f"paid, and went back on {one.returned_on}{_because(one.return_code)}"
    if one.state == Try.WITHDRAWN and one.code in _NEVER_MADE:
        return _NEVER_MADE[one.code]
    if one.state == Try.PENDING and is_by_file:
        return f"under way, in file {one.file}" if one.file else "waits for the bank's next file"
    return f"{_SAYS[Try(one.state)]}{_because(one.code)}"


def _because(code: str) -> str:
    reason = reason_of(code)
    return f": {reason.words}" if reason and reason.words else ""

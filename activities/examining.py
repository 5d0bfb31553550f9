"""Ledger and workflows side by side: gathers the facts for rules/examination.py, and what it finds.

Only reads. A house at work always has something half done, so what is wrong is looked at twice, and
only what both looks saw is a finding.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select
from temporalio.client import Client

from activities import examined_record as record
from activities import running
from activities.banking.age import is_too_old, oldest_in_use
from activities.database import Database
from activities.facts import CaseOf, open_cases
from activities.reconciling import (
    banks_by_workflow,
    open_cases_by_workflow,
    open_refunds_by_workflow,
    open_tasks_by_workflow,
)
from gateways.files import DocumentStore
from models import names
from models.settings import MailMode
from models.tables import (
    AttentionRecord,
    CallTaskRecord,
    CollectionRecord,
    EventRecord,
    InvoiceRecord,
    NoticeRecord,
    NoticeState,
    PositionRecord,
    RefundRecord,
    TaskState,
    Trouble,
)
from rules import examination
from rules.case import Status
from rules.clock import Clock
from rules.collecting import UNDER_WAY
from rules.examination import CustomerState, Fault, Finding
from rules.policy import StageKind

SECONDS_BETWEEN_LOOKS = 10.0  # a worker delivers every 5; a cluster shows what runs seconds late
_CUSTOMERS_AT_ONCE = 100  # in one transaction: SQLite lets nobody else write meanwhile
_MOST_DESCRIBED = 1000  # suspects, the first by their id: more of them have one cause
_BARS = {
    Trouble.ADDRESS: StageKind.NOTICE,
    Trouble.PAPERS: StageKind.NOTICE,
    Trouble.PHONE: StageKind.CALL,
}
_UNSENT = (NoticeState.MADE.value, NoticeState.SENDING.value)
_SENT = (NoticeState.SENT.value, NoticeState.IN_DOUBT.value)
_DEBITING = tuple(one.value for one in UNDER_WAY)


@dataclass(frozen=True)
class Moment:
    """One look's moment, on Temporal's clock; the record is on business time."""

    real: datetime
    clock: Clock

    @property
    def now(self) -> datetime:
        """Business time."""
        return self.ago(timedelta(0))

    def ago(self, real: timedelta) -> datetime:
        """Business time a while of real time ago."""
        return self.clock.business(self.real - real)


@dataclass(frozen=True)
class Doctor:
    """Examines one house. `time` answers the present instant; `pause` is in seconds."""

    database: Database
    mode: MailMode
    store: DocumentStore
    client: Client
    clock: Clock
    time: Callable[[], datetime]
    pause: float = SECONDS_BETWEEN_LOOKS

    async def examine(self) -> tuple[Finding, ...]:
        """Everything wrong, the worst first. Takes a pause longer where something seems to be."""
        first = await self._look()
        if not first:
            return ()
        await asyncio.sleep(self.pause)
        both = examination.seen_twice(first, await self._look())
        order = list(Fault)
        return tuple(sorted(both, key=lambda finding: order.index(finding.fault)))

    async def _look(self) -> list[Finding]:
        moment = Moment(self.time(), self.clock)
        runs = await running.running_of(
            self.client,
            names.INVOICE_WORKFLOW,
            names.CUSTOMER_WORKFLOW,
            names.CALL_WORKFLOW,
            names.REFUND_WORKFLOW,
            names.DEBIT_FILES_WORKFLOW,
        )
        found = await self._of_workers(moment)
        found += await self._run(lambda session: [*_side_by_side(session, runs)])
        found += await self._of_customers(moment, runs)
        found += await self._run(lambda session: [*self._of_record(session, moment)])
        found += await self._of_suspects(found, moment, runs)
        return found + await self._of_documents()

    async def _run(self, work: Callable[[Session], list[Finding]]) -> list[Finding]:
        return await self.database.run(work)

    async def _of_workers(self, moment: Moment) -> list[Finding]:
        silent = await running.unserved(self.client, moment.real - examination.SILENT)
        return [
            Finding(Fault.NO_WORKER, names.QUEUE, f"no worker has asked for {what}")
            for what in silent[:1]
        ]

    def _of_record(self, session: Session, moment: Moment) -> Iterator[Finding]:
        yield from record.undelivered(session)
        unsent = moment.ago(examination.UNSENT)
        yield from record.stale_notices(session, unsent, self.mode)
        yield from record.books(session)
        yield from record.contradictions(session)
        yield from record.sent_twice(session)
        yield from record.unattended(session, moment.ago(examination.UNATTENDED))

    async def _of_documents(self) -> list[Finding]:
        wanted = await self.database.run(record.digests)
        return await asyncio.to_thread(
            lambda: [*record.documents(self.store, sorted(wanted.items()))]
        )

    async def _of_customers(self, moment: Moment, runs: set[str]) -> list[Finding]:
        """Of everybody with an invoice past its due date: is their day kept?"""
        customers = await self.database.run(lambda s: _owing(s, moment))
        found: list[Finding] = []
        for start in range(0, len(customers), _CUSTOMERS_AT_ONCE):
            some = customers[start : start + _CUSTOMERS_AT_ONCE]
            found += await self._of_some(some, moment, runs)
        return found

    async def _of_some(
        self, customers: Sequence[str], moment: Moment, runs: set[str]
    ) -> list[Finding]:
        return await self._run(lambda s: [*_overdue(s, customers, moment, runs, self.mode)])

    async def _of_suspects(
        self, found: Sequence[Finding], moment: Moment, runs: set[str]
    ) -> list[Finding]:
        """Only those are described that others already cast a doubt on."""
        doubtful = await self.database.run(lambda s: _doubtful(s, moment))
        doubtful |= {one.key for one in found} | await running.reported(self.client)
        suspects = sorted(doubtful & runs)[:_MOST_DESCRIBED]
        works = await running.work_of(self.client, suspects)
        return [finding for work in works if (finding := examination.stuck(work)) is not None]


def _side_by_side(session: Session, runs: set[str]) -> Iterator[Finding]:
    """Open invoices, tasks, refunds and our banks against the workflows that run for them."""
    wanted = {
        *open_cases_by_workflow(session),
        *open_tasks_by_workflow(session),
        *open_refunds_by_workflow(session),
        *banks_by_workflow(session),
    }
    yield from examination.missing(wanted, runs)
    customers = {id_ for id_ in runs if id_.startswith(names.customer_workflow_id(""))}
    known = _closed(session) | dict.fromkeys(wanted, "")
    yield from examination.orphaned(runs - customers, known)


def _closed(session: Session) -> dict[str, str]:
    """The state, by workflow id, of what is over; "" while what became of a debit is still asked."""
    invoices = select(InvoiceRecord.number, InvoiceRecord.status)
    debits = select(CollectionRecord.invoice_number).where(
        col(CollectionRecord.state).in_(_DEBITING)
    )
    debiting = set(session.exec(debits))
    states = {
        names.invoice_workflow_id(number): "" if number in debiting else status
        for number, status in session.exec(
            invoices.where(col(InvoiceRecord.status) != Status.OPEN.value)
        )
    }
    tasks = select(CallTaskRecord.task).where(col(CallTaskRecord.state) == TaskState.CLOSED.value)
    closed = TaskState.CLOSED.value
    states |= {names.call_workflow_id(task): closed for task in session.exec(tasks)}
    refunds = select(RefundRecord.number, RefundRecord.state)
    return states | {names.refund_workflow_id(n): state for n, state in session.exec(refunds)}


def _owing(session: Session, moment: Moment) -> list[str]:
    """Customers with an invoice past its due date and not with the lawyer; not those for whom
    something was just recorded, as they may be at work on it."""
    since = moment.ago(examination.LATE)
    owing = (
        select(InvoiceRecord.customer_id)
        .join(PositionRecord, col(PositionRecord.invoice_number) == col(InvoiceRecord.number))
        .where(
            col(InvoiceRecord.status) == Status.OPEN.value,
            col(InvoiceRecord.due_date) <= moment.now.date(),
            col(PositionRecord.handed_over_on).is_(None),
        )
    )
    events = select(EventRecord.customer_id).where(col(EventRecord.recorded_at) > since)
    invoices = select(InvoiceRecord.customer_id).where(col(InvoiceRecord.recorded_at) > since)
    stirred = {*session.exec(events), *session.exec(invoices)}
    return sorted(set(session.exec(owing)) - stirred)


def _overdue(
    session: Session, customers: Sequence[str], moment: Moment, runs: set[str], mode: MailMode
) -> Iterator[Finding]:
    since, now = moment.ago(examination.LATE), moment.now
    for customer_id, state in _states(session, customers, now, mode):
        workflow_id = names.customer_workflow_id(customer_id)
        if workflow_id not in runs and examination.is_waiting_for_a_day(state, now):
            yield Finding(Fault.MISSING, workflow_id, "its invoices wait for their day, no alarm")
        late = examination.overdue_stage(state, since, now)
        if late is not None:
            what = f"{late.stage.kind} {late.stage.level or ''}".strip()
            says = f"{what} of {late.facts.number} was due on {late.wanted}"
            yield Finding(Fault.OVERDUE, workflow_id, says)
        for number in examination.overdue_collections(state.cases, since, now):
            yield Finding(Fault.OVERDUE, names.invoice_workflow_id(number), "collect is due")


def _states(
    session: Session, customers: Sequence[str], now: datetime, mode: MailMode
) -> Iterator[tuple[str, CustomerState]]:
    parked, notices = _parked(session, customers), _notices(session, customers)
    by_mode = frozenset() if mode is MailMode.SEND else {StageKind.CALL, StageKind.LEGAL}
    until = oldest_in_use(session)
    for customer_id in customers:
        cases = tuple(open_cases(session, customer_id, now))
        yield (
            customer_id,
            CustomerState(
                cases,
                frozenset(parked[customer_id] | by_mode | _by_bank_data(until, cases, now)),
                _has_notice(notices[customer_id], cases, now),
            ),
        )


def _by_bank_data(until: date | None, cases: Sequence[CaseOf], now: datetime) -> set[StageKind]:
    """What waits for a newer statement."""
    ladders = [ladder for _, ladder in cases]
    if until is None or not ladders:
        return set()
    today = max(ladder.today(now) for ladder in ladders)
    waits = is_too_old(until, ladders, today)
    return {StageKind.NOTICE, StageKind.LEGAL} if waits else set()


def _parked(session: Session, customers: Sequence[str]) -> dict[str, set[StageKind]]:
    """The stages that wait for a person (activities/gathering.py keeps to the same)."""
    query = select(AttentionRecord.customer_id, AttentionRecord.trouble).where(
        col(AttentionRecord.customer_id).in_(customers), col(AttentionRecord.ended_at).is_(None)
    )
    parked: dict[str, set[StageKind]] = defaultdict(set)
    for customer_id, trouble in session.exec(query):
        parked[customer_id] |= {kind for word, kind in _BARS.items() if word == trouble}
    return parked


def _notices(session: Session, customers: Sequence[str]) -> dict[str, list[NoticeRecord]]:
    query = select(NoticeRecord).where(
        col(NoticeRecord.customer_id).in_(customers),
        col(NoticeRecord.state).in_((*_UNSENT, *_SENT)),
    )
    notices: dict[str, list[NoticeRecord]] = defaultdict(list)
    for notice in session.exec(query):
        notices[notice.customer_id].append(notice)
    return notices


def _has_notice(notices: Iterable[NoticeRecord], cases: Iterable[CaseOf], now: datetime) -> bool:
    today = {ladder.today(now) for _, ladder in cases}
    return any(notice.state in _UNSENT or notice.day in today for notice in notices)


def _doubtful(session: Session, moment: Moment) -> set[str]:
    """The workflows of open invoices that were to look or act and have not, and of customers whose
    notice does not leave."""
    since = moment.ago(examination.LATE)
    query = (
        select(InvoiceRecord, PositionRecord)
        .join(PositionRecord, col(PositionRecord.invoice_number) == col(InvoiceRecord.number))
        .where(col(InvoiceRecord.status) == Status.OPEN.value)
    )
    late = {
        names.invoice_workflow_id(invoice.number)
        for invoice, position in session.exec(query)
        if (position.next_at is not None and position.next_at < since)
        or (not position.next_what and invoice.due_date < since.date())
    }
    unsent = select(NoticeRecord.customer_id).where(
        col(NoticeRecord.state).in_((*_UNSENT, NoticeState.IN_DOUBT.value))
    )
    return late | {names.customer_workflow_id(customer) for customer in session.exec(unsent)}

"""Automatic collection: recorded before the bank is asked, keyed, asked about rather than repeated."""

from dataclasses import dataclass
from datetime import date, datetime

from activities import books, mandates
from activities.facts import case_of, ladder_for
from activities.journal import Journal
from activities.workplace import Workplace
from gateways.payments import (
    CollectionAnswer,
    CollectionRequest,
    CollectionStatus,
    Payments,
)
from models import names
from models.messages import Asked
from models.tables import CollectionRecord, InvoiceRecord, PositionRecord
from rules.case import Try, What, is_debiting, is_over, next_step
from rules.errors import RefusedForGood
from rules.ladder import Ladder
from rules.money import Money

_STATE = {
    CollectionStatus.SUCCEEDED: Try.SUCCEEDED,
    CollectionStatus.DECLINED_SOFT: Try.FAILED_SOFT,
    CollectionStatus.DECLINED_HARD: Try.FAILED_HARD,
    CollectionStatus.PENDING: Try.PENDING,
}
_NEVER_SENT = CollectionAnswer(CollectionStatus.DECLINED_SOFT, "not_sent")


@dataclass(frozen=True)
class _Begun:
    """A try on the record. `request` is None where the bank may know it already."""

    key: str
    request: CollectionRequest | None
    today: date


class Collector:
    """Collects one invoice's balance from its mandate."""

    def __init__(self, workplace: Workplace, payments: Payments) -> None:
        self._work = workplace
        self._payments = payments

    async def collect(self, asked: Asked) -> None:
        """Make the due try, or ask what became of the one under way.

        Safe to repeat: the try is recorded before the bank is asked; a try found on the record is
        asked about first, and its key is the same debit however often it is sent.
        """
        begun = await self._work.read(asked.clock, lambda journal: _begin(journal, asked))
        if begun is None:
            return
        answer = await self._ask(asked, begun)
        await self._work.record(
            asked.customer_id,
            asked.clock,
            lambda journal: _end(journal, asked, begun.key, answer),
        )

    async def _ask(self, asked: Asked, begun: _Begun) -> CollectionAnswer:
        request = begun.request
        if request is None:
            known = await self._payments.outcome(begun.key, begun.today)
            if known is not None:
                return known
            request = await self._work.read(asked.clock, lambda j: _once_more(j, asked, begun.key))
        if request is None:
            return _NEVER_SENT
        try:
            return await self._payments.collect(request)
        except RefusedForGood:
            return CollectionAnswer(CollectionStatus.DECLINED_HARD, "refused")


def _begin(journal: Journal, asked: Asked) -> _Begun | None:
    """Record the due try; None where, as the record now stands, none is due."""
    journal.lock(asked.customer_id)
    facts, ladder = case_of(journal.session, asked.invoice_number, journal.now)
    today = ladder.today(journal.now)
    if is_debiting(facts):  # the bank may be asked at any time: its next asking lies always ahead
        return _Begun(names.collection_key(facts.number, facts.tries[-1].number), None, today)
    following = next_step(facts, ladder, journal.now)
    if following.what is not What.COLLECT or following.at is None or following.at > journal.now:
        return None
    invoice = journal.session.get_one(InvoiceRecord, asked.invoice_number)
    attempt = len(facts.tries) + 1
    key = names.collection_key(invoice.number, attempt)
    record = _record_try(journal, ladder, invoice, key, attempt)
    return _Begun(key, _request(invoice, record, today), today)


def _once_more(journal: Journal, asked: Asked, key: str) -> CollectionRequest | None:
    """A recorded try that the bank never heard of, for what is owed now; None where a person or a
    payment has come between."""
    journal.lock(asked.customer_id)
    facts, ladder = case_of(journal.session, asked.invoice_number, journal.now)
    if is_over(facts) or facts.holds:
        return None
    invoice = journal.session.get_one(InvoiceRecord, asked.invoice_number)
    record = journal.session.get_one(CollectionRecord, key)
    record.amount_minor = invoice.balance_minor
    return _request(invoice, record, ladder.today(journal.now))


def _request(invoice: InvoiceRecord, record: CollectionRecord, today: date) -> CollectionRequest:
    return CollectionRequest(
        key=record.key,
        mandate=invoice.mandate,
        amount=Money(record.amount_minor, record.currency),
        attempt=record.attempt,
        today=today,
    )


def _record_try(
    journal: Journal, ladder: Ladder, invoice: InvoiceRecord, key: str, attempt: int
) -> CollectionRecord:
    day = ladder.today(journal.now)
    record = CollectionRecord(
        key=key,
        invoice_number=invoice.number,
        attempt=attempt,
        day=day,
        amount_minor=invoice.balance_minor,
        currency=invoice.currency,
        state=Try.STARTED.value,
        started_at=journal.now,
    )
    journal.session.add(record)
    journal.log(
        "collection_started",
        invoice,
        at=_moment(journal, ladder),
        amount=invoice.balance_minor,
        reference=key,
    )
    return record


def _end(journal: Journal, asked: Asked, key: str, answer: CollectionAnswer) -> None:
    """Record what the bank said of a try; what is recorded already is not recorded again."""
    journal.lock(asked.customer_id)
    record = journal.session.get_one(CollectionRecord, key)
    invoice = journal.session.get_one(InvoiceRecord, record.invoice_number)
    state = _STATE[answer.status]
    if record.state not in (Try.STARTED, Try.PENDING):
        return
    record.state, record.code = state.value, answer.code
    if state is Try.PENDING:
        return
    ladder = ladder_for(journal.session, invoice.policy)
    record.ended_at, record.known_on = journal.now, ladder.today(journal.now)
    if state is Try.SUCCEEDED:
        _succeed(journal, ladder, invoice, record)
    else:
        _fail(journal, ladder, invoice, record, state)


def _succeed(
    journal: Journal, ladder: Ladder, invoice: InvoiceRecord, record: CollectionRecord
) -> None:
    money = books.Money(
        record.key,
        record.day,
        record.amount_minor,
        source="collection",
        event="collection_succeeded",
    )
    books.book(journal, ladder, invoice, [money], at=_moment(journal, ladder))
    _go_on(journal, ladder, invoice)


def _fail(
    journal: Journal, ladder: Ladder, invoice: InvoiceRecord, record: CollectionRecord, state: Try
) -> None:
    journal.log(
        "collection_failed",
        invoice,
        at=_moment(journal, ladder),
        amount=record.amount_minor,
        reference=record.key,
        detail=record.code,
    )
    stage = ladder.stage(journal.session.get_one(PositionRecord, invoice.number).stage)
    tries_left = stage is not None and record.attempt <= len(stage.retry_days)
    if state is Try.FAILED_HARD:
        mandates.give_up(journal, ladder, invoice)
    if state is Try.FAILED_HARD or not tries_left:
        _go_on(journal, ladder, invoice)


def _go_on(journal: Journal, ladder: Ladder, invoice: InvoiceRecord) -> None:
    """Collecting is over: on with the ladder, whose windows still count from the due date."""
    position = journal.session.get_one(PositionRecord, invoice.number)
    position.stage = ladder.first_stage(with_mandate=False)
    position.anchor = invoice.due_date
    journal.tell_invoice(invoice, names.STAGE_HAPPENED, "collect")


def _moment(journal: Journal, ladder: Ladder) -> datetime:
    """An answer that comes with the planned try stands at the policy's hour; a later one, now."""
    opens = ladder.opens(ladder.today(journal.now))
    return opens if journal.by_day else max(opens, journal.now)

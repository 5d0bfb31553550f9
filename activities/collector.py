"""Automatic collection: recorded before the bank is asked, keyed, asked about rather than repeated."""

from dataclasses import dataclass
from datetime import date, datetime

from activities import collection_runs, letters, method_choice, replanning
from activities.card_tries import allowed_again
from activities.collecting import hear
from activities.facts import case_of
from activities.journal import Journal
from activities.method_choice import is_spent
from activities.workplace import Workplace
from gateways.payments import CollectionAnswer, CollectionRequest, CollectionStatus, Payments
from models import names
from models.messages import Asked
from models.settings import MailMode
from models.tables import (
    CollectionRecord,
    CollectionRunRecord,
    InvoiceRecord,
    PaymentMethodRecord,
    RunState,
    Trouble,
)
from rules.announcing import day_to_announce
from rules.case import Facts, What, collection_move, is_debiting, is_over, next_step
from rules.collecting import UNDER_WAY, Doing, Move, Try
from rules.errors import RefusedForGood
from rules.ladder import Ladder
from rules.methods import why_not
from rules.money import Money

_PATIENCE = 7  # bank days after a debit's; a bank returns within 5 (domain.md, section 3)


@dataclass(frozen=True)
class _Begun:
    """A try on the record. `again`: the bank may know it already."""

    request: CollectionRequest
    again: bool


class Collector:
    """Collects one invoice's balance by the method of its run."""

    def __init__(self, workplace: Workplace, payments: Payments) -> None:
        self._work = workplace
        self._payments = payments

    async def collect(self, asked: Asked) -> None:
        """Announce what is to be announced, make the due try, or ask what became of the one under way.

        Safe to repeat: an announcement is a letter on the record, made once; a try is recorded before
        the bank is asked; a try found on the record is asked about first, and its key is the same
        debit however often it is sent.
        """
        begun = await self._work.record(
            asked.customer_id, asked.clock, lambda journal: _begin(journal, asked, self._work.mode)
        )
        if begun is None:
            return
        answer = await self._ask(asked, begun)
        await self._work.record(
            asked.customer_id,
            asked.clock,
            lambda journal: _heard(journal, asked, begun.request.key, answer),
        )

    async def _ask(self, asked: Asked, begun: _Begun) -> CollectionAnswer | None:
        """None: the try is not made any more."""
        request: CollectionRequest | None = begun.request
        if begun.again:
            known = await self._payments.outcome(begun.request)
            if known is not None:
                return known
            key = begun.request.key
            if self._work.mode is MailMode.SEND:
                request = await self._work.read(asked.clock, lambda j: _once_more(j, asked, key))
            else:
                request = None
        if request is None:
            return None
        try:
            return await self._payments.collect(request)
        except RefusedForGood as error:
            return CollectionAnswer(CollectionStatus.NOT_TAKEN, why=str(error))


def _begin(journal: Journal, asked: Asked, mode: MailMode = MailMode.SEND) -> _Begun | None:
    """Record what is due; None where the bank is not to be asked for anything now."""
    journal.lock(asked.customer_id)
    facts, ladder = case_of(journal.session, asked.invoice_number, journal.now)
    invoice = journal.session.get_one(InvoiceRecord, asked.invoice_number)
    if is_debiting(facts):  # the bank may be asked at any time: its next asking lies always ahead
        return _under_way(journal, ladder, invoice)
    following = next_step(facts, ladder, journal.now)
    if following.what is not What.COLLECT or following.at is None or following.at > journal.now:
        return None
    move = collection_move(facts, ladder, journal.now)
    if move is None:
        collection_runs.take_up(journal, ladder, invoice)
    elif not _may_be_used(journal, invoice, _day_of(facts, ladder, move, journal.now)):
        return None
    elif move.doing is Doing.ANNOUNCE:
        letters.announce(journal, ladder, invoice)
    elif move.doing is Doing.TRY:
        return _try(journal, ladder, invoice, move, mode)
    return None


def _day_of(facts: Facts, ladder: Ladder, move: Move, now: datetime) -> date:
    """The day of the debit that is made, or announced, now."""
    return move.day or day_to_announce(facts, ladder, now) or ladder.today(now)


def _may_be_used(journal: Journal, invoice: InvoiceRecord, day: date) -> bool:
    """A mandate lapses, a card expires while nobody looks, what is for one debit is used for another
    invoice: the run goes on without it."""
    run = collection_runs.open_run(journal.session, invoice.number)
    assert run is not None, "a move is of an open run"
    method = journal.session.get_one(PaymentMethodRecord, run.method)
    known = method_choice.method_of(method)
    if not why_not(known, day) and not is_spent(journal.session, known, invoice.number):
        return True
    collection_runs.end(journal, invoice, run, RunState.WITHDRAWN)
    return False


def _under_way(journal: Journal, ladder: Ladder, invoice: InvoiceRecord) -> _Begun:
    record = _that_is_under_way(journal, invoice)
    today = ladder.today(journal.now)
    if today > ladder.collect_days.add(record.day, _PATIENCE):
        journal.needs_attention(
            Trouble.COLLECTION, invoice.customer_id, invoice.number, "no word of the bank"
        )
    return _Begun(_request(journal, ladder, record), again=True)


def _that_is_under_way(journal: Journal, invoice: InvoiceRecord) -> CollectionRecord:
    run = collection_runs.open_run(journal.session, invoice.number)
    assert run is not None, "what is under way belongs to an open run"
    attempts = collection_runs.attempts_of(journal.session, run)
    return next(one for one in attempts if one.state in UNDER_WAY)


def _try(
    journal: Journal, ladder: Ladder, invoice: InvoiceRecord, move: Move, mode: MailMode
) -> _Begun | None:
    run = collection_runs.open_run(journal.session, invoice.number)
    assert run is not None, "a move is of an open run"
    assert move.day is not None, "a try is for a day"
    method = journal.session.get_one(PaymentMethodRecord, run.method)
    if mode is not MailMode.SEND:
        _put_off(journal, ladder, invoice, run)
        return None
    run.not_before = allowed_again(journal, method)
    if run.not_before is not None:
        journal.log("collection_put_off", invoice, detail=f"{method.number}: its card's limit")
        return None
    record = _record_try(journal, ladder, invoice, run, move.day)
    return _Begun(_request(journal, ladder, record), again=False)


def _put_off(
    journal: Journal, ladder: Ladder, invoice: InvoiceRecord, run: CollectionRunRecord
) -> None:
    """No money moves while no mail reaches a customer; the mode may be another on the next day."""
    if run.not_before is None:
        journal.log("collection_put_off", invoice, detail="nothing leaves in this DUELY_MAIL_MODE")
    today = ladder.today(journal.now)
    run.not_before = ladder.opens(ladder.collect_days.add(today, 1))


def _record_try(
    journal: Journal, ladder: Ladder, invoice: InvoiceRecord, run: CollectionRunRecord, day: date
) -> CollectionRecord:
    attempt = collection_runs.next_attempt(journal.session, invoice.number)
    record = CollectionRecord(
        key=names.collection_key(invoice.number, attempt),
        invoice_number=invoice.number,
        attempt=attempt,
        run=run.number,
        method=run.method,
        by_hand=run.asked > 0,
        day=day,
        amount_minor=invoice.balance_minor,
        currency=invoice.currency,
        state=Try.STARTED.value,
        started_at=journal.now,
    )
    run.asked = max(run.asked - 1, 0)
    journal.session.add(record)
    journal.log(
        "collection_started",
        invoice,
        at=_moment(journal, ladder),
        amount=record.amount_minor,
        reference=record.key,
    )
    journal.session.flush()
    return record


def _moment(journal: Journal, ladder: Ladder) -> datetime:
    """A planned try stands at the policy's hour; a later one, now."""
    opens = ladder.opens(ladder.today(journal.now))
    return opens if journal.by_day else max(opens, journal.now)


def _once_more(journal: Journal, asked: Asked, key: str) -> CollectionRequest | None:
    """A recorded try that the bank never heard of, for what is owed now; None where a person, a
    payment or another day has come between."""
    journal.lock(asked.customer_id)
    facts, ladder = case_of(journal.session, asked.invoice_number, journal.now)
    record = journal.session.get_one(CollectionRecord, key)
    if not _still_right(journal, facts, ladder, record):
        return None
    if record.state == Try.STARTED:
        record.amount_minor = facts.balance
    return _request(journal, ladder, record)


def _still_right(journal: Journal, facts: Facts, ladder: Ladder, record: CollectionRecord) -> bool:
    """Owed, held by nobody, still allowed, and what the customer was told where it was announced."""
    today = ladder.today(journal.now)
    method = journal.session.get_one(PaymentMethodRecord, record.method)
    if is_over(facts) or facts.holds or why_not(method_choice.method_of(method), today):
        return False
    told = (record.amount_minor, record.day) == (facts.balance, max(record.day, today))
    return told or method.notice_days == 0


def _request(journal: Journal, ladder: Ladder, record: CollectionRecord) -> CollectionRequest:
    method = journal.session.get_one(PaymentMethodRecord, record.method)
    run = journal.session.get_one(CollectionRunRecord, (record.invoice_number, record.run))
    attempts = collection_runs.attempts_of(journal.session, run)
    return CollectionRequest(
        key=record.key,
        method=method_choice.method_of(method),
        amount=Money(record.amount_minor, record.currency),
        attempt=1 + [one.key for one in attempts].index(record.key),
        day=record.day,
        today=ladder.today(journal.now),
        text=record.invoice_number,
        reference=record.reference,
    )


def _heard(journal: Journal, asked: Asked, key: str, answer: CollectionAnswer | None) -> None:
    """Record what the bank said; where it was not asked after all, the try is none."""
    journal.lock(asked.customer_id)
    if answer is not None:
        hear(journal, key, answer)
        return
    record = journal.session.get_one(CollectionRecord, key)
    if record.state == Try.STARTED:
        replanning.never_made(journal, record)

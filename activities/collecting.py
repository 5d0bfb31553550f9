"""What became of a debit, recorded once, and what follows from it (domain.md, section 3).

Whoever hears of it comes here: the activity that asked, a provider's word, a bank's file.
"""

from datetime import date, datetime

from activities import books, collection_runs, letters, method_choice, replanning
from activities.facts import case_of, ladder_for
from activities.holds import begin_customer_pause
from activities.journal import Journal
from gateways.payments import CollectionAnswer, CollectionStatus
from models import names
from models.tables import (
    CollectionRecord,
    CollectionRunRecord,
    InvoiceRecord,
    PaymentMethodRecord,
    PositionRecord,
    RunState,
    Trouble,
)
from rules.case import Status
from rules.collecting import UNDER_WAY, Cause, Debt, Try, feasible_day, tries_left, wanted_day
from rules.days import DAY
from rules.ladder import Ladder
from rules.methods import Frequency, MethodState, why_not
from rules.returns import Consequence, Reason, reason_of

# What the other side calls soft or hard without a reason that we know.
_SOFT = Reason("", "the debit was not possible", Consequence.RETRY)
_HARD = Reason("", "the debit is not possible", Consequence.NEW_METHOD)
_TOLD = (
    Consequence.RETRY,
    Consequence.NO_RETRY,
    Consequence.NEW_METHOD,
    Consequence.STOP_METHOD,
)
_ENDS_THE_METHOD = (Consequence.NEW_METHOD, Consequence.STOP_METHOD, Consequence.DECEASED)
_WAITS = (Consequence.CORRECT, Consequence.OUR_FAULT)


def hear(journal: Journal, key: str, answer: CollectionAnswer) -> str:
    """Record what was said of an attempt; "" or a sentence why it changed nothing. Safe to repeat: an
    outcome is recorded once."""
    record = journal.session.get(CollectionRecord, key)
    if record is None:
        return f"{key} is none of our debits"
    journal.lock(journal.session.get_one(InvoiceRecord, record.invoice_number).customer_id)
    record.reference = record.reference or answer.reference
    match answer.status:
        case CollectionStatus.SUCCEEDED:
            return _succeed(journal, record)
        case CollectionStatus.PENDING if record.state == Try.WITHDRAWN and answer.reference:
            return _under_way_after_all(journal, record)
        case _ if record.state not in UNDER_WAY:
            return f"{key} is {record.state.replace('_', ' ')} already"
        case CollectionStatus.PENDING:
            record.state = Try.PENDING.value
        case CollectionStatus.NOT_CONNECTED if record.state == Try.PENDING:
            return _out_of_reach(journal, record)
        case CollectionStatus.NOT_CONNECTED:
            _not_made(journal, record, answer, "nobody is connected who could collect it")
        case CollectionStatus.NOT_TAKEN:
            _not_made(journal, record, answer, answer.why)
        case CollectionStatus.DECLINED_SOFT:
            _fail(journal, record, answer.code, _SOFT)
        case CollectionStatus.DECLINED_HARD:
            _fail(journal, record, answer.code, _HARD)
    return ""


def came_back(journal: Journal, key: str, code: str, on: date) -> None:
    """Money of a debit that had succeeded went back, and was booked so: the same case goes on. Tried
    again where its reason allows, else on with the ladder at its recorded position. Safe to repeat.
    """
    record = journal.session.get_one(CollectionRecord, key)
    invoice = journal.session.get_one(InvoiceRecord, record.invoice_number)
    journal.lock(invoice.customer_id)
    if record.returned_on is not None:
        return
    record.returned_on, record.return_code = on, code
    run = journal.session.get_one(CollectionRunRecord, (record.invoice_number, record.run))
    reason = _reason(journal, invoice, record, code)
    run.state = RunState.FAILED.value
    if _may_reopen(journal, invoice):
        run.state, run.ended_at = RunState.OPEN.value, None
    journal.session.flush()
    _follow(journal, invoice, run, record, reason)


def _may_reopen(journal: Journal, invoice: InvoiceRecord) -> bool:
    position = journal.session.get_one(PositionRecord, invoice.number)
    other = collection_runs.open_run(journal.session, invoice.number)
    return invoice.status == Status.OPEN and position.handed_over_on is None and other is None


def _reason(
    journal: Journal, invoice: InvoiceRecord, record: CollectionRecord, code: str
) -> Reason:
    """A code that nobody knows changes nothing but what is known of this attempt: a person decides."""
    reason = reason_of(code)
    if reason is not None:
        return reason
    journal.log("unknown_reason", invoice, reference=record.key, detail=code)
    return Reason(code, f"reason {code or 'not given'} is not known", Consequence.CORRECT)


def _alarm(journal: Journal, invoice: InvoiceRecord, what: str) -> None:
    journal.needs_attention(Trouble.COLLECTION, invoice.customer_id, invoice.number, what)


def _succeed(journal: Journal, record: CollectionRecord) -> str:
    """Money that came is booked, whatever was heard of it before: an outcome may overtake another."""
    if record.state == Try.SUCCEEDED:
        return f"{record.key} has succeeded already"
    invoice = journal.session.get_one(InvoiceRecord, record.invoice_number)
    ladder = ladder_for(journal.session, invoice.policy)
    journal.end_trouble(Trouble.COLLECTION, invoice.customer_id, invoice.number)
    if record.state not in UNDER_WAY:
        _alarm(journal, invoice, f"paid after it was {record.state.replace('_', ' ')}")
    _close(journal, ladder, record, Try.SUCCEEDED)
    money = books.Money(
        record.key,
        record.day,
        record.amount_minor,
        source="collection",
        event="collection_succeeded",
    )
    books.book(journal, ladder, invoice, [money], at=_moment(journal, ladder))
    run = journal.session.get_one(CollectionRunRecord, (record.invoice_number, record.run))
    if not collection_runs.is_under_way(journal.session, run):
        collection_runs.close(journal, run, RunState.SUCCEEDED)
    collection_runs.go_on(journal, invoice)
    _use(journal, record)
    return ""


def _use(journal: Journal, record: CollectionRecord) -> None:
    """A mandate lapses 36 months after its last use; one for a single debit is used up by it."""
    method = journal.session.get_one(PaymentMethodRecord, record.method)
    method.last_used_on = max(method.last_used_on or record.day, record.day)
    if method.frequency == Frequency.ONE_OFF and method.state == MethodState.ACTIVE:
        method.state, method.ended_at = MethodState.USED_UP.value, journal.now
        replanning.plan_anew(journal, method.customer_id)


def _close(journal: Journal, ladder: Ladder, record: CollectionRecord, state: Try) -> None:
    record.state = state.value
    record.ended_at, record.known_on = journal.now, ladder.today(journal.now)
    journal.session.flush()


def _under_way_after_all(journal: Journal, record: CollectionRecord) -> str:
    """A request that was given up for lost reached the provider: its money is on its way."""
    invoice = journal.session.get_one(InvoiceRecord, record.invoice_number)
    run = journal.session.get_one(CollectionRunRecord, (record.invoice_number, record.run))
    record.state, record.code = Try.PENDING.value, ""
    record.known_on = record.ended_at = None
    if collection_runs.open_run(journal.session, invoice.number) is None:
        run.state, run.ended_at = RunState.OPEN.value, None
    _alarm(journal, invoice, "under way after it was withdrawn")
    journal.tell_invoice(invoice, names.RECORD_CHANGED, "collect")
    return ""


def _out_of_reach(journal: Journal, record: CollectionRecord) -> str:
    """Whoever has the debit is connected no more: it may still be paid, so nothing else is tried."""
    invoice = journal.session.get_one(InvoiceRecord, record.invoice_number)
    _alarm(journal, invoice, "nobody is connected who could say what became of it")
    return f"{record.key} is under way, and nobody is connected who has it"


def _not_made(
    journal: Journal, record: CollectionRecord, answer: CollectionAnswer, why: str
) -> None:
    """No fault of the customer's, who is told nothing: a person is, and the case goes on."""
    invoice = journal.session.get_one(InvoiceRecord, record.invoice_number)
    ladder = ladder_for(journal.session, invoice.policy)
    record.code = answer.status.value
    _close(journal, ladder, record, Try.WITHDRAWN)
    _log_failure(journal, ladder, invoice, record)
    _alarm(journal, invoice, why)
    run = journal.session.get_one(CollectionRunRecord, (record.invoice_number, record.run))
    collection_runs.end(journal, invoice, run, RunState.FAILED)


def _fail(journal: Journal, record: CollectionRecord, code: str, unsaid: Reason) -> None:
    """`unsaid` is what follows where no code was given."""
    invoice = journal.session.get_one(InvoiceRecord, record.invoice_number)
    ladder = ladder_for(journal.session, invoice.policy)
    reason = _reason(journal, invoice, record, code) if code else unsaid
    record.code = code
    _close(journal, ladder, record, _state_after(reason))
    _log_failure(journal, ladder, invoice, record)
    run = journal.session.get_one(CollectionRunRecord, (record.invoice_number, record.run))
    _follow(journal, invoice, run, record, reason)


def _state_after(reason: Reason) -> Try:
    if reason.consequence is Consequence.RETRY:
        return Try.FAILED_SOFT
    return Try.REJECTED if reason.consequence in _WAITS else Try.FAILED_HARD


def _log_failure(
    journal: Journal, ladder: Ladder, invoice: InvoiceRecord, record: CollectionRecord
) -> None:
    journal.log(
        "collection_failed",
        invoice,
        at=_moment(journal, ladder),
        amount=record.amount_minor,
        reference=record.key,
        detail=record.code,
    )


def _follow(
    journal: Journal,
    invoice: InvoiceRecord,
    run: CollectionRunRecord,
    record: CollectionRecord,
    reason: Reason,
) -> None:
    """What a reason asks for: another try, another method, the ladder, or a person."""
    ladder = ladder_for(journal.session, invoice.policy)
    again = _again_on(journal, ladder, invoice, run, reason)
    if reason.consequence in _WAITS:
        run.waits = run.state == RunState.OPEN and _is_owed(invoice)
        _alarm(journal, invoice, reason.words)
    if reason.consequence in _TOLD and invoice.status == Status.OPEN:
        letters.tell_failed(journal, ladder, record, again)
    if _consequence_now(reason, invoice, run, again) in _ENDS_THE_METHOD:
        _end_method(journal, invoice, run, reason)
    if again is None and not run.waits:
        ours = reason.consequence in _WAITS  # no fault of the method's
        state = RunState.WITHDRAWN if ours else RunState.FAILED
        collection_runs.end(journal, invoice, run, state)
    journal.tell_invoice(invoice, names.RECORD_CHANGED, "collect")


def _is_owed(invoice: InvoiceRecord) -> bool:
    return invoice.status == Status.OPEN and invoice.balance_minor > 0


def _consequence_now(
    reason: Reason, invoice: InvoiceRecord, run: CollectionRunRecord, again: date | None
) -> Consequence:
    """Where no try is left of what is still owed, what was soft is as hard as its reason says. A
    person's single try, or a return after which nothing is tried, has used none up."""
    tries_by_itself = run.state == RunState.OPEN and run.cause != Cause.BY_HAND
    is_soft = reason.consequence is Consequence.RETRY
    spent = is_soft and again is None and tries_by_itself and _is_owed(invoice)
    return reason.afterwards if spent else reason.consequence


def _again_on(
    journal: Journal,
    ladder: Ladder,
    invoice: InvoiceRecord,
    run: CollectionRunRecord,
    reason: Reason,
) -> date | None:
    """The day of the next try, which the letter about this one announces; None for none."""
    facts, _ = case_of(journal.session, invoice.number, journal.now)
    if facts.run is None or facts.balance <= 0 or not _may_be_used(journal, ladder, run):
        return None
    if reason.consequence is not Consequence.RETRY:
        return None
    if not tries_left(facts.run, facts.tries, ladder.retry_days, reason.retries):
        return None
    debt = Debt(due_date=facts.due_date, balance=facts.balance, retry_days=ladder.retry_days)
    wanted = wanted_day(facts.run, facts.tries, debt, ladder, journal.now)
    if facts.run.notice_days == 0:
        return feasible_day(facts.run, wanted, ladder, journal.now)
    today = ladder.today(journal.now)
    day = feasible_day(facts.run, max(wanted, today + DAY), ladder, journal.now)
    run.announced_on, run.day, run.amount_minor = today, day, facts.balance
    return day


def _may_be_used(journal: Journal, ladder: Ladder, run: CollectionRunRecord) -> bool:
    """The consent may have been withdrawn while the debit was under way."""
    method = journal.session.get_one(PaymentMethodRecord, run.method)
    return not why_not(method_choice.method_of(method), ladder.today(journal.now))


def _end_method(
    journal: Journal, invoice: InvoiceRecord, run: CollectionRunRecord, reason: Reason
) -> None:
    """Never again by it. What is under way by it dies too where it can: `plan_anew` takes back what no
    file has, and lets nothing more begin."""
    method = journal.session.get_one(PaymentMethodRecord, run.method)
    if method.state == MethodState.ACTIVE:
        method.state, method.reason = MethodState.REFUSED.value, reason.code or reason.words
        method.ended_at = journal.now
    if reason.consequence is Consequence.DECEASED:
        begin_customer_pause(journal, invoice.customer_id, until=None, reason=reason.words)
        _alarm(journal, invoice, reason.words)
    collection_runs.end(journal, invoice, run, RunState.FAILED)
    replanning.plan_anew(journal, invoice.customer_id)


def _moment(journal: Journal, ladder: Ladder) -> datetime:
    """An answer that comes with the planned try stands at the policy's hour; a later one, now."""
    opens = ladder.opens(ladder.today(journal.now))
    return opens if journal.by_day else max(opens, journal.now)

"""What a change asks of runs that are open: another method, another balance, day or bank; and what
new methods may begin.

Everything here is done under the customer's lock, in the transaction of whoever calls.
"""

from collections.abc import Iterable, Sequence

from sqlmodel import Session, col, select

from activities import collection_runs
from activities.facts import ladder_for
from activities.journal import Journal
from activities.method_choice import choose_for, method_of
from models import names
from models.tables import (
    CollectionRecord,
    CollectionRunRecord,
    InvoiceRecord,
    PaymentMethodRecord,
    RunState,
)
from models.tables.base import by_text
from rules.case import Status
from rules.collecting import UNDER_WAY, Cause, Try
from rules.ladder import Ladder
from rules.methods import (
    Provider,
    why_not,
)


def plan_anew(journal: Journal, customer_id: str) -> None:
    """Something changed about a customer's methods: runs by a method that ended die, runs that have
    begun nothing go on by the one that is preferred now, and what a new one can collect begins."""
    journal.session.flush()
    query = select(InvoiceRecord).where(
        col(InvoiceRecord.customer_id) == customer_id,
        col(InvoiceRecord.status) == Status.OPEN.value,
    )
    for invoice in list(journal.session.exec(query.order_by(col(InvoiceRecord.due_date)))):
        _plan_anew(journal, invoice)


def _plan_anew(journal: Journal, invoice: InvoiceRecord) -> None:
    run = collection_runs.open_run(journal.session, invoice.number)
    if run is None:
        _begin_by_new_method(journal, invoice)
        return
    attempts = collection_runs.attempts_of(journal.session, run)
    method = method_of(journal.session.get_one(PaymentMethodRecord, run.method))
    ladder = ladder_for(journal.session, invoice.policy)
    ended = why_not(method, ladder.today(journal.now))
    if ended:
        withdraw_queued(journal, run, attempts)
    if any(one.state in UNDER_WAY for one in attempts):
        return  # its outcome comes, and then what follows is decided
    if ended:
        collection_runs.end(journal, invoice, run, RunState.WITHDRAWN)
    elif _is_untouched(run, attempts) or _is_to_be_tried_again(run, attempts):
        _change_method(journal, ladder, invoice, run)


def _is_untouched(run: CollectionRunRecord, attempts: Iterable[CollectionRecord]) -> bool:
    return run.announced_on is None and not list(attempts) and run.cause != Cause.BY_HAND


def _is_to_be_tried_again(run: CollectionRunRecord, attempts: Sequence[CollectionRecord]) -> bool:
    """A try of it failed: a new method is not kept waiting for the days until the next."""
    failed = bool(attempts) and attempts[-1].state in (Try.FAILED_SOFT, Try.REJECTED)
    return failed and run.cause != Cause.BY_HAND


def _change_method(
    journal: Journal, ladder: Ladder, invoice: InvoiceRecord, run: CollectionRunRecord
) -> None:
    method = choose_for(journal, ladder, invoice)
    if method is None:
        collection_runs.end(journal, invoice, run, RunState.WITHDRAWN)
        return
    if method.number != run.method:
        untried = not collection_runs.attempts_of(journal.session, run)
        collection_runs.close(journal, run, RunState.WITHDRAWN)
        collection_runs.begin(
            journal, invoice, method, Cause(run.cause) if untried else Cause.NEW_METHOD
        )
    else:  # more is known of it now: it may have to be announced, or to be at a bank earlier
        collection_runs.go_by_its_bank(journal.session, run, method)
    journal.tell_invoice(invoice, names.RECORD_CHANGED, "method")


def go_by_banks(journal: Journal) -> None:
    """Our banks are known now, or want debits at another time than when these runs began. A debit that
    is under way is left alone: its file looks at its day once more."""
    of_a_bank = (
        select(CollectionRunRecord)
        .join(
            PaymentMethodRecord, col(PaymentMethodRecord.number) == col(CollectionRunRecord.method)
        )
        .where(
            col(CollectionRunRecord.state) == RunState.OPEN.value,
            col(PaymentMethodRecord.provider) == Provider.BANK.value,
            col(PaymentMethodRecord.iban) != "",
        )
        .order_by(by_text(col(CollectionRunRecord.invoice_number)))
    )
    journal.lock(*{run.customer_id for run in journal.session.exec(of_a_bank)})
    for run in list(journal.session.exec(of_a_bank)):
        before = (run.lead_days, run.cut_off)
        if collection_runs.is_under_way(journal.session, run):
            continue
        record = journal.session.get_one(PaymentMethodRecord, run.method)
        collection_runs.go_by_its_bank(journal.session, run, method_of(record))
        if (run.lead_days, run.cut_off) != before:
            invoice = journal.session.get_one(InvoiceRecord, run.invoice_number)
            journal.tell_invoice(invoice, names.RECORD_CHANGED, "method")


def _begin_by_new_method(journal: Journal, invoice: InvoiceRecord) -> None:
    """Tried at once: now where it is due, else on its due date."""
    if not collection_runs.may_begin(journal, invoice):
        return
    ladder = ladder_for(journal.session, invoice.policy)
    method = choose_for(journal, ladder, invoice)
    if method is not None:
        collection_runs.begin(journal, invoice, method, Cause.NEW_METHOD)
        journal.tell_invoice(invoice, names.RECORD_CHANGED, "method")


def balance_changed(journal: Journal, invoice: InvoiceRecord) -> None:
    """A debit that only waits for its bank's file is taken back, and announced anew where anything is
    owed; where nothing is (paid, cancelled, written off), the run dies with it. A debit that the bank
    has is not lost sight of."""
    run = collection_runs.open_run(journal.session, invoice.number)
    if run is None:
        return
    attempts = collection_runs.attempts_of(journal.session, run)
    withdraw_queued(journal, run, attempts)
    is_over = invoice.status != Status.OPEN or invoice.balance_minor <= 0
    if is_over and not any(one.state in UNDER_WAY for one in attempts):
        collection_runs.close(journal, run, RunState.WITHDRAWN)
        collection_runs.leave_stage(journal, ladder_for(journal.session, invoice.policy), invoice)


def due_date_changed(journal: Journal, invoice: InvoiceRecord) -> None:
    """What was announced for another day is announced again."""
    run = collection_runs.open_run(journal.session, invoice.number)
    if run is not None:
        run.announced_on = run.day = run.amount_minor = run.letter = None
        withdraw_queued(journal, run, collection_runs.attempts_of(journal.session, run))


def withdraw_queued(
    journal: Journal, run: CollectionRunRecord, attempts: Iterable[CollectionRecord]
) -> None:
    """What a bank is told by file is still ours until it stands in one."""
    for one in attempts:
        if one.state in UNDER_WAY and _is_queued(run, one):
            _withdraw(journal, one, "withdrawn")


def _is_queued(run: CollectionRunRecord, attempt: CollectionRecord) -> bool:
    return bool(run.cut_off) and attempt.file is None


def is_at_its_bank(session: Session, invoice_number: str) -> bool:
    """Whether a debit of an invoice is under way that nobody can take back any more."""
    run = collection_runs.open_run(session, invoice_number)
    attempts = collection_runs.attempts_of(session, run) if run else []
    return any(one.state in UNDER_WAY and run and not _is_queued(run, one) for one in attempts)


def never_made(journal: Journal, attempt: CollectionRecord) -> None:
    """A recorded try that nobody had, and that is not wanted any more."""
    invoice = journal.session.get_one(InvoiceRecord, attempt.invoice_number)
    _withdraw(journal, attempt, "not_sent")
    balance_changed(journal, invoice)


def _withdraw(journal: Journal, attempt: CollectionRecord, why: str) -> None:
    attempt.state, attempt.code = Try.WITHDRAWN.value, why
    attempt.known_on, attempt.ended_at = attempt.day, journal.now
    invoice = journal.session.get_one(InvoiceRecord, attempt.invoice_number)
    journal.log(
        "collection_failed",
        invoice,
        amount=attempt.amount_minor,
        reference=attempt.key,
        detail=why,
    )
    journal.session.flush()

"""Runs of collecting: begun where something may be debited, ended with an outcome or without one.

Everything here is done under the customer's lock, in the transaction of whoever calls.
"""

from collections.abc import Iterable, Sequence
from datetime import time
from zoneinfo import ZoneInfo

from sqlalchemy import func
from sqlmodel import Session, col, select

from activities import calls_record
from activities.facts import ladder_for
from activities.journal import Journal
from activities.method_choice import unfit
from models import names
from models.tables import (
    CollectionRecord,
    CollectionRunRecord,
    DebitingBankRecord,
    InvoiceRecord,
    PaymentMethodRecord,
    PositionRecord,
    RunState,
)
from models.tables.base import by_text
from rules.case import Status
from rules.collecting import UNDER_WAY, Cause, Try
from rules.debit_files import cut_off_in
from rules.ladder import Ladder
from rules.methods import (
    Brand,
    Frequency,
    Method,
    MethodKind,
    MethodState,
    Provider,
    Scheme,
    choose,
    why_not,
)
from rules.policy import StageKind


def method_of(record: PaymentMethodRecord) -> Method:
    """A method as the rules see it."""
    return Method(
        number=record.number,
        customer_id=record.customer_id,
        kind=MethodKind(record.kind),
        state=MethodState(record.state),
        preferred=record.preferred,
        provider=Provider(record.provider),
        reference=record.reference,
        iban=record.iban,
        bic=record.bic,
        holder=record.holder,
        signed_on=record.signed_on,
        scheme=Scheme(record.scheme),
        frequency=Frequency(record.frequency),
        token=record.token,
        provider_customer=record.provider_customer,
        brand=Brand(record.brand),
        instrument=record.instrument,
        expires_on=record.expires_on,
        notice_days=record.notice_days,
        bank=record.bank,
        last_used_on=record.last_used_on,
    )


def methods_of(session: Session, customer_id: str) -> list[Method]:
    """Every method a customer ever had on file, in the order they came."""
    query = select(PaymentMethodRecord).where(col(PaymentMethodRecord.customer_id) == customer_id)
    return [method_of(r) for r in session.exec(query.order_by(col(PaymentMethodRecord.sequence)))]


def choose_for(
    journal: Journal, ladder: Ladder, invoice: InvoiceRecord, *but: str
) -> Method | None:
    """What an invoice is collected by as things stand: nothing that failed for it before, nor what
    is for one debit that is another invoice's; and none of `but`."""
    methods = methods_of(journal.session, invoice.customer_id)
    if not methods:
        return None
    day = max(invoice.due_date, ladder.today(journal.now))
    out = {*but, *unfit(journal.session, invoice, methods)}
    return choose(methods, day, named=invoice.mandate, but=out)


def open_run(session: Session, invoice_number: str) -> CollectionRunRecord | None:
    """The run of an invoice that has no outcome yet."""
    query = select(CollectionRunRecord).where(
        col(CollectionRunRecord.invoice_number) == invoice_number,
        col(CollectionRunRecord.state) == RunState.OPEN.value,
    )
    return session.exec(query).first()


def begin(
    journal: Journal, invoice: InvoiceRecord, method: Method, cause: Cause
) -> CollectionRunRecord:
    """Begin to collect an invoice that no run is open for: notices and calls wait meanwhile."""
    position = journal.session.get_one(PositionRecord, invoice.number)
    position.run += 1
    run = CollectionRunRecord(
        invoice_number=invoice.number,
        number=position.run,
        customer_id=invoice.customer_id,
        method=method.number,
        cause=cause.value,
        begun_at=journal.now,
    )
    _go_by_its_bank(journal.session, run, method)
    journal.session.add(run)
    journal.session.flush()
    calls_record.leave_task(journal, invoice, ended=False)
    return run


def _bank_of(session: Session, method: Method) -> DebitingBankRecord | None:
    """The bank of ours that debits by a method; None where it needs no file."""
    if method.provider is not Provider.BANK or not method.iban:
        return None
    query = select(DebitingBankRecord).order_by(col(DebitingBankRecord.place))
    banks = list(session.exec(query))
    return next((bank for bank in banks if bank.name == method.bank), banks[0] if banks else None)


def end(
    journal: Journal, invoice: InvoiceRecord, run: CollectionRunRecord, state: RunState
) -> None:
    """A run ends without the money: on by another method that is on file, or with the ladder. One
    with a debit under way does not yet: a second one would be made meanwhile."""
    if run.state != RunState.OPEN or is_under_way(journal.session, run):
        return
    close(journal, run, state)
    if not _goes_on_by_another(journal, invoice, run):
        go_on(journal, invoice)


def close(journal: Journal, run: CollectionRunRecord, state: RunState) -> None:
    """A run has its outcome, and nothing waits for it any more."""
    run.state, run.ended_at = state.value, journal.now
    run.waits = False
    journal.session.flush()


def go_on(journal: Journal, invoice: InvoiceRecord) -> None:
    """On with the ladder: its windows still count from the due date where it stood at `collect`, else
    from where they counted before."""
    leave_stage(journal, ladder_for(journal.session, invoice.policy), invoice)
    if invoice.status == Status.OPEN:
        calls_record.rejoin_task(journal, invoice)
    journal.tell_invoice(invoice, names.STAGE_HAPPENED, "collect")


def leave_stage(journal: Journal, ladder: Ladder, invoice: InvoiceRecord) -> None:
    """Nothing is collected at the ladder's own stage any more: on to the next."""
    position = journal.session.get_one(PositionRecord, invoice.number)
    stage = ladder.stage(position.stage)
    if stage is not None and stage.kind is StageKind.COLLECT:
        position.stage = ladder.first_stage(with_mandate=False)
        position.anchor = invoice.due_date


def _goes_on_by_another(journal: Journal, invoice: InvoiceRecord, run: CollectionRunRecord) -> bool:
    """A method that failed is not the only one on file. What a person asked for alone is not repeated."""
    if run.cause == Cause.BY_HAND or not _may_begin(journal, invoice):
        return False
    ladder = ladder_for(journal.session, invoice.policy)
    method = choose_for(journal, ladder, invoice, run.method)
    if method is None:
        return False
    begin(journal, invoice, method, Cause.NEW_METHOD)
    journal.tell_invoice(invoice, names.RECORD_CHANGED, "collect")
    return True


def _may_begin(journal: Journal, invoice: InvoiceRecord) -> bool:
    position = journal.session.get_one(PositionRecord, invoice.number)
    return (
        invoice.status == Status.OPEN
        and invoice.balance_minor > 0
        and position.handed_over_on is None
        and ladder_for(journal.session, invoice.policy).collects
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
    run = open_run(journal.session, invoice.number)
    if run is None:
        _begin_by_new_method(journal, invoice)
        return
    attempts = attempts_of(journal.session, run)
    method = method_of(journal.session.get_one(PaymentMethodRecord, run.method))
    ladder = ladder_for(journal.session, invoice.policy)
    ended = why_not(method, ladder.today(journal.now))
    if ended:
        withdraw_queued(journal, run, attempts)
    if any(one.state in UNDER_WAY for one in attempts):
        return  # its outcome comes, and then what follows is decided
    if ended:
        end(journal, invoice, run, RunState.WITHDRAWN)
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
        end(journal, invoice, run, RunState.WITHDRAWN)
        return
    if method.number != run.method:
        untried = not attempts_of(journal.session, run)
        close(journal, run, RunState.WITHDRAWN)
        begin(journal, invoice, method, Cause(run.cause) if untried else Cause.NEW_METHOD)
    else:  # more is known of it now: it may have to be announced, or to be at a bank earlier
        _go_by_its_bank(journal.session, run, method)
    journal.tell_invoice(invoice, names.RECORD_CHANGED, "method")


def _go_by_its_bank(session: Session, run: CollectionRunRecord, method: Method) -> None:
    bank = _bank_of(session, method)
    run.lead_days, run.cut_off = bank.lead_days if bank else 0, ""
    if bank:
        ours = ladder_for(session, session.get_one(InvoiceRecord, run.invoice_number).policy).zone
        theirs = ZoneInfo(bank.timezone)
        run.cut_off = f"{cut_off_in(ours, time.fromisoformat(bank.cut_off), theirs):%H:%M}"


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
        if is_under_way(journal.session, run):
            continue
        record = journal.session.get_one(PaymentMethodRecord, run.method)
        _go_by_its_bank(journal.session, run, method_of(record))
        if (run.lead_days, run.cut_off) != before:
            invoice = journal.session.get_one(InvoiceRecord, run.invoice_number)
            journal.tell_invoice(invoice, names.RECORD_CHANGED, "method")


def _begin_by_new_method(journal: Journal, invoice: InvoiceRecord) -> None:
    """Tried at once: now where it is due, else on its due date."""
    if not _may_begin(journal, invoice):
        return
    ladder = ladder_for(journal.session, invoice.policy)
    method = choose_for(journal, ladder, invoice)
    if method is not None:
        begin(journal, invoice, method, Cause.NEW_METHOD)
        journal.tell_invoice(invoice, names.RECORD_CHANGED, "method")


def balance_changed(journal: Journal, invoice: InvoiceRecord) -> None:
    """A debit that only waits for its bank's file is taken back, and announced anew where anything is
    owed; where nothing is (paid, cancelled, written off), the run dies with it. A debit that the bank
    has is not lost sight of."""
    run = open_run(journal.session, invoice.number)
    if run is None:
        return
    attempts = attempts_of(journal.session, run)
    withdraw_queued(journal, run, attempts)
    is_over = invoice.status != Status.OPEN or invoice.balance_minor <= 0
    if is_over and not any(one.state in UNDER_WAY for one in attempts):
        close(journal, run, RunState.WITHDRAWN)
        leave_stage(journal, ladder_for(journal.session, invoice.policy), invoice)


def due_date_changed(journal: Journal, invoice: InvoiceRecord) -> None:
    """What was announced for another day is announced again."""
    run = open_run(journal.session, invoice.number)
    if run is not None:
        run.announced_on = run.day = run.amount_minor = run.letter = None
        withdraw_queued(journal, run, attempts_of(journal.session, run))


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
    run = open_run(session, invoice_number)
    attempts = attempts_of(session, run) if run else []
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


def attempts_of(session: Session, run: CollectionRunRecord) -> list[CollectionRecord]:
    """A run's attempts, in their order."""
    query = select(CollectionRecord).where(
        col(CollectionRecord.invoice_number) == run.invoice_number,
        col(CollectionRecord.run) == run.number,
    )
    return list(session.exec(query.order_by(col(CollectionRecord.attempt))))


def is_under_way(session: Session, run: CollectionRunRecord) -> bool:
    """Whether the outcome of a debit of it is still to come: till then it is asked about."""
    return any(one.state in UNDER_WAY for one in attempts_of(session, run))


def next_attempt(session: Session, invoice_number: str) -> int:
    """Attempts of an invoice are counted over all its runs: a key is never used again."""
    query = select(func.coalesce(func.max(CollectionRecord.attempt), 0)).where(
        col(CollectionRecord.invoice_number) == invoice_number
    )
    return int(session.exec(query).one()) + 1


def take_up(journal: Journal, ladder: Ladder, invoice: InvoiceRecord) -> None:
    """At the ladder's own stage: begin, or, where nothing may be debited, on to the next."""
    if open_run(journal.session, invoice.number) is not None:
        return
    method = choose_for(journal, ladder, invoice)
    if method is None:
        leave_stage(journal, ladder, invoice)
    else:
        begin(journal, invoice, method, Cause.DUE)

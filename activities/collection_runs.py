"""Runs of collecting: begun where something may be debited, ended with an outcome or without one.

Everything here is done under the customer's lock, in the transaction of whoever calls.
"""

from datetime import time
from zoneinfo import ZoneInfo

from sqlalchemy import func
from sqlmodel import Session, col, select

from activities import calls_record
from activities.facts import ladder_for
from activities.journal import Journal
from activities.method_choice import choose_for
from models import names
from models.tables import (
    CollectionRecord,
    CollectionRunRecord,
    DebitingBankRecord,
    InvoiceRecord,
    PositionRecord,
    RunState,
)
from rules.case import Status
from rules.collecting import UNDER_WAY, Cause
from rules.debit_files import cut_off_in
from rules.ladder import Ladder
from rules.methods import (
    Method,
    Provider,
)
from rules.policy import StageKind


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
    go_by_its_bank(journal.session, run, method)
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
    if run.cause == Cause.BY_HAND or not may_begin(journal, invoice):
        return False
    ladder = ladder_for(journal.session, invoice.policy)
    method = choose_for(journal, ladder, invoice, run.method)
    if method is None:
        return False
    begin(journal, invoice, method, Cause.NEW_METHOD)
    journal.tell_invoice(invoice, names.RECORD_CHANGED, "collect")
    return True


def may_begin(journal: Journal, invoice: InvoiceRecord) -> bool:
    position = journal.session.get_one(PositionRecord, invoice.number)
    return (
        invoice.status == Status.OPEN
        and invoice.balance_minor > 0
        and position.handed_over_on is None
        and ladder_for(journal.session, invoice.policy).collects
    )


def go_by_its_bank(session: Session, run: CollectionRunRecord, method: Method) -> None:
    bank = _bank_of(session, method)
    run.lead_days, run.cut_off = bank.lead_days if bank else 0, ""
    if bank:
        ours = ladder_for(session, session.get_one(InvoiceRecord, run.invoice_number).policy).zone
        theirs = ZoneInfo(bank.timezone)
        run.cut_off = f"{cut_off_in(ours, time.fromisoformat(bank.cut_off), theirs):%H:%M}"


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

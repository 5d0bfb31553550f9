"""What is recorded of cases for the lawyer: proposed where a person's yes is asked, handed over."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func
from sqlmodel import col, select

from activities.facts import case_of, ladder_for
from activities.holds import begin_hold
from activities.journal import Journal
from models import names
from models.messages import DeclineCase
from models.tables import (
    CaseState,
    InvoiceRecord,
    LegalCaseItemRecord,
    LegalCaseRecord,
    PositionRecord,
    Trouble,
)
from models.tables.base import by_text
from rules.case import HoldKind, Status, What, next_step
from rules.days import DAY, midnight
from rules.second_person import DECLINED_FOR


def hand_over(journal: Journal, invoices: Sequence[InvoiceRecord], at: datetime) -> str:
    """One case of a customer goes to the lawyer: its invoices leave the ladder."""
    record = _open(journal, invoices, CaseState.HANDED_OVER)
    record.handed_over_at = at
    _leave_the_ladder(journal, record.case, invoices, at)
    return record.case


def propose(journal: Journal, invoices: Sequence[InvoiceRecord]) -> str:
    """The policy asks for a person's yes: the case waits, and so do its invoices."""
    record = _open(journal, invoices, CaseState.PROPOSED)
    for invoice in invoices:
        journal.session.get_one(PositionRecord, invoice.number).proposed = record.case
        journal.log("case_proposed", invoice, reference=record.case)
        journal.tell_invoice(invoice, names.RECORD_CHANGED, record.case)
    journal.needs_attention(Trouble.APPROVAL, record.customer_id, record.case)
    return record.case


def approve(journal: Journal, customer_id: str, case: str, reason: str = "") -> str:
    """A person said yes: what is still open and not held goes. Returns "" or why not."""
    record = journal.session.get(LegalCaseRecord, case)
    if record is None or record.customer_id != customer_id or record.state != CaseState.PROPOSED:
        return f"case {case} of this customer awaits no approval"
    invoices = [
        journal.session.get_one(InvoiceRecord, item.invoice_number)
        for item in items_of(journal, case)
    ]
    leaving = [invoice for invoice in invoices if _still_proposed(journal, invoice)]
    for invoice in invoices:
        journal.session.get_one(PositionRecord, invoice.number).proposed = ""
    if leaving:
        _claim_anew(journal, case, leaving)
    record.state = (CaseState.HANDED_OVER if leaving else CaseState.WITHDRAWN).value
    record.approved_by, record.decision = journal.actor, reason
    record.handed_over_at = journal.now if leaving else None
    journal.end_trouble(Trouble.APPROVAL, record.customer_id, case)
    _leave_the_ladder(journal, case, leaving, journal.now)
    for invoice in invoices:
        journal.tell_invoice(invoice, names.RECORD_CHANGED, case)
    return ""


def _claim_anew(journal: Journal, case: str, leaving: Sequence[InvoiceRecord]) -> None:
    """The case claims what is owed when it leaves, not when it was proposed."""
    balances = {invoice.number: invoice.balance_minor for invoice in leaving}
    for item in items_of(journal, case):
        if item.invoice_number in balances:
            item.balance_minor = balances[item.invoice_number]
        else:
            journal.session.delete(item)


def decline(journal: Journal, customer_id: str, act: DeclineCase) -> str:
    """A person said no to a case, or to some of its invoices: those are paused, and once the pause
    is over somebody is asked again. Returns "" or why not."""
    record = journal.session.get(LegalCaseRecord, act.case)
    if record is None or record.customer_id != customer_id or record.state != CaseState.PROPOSED:
        return f"case {act.case} of this customer awaits no approval"
    items = items_of(journal, act.case)
    listed = {item.invoice_number for item in items}
    wanted = set(act.invoice_numbers) or listed
    if refused := _refuse_decline(act, wanted - listed):
        return refused
    invoices = [journal.session.get_one(InvoiceRecord, number) for number in sorted(wanted)]
    ladder = ladder_for(journal.session, invoices[0].policy)
    today = ladder.today(journal.now)
    until = act.until or today + DECLINED_FOR * DAY
    if until <= today:
        return f"they would wait until {until}, expected a day after {today}"
    for invoice in invoices:
        _leave_out(journal, invoice, act, midnight(until, ladder.zone))
    if wanted == listed:
        record.state, record.declined_at = CaseState.DECLINED.value, journal.now
        record.approved_by, record.decision = journal.actor, act.reason
        journal.end_trouble(Trouble.APPROVAL, customer_id, act.case)
    else:
        for item in items:
            if item.invoice_number in wanted:
                journal.session.delete(item)
    return ""


def _refuse_decline(act: DeclineCase, unknown: Collection[str]) -> str:
    if unknown:
        return f"invoice {min(unknown)} is not in case {act.case}"
    return "" if act.reason.strip() else "expected a reason, it is all that later tells why"


def _leave_out(journal: Journal, invoice: InvoiceRecord, act: DeclineCase, until: datetime) -> None:
    journal.session.get_one(PositionRecord, invoice.number).proposed = ""
    journal.session.flush()
    if invoice.status == Status.OPEN:
        begin_hold(journal, invoice, HoldKind.PAUSE, until=until, reason=act.reason)
    journal.log("case_declined", invoice, reference=act.case)
    journal.tell_invoice(invoice, names.RECORD_CHANGED, act.case)


def lawyer_told(journal: Journal, customer_id: str, case: str) -> str:
    """Somebody told the lawyer what is owed now. Returns "" or why not."""
    record = journal.session.get(LegalCaseRecord, case)
    if record is None or record.customer_id != customer_id or record.state != CaseState.HANDED_OVER:
        return f"case {case} of this customer is not with the lawyer"
    numbers = [item.invoice_number for item in items_of(journal, case)]
    changed = [
        journal.end_trouble(Trouble.HANDED_OVER_CHANGED, customer_id, number) for number in numbers
    ]
    if not any(changed):
        return f"nothing of case {case} has changed since the lawyer was told"
    record.told_by, record.told_at = journal.actor, journal.now
    journal.log_customer("lawyer_told", customer_id, reference=case)
    return ""


def leave_proposed(journal: Journal, invoice: InvoiceRecord) -> None:
    """An invoice that is open no more leaves the case that awaits a yes; with the last one the case
    is withdrawn."""
    position = journal.session.get_one(PositionRecord, invoice.number)
    case = position.proposed
    if not case:
        return
    position.proposed = ""
    query = select(PositionRecord.invoice_number).where(col(PositionRecord.proposed) == case)
    if journal.session.exec(query.limit(1)).first() is None:
        journal.session.get_one(LegalCaseRecord, case).state = CaseState.WITHDRAWN.value
        journal.end_trouble(Trouble.APPROVAL, invoice.customer_id, case)


def correct(journal: Journal, invoice: InvoiceRecord) -> None:
    """Money moved after the handover: the case claims what is owed now, and a person tells the
    lawyer (ladder.md, "returned payment")."""
    query = (
        select(LegalCaseItemRecord)
        .join(LegalCaseRecord, col(LegalCaseRecord.case) == col(LegalCaseItemRecord.case))
        .where(
            col(LegalCaseItemRecord.invoice_number) == invoice.number,
            col(LegalCaseRecord.state) == CaseState.HANDED_OVER.value,
        )
    )
    for item in journal.session.exec(query):
        item.balance_minor = invoice.balance_minor
        journal.log("case_corrected", invoice, amount=invoice.balance_minor, reference=item.case)
    journal.needs_attention(
        Trouble.HANDED_OVER_CHANGED, invoice.customer_id, invoice.number, "the balance changed"
    )


def without_papers(journal: Journal, customer_id: str) -> tuple[str, ...]:
    """The customer's cases that went to the lawyer and whose ZIP is not made yet."""
    query = select(LegalCaseRecord.case).where(
        col(LegalCaseRecord.customer_id) == customer_id,
        col(LegalCaseRecord.state) == CaseState.HANDED_OVER.value,
        col(LegalCaseRecord.document) == "",
    )
    return tuple(journal.session.exec(query.order_by(col(LegalCaseRecord.sequence))))


def _still_proposed(journal: Journal, invoice: InvoiceRecord) -> bool:
    facts, ladder = case_of(journal.session, invoice.number, journal.now)
    return next_step(facts, ladder, journal.now).what is What.PROPOSED


def _open(journal: Journal, invoices: Sequence[InvoiceRecord], state: CaseState) -> LegalCaseRecord:
    customer_id = invoices[0].customer_id
    query = select(func.coalesce(func.max(LegalCaseRecord.sequence), 0)).where(
        col(LegalCaseRecord.customer_id) == customer_id
    )
    sequence = int(journal.session.exec(query).one()) + 1
    record = LegalCaseRecord(
        case=names.case_number(customer_id, sequence),
        customer_id=customer_id,
        sequence=sequence,
        state=state.value,
        opened_at=journal.now,
    )
    journal.session.add(record)
    journal.session.flush()
    for invoice in invoices:
        journal.session.add(
            LegalCaseItemRecord(
                case=record.case,
                invoice_number=invoice.number,
                balance_minor=invoice.balance_minor,
                currency=invoice.currency,
            )
        )
    return record


def _leave_the_ladder(
    journal: Journal, case: str, invoices: Sequence[InvoiceRecord], at: datetime
) -> None:
    for invoice in invoices:
        position = journal.session.get_one(PositionRecord, invoice.number)
        position.handed_over_on = ladder_for(journal.session, invoice.policy).today(journal.now)
        journal.log("legal_handover", invoice, at=at, amount=invoice.balance_minor, reference=case)
        journal.tell_invoice(invoice, names.STAGE_HAPPENED, case)


def items_of(journal: Journal, case: str) -> list[LegalCaseItemRecord]:
    query = select(LegalCaseItemRecord).where(col(LegalCaseItemRecord.case) == case)
    return list(
        journal.session.exec(query.order_by(by_text(col(LegalCaseItemRecord.invoice_number))))
    )

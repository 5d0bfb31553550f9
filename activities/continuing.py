"""A ladder that other books began goes on here (docs/ledger-files.md, "level")."""

from datetime import datetime

from sqlmodel import Session, col, select

from activities.facts import ladder_for
from activities.journal import Journal
from models import names
from models.tables import (
    CollectionRecord,
    InvoiceRecord,
    NoticeItemRecord,
    NoticeRecord,
    NoticeState,
    PositionRecord,
)
from rules.case import Status
from rules.errors import FileMistake, Place
from rules.ladder import Ladder
from rules.ledger import InvoiceRow


def stage_in(ladder: Ladder, file: str, row: InvoiceRow, now: datetime) -> int:
    """The stage after the row's level. Raises FileMistake for a level that the policy does not
    have, and for a notice that is still to come."""
    stage = ladder.after_notice(row.level)
    if stage is None:
        raise FileMistake(
            Place(file, row.line, "level"),
            f"the policy {ladder.policy.name} has no notice of level {row.level}",
        )
    today = ladder.today(now)
    if row.last_notice_on is not None and row.last_notice_on > today:
        raise FileMistake(
            Place(file, row.line, "last_notice_date"),
            f"{row.last_notice_on} is in the future, expected a day up to {today}",
        )
    return stage


def log_continued(journal: Journal, invoice: InvoiceRecord) -> None:
    day = invoice.last_notice_elsewhere
    detail = day.isoformat() if day else ""
    journal.log("continued", invoice, level=invoice.level_elsewhere, detail=detail)


def take_up(journal: Journal, file: str, invoice: InvoiceRecord, row: InvoiceRow) -> bool:
    """A known invoice stands in the file with another level: where nothing has happened here yet,
    its ladder goes on from that one. False where it has, and the file goes further than we did.

    A file that names no level says nothing about it.
    """
    elsewhere = (invoice.level_elsewhere, invoice.last_notice_elsewhere)
    if row.level == 0 or (row.level, row.last_notice_on) == elsewhere:
        return True
    journal.lock(invoice.customer_id)
    position = journal.session.get_one(PositionRecord, invoice.number)
    ladder = ladder_for(journal.session, invoice.policy)
    stage = stage_in(ladder, file, row, journal.now)
    if _has_moved(journal.session, ladder, invoice, position):
        return row.level <= position.level
    position.stage, position.level = stage, row.level
    position.anchor = row.last_notice_on or invoice.due_date
    position.not_before = None
    invoice.level_elsewhere, invoice.last_notice_elsewhere = row.level, row.last_notice_on
    log_continued(journal, invoice)
    if invoice.status == Status.OPEN:
        journal.tell_invoice(invoice, names.RECORD_CHANGED, "continued")
    return True


def _has_moved(
    session: Session, ladder: Ladder, invoice: InvoiceRecord, position: PositionRecord
) -> bool:
    """Whether anything of its ladder happened here, or is under way."""
    if invoice.level_elsewhere:
        begun = position.stage != ladder.after_notice(invoice.level_elsewhere)
    else:
        begun = position.stage > ladder.first_stage(with_mandate=False)
    if begun or position.task or position.proposed or position.handed_over_on:
        return True
    return _was_debited(session, invoice) or _is_going_out(session, invoice)


def _was_debited(session: Session, invoice: InvoiceRecord) -> bool:
    query = select(CollectionRecord.key).where(
        col(CollectionRecord.invoice_number) == invoice.number
    )
    return session.exec(query.limit(1)).first() is not None


def _is_going_out(session: Session, invoice: InvoiceRecord) -> bool:
    """In a notice that the mail server may have by now. One only made lapses by itself."""
    query = (
        select(NoticeItemRecord.invoice_number)
        .join(NoticeRecord, col(NoticeRecord.number) == col(NoticeItemRecord.notice_number))
        .where(
            col(NoticeItemRecord.invoice_number) == invoice.number,
            col(NoticeRecord.state) == NoticeState.SENDING.value,
        )
    )
    return session.exec(query.limit(1)).first() is not None

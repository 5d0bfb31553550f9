"""Write what a notice says: its letter from the record, every invoice as PDF, the whole as one mail."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from activities.creditors import recorded_creditor
from activities.documents import keep
from activities.facts import ladder_for
from activities.journal import Journal
from activities.notices_record import items_of
from activities.papers import attachment_name, invoice_html, notice_mail
from activities.workplace import Workplace
from gateways.files import DocumentStore
from gateways.printer import Printer
from models.messages import NoticeAsked
from models.settings import Documents
from models.tables import (
    CustomerRecord,
    DocumentRecord,
    InvoiceLineRecord,
    InvoiceRecord,
    NoticeItemRecord,
    NoticeRecord,
)
from rules.letters import (
    Addressee,
    Attachment,
    ClaimedInvoice,
    InvoiceLine,
    InvoicePaper,
    NoticeLetter,
)
from rules.money import Money
from rules.policy import StageKind


@dataclass(frozen=True)
class _Draft:
    """A notice about to be written; `date` in the policy's zone."""

    letter: NoticeLetter
    message_id: str
    date: datetime
    papers: tuple[InvoicePaper, ...]
    originals: dict[str, str]


class Writer:
    """Turns recorded notices into mails that are kept."""

    def __init__(self, workplace: Workplace, printer: Printer, store: DocumentStore) -> None:
        self._work = workplace
        self._printer = printer
        self._store = store

    async def write(self, asked: NoticeAsked) -> None:
        """Safe to repeat: a written notice is not written again, a rendered invoice not rendered
        again; equal facts give equal bytes."""
        draft = await self._work.read(asked.clock, lambda journal: _draft(journal, asked.notice))
        if draft is None:
            return
        attachments = []
        if self._work.documents is not Documents.NONE:
            attachments = [await self._attachment(asked, draft, p) for p in draft.papers]
        mail = notice_mail(draft.letter, attachments, message_id=draft.message_id, date=draft.date)
        key = f"mail/{asked.notice}.eml"
        self._store.put(key, mail)
        await self._work.read(
            asked.clock, lambda journal: _written(journal, asked.notice, key, mail)
        )

    async def _attachment(
        self, asked: NoticeAsked, draft: _Draft, paper: InvoicePaper
    ) -> Attachment:
        name = attachment_name(paper.number)
        if original := draft.originals.get(paper.number):
            return Attachment(name, self._store.get(original))
        return Attachment(name, await self._copy(asked, paper))

    async def _copy(self, asked: NoticeAsked, paper: InvoicePaper) -> bytes:
        """The invoice as rendered once and kept."""
        key = f"copy/{attachment_name(paper.number)}"
        known = await self._work.database.run(lambda session: session.get(DocumentRecord, key))
        if known is not None:
            return self._store.get(key)
        pdf = await self._printer.pdf(invoice_html(paper))
        self._store.put(key, pdf)
        await self._work.read(asked.clock, lambda journal: keep(journal, key, "copy", pdf))
        return pdf


def _written(journal: Journal, notice: str, key: str, mail: bytes) -> None:
    journal.session.get_one(NoticeRecord, notice).document = key
    keep(journal, key, "mail", mail)


def _draft(journal: Journal, number: str) -> _Draft | None:
    """What a notice is to say; None where it is written already."""
    notice = journal.session.get_one(NoticeRecord, number)
    if notice.document:
        return None
    items = items_of(journal, number)
    invoices = [journal.session.get_one(InvoiceRecord, item.invoice_number) for item in items]
    letter = letter_of(journal, notice, items, invoices)
    zone = ladder_for(journal.session, invoices[0].policy).zone
    return _Draft(
        letter=letter,
        message_id=notice.message_id,
        date=notice.made_at.astimezone(zone),
        papers=tuple(paper_of(journal, invoice, letter) for invoice in invoices),
        originals={i.number: i.document for i in invoices if i.document},
    )


def letter_of(
    journal: Journal,
    notice: NoticeRecord,
    items: list[NoticeItemRecord],
    invoices: list[InvoiceRecord],
) -> NoticeLetter:
    """The letter's values, each as the notice recorded it."""
    customer = journal.session.get_one(CustomerRecord, notice.customer_id)
    return NoticeLetter(
        number=notice.number,
        level=notice.level,
        creditor=recorded_creditor(journal, notice.creditor),
        addressee=Addressee(
            customer.customer_id, customer.name, notice.email, customer.language, customer.country
        ),
        day=notice.day,
        pay_by=notice.pay_by,
        invoices=tuple(
            ClaimedInvoice(
                number=invoice.number,
                issue_date=invoice.issue_date,
                due_date=invoice.due_date,
                total=Money(invoice.amount_minor, invoice.currency),
                balance=Money(item.balance_minor, item.currency),
                level=item.level,
                advances=item.advances,
            )
            for item, invoice in zip(items, invoices, strict=True)
        ),
        next_step=StageKind(notice.next_kind) if notice.next_kind else None,
    )


def paper_of(journal: Journal, invoice: InvoiceRecord, letter: NoticeLetter) -> InvoicePaper:
    """The invoice as a copy shows it."""
    lines = journal.session.exec(
        select(InvoiceLineRecord)
        .where(col(InvoiceLineRecord.invoice_number) == invoice.number)
        .order_by(col(InvoiceLineRecord.line))
    )
    return InvoicePaper(
        number=invoice.number,
        creditor=letter.creditor,
        addressee=letter.addressee,
        issue_date=invoice.issue_date,
        due_date=invoice.due_date,
        total=Money(invoice.amount_minor, invoice.currency),
        lines=tuple(
            InvoiceLine(line.description, Money(line.amount_minor, invoice.currency))
            for line in lines
        ),
    )

"""Write what a notice says: its letter from the record, every invoice as PDF, the whole as one mail."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import starmap

from sqlmodel import col, select

from activities.credit import credit_of
from activities.creditors import recorded_creditor
from activities.documents import Kept, invoice_key, keep, known_among, mail_key
from activities.enclosing import Encloser, Envelope, Pdf
from activities.facts import ladder_for
from activities.journal import Journal
from activities.papers import attachment_name, invoice_html, part_message_id
from activities.workplace import Workplace
from gateways.files import DocumentStore
from gateways.printer import Printer
from models.messages import NoticeAsked
from models.settings import Documents
from models.tables import (
    CustomerRecord,
    InvoiceLineRecord,
    InvoiceRecord,
    NoticeItemRecord,
    NoticePartRecord,
    NoticeRecord,
    Trouble,
)
from rules.letters import Addressee, ClaimedInvoice, InvoiceLine, InvoicePaper, NoticeLetter
from rules.money import Money
from rules.policy import StageKind

Claimed = tuple[NoticeItemRecord, InvoiceRecord]
_DRAWN_AT_ONCE = 100  # copies that are drawn between two records: what a crash costs at most
_MB = 1_000_000  # bytes


@dataclass(frozen=True)
class _Draft:
    """A notice about to be written: the PDFs that go with it, and the copies still to be drawn."""

    envelope: Envelope
    pdfs: tuple[Pdf, ...]
    missing: tuple[tuple[str, InvoicePaper], ...]


@dataclass(frozen=True)
class _Written:
    """A notice's mails as they were kept, and the invoices that are in none of them."""

    mails: tuple[Kept, ...]
    left_out: tuple[str, ...]


class Writer:
    """Turns recorded notices into mails that are kept."""

    def __init__(self, workplace: Workplace, printer: Printer, store: DocumentStore) -> None:
        self._work = workplace
        self._printer = printer
        self._store = store

    async def write(self, asked: NoticeAsked) -> None:
        """Safe to repeat: a written notice is not written again, a rendered invoice not rendered
        again; equal facts give equal bytes."""
        with_pdfs = self._work.documents is not Documents.NONE
        draft = await self._work.read(
            asked.clock, lambda journal: _draft(journal, asked.notice, with_pdfs=with_pdfs)
        )
        if draft is None:
            return
        copies = await self._draw(asked, draft)
        written = await self._put_into_mails(asked.notice, draft)
        await self._work.read(
            asked.clock, lambda journal: _record(journal, asked.notice, written, copies)
        )

    async def _draw(self, asked: NoticeAsked, draft: _Draft) -> list[Kept]:
        """Draw the missing copies, several at once, and keep them. Returns those of the last batch,
        which are not on the record yet: a small notice needs no transaction of its own for them."""
        copies: list[Kept] = []
        for start in range(0, len(draft.missing), _DRAWN_AT_ONCE):
            if copies:
                await self._record_copies(asked, copies)
            batch = draft.missing[start : start + _DRAWN_AT_ONCE]
            drawn = await asyncio.gather(*starmap(self._copy, batch), return_exceptions=True)
            copies = [one for one in drawn if isinstance(one, Kept)]
            failed = [one for one in drawn if isinstance(one, BaseException)]
            if failed:
                await self._record_copies(asked, copies)
                raise failed[0]
        return copies

    async def _copy(self, key: str, paper: InvoicePaper) -> Kept:
        pdf = await self._printer.pdf(invoice_html(paper))
        self._store.put(key, pdf)
        return Kept.of(key, "copy", pdf)

    async def _record_copies(self, asked: NoticeAsked, copies: list[Kept]) -> None:
        await self._work.read(asked.clock, lambda journal: keep(journal, copies))

    async def _put_into_mails(self, notice: str, draft: _Draft) -> _Written:
        encloser = Encloser(self._printer, self._store, draft.envelope)
        mails: list[Kept] = []
        left_out = {pdf.number for pdf in draft.pdfs}
        async for mail, numbers in encloser.mails(draft.pdfs):
            key = mail_key(notice, len(mails) + 1)
            self._store.put(key, mail)
            mails.append(Kept.of(key, "mail", mail))
            left_out -= set(numbers)
        return _Written(tuple(mails), tuple(sorted(left_out)))


def _record(journal: Journal, number: str, written: _Written, copies: list[Kept]) -> None:
    """The notice is written: its mail, and where there are more, the parts that follow it."""
    notice = journal.session.get_one(NoticeRecord, number)
    first, *further = written.mails
    notice.document = first.key
    notice.parts_left = len(further)
    keep(journal, [*copies, *written.mails])
    for part, mail in enumerate(further, 2):
        journal.session.add(
            NoticePartRecord(
                notice_number=number,
                part=part,
                message_id=part_message_id(notice.message_id, part),
                document=mail.key,
            )
        )
    for invoice in written.left_out:
        journal.needs_attention(Trouble.ENCLOSURE, notice.customer_id, invoice, "too large")


def _draft(journal: Journal, number: str, *, with_pdfs: bool) -> _Draft | None:
    """What a notice is to say; None where it is written already."""
    notice = journal.session.get_one(NoticeRecord, number)
    if notice.document:
        return None
    claimed = _claimed(journal, number)
    invoices = [invoice for _, invoice in claimed]
    letter = letter_of(journal, notice, claimed)
    policies = {invoice.policy for invoice in invoices}
    ladders = [ladder_for(journal.session, policy) for policy in policies]
    envelope = Envelope(
        letter=letter,
        message_id=notice.message_id,
        date=notice.made_at.astimezone(ladder_for(journal.session, invoices[0].policy).zone),
        limit=min(ladder.policy.max_message_mb for ladder in ladders) * _MB,
    )
    if not with_pdfs:
        return _Draft(envelope, (), ())
    pdfs = tuple(_pdf(invoice) for invoice in invoices)
    return _Draft(envelope, pdfs, _missing(journal, invoices, pdfs, letter))


def _claimed(journal: Journal, notice: str) -> list[Claimed]:
    query = (
        select(NoticeItemRecord, InvoiceRecord)
        .join(InvoiceRecord, col(InvoiceRecord.number) == col(NoticeItemRecord.invoice_number))
        .where(col(NoticeItemRecord.notice_number) == notice)
        .order_by(col(NoticeItemRecord.invoice_number))
    )
    return list(journal.session.exec(query))


def _pdf(invoice: InvoiceRecord) -> Pdf:
    return Pdf(invoice.number, attachment_name(invoice.number), invoice_key(invoice))


def _missing(
    journal: Journal,
    invoices: Sequence[InvoiceRecord],
    pdfs: Sequence[Pdf],
    letter: NoticeLetter,
) -> tuple[tuple[str, InvoicePaper], ...]:
    """The copies that were never drawn, each with what it is to show."""
    wanted = [(i, pdf.key) for i, pdf in zip(invoices, pdfs, strict=True) if not i.document]
    known = known_among(journal.session, [key for _, key in wanted])
    missing = [(invoice, key) for invoice, key in wanted if key not in known]
    lines = _lines(journal, letter.number) if missing else {}
    return tuple((key, paper_of(i, lines.get(i.number, ()), letter)) for i, key in missing)


def _lines(journal: Journal, notice: str) -> dict[str, list[InvoiceLineRecord]]:
    """The lines of a notice's invoices, by invoice."""
    query = (
        select(InvoiceLineRecord)
        .join(
            NoticeItemRecord,
            col(NoticeItemRecord.invoice_number) == col(InvoiceLineRecord.invoice_number),
        )
        .where(col(NoticeItemRecord.notice_number) == notice)
        .order_by(col(InvoiceLineRecord.line))
    )
    lines: dict[str, list[InvoiceLineRecord]] = defaultdict(list)
    for line in journal.session.exec(query):
        lines[line.invoice_number].append(line)
    return lines


def letter_of(journal: Journal, notice: NoticeRecord, claimed: Sequence[Claimed]) -> NoticeLetter:
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
            for item, invoice in claimed
        ),
        next_step=StageKind(notice.next_kind) if notice.next_kind else None,
        credit=credit_of(journal.session, notice.customer_id),
    )


def paper_of(
    invoice: InvoiceRecord, lines: Iterable[InvoiceLineRecord], letter: NoticeLetter
) -> InvoicePaper:
    """The invoice as a copy shows it."""
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

"""The case for the lawyer: a ZIP of what was sent, with a list."""

import asyncio
import csv
import io
import zipfile
from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from activities.documents import Kept, invoice_key, keep, known_among
from activities.facts import ladder_for
from activities.journal import Journal
from activities.papers import CaseEntry, CaseItem, CasePaper, attachment_name, case_list
from activities.workplace import Workplace
from gateways.files import DocumentStore, safe_name
from gateways.printer import Printer
from models.messages import CaseAsked
from models.settings import Documents
from models.tables import (
    CallAttemptRecord,
    CallItemRecord,
    CaseState,
    CustomerRecord,
    InvoiceRecord,
    LegalCaseItemRecord,
    LegalCaseRecord,
    NoticeItemRecord,
    NoticePartRecord,
    NoticeRecord,
    NoticeState,
    PositionRecord,
)
from rules.creditor import Creditor
from rules.letters import Addressee, ClaimedInvoice
from rules.money import Money

Claim = tuple[LegalCaseItemRecord, InvoiceRecord, PositionRecord]
_WENT_OUT = (NoticeState.SENT.value, NoticeState.IN_DOUBT.value)
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # a ZIP's earliest date: equal facts give equal bytes


@dataclass(frozen=True)
class _Dossier:
    """What goes into a case: its list, the kept documents by entry, and the calls as text."""

    paper: CasePaper
    documents: tuple[tuple[CaseEntry, str], ...]
    calls: str


class CaseAssembler:
    """Puts together what the lawyer receives."""

    def __init__(self, workplace: Workplace, printer: Printer, store: DocumentStore) -> None:
        self._work = workplace
        self._printer = printer
        self._store = store

    async def assemble(self, asked: CaseAsked) -> None:
        """Safe to repeat: the same record gives the same ZIP under the same key."""
        if self._work.documents is not Documents.ALL:
            return
        if not await self._work.read(asked.clock, lambda journal: _left(journal, asked.case)):
            return
        dossier = await self._work.read(
            asked.clock, lambda journal: _dossier(journal, asked.case, self._work.creditor)
        )
        listed = await self._printer.pdf(case_list(dossier.paper))
        # On a thread: of a retail chain it is thousands of files.
        kept = await asyncio.to_thread(self._zipped, f"case/{asked.case}.zip", dossier, listed)
        await self._work.read(asked.clock, lambda journal: _assembled(journal, asked.case, kept))

    def _zipped(self, key: str, dossier: _Dossier, listed: bytes) -> Kept:
        with self._store.writing(key) as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                _add(archive, "list.pdf", listed)
                for entry, document in dossier.documents:
                    _add(archive, entry.name, self._store.get(document))
                _add(archive, "calls.csv", dossier.calls.encode())
            return Kept.of_file(key, "case", file)


def _left(journal: Journal, case: str) -> bool:
    return journal.session.get_one(LegalCaseRecord, case).state == CaseState.HANDED_OVER


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    is_packed = name.endswith(".pdf")
    packing = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
    archive.writestr(zipfile.ZipInfo(name, _LONG_AGO), content, packing)


def _assembled(journal: Journal, case: str, kept: Kept) -> None:
    journal.session.get_one(LegalCaseRecord, case).document = kept.key
    keep(journal, [kept])


def _dossier(journal: Journal, case: str, creditor: Creditor) -> _Dossier:
    record = journal.session.get_one(LegalCaseRecord, case)
    claimed = _claimed(journal, case)
    invoices = [invoice for _, invoice, _ in claimed]
    ladder = ladder_for(journal.session, invoices[0].policy)
    documents = [
        *_notice_entries(journal, _notices_about(journal, case)),
        *_invoice_entries(journal, invoices),
    ]
    day = ladder.today(record.handed_over_at or record.opened_at)
    entries = [entry for entry, _ in documents] + [CaseEntry("calls.csv", CaseItem.CALL, day)]
    paper = CasePaper(
        number=case,
        day=day,
        creditor=creditor,
        addressee=_addressee(journal, record.customer_id),
        invoices=tuple(_as_claimed(*claim) for claim in claimed),
        entries=tuple(entries),
    )
    return _Dossier(paper, tuple(documents), _calls(journal, case))


def _claimed(journal: Journal, case: str) -> list[Claim]:
    number = col(LegalCaseItemRecord.invoice_number)
    query = (
        select(LegalCaseItemRecord, InvoiceRecord, PositionRecord)
        .join(InvoiceRecord, col(InvoiceRecord.number) == number)
        .join(PositionRecord, col(PositionRecord.invoice_number) == number)
        .where(col(LegalCaseItemRecord.case) == case)
        .order_by(number)
    )
    return list(journal.session.exec(query))


def _numbers(case: str) -> SelectOfScalar[str]:
    """The case's invoices, for a statement to ask by itself: thousands are no parameters."""
    return select(LegalCaseItemRecord.invoice_number).where(col(LegalCaseItemRecord.case) == case)


def _notices_about(journal: Journal, case: str) -> list[NoticeRecord]:
    """The notices that were sent about the case's invoices, in order."""
    query = (
        select(NoticeRecord)
        .join(NoticeItemRecord, col(NoticeItemRecord.notice_number) == col(NoticeRecord.number))
        .where(
            col(NoticeItemRecord.invoice_number).in_(_numbers(case)),
            col(NoticeRecord.state).in_(_WENT_OUT),
        )
        .order_by(col(NoticeRecord.sequence))
        .distinct()
    )
    return list(journal.session.exec(query))


def _parts_of(journal: Journal, notice: NoticeRecord) -> list[str]:
    """The mails that followed a notice's own, in order."""
    query = select(NoticePartRecord.document).where(
        col(NoticePartRecord.notice_number) == notice.number,
        col(NoticePartRecord.state).in_(_WENT_OUT),
    )
    return list(journal.session.exec(query.order_by(col(NoticePartRecord.part))))


def _notice_entries(journal: Journal, sent: list[NoticeRecord]) -> list[tuple[CaseEntry, str]]:
    """Each notice's mails: of most it is one, of a retail chain's the parts as well."""
    entries = []
    for notice in sent:
        documents = [notice.document] if notice.document else []
        for part, document in enumerate([*documents, *_parts_of(journal, notice)], 1):
            stem = safe_name(notice.number) + (f".{part}" if part > 1 else "")
            entry = CaseEntry(f"notices/{stem}.eml", CaseItem.NOTICE, notice.day, notice.number)
            entries.append((entry, document))
    return entries


def _invoice_entries(
    journal: Journal, invoices: list[InvoiceRecord]
) -> list[tuple[CaseEntry, str]]:
    keys = {invoice.number: invoice_key(invoice) for invoice in invoices}
    known = known_among(journal.session, list(keys.values()))
    return [
        (
            CaseEntry(
                f"invoices/{attachment_name(invoice.number)}",
                CaseItem.INVOICE,
                invoice.issue_date,
                invoice.number,
            ),
            keys[invoice.number],
        )
        for invoice in invoices
        if invoice.document or keys[invoice.number] in known
    ]


def _calls(journal: Journal, case: str) -> str:
    """Every attempt to phone about these invoices, as CSV."""
    query = (
        select(CallAttemptRecord)
        .join(CallItemRecord, col(CallItemRecord.task) == col(CallAttemptRecord.task))
        .where(col(CallItemRecord.invoice_number).in_(_numbers(case)))
        .order_by(col(CallAttemptRecord.at), col(CallAttemptRecord.id))
        .distinct()
    )
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["at", "task", "invoice_number", "outcome", "by", "note", "notices"])
    for call in journal.session.exec(query):
        writer.writerow(
            [
                call.at.isoformat(),
                call.task,
                call.invoice_number,
                call.outcome,
                call.actor,
                call.note,
                call.heard,
            ]
        )
    return text.getvalue()


def _addressee(journal: Journal, customer_id: str) -> Addressee:
    customer = journal.session.get_one(CustomerRecord, customer_id)
    return Addressee(
        customer_id, customer.name, customer.email, customer.language, customer.country
    )


def _as_claimed(
    item: LegalCaseItemRecord, invoice: InvoiceRecord, position: PositionRecord
) -> ClaimedInvoice:
    return ClaimedInvoice(
        number=invoice.number,
        issue_date=invoice.issue_date,
        due_date=invoice.due_date,
        total=Money(invoice.amount_minor, invoice.currency),
        balance=Money(item.balance_minor, invoice.currency),
        level=position.level,
        advances=True,
    )

"""The case for the lawyer: a ZIP of what was sent, with a list."""

import csv
import io
import zipfile
from dataclasses import dataclass

from sqlmodel import col, select

from activities.cases_record import items_of
from activities.documents import keep
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
    DocumentRecord,
    InvoiceRecord,
    LegalCaseRecord,
    NoticeItemRecord,
    NoticeRecord,
    NoticeState,
    PositionRecord,
)
from rules.creditor import Creditor
from rules.letters import Addressee, ClaimedInvoice
from rules.money import Money

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
        content = self._zipped(dossier, listed)
        key = f"case/{asked.case}.zip"
        self._store.put(key, content)
        await self._work.read(
            asked.clock, lambda journal: _assembled(journal, asked.case, key, content)
        )

    def _zipped(self, dossier: _Dossier, listed: bytes) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            _add(archive, "list.pdf", listed)
            for entry, key in dossier.documents:
                _add(archive, entry.name, self._store.get(key))
            _add(archive, "calls.csv", dossier.calls.encode())
        return buffer.getvalue()


def _left(journal: Journal, case: str) -> bool:
    return journal.session.get_one(LegalCaseRecord, case).state == CaseState.HANDED_OVER


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    archive.writestr(zipfile.ZipInfo(name, _LONG_AGO), content, zipfile.ZIP_DEFLATED)


def _assembled(journal: Journal, case: str, key: str, content: bytes) -> None:
    journal.session.get_one(LegalCaseRecord, case).document = key
    keep(journal, key, "case", content)


def _dossier(journal: Journal, case: str, creditor: Creditor) -> _Dossier:
    record = journal.session.get_one(LegalCaseRecord, case)
    items = items_of(journal, case)
    numbers = [item.invoice_number for item in items]
    invoices = [journal.session.get_one(InvoiceRecord, number) for number in numbers]
    ladder = ladder_for(journal.session, invoices[0].policy)
    documents = [
        *_notice_entries(_notices_about(journal, numbers)),
        *_invoice_entries(journal, invoices),
    ]
    calls = _calls(journal, numbers)
    day = ladder.today(record.handed_over_at or record.opened_at)
    entries = [entry for entry, _ in documents] + [CaseEntry("calls.csv", CaseItem.CALL, day)]
    paper = CasePaper(
        number=case,
        day=day,
        creditor=creditor,
        addressee=_addressee(journal, record.customer_id),
        invoices=tuple(
            _claimed(journal, invoice, item.balance_minor)
            for item, invoice in zip(items, invoices, strict=True)
        ),
        entries=tuple(entries),
    )
    return _Dossier(paper, tuple(documents), calls)


def _notices_about(journal: Journal, numbers: list[str]) -> list[NoticeRecord]:
    """The notices that were sent about these invoices, in order."""
    query = (
        select(NoticeRecord)
        .join(NoticeItemRecord, col(NoticeItemRecord.notice_number) == col(NoticeRecord.number))
        .where(
            col(NoticeItemRecord.invoice_number).in_(numbers),
            col(NoticeRecord.state).in_([NoticeState.SENT.value, NoticeState.IN_DOUBT.value]),
        )
        .order_by(col(NoticeRecord.sequence))
        .distinct()
    )
    return list(journal.session.exec(query))


def _notice_entries(sent: list[NoticeRecord]) -> list[tuple[CaseEntry, str]]:
    return [
        (
            CaseEntry(
                f"notices/{safe_name(notice.number)}.eml",
                CaseItem.NOTICE,
                notice.day,
                notice.number,
            ),
            notice.document,
        )
        for notice in sent
        if notice.document
    ]


def _invoice_entries(
    journal: Journal, invoices: list[InvoiceRecord]
) -> list[tuple[CaseEntry, str]]:
    entries = []
    for invoice in invoices:
        name = attachment_name(invoice.number)
        key = invoice.document or f"copy/{name}"
        if journal.session.get(DocumentRecord, key) is not None:
            entry = CaseEntry(
                f"invoices/{name}", CaseItem.INVOICE, invoice.issue_date, invoice.number
            )
            entries.append((entry, key))
    return entries


def _calls(journal: Journal, numbers: list[str]) -> str:
    """Every attempt to phone about these invoices, as CSV."""
    query = (
        select(CallAttemptRecord)
        .join(CallItemRecord, col(CallItemRecord.task) == col(CallAttemptRecord.task))
        .where(col(CallItemRecord.invoice_number).in_(numbers))
        .order_by(col(CallAttemptRecord.at), col(CallAttemptRecord.id))
        .distinct()
    )
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["at", "task", "invoice_number", "outcome", "by", "note"])
    for call in journal.session.exec(query):
        writer.writerow(
            [
                call.at.isoformat(),
                call.task,
                call.invoice_number,
                call.outcome,
                call.actor,
                call.note,
            ]
        )
    return text.getvalue()


def _addressee(journal: Journal, customer_id: str) -> Addressee:
    customer = journal.session.get_one(CustomerRecord, customer_id)
    return Addressee(
        customer_id, customer.name, customer.email, customer.language, customer.country
    )


def _claimed(journal: Journal, invoice: InvoiceRecord, balance: int) -> ClaimedInvoice:
    position = journal.session.get_one(PositionRecord, invoice.number)
    return ClaimedInvoice(
        number=invoice.number,
        issue_date=invoice.issue_date,
        due_date=invoice.due_date,
        total=Money(invoice.amount_minor, invoice.currency),
        balance=Money(balance, invoice.currency),
        level=position.level,
        advances=True,
    )

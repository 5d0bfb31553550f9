"""What the demo's mailbox page shows: every mail as it arrived, every document, every case. Reads only."""

import io
import sqlite3
import threading
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from functools import cached_property
from pathlib import Path

from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import NullPool
from sqlmodel import Session, col, select

from activities.papers import attachment_name
from gateways.files import FolderStore
from models.tables import (
    CustomerRecord,
    DocumentRecord,
    InvoiceRecord,
    LegalCaseItemRecord,
    LegalCaseRecord,
    LetterRecord,
    NoticeRecord,
)
from rules.money import Money, totals
from sandbox.mailbox import Mailbox, Received


@dataclass(frozen=True)
class Part:
    """An attachment, or a file of a case."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class ShownMail:
    """One mail; `number` counts from 1 in the order of arrival, `level` is a notice's, 0 for others.
    `reference` names the notice, or the letter about debits, that it is."""

    number: int
    received: Received
    level: int = 0
    reference: str = ""
    customer_id: str = ""

    @cached_property
    def message(self) -> EmailMessage:
        return self.received.message

    @property
    def to(self) -> str:
        return str(self.message["To"])

    @property
    def name(self) -> str:
        """Of whom it is to; the address where it says none."""
        addresses = self.message["To"].addresses
        return (addresses[0].display_name or addresses[0].addr_spec) if addresses else self.to

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def date(self) -> datetime:
        found: datetime = self.message["Date"].datetime
        return found

    @property
    def headers(self) -> Sequence[tuple[str, str]]:
        return [(name, str(value)) for name, value in self.message.items()]

    @property
    def html(self) -> str:
        return self._body("html")

    @property
    def text(self) -> str:
        return self._body("plain")

    def _body(self, kind: str) -> str:
        body = self.message.get_body((kind,))
        return str(body.get_content()) if body is not None else ""

    @cached_property
    def attachments(self) -> Sequence[Part]:
        return [
            Part(part.get_filename() or "attachment", part.get_content())
            for part in self.message.iter_attachments()
        ]


@dataclass(frozen=True)
class ShownDocument:
    """An invoice as PDF: copied at import, or drawn."""

    key: str
    number: str
    customer: str
    size: int


@dataclass(frozen=True)
class ShownCase:
    """A case for the lawyer, with the names of its files."""

    case: str
    customer: str
    day: datetime
    claimed: Sequence[Money]
    files: Sequence[str]


class Archive:
    """Reads the mailbox, the database and the kept documents of an embedded stack."""

    def __init__(self, mailbox: Mailbox, database: Path, documents: Path) -> None:
        self._mailbox = mailbox
        self._engine = _read_only(database)
        self._store = FolderStore(documents)
        self._mails: list[ShownMail] = []
        self._one_at_a_time = threading.Lock()  # each page is asked for in a thread of its own

    def mails(self) -> Sequence[ShownMail]:
        """All that arrived, oldest first. A mail is parsed once."""
        with self._one_at_a_time:
            new = self._mailbox.messages()[len(self._mails) :]
            if new:
                with self._reading() as session:
                    known = _written(session)
                for number, received in enumerate(new, start=len(self._mails) + 1):
                    written = known.get(str(received.message["Message-ID"]))
                    self._mails.append(_shown(number, received, written))
            return list(self._mails)

    def documents(self) -> Sequence[ShownDocument]:
        """Every invoice of which a PDF is kept, by number."""
        query = (
            select(InvoiceRecord, CustomerRecord.name)
            .join(
                CustomerRecord,
                col(CustomerRecord.customer_id) == col(InvoiceRecord.customer_id),
            )
            .order_by(col(InvoiceRecord.number))
        )
        with self._reading() as session:
            sizes = {d.key: d.size for d in session.exec(select(DocumentRecord))}
            found = session.exec(query).all()
        keys = [(i.document or f"copy/{attachment_name(i.number)}", i, name) for i, name in found]
        return [
            ShownDocument(key, invoice.number, name, sizes[key])
            for key, invoice, name in keys
            if key in sizes
        ]

    def document(self, key: str) -> bytes | None:
        """A kept file by its key; None for what the record does not name."""
        with self._reading() as session:
            known = session.get(DocumentRecord, key)
        return self._store.get(key) if known else None

    def cases(self) -> Sequence[ShownCase]:
        query = (
            select(LegalCaseRecord, CustomerRecord.name)
            .join(
                CustomerRecord,
                col(CustomerRecord.customer_id) == col(LegalCaseRecord.customer_id),
            )
            .where(col(LegalCaseRecord.document) != "")
            .order_by(col(LegalCaseRecord.opened_at), col(LegalCaseRecord.case))
        )
        with self._reading() as session:
            return [
                ShownCase(
                    case=case.case,
                    customer=name,
                    day=case.handed_over_at or case.opened_at,
                    claimed=_claimed(session, case.case),
                    files=self._names(case.document),
                )
                for case, name in session.exec(query).all()
            ]

    def case_file(self, case: str, name: str) -> bytes | None:
        """A file of a case's ZIP, or (no name) the ZIP; None where there is none of that name."""
        with self._reading() as session:
            record = session.get(LegalCaseRecord, case)
        if record is None or not record.document:
            return None
        content = self._store.get(record.document)
        if not name:
            return content
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive.read(name) if name in archive.namelist() else None

    def _names(self, key: str) -> Sequence[str]:
        with zipfile.ZipFile(io.BytesIO(self._store.get(key))) as archive:
            return archive.namelist()

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        with Session(self._engine) as session:
            yield session


def _read_only(database: Path) -> Engine:
    """A look at the database never waits for who writes, and cannot write."""
    address = f"{database.resolve().as_uri()}?mode=ro"
    return create_engine(
        "sqlite://", creator=lambda: sqlite3.connect(address, uri=True), poolclass=NullPool
    )


def _written(session: Session) -> Mapping[str, NoticeRecord | LetterRecord]:
    """What was written, by its Message-ID."""
    notices, letters = session.exec(select(NoticeRecord)), session.exec(select(LetterRecord))
    return {one.message_id: one for one in (*notices, *letters)}


def _shown(
    number: int, received: Received, written: NoticeRecord | LetterRecord | None
) -> ShownMail:
    if written is None:
        return ShownMail(number, received)
    level = written.level if isinstance(written, NoticeRecord) else 0
    return ShownMail(number, received, level, written.number, written.customer_id)


def _claimed(session: Session, case: str) -> Sequence[Money]:
    items = session.exec(select(LegalCaseItemRecord).where(col(LegalCaseItemRecord.case) == case))
    return totals(Money(item.balance_minor, item.currency) for item in items)

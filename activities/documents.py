"""Documents on the record: which were kept, and what they were."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BufferedRandom

from sqlmodel import Session, col, select

from activities.journal import Journal
from activities.papers import attachment_name
from models.tables import DocumentRecord, InvoiceRecord

_AT_ONCE = 1000  # below every database's limit of parameters in a statement


def mail_key(notice: str, part: int = 1) -> str:
    """Where a notice's mail is kept, or a further part of it."""
    return f"mail/{notice}.eml" if part == 1 else f"mail/{notice}.{part}.eml"


def invoice_key(invoice: InvoiceRecord) -> str:
    """Where an invoice's PDF is kept: the original, else the copy that is drawn with a notice."""
    return invoice.document or f"copy/{attachment_name(invoice.number)}"


@dataclass(frozen=True)
class Kept:
    """A document that the store has."""

    key: str
    kind: str
    sha256: str
    size: int

    @classmethod
    def of(cls, key: str, kind: str, content: bytes) -> "Kept":
        return cls(key, kind, hashlib.sha256(content).hexdigest(), len(content))

    @classmethod
    def of_file(cls, key: str, kind: str, file: BufferedRandom) -> "Kept":
        """Of a file that is open for reading, without holding it in memory."""
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return cls(key, kind, digest, file.tell())


def keep(journal: Journal, documents: Sequence[Kept]) -> None:
    """Record documents that the store has. The same key again takes the newer content."""
    known = {record.key: record for record in _records(journal.session, [d.key for d in documents])}
    for document in documents:
        record = known.get(document.key)
        if record is None:
            record = known[document.key] = DocumentRecord(
                key=document.key, kind=document.kind, sha256="", size=0, made_at=journal.now
            )
            journal.session.add(record)
        record.sha256, record.size, record.made_at = document.sha256, document.size, journal.now


def known_among(session: Session, keys: Sequence[str]) -> set[str]:
    """Those of the keys under which a document was kept."""
    return {record.key for record in _records(session, keys)}


def _records(session: Session, keys: Sequence[str]) -> Iterable[DocumentRecord]:
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        yield from session.exec(select(DocumentRecord).where(col(DocumentRecord.key).in_(some)))

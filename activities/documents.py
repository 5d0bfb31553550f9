"""Documents on the record: which were kept, and what they were."""

import hashlib

from activities.journal import Journal
from models.tables import DocumentRecord


def keep(journal: Journal, key: str, kind: str, content: bytes) -> None:
    """Record a document that the store has. The same key again takes the newer content."""
    journal.session.merge(
        DocumentRecord(
            key=key,
            kind=kind,
            sha256=hashlib.sha256(content).hexdigest(),
            size=len(content),
            made_at=journal.now,
        )
    )

"""The creditor as recorded: a letter shows the one it was made under."""

import hashlib

from pydantic import TypeAdapter

from activities.journal import Journal
from models.tables import CreditorRecord
from rules.creditor import Creditor

_JSON = TypeAdapter(Creditor)


def record_creditor(journal: Journal, creditor: Creditor) -> str:
    """Keep a creditor by its content and return its digest; known content is not kept twice. Its banks
    stand in no letter."""
    content = _JSON.dump_json(creditor, exclude={"banks"}).decode()
    digest = hashlib.sha256(content.encode()).hexdigest()
    if journal.session.get(CreditorRecord, digest) is None:
        journal.session.add(CreditorRecord(digest=digest, content=content, recorded_at=journal.now))
        journal.session.flush()
    return digest


_KEPT: dict[str, Creditor] = {}


def recorded_creditor(journal: Journal, digest: str) -> Creditor:
    """The creditor of a digest. Kept: a digest never means another."""
    if digest not in _KEPT:
        content = journal.session.get_one(CreditorRecord, digest).content
        _KEPT[digest] = _JSON.validate_json(content)
    return _KEPT[digest]

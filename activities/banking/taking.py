"""Take bank files in, one transaction each, and then let matching decide what they brought."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func
from sqlmodel import Session, col, select

from activities import matching
from activities.banking.age import oldest_in_use, tell_who_waited
from activities.banking.recording import BankFileTaken, take_bank_file
from activities.journal import Journal
from gateways.statements import read_payment_statuses, read_statements, recognise
from models.tables import BankEntryRecord, BankStatementRecord, EntryState
from rules.statements import Booking, FileFormat

Progress = Callable[[float], None]


@dataclass(frozen=True)
class BankFile:
    """A file that was read through and found right; `bookings` of all its statements."""

    path: Path
    format: FileFormat
    bookings: int


@dataclass(frozen=True)
class Decided:
    """What matching did with entries: how many are matched, on the list for a person, set aside."""

    matched: int
    listed: int
    set_aside: int


def told_apart(paths: Sequence[Path]) -> tuple[list[Path], list[tuple[Path, FileFormat]]]:
    """Ledger files, and the bank's. Raises FileMistake for what cannot be opened."""
    ledgers, banks = [], []
    for path in paths:
        form = recognise(path)
        if form is None:
            ledgers.append(path)
        else:
            banks.append((path, form))
    return ledgers, banks


def check_bank_file(path: Path, form: FileFormat, *, max_bytes: int) -> BankFile:
    """Read a file through and record nothing. Raises FileMistake."""
    if form is FileFormat.PAIN002:
        read_payment_statuses(path, max_bytes=max_bytes)
        return BankFile(path, form, 0)
    parts = read_statements(path, max_bytes=max_bytes)
    return BankFile(path, form, sum(isinstance(part, Booking) for part in parts))


def take(
    journal: Journal, file: BankFile, *, max_bytes: int, heard: Callable[[int], None]
) -> BankFileTaken:
    """Record one file in this transaction; a fresher day lets notices go on that waited for it."""
    before = oldest_in_use(journal.session)
    taken = take_bank_file(journal, file.path, file.format, max_bytes=max_bytes, heard=heard)
    tell_who_waited(journal, before)
    return taken


def decide(journal: Journal) -> Decided | None:
    """Match what waits; None where nothing does. Safe to repeat: an entry is decided once, and one
    on the list is looked at again with what has come in since."""
    waiting = _waiting(journal.session)
    if not waiting:
        return None
    done = matching.match_open(journal)
    return Decided(done.matched, _listed(journal.session), done.set_aside)


def _waiting(session: Session) -> bool:
    open_ = col(BankEntryRecord.state) == EntryState.OPEN.value
    return session.exec(select(BankEntryRecord.id).where(open_).limit(1)).first() is not None


def _listed(session: Session) -> int:
    open_ = col(BankEntryRecord.state) == EntryState.OPEN.value
    return session.exec(select(func.count()).select_from(BankEntryRecord).where(open_)).one()


def has_bank_data(session: Session) -> bool:
    """Whether any statement was ever taken in."""
    return session.exec(select(BankStatementRecord.id).limit(1)).first() is not None

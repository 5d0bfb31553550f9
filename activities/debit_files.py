"""Files of debits for our banks: made in one transaction, kept, handed over once.

What makes each step safe to repeat: a debit's file is recorded on its attempt in the transaction that
makes the file, so no other file has it; its bytes are kept before that commits; that it is about to be
handed over is recorded before it is (gateways/debit_folder.py says why).
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import func
from sqlmodel import Session, col, select
from temporalio import activity

from activities.debit_selection import Waiting, chosen, text_of, used_before, waiting
from activities.documents import Kept, keep
from activities.journal import Journal
from activities.workplace import Workplace
from gateways.calendars import TARGET, business_days
from gateways.debit_folder import DebitFolder
from gateways.files import DocumentStore
from gateways.pain008 import write_pain008
from models.messages import DebitFilesAsked, DebitFilesStep
from models.ports import BankPort
from models.settings import MailMode
from models.tables import DebitFileRecord, DebitingBankRecord
from rules import debit_files
from rules.creditor import Creditor, DebitingBank
from rules.days import DAY, local_moment
from rules.debit_files import Debit, DebitFile
from rules.methods import Frequency, Scheme
from rules.money import Money

# Before a cut-off a file is made twice: in good time, and of what was tried since at the last moment.
_BEFORE_CUT_OFF = (timedelta(minutes=30), timedelta(minutes=5))
_KIND = "debit_file"


class DebitFiles(BankPort):
    """The activities of one of our banks. `folder` None: no bank takes debits."""

    def __init__(self, workplace: Workplace, store: DocumentStore, folder: Path | None) -> None:
        self._work = workplace
        self._store = store
        self._folder = DebitFolder(folder) if folder else None

    @activity.defn(name="next_debit_file")
    async def next_debit_file(self, asked: DebitFilesAsked) -> DebitFilesStep:
        """Safe to repeat: it only reads."""
        return await self._work.read(asked.clock, lambda journal: self._step(journal, asked.bank))

    @activity.defn(name="write_debit_file")
    async def write_debit_file(self, asked: DebitFilesAsked) -> DebitFilesStep:
        """Safe to repeat: what stands in a file is in no other, and of one that was made only what is
        missing is done."""
        creditor, folder = self._work.creditor, self._folder
        bank = _named(creditor, asked.bank)
        if bank is None or folder is None or self._work.mode is not MailMode.SEND:
            return await self.next_debit_file(asked)
        await self._work.record(
            "", asked.clock, lambda journal: make_files(journal, creditor, bank, self._store)
        )
        for message in await self._work.read(asked.clock, lambda j: not_written(j, bank.name)):
            await self._work.read(asked.clock, partial(self._prepare, message))
            await self._work.read(asked.clock, partial(self._hand_over, message))
        return await self.next_debit_file(asked)

    def _prepare(self, message: str, journal: Journal) -> None:
        assert self._folder is not None, "there is a file to hand over"
        prepare(journal, message, self._store, self._folder)

    def _hand_over(self, message: str, journal: Journal) -> None:
        assert self._folder is not None, "there is a file to hand over"
        hand_over(journal, message, self._folder)

    def _step(self, journal: Journal, name: str) -> DebitFilesStep:
        bank = _named(self._work.creditor, name)
        if bank is None or self._folder is None:
            return DebitFilesStep(at=None)
        return DebitFilesStep(
            at=next_moment(bank, journal.now),
            waiting=len(waiting(journal.session, self._work.creditor, bank)),
            timezone=bank.timezone,
        )


def _named(creditor: Creditor, name: str) -> DebitingBank | None:
    return next((bank for bank in creditor.banks if bank.name == name), None)


def next_moment(bank: DebitingBank, now: datetime) -> datetime:
    """When the bank's next file is made, seen from `now`: shortly before a TARGET day's cut-off."""
    zone, target = ZoneInfo(bank.timezone), business_days(TARGET)
    day = target.forward(now.astimezone(zone).date())
    while True:
        cut_off = local_moment(day, bank.cut_off, zone)
        moments = (cut_off - before for before in _BEFORE_CUT_OFF)
        if ahead := [moment for moment in moments if moment > now]:
            return ahead[0]
        day = target.forward(day + DAY)


def sent_on(bank: DebitingBank, now: datetime) -> date:
    """The TARGET day that a file made now counts for: after the cut-off it is the next one."""
    zone, target = ZoneInfo(bank.timezone), business_days(TARGET)
    local = now.astimezone(zone)
    late = local.time() > bank.cut_off
    return target.forward(local.date() + DAY if late else local.date())


def make_files(
    journal: Journal, creditor: Creditor, bank: DebitingBank, store: DocumentStore
) -> list[str]:
    """Put every debit that has to be at the bank today into a file, one for each scheme; the messages'
    names. To be handed over in a later transaction."""
    journal.session.get(DebitingBankRecord, bank.name, with_for_update=True)
    today = sent_on(bank, journal.now)
    found = chosen(journal, creditor, bank, today)
    made = []
    for scheme in Scheme:
        if mine := [one for one in found if one.method.scheme == scheme]:
            made.append(_make(journal, creditor, bank, store, today, scheme, mine))
    return made


def _make(
    journal: Journal,
    creditor: Creditor,
    bank: DebitingBank,
    store: DocumentStore,
    today: date,
    scheme: Scheme,
    found: Sequence[Waiting],
) -> str:
    number = _count(journal.session, bank) + 1
    message = debit_files.message_id(bank.name, today, number)
    file = DebitFile(
        message=message,
        made_at=journal.now,
        bank=bank,
        creditor=creditor.name,
        creditor_identifier=creditor.creditor_identifier,
        scheme=scheme,
        batches=debit_files.batches(message, _debits(journal.session, creditor, found)),
    )
    content = write_pain008(file)
    document = f"{_KIND}/{message}.xml"
    store.put(document, content)
    keep(journal, [Kept.of(document, _KIND, content)])
    _record(journal, file, number, today, document)
    _assign(journal, file, found)
    return message


def _count(session: Session, bank: DebitingBank) -> int:
    query = select(func.coalesce(func.max(DebitFileRecord.sequence), 0))
    return int(session.exec(query.where(col(DebitFileRecord.bank) == bank.name)).one())


def _debits(session: Session, creditor: Creditor, found: Sequence[Waiting]) -> Iterator[Debit]:
    """In the order of their days: of one mandate only the first one is its first."""
    used = used_before(session, found)
    for one in sorted(found, key=lambda one: (one.attempt.day, one.attempt.key)):
        frequency, number = Frequency(one.method.frequency), one.method.number
        assert one.method.signed_on is not None, "a mandate without its day was not chosen"
        yield Debit(
            key=one.attempt.key,
            amount=Money(one.attempt.amount_minor, one.attempt.currency),
            mandate=one.method.reference,
            signed_on=one.method.signed_on,
            iban=one.method.iban,
            bic=one.method.bic,
            holder=one.holder,
            text=text_of(one, creditor),
            sequence=debit_files.sequence_of(frequency, was_debited=number in used),
            day=one.attempt.day,
        )
        used.add(number)


def _record(journal: Journal, file: DebitFile, number: int, day: date, document: str) -> None:
    journal.session.add(
        DebitFileRecord(
            message=file.message,
            bank=file.bank.name,
            sequence=number,
            scheme=file.scheme.value,
            day=day,
            debits=len(file.debits),
            total_minor=file.total,
            currency=debit_files.EURO,
            document=document,
            made_at=journal.now,
        )
    )
    journal.session.flush()
    total = Money(file.total, debit_files.EURO)
    journal.log_customer(
        "debit_file_made",
        "",
        reference=file.message,
        detail=f"{debit_files.counted(len(file.debits))}, {total}",
    )


def _assign(journal: Journal, file: DebitFile, found: Sequence[Waiting]) -> None:
    by_key = {one.attempt.key: one for one in found}
    for batch in file.batches:
        for debit in batch.debits:
            one = by_key[debit.key]
            one.attempt.file, one.attempt.batch = file.message, batch.identifier
            used = one.method.last_used_on
            one.method.last_used_on = max(used or debit.day, debit.day)
            journal.log("debit_filed", one.invoice, amount=debit.amount.minor, reference=debit.key)
    journal.session.flush()


def not_written(journal: Journal, bank: str) -> list[str]:
    """Messages that were made and not handed over yet, in their order."""
    query = select(DebitFileRecord.message).where(
        col(DebitFileRecord.bank) == bank, col(DebitFileRecord.written_at).is_(None)
    )
    return list(journal.session.exec(query.order_by(col(DebitFileRecord.sequence))))


def prepare(journal: Journal, message: str, store: DocumentStore, folder: DebitFolder) -> None:
    """Have a file ready beside its place, and record that it is about to be put there."""
    record = journal.session.get_one(DebitFileRecord, message, with_for_update=True)
    if not record.name:
        record.name = debit_files.file_name(record.bank, record.day, message)
        folder.prepare(record.name, store.get(record.document))


def hand_over(journal: Journal, message: str, folder: DebitFolder) -> DebitFileRecord:
    """Put a prepared file in its place, and record that it is there."""
    record = journal.session.get_one(DebitFileRecord, message, with_for_update=True)
    if record.written_at is None:
        folder.hand_over(record.name)
        record.written_at = journal.now
        journal.log_customer("debit_file_written", "", reference=message)
    return record

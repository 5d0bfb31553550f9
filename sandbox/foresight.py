"""What a customer will receive: the production workflows, run ahead on a copy of what is recorded.

Nobody pays meanwhile, nobody answers the telephone, and no debit goes through: it is what comes if
nothing happens. Nothing is sent, and the real database is only read.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlmodel import Session, col, select

from activities.copying import copy_rows
from activities.facts import ladder_for
from activities.reconciling import open_refunds_by_workflow, start_those_but
from activities.timeline import Row, rows
from gateways.files import FolderStore
from gateways.mail import FolderMail
from gateways.payments import CollectionAnswer, CollectionRequest, CollectionStatus
from gateways.staff import NobodyAnswers
from models.settings import Documents, Settings
from models.tables import (
    AttentionRecord,
    InvoiceRecord,
    LetterItemRecord,
    LetterKind,
    LetterRecord,
    LetterState,
    NoticeRecord,
    NoticeState,
)
from models.tables.base import by_text
from rules.days import local_moment
from rules.errors import Unreachable, UserMistake
from rules.ladder import Ladder
from rules.money import Money, parse_minor, totals
from sandbox.skipping import Stalled
from sandbox.world import quiet, virtual_world
from worker import Adapters, House, furnish

_WORDS = {
    "notice_sent": "notice",
    "notice_listed": "notice",
    "call_opened": "call",
    "legal_handover": "to the lawyer",
    "collection_started": "collection",
}
_STAGES = tuple(_WORDS)
_LETTERS = {
    LetterKind.ANNOUNCEMENT: "a debit is announced",
    LetterKind.FAILED: "a debit failed",
}
_ON_THEIR_WAY = (NoticeState.MADE.value, NoticeState.SENDING.value, NoticeState.IN_DOUBT.value)
_TRIES = 5


@dataclass(frozen=True)
class Named:
    """One invoice of what comes: `level` it reaches by it, or reached before (also open)."""

    number: str
    event: str
    level: str
    balance: Money


@dataclass(frozen=True)
class Coming:
    """One notice, letter, debit, call or handover. `at` is its moment in the policy's zone, `claims` the
    total of its invoices per currency."""

    at: str
    what: str
    reference: str
    invoices: tuple[Named, ...]
    claims: tuple[Money, ...]

    @property
    def day(self) -> date:
        return datetime.fromisoformat(self.at).date()


@dataclass(frozen=True)
class Outlook:
    """`until` is the last day looked at; `attention` what waits for a person, now or by then."""

    customer_id: str
    until: date
    coming: tuple[Coming, ...]
    attention: tuple[str, ...]


class NoDebitGoesThrough:
    """Every payer refuses: each debit is made once, and what comes after it is seen."""

    _ANSWER = CollectionAnswer(CollectionStatus.DECLINED_HARD, "MS02")

    async def collect(self, request: CollectionRequest) -> CollectionAnswer:
        return self._ANSWER

    async def outcome(self, request: CollectionRequest) -> CollectionAnswer:
        return self._ANSWER


async def foresee(settings: Settings, customer_id: str, *, now: datetime, days: int) -> Outlook:
    """Run a customer's ladder ahead, `days` calendar days from `now` (business time).

    Raises UserMistake where the customer is unknown, Unreachable where the database is away.
    """
    for _ in range(_TRIES):
        with TemporaryDirectory(prefix="duely-") as folder:
            try:
                return await _foresee(settings, customer_id, Path(folder), now=now, days=days)
            except Stalled:
                continue
    raise Unreachable(f"the time-skipping server stood still {_TRIES} times")


async def _foresee(
    settings: Settings, customer_id: str, folder: Path, *, now: datetime, days: int
) -> Outlook:
    house = _house(settings, folder)
    async with virtual_world(house, folder, begins=now, runtime=quiet()) as world:
        database = house.workplace.database
        copy_rows(settings.database_url, database, customer=customer_id)
        ladder = await database.run(lambda session: _ladder(session, customer_id))
        _lend_unsent_mails(await database.run(_unsent_mails), settings, folder)
        until = ladder.today(now) + timedelta(days=days)
        # Nobody is paid back ahead: what a bank will say of a refund moves no ladder.
        refunds = await database.run(open_refunds_by_workflow)
        await start_those_but(refunds, database, world.client, world.clock)
        await world.jump_to(local_moment(until, time(23, 59), ladder.zone))
        since = now.astimezone(ladder.zone)
        return await database.run(lambda session: _outlook(session, customer_id, since, until))


def _house(settings: Settings, folder: Path) -> House:
    """The production house on a copy; what goes out stays in the folder. Mails leave also where
    production still holds them: what would come is what one asks."""
    copied = settings.model_copy(
        update={
            "database_url": f"sqlite:///{folder / 'copy.db'}",
            "documents_dir": folder / "documents",
            "mail_mode": "send",
        }
    )
    mail = FolderMail(folder / "mails")
    adapters = Adapters(mail=mail, payments=NoDebitGoesThrough(), staff=NobodyAnswers())
    return furnish(copied, adapters=adapters, documents=Documents.NONE, by_day=True, fast=True)


def _ladder(session: Session, customer_id: str) -> Ladder:
    """One of the customer's, whose days are meant. Raises UserMistake where there is none."""
    query = select(InvoiceRecord.policy).where(col(InvoiceRecord.customer_id) == customer_id)
    policy = session.exec(query.order_by(by_text(InvoiceRecord.policy)).limit(1)).first()
    if policy is None:
        raise UserMistake(f"no customer {customer_id} is recorded")
    return ladder_for(session, policy)


def _unsent_mails(session: Session) -> list[str]:
    query = select(NoticeRecord.document).where(col(NoticeRecord.state).in_(_ON_THEIR_WAY))
    return [key for key in session.exec(query) if key]


def _lend_unsent_mails(keys: list[str], settings: Settings, folder: Path) -> None:
    """A notice that is written and not sent yet needs its mail; one that is lost is lost here too."""
    real, copy = FolderStore(settings.documents_dir), FolderStore(folder / "documents")
    for key in keys:
        with suppress(FileNotFoundError):
            copy.put(key, real.get(key))


def _outlook(session: Session, customer_id: str, now: datetime, until: date) -> Outlook:
    ahead = [row for row in rows(session, customer=customer_id) if row.moment > now]
    stages = sorted((row for row in ahead if row.event in _STAGES), key=lambda row: row.order)
    parked = select(AttentionRecord.trouble).where(
        col(AttentionRecord.customer_id) == customer_id, col(AttentionRecord.ended_at).is_(None)
    )
    coming = [*_together(stages), *_letters(session, customer_id, now)]
    coming.sort(key=lambda one: datetime.fromisoformat(one.at))
    return Outlook(customer_id, until, tuple(coming), tuple(sorted(set(session.exec(parked)))))


def _letters(session: Session, customer_id: str, now: datetime) -> Iterator[Coming]:
    """What is written about debits, in the zone of `now`; no timeline has it."""
    letters = select(LetterRecord).where(
        col(LetterRecord.customer_id) == customer_id,
        col(LetterRecord.sent_at) > now,
        col(LetterRecord.state).in_((LetterState.SENT.value, LetterState.IN_DOUBT.value)),
    )
    for letter in session.exec(letters.order_by(col(LetterRecord.sequence))):
        items = session.exec(
            select(LetterItemRecord).where(col(LetterItemRecord.letter) == letter.number)
        )
        named = tuple(
            Named(one.invoice_number, letter.kind, "0", Money(one.amount_minor, one.currency))
            for one in items
        )
        assert letter.sent_at is not None, "a letter that was sent has its moment"
        at = letter.sent_at.astimezone(now.tzinfo).isoformat(timespec="seconds")
        claims = totals(one.balance for one in named)
        yield Coming(at, _LETTERS[LetterKind(letter.kind)], letter.number, named, claims)


def _together(stages: Sequence[Row]) -> Iterator[Coming]:
    """One notice, task, case or debit at a time, in the order of the timeline."""
    by_reference: dict[str, list[Row]] = {}
    for row in stages:
        by_reference.setdefault(row.reference, []).append(row)
    for reference, members in by_reference.items():
        named = tuple(map(_named, members))
        claims = totals(invoice.balance for invoice in named)
        yield Coming(members[0].cells[0], _what(named), reference, named, claims)


def _named(row: Row) -> Named:
    _, _, number, event, level, _, balance, currency, _ = row.cells
    return Named(number, event, level, Money(parse_minor(balance, currency), currency))


def _what(named: Sequence[Named]) -> str:
    """In the words of the ladder; a notice by its highest level."""
    event = min((one.event for one in named), key=_STAGES.index)
    if event != "notice_sent":
        return _WORDS[event]
    return f"notice {max(one.level for one in named if one.event == event)}"

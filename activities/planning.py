"""What the first morning after an import would bring: tried on a copy, with the code that does it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from activities.facts import ladder_of
from activities.intake import Taken, record_policy, take_ledger
from activities.journal import Journal, no_alarms
from activities.morning import Happening, Kind, Morning
from activities.papers import is_usable
from activities.workplace import Workplace
from models.settings import MailMode
from models.tables import AttentionRecord, CustomerRecord, InvoiceRecord, PositionRecord, Trouble
from rules.case import Status
from rules.clock import Clock
from rules.days import midnight
from rules.ledger import LedgerFile
from rules.policy import Policy
from rules.spreading import first_day


@dataclass(frozen=True)
class Attention:
    """What waits for a person from that morning on; `what` is the address, or what it is about."""

    customer_id: str
    name: str
    trouble: str
    what: str


@dataclass(frozen=True)
class HeldBack:
    """A customer of the backlog whose first morning is a later one."""

    customer_id: str
    name: str
    until: date


@dataclass(frozen=True)
class Plan:
    """The first morning, and who waits for a later one."""

    day: date
    policy: str
    mode: MailMode
    taken: Taken
    happenings: tuple[Happening, ...]
    attention: tuple[Attention, ...]
    held_back: tuple[HeldBack, ...]

    def of(self, *kinds: Kind) -> list[Happening]:
        return [one for one in self.happenings if one.kind in kinds]


@dataclass(frozen=True)
class Rehearsal:
    """An import as it would be taken at a moment of business time, `now`."""

    policy: Policy
    policy_text: str
    clock: Clock
    now: datetime
    backlog_per_day: int

    def plan(self, session: Session, work: Workplace, files: Sequence[LedgerFile]) -> Plan:
        """Take the files in and live through the first morning, in the copy that `session` is of.

        `work` is the copy's. Raises FileMistake as the import would.
        """
        with no_alarms():
            taken = self._take(work.journal(session, self.clock, self.now), files)
            ladder = ladder_of(self.policy)
            day = first_day(ladder, self.now)
            begins = max(self.now, midnight(day, ladder.zone))
            morning = Morning(session, work, self.clock, ladder, day)
            happenings = [
                happening
                for customer in _customers_who_owe(session)
                for happening in morning.of(customer, begins)
            ]
        return Plan(
            day=day,
            policy=self.policy.name,
            mode=work.mode,
            taken=taken,
            happenings=tuple(one for one in happenings if not _goes_nowhere(one)),
            attention=tuple(
                dict.fromkeys((*_parked(session, self.now), *_out_of_reach(happenings)))
            ),
            held_back=tuple(_held_back(session, day)),
        )

    def _take(self, journal: Journal, files: Sequence[LedgerFile]) -> Taken:
        record_policy(journal, self.policy, self.policy_text)
        taken = take_ledger(journal, files, self.policy.digest, per_day=self.backlog_per_day)
        journal.session.flush()
        return taken


def _customers_who_owe(session: Session) -> Sequence[str]:
    query = select(InvoiceRecord.customer_id).where(col(InvoiceRecord.status) == Status.OPEN.value)
    return session.exec(query.distinct().order_by(col(InvoiceRecord.customer_id))).all()


def _parked(session: Session, since: datetime) -> Iterator[Attention]:
    query = (
        select(AttentionRecord, CustomerRecord)
        .join(CustomerRecord, col(CustomerRecord.customer_id) == col(AttentionRecord.customer_id))
        .where(col(AttentionRecord.begins_at) >= since, col(AttentionRecord.ended_at).is_(None))
    )
    for one, customer in session.exec(query.order_by(col(AttentionRecord.id))):
        what = customer.email if one.trouble == Trouble.ADDRESS else one.reference
        yield Attention(customer.customer_id, customer.name, one.trouble, what)


def _goes_nowhere(one: Happening) -> bool:
    return one.kind is Kind.ANNOUNCEMENT and not is_usable(one.to)


def _out_of_reach(happenings: Sequence[Happening]) -> Iterator[Attention]:
    """A debit that nobody can be told of, a call that nobody can make: a person meets it in the task."""
    for one in happenings:
        if _goes_nowhere(one):
            yield Attention(one.customer_id, one.name, Trouble.ADDRESS.value, one.to)
        if one.kind is Kind.CALL and not one.to.strip():
            yield Attention(one.customer_id, one.name, Trouble.PHONE.value, one.reference)


def _held_back(session: Session, day: date) -> Iterator[HeldBack]:
    query = (
        select(CustomerRecord)
        .join(InvoiceRecord, col(InvoiceRecord.customer_id) == col(CustomerRecord.customer_id))
        .join(PositionRecord, col(PositionRecord.invoice_number) == col(InvoiceRecord.number))
        .where(
            col(CustomerRecord.first_morning) > day,
            col(PositionRecord.not_before) > day,
            col(InvoiceRecord.status) == Status.OPEN.value,
        )
        .distinct()
        .order_by(col(CustomerRecord.first_morning), col(CustomerRecord.customer_id))
    )
    for customer in session.exec(query):
        assert customer.first_morning is not None
        yield HeldBack(customer.customer_id, customer.name, customer.first_morning)

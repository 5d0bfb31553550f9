"""Why a notice was sent, or an invoice was not reminded: the record, put before `rules.reasons`."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from activities.banking.age import waits_since
from activities.facts import CaseOf, case_of, cases_in_notice, open_cases
from activities.whereabouts import day_of_stage, standing_holds, troubles_of
from models.settings import MailMode
from models.tables import (
    CaseState,
    EventRecord,
    InvoiceRecord,
    LegalCaseItemRecord,
    LegalCaseRecord,
    NoticeItemRecord,
    NoticePartRecord,
    NoticeRecord,
    NoticeState,
    PositionRecord,
)
from rules.case import Facts, Status, What, next_step
from rules.days import DAY, midnight
from rules.ladder import DayWindow, Ladder
from rules.money import Money
from rules.policy import StageKind
from rules.reasons import Circumstances, Reason
from rules.sent_reasons import Claim, NoticeStory, part_refused, why_sent

_SENT = (NoticeState.SENT.value, NoticeState.IN_DOUBT.value)
_UNSENT = (NoticeState.MADE.value, NoticeState.SENDING.value)
_ENDS = (Status.SETTLED.value, Status.CANCELLED.value, Status.WRITTEN_OFF.value)


@dataclass(frozen=True)
class Told:
    """A notice that named an invoice: what it was for this invoice. `refused_parts` are further mails
    of it that were refused for good."""

    notice: str
    day: date
    state: str
    level: int
    advanced: bool
    claimed: Money
    refused_parts: tuple[int, ...] = ()

    @property
    def sentence(self) -> str:
        what = f"as level {self.level}" if self.advanced else "as also open"
        missing = "".join(f" {part_refused(part)}." for part in self.refused_parts)
        head = f"Notice {self.notice} of {self.day} ({self.state}) named it {what}"
        return f"{head}: {self.claimed}.{missing}"


def circumstances(session: Session, number: str, now: datetime, mode: MailMode) -> Circumstances:
    """All that decides whether an invoice is reminded now."""
    invoice = session.get_one(InvoiceRecord, number)
    facts, ladder = case_of(session, number, now)
    under_way = _notice(session, invoice.customer_id, _UNSENT, None)
    sent_today = _notice(session, invoice.customer_id, _SENT, ladder.today(now))
    return Circumstances(
        facts=facts,
        ladder=ladder,
        now=now,
        over_since=_over_since(session, number, ladder),
        handed_over=session.get_one(PositionRecord, number).handed_over_on,
        case=_case_of(session, number),
        holds=standing_holds(session, invoice, ladder, now),
        parked=troubles_of(session, invoice.customer_id, ladder),
        mail_mode=mode.value,
        customers_day=_customers_day(session, facts, ladder, now, bool(under_way or sent_today)),
        under_way=under_way,
        sent_today=sent_today,
        bank_data_until=waits_since(session, [ladder], ladder.today(now)),
    )


def _notice(session: Session, customer_id: str, states: tuple[str, ...], day: date | None) -> str:
    """The customer's last notice in one of these states (on a day), "" for none."""
    query = select(NoticeRecord.number).where(
        col(NoticeRecord.customer_id) == customer_id, col(NoticeRecord.state).in_(states)
    )
    if day is not None:
        query = query.where(col(NoticeRecord.day) == day)
    return session.exec(query.order_by(col(NoticeRecord.sequence).desc())).first() or ""


def _over_since(session: Session, number: str, ladder: Ladder) -> date | None:
    query = select(EventRecord.at).where(
        col(EventRecord.invoice_number) == number, col(EventRecord.event).in_(_ENDS)
    )
    at = session.exec(query.order_by(col(EventRecord.id).desc())).first()
    return ladder.today(at) if at else None


def _case_of(session: Session, number: str) -> str:
    query = (
        select(LegalCaseRecord.case)
        .join(LegalCaseItemRecord, col(LegalCaseItemRecord.case) == col(LegalCaseRecord.case))
        .where(
            col(LegalCaseItemRecord.invoice_number) == number,
            col(LegalCaseRecord.state) == CaseState.HANDED_OVER.value,
        )
    )
    return session.exec(query.order_by(col(LegalCaseRecord.sequence).desc())).first() or ""


def _customers_day(
    session: Session, facts: Facts, ladder: Ladder, now: datetime, day_is_taken: bool
) -> date | None:
    """When the invoice's next notice goes: not today where one went or is under way. None where no
    stage of its ladder comes next."""
    if next_step(facts, ladder, now).what is not What.STAGE:
        return None
    cases = open_cases(session, facts.customer_id, now)
    seen = midnight(ladder.today(now) + DAY, ladder.zone) if day_is_taken else now
    at = day_of_stage(facts, ladder, StageKind.NOTICE, cases, seen)
    return ladder.today(at) if at else None


def notices_about(session: Session, number: str) -> tuple[Told, ...]:
    """Every notice that named an invoice, in the order they were made."""
    query = (
        select(NoticeRecord, NoticeItemRecord)
        .join(NoticeItemRecord, col(NoticeItemRecord.notice_number) == col(NoticeRecord.number))
        .where(col(NoticeItemRecord.invoice_number) == number)
        .order_by(col(NoticeRecord.sequence))
    )
    found = session.exec(query).all()
    refused = _refused_parts(session, {notice.number for notice, _ in found})
    return tuple(
        Told(
            notice=notice.number,
            day=notice.day,
            state=notice.state,
            level=item.level,
            advanced=item.advances,
            claimed=Money(item.balance_minor, item.currency),
            refused_parts=refused.get(notice.number, ()),
        )
        for notice, item in found
    )


def _refused_parts(session: Session, notices: Collection[str]) -> dict[str, tuple[int, ...]]:
    """The further parts that were refused for good, by notice: only of those that have some."""
    query = (
        select(NoticePartRecord.notice_number, NoticePartRecord.part)
        .where(
            col(NoticePartRecord.notice_number).in_(notices),
            col(NoticePartRecord.state) == NoticeState.REFUSED.value,
        )
        .order_by(col(NoticePartRecord.part))
    )
    found: dict[str, tuple[int, ...]] = {}
    for notice, part in session.exec(query):
        found[notice] = (*found.get(notice, ()), part)
    return found


def story_of(session: Session, number: str) -> NoticeStory:
    """All that is recorded of a notice, with the windows that set its day. The number of queries is
    the same however many invoices it named."""
    notice = session.get_one(NoticeRecord, number)
    cases = cases_in_notice(session, number, notice.customer_id, notice.made_at)
    query = select(NoticeItemRecord).where(col(NoticeItemRecord.notice_number) == number)
    items = sorted(session.exec(query), key=lambda item: item.invoice_number)
    _, ladder = cases[items[0].invoice_number]
    before = _levels_elsewhere(session, number) | _levels_here(session, notice)
    return NoticeStory(
        number=notice.number,
        customer_id=notice.customer_id,
        state=notice.state,
        level=notice.level,
        day=notice.day,
        pay_by=notice.pay_by,
        sent_at=notice.sent_at.astimezone(ladder.zone) if notice.sent_at else None,
        reason=notice.reason,
        mode=notice.mode,
        next_kind=notice.next_kind,
        asked_by=notice.asked_by,
        refused_parts=_refused_parts(session, {number}).get(number, ()),
        send=ladder.policy.send,
        claims=tuple(
            _claim(notice, item, cases[item.invoice_number], before.get(item.invoice_number))
            for item in items
        ),
    )


def why_notice(session: Session, number: str) -> tuple[Reason, ...]:
    """Why a notice was sent, without what it claimed invoice by invoice: it may be thousands."""
    told = why_sent(story_of(session, number))
    return tuple(reason for reason in told if reason.code not in CLAIMS)


CLAIMS = ("claimed", "listed")  # codes of what it says of each invoice
_Level = tuple[int, date]


def _claim(
    notice: NoticeRecord, item: NoticeItemRecord, case: CaseOf, before: _Level | None
) -> Claim:
    """`before`: the last level that the invoice had reached by then, and on which day."""
    facts, ladder = case
    anchor = before[1] if before else facts.due_date
    window = _window(facts, ladder, item, anchor, notice.planned_at) if item.advances else None
    return Claim(
        number=item.invoice_number,
        balance=Money(item.balance_minor, item.currency),
        advances=item.advances,
        level=item.level,
        window=window,
        counted_from=anchor if window else None,
        after=before[0] if before else 0,
    )


def _window(
    facts: Facts, ladder: Ladder, item: NoticeItemRecord, anchor: date, planned: datetime
) -> DayWindow | None:
    """The notice's window as it stood when it was planned, moved by the pauses until then."""
    stage = ladder.stage(item.stage)
    if stage is None or stage.window is None:
        return None
    paused = ladder.paused_days(facts.pauses, anchor, planned)
    return ladder.window(stage.window, anchor, due_date=facts.due_date, paused_days=paused)


def _named_in(notice: str) -> SelectOfScalar[str]:
    return select(NoticeItemRecord.invoice_number).where(
        col(NoticeItemRecord.notice_number) == notice
    )


def _levels_elsewhere(session: Session, notice: str) -> dict[str, _Level]:
    """The levels that other books had sent, where they said on which day."""
    query = select_columns(
        col(InvoiceRecord.number),
        col(InvoiceRecord.level_elsewhere),
        col(InvoiceRecord.last_notice_elsewhere),
    ).where(col(InvoiceRecord.number).in_(_named_in(notice)))
    return {number: (level, day) for number, level, day in session.execute(query) if day}


def _levels_here(session: Session, notice: NoticeRecord) -> dict[str, _Level]:
    """The last level that each of its invoices had reached before a notice, and on which day."""
    query = (
        select_columns(
            col(NoticeItemRecord.invoice_number), col(NoticeItemRecord.level), col(NoticeRecord.day)
        )
        .join(NoticeRecord, col(NoticeRecord.number) == col(NoticeItemRecord.notice_number))
        .where(
            col(NoticeItemRecord.invoice_number).in_(_named_in(notice.number)),
            col(NoticeItemRecord.advances).is_(True),
            # Whose else? But without it SQLite reads every notice that was sent.
            col(NoticeRecord.customer_id) == notice.customer_id,
            col(NoticeRecord.state).in_(_SENT),
            col(NoticeRecord.sequence) < notice.sequence,
        )
    )
    ordered = session.execute(query.order_by(col(NoticeRecord.sequence)))
    return {number: (level, day) for number, level, day in ordered}

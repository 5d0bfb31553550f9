"""Bring together what is due to one customer: at most one notice, tasks, cases; in one transaction."""

from collections.abc import Sequence
from datetime import datetime

from activities import calls_record, cases_record, notices_record
from activities.banking.age import note_wait, waits_since
from activities.facts import CaseOf, open_cases
from activities.holds import end_what_ran_out
from activities.journal import Journal
from activities.papers import is_usable
from activities.workplace import Workplace
from models.messages import AskedCustomer, Gathered
from models.settings import Documents, MailMode
from models.tables import InvoiceRecord, NoticeRecord, Trouble
from rules import gathering
from rules.days import DAY, midnight
from rules.gathering import Waiting
from rules.policy import StageKind


class Gathering:
    """One look at everything a customer owes, at one moment."""

    def __init__(self, journal: Journal, asked: AskedCustomer, work: Workplace) -> None:
        self._journal = journal
        self._work = work
        self._planned = asked.planned
        self._customer = journal.locked_customer(asked.customer_id)
        self._cases = self._read_cases()
        self._parked = journal.all_troubles(asked.customer_id)

    def _read_cases(self) -> list[CaseOf]:
        session, customer_id, now = (
            self._journal.session,
            self._customer.customer_id,
            self._journal.now,
        )
        cases = open_cases(session, customer_id, now)
        if not any(facts.has_holds_that_ran_out for facts, _ in cases):
            return cases
        end_what_ran_out(self._journal, customer_id)
        session.flush()
        return open_cases(session, customer_id, now)

    def gather(self) -> Gathered:
        """Notices, then calls, then handovers (ladder.md, rule 7), and when to look again."""
        notice, after_notice = self._notice()
        tasks, after_calls = self._calls()
        cases, after_cases = self._legal()
        moments = [m for m in (after_notice, after_calls, after_cases) if m is not None]
        return Gathered(
            notice=notice,
            tasks=tasks,
            cases=cases,
            next_at=min(moments, default=None),
            open_invoices=len(self._cases),
            attention=tuple(sorted(self._parked)),
            timezone=self._cases[0][1].policy.timezone if self._cases else "UTC",
        )

    def next_look(self) -> datetime | None:
        """When this customer is due next, a notice having gone out today."""
        moments = [
            self._next(self._waiting(StageKind.NOTICE), tomorrow=True),
            self._next(self._waiting(StageKind.CALL)),
            self._next(self._waiting(StageKind.LEGAL)),
        ]
        return min((moment for moment in moments if moment is not None), default=None)

    # Each of the three answers what it made and when its kind is due next.

    def _notice(self) -> tuple[str, datetime | None]:
        waiting = self._waiting(StageKind.NOTICE)
        if self._parked & {Trouble.ADDRESS, Trouble.PAPERS}:
            return "", None
        unsent = notices_record.unsent(self._journal, self._customer.customer_id)
        if unsent is not None:
            # In mode `hold` a written notice is only shown; it lapses at the end of its hours.
            shown = self._work.mode is MailMode.HOLD and unsent.document
            return "" if shown else unsent.number, self._next(waiting, tomorrow=True)
        if self._day_is_taken(waiting):
            return "", self._next(waiting, tomorrow=True)
        asked_by = self._asked_again(waiting)
        going = self._going_with_notice(waiting, asked_by)
        if not going:
            return "", self._next(waiting) if asked_by is None else self._as_soon_as_may_be(waiting)
        if self._bank_data_is_old(going):
            return "", self._next(waiting, tomorrow=True)
        if not is_usable(self._customer.email):
            self._journal.needs_attention(Trouble.ADDRESS, self._customer.customer_id)
            self._parked.add(Trouble.ADDRESS)
            return "", None
        number = self._make_notice(waiting, going, asked_by).number
        return number, self._next(waiting, going, tomorrow=True)

    def _bank_data_is_old(self, going: Sequence[Waiting]) -> bool:
        """Whether too much may have been paid that no statement has told of; said once a wait."""
        ladders = [one.ladder for one in going]
        today = max(one.today(self._journal.now) for one in ladders)
        until = waits_since(self._journal.session, ladders, today)
        if until is not None:
            note_wait(self._journal, self._customer.customer_id, until)
        return until is not None

    def _day_is_taken(self, waiting: Sequence[Waiting]) -> bool:
        """Whether a notice went out today, by the calendar of any policy concerned."""
        today = {w.ladder.today(self._journal.now) for w in waiting}
        return notices_record.day_is_taken(self._journal, self._customer.customer_id, today)

    def _asked_again(self, waiting: Sequence[Waiting]) -> str | None:
        """Who wanted a notice before its day that lapsed: it goes as soon as it may (rule 10)."""
        if not waiting:
            return None
        ladder = waiting[0].ladder
        return notices_record.asked_for_and_lapsed(
            self._journal, self._customer.customer_id, ladder
        )

    def _going_with_notice(
        self, waiting: Sequence[Waiting], asked_by: str | None
    ) -> tuple[Waiting, ...]:
        if asked_by is not None:
            return gathering.going_early(waiting, self._journal.now)
        return gathering.going(waiting, self._journal.now)

    def _as_soon_as_may_be(self, waiting: Sequence[Waiting]) -> datetime | None:
        now = self._journal.now
        come = gathering.first_day_come(waiting, now)
        return min(
            (w.ladder.moment(w.window.first, now) for w in come), default=self._next(waiting)
        )

    def _make_notice(
        self, waiting: Sequence[Waiting], going: Sequence[Waiting], asked_by: str | None
    ) -> NoticeRecord:
        now = self._journal.now
        setter = gathering.setting_the_day(waiting, now)
        ladder = setter.ladder if setter else going[0].ladder
        return notices_record.make(
            self._journal,
            self._customer,
            self._work.creditor,
            going,
            gathering.also_open(self._cases, going, now),
            planned=self._moment(setter) if setter else now,
            closes=ladder.closes(ladder.today(now)),
            asked_by=asked_by,
        )

    def _calls(self) -> tuple[tuple[str, ...], datetime | None]:
        waiting = self._waiting(StageKind.CALL)
        if Trouble.PHONE in self._parked:
            return (), None
        if self._work.mode is not MailMode.SEND:
            return (), self._next(waiting, tomorrow=True)  # the mode may be another by then
        going = gathering.going(waiting, self._journal.now)
        if not going:
            return (), self._next(waiting)
        at = self._moment(self._setter(waiting))
        task = calls_record.open_task(self._journal, self._records(going), at)
        return (task,), self._next(waiting, going)

    def _legal(self) -> tuple[tuple[str, ...], datetime | None]:
        waiting = self._waiting(StageKind.LEGAL)
        if self._work.mode is not MailMode.SEND:
            return self._cases_to_assemble(), self._next(waiting, tomorrow=True)
        going = gathering.going(waiting, self._journal.now)
        if not going:
            return self._cases_to_assemble(), self._next(waiting)
        if self._bank_data_is_old(going):
            return self._cases_to_assemble(), self._next(waiting, tomorrow=True)
        at = self._moment(self._setter(waiting))
        leaving = self._records([w for w in going if not w.stage.approval])
        asking = self._records([w for w in going if w.stage.approval])
        if asking:
            cases_record.propose(self._journal, asking)
            self._parked.add(Trouble.APPROVAL)
        if leaving:
            cases_record.hand_over(self._journal, leaving, at)
        return self._cases_to_assemble(), self._next(waiting, going)

    def _cases_to_assemble(self) -> tuple[str, ...]:
        """Those just handed over, and one whose ZIP failed until a person said to try again."""
        if self._work.documents is not Documents.ALL or Trouble.PAPERS in self._parked:
            return ()
        return cases_record.without_papers(self._journal, self._customer.customer_id)

    def _waiting(self, kind: StageKind) -> tuple[Waiting, ...]:
        return gathering.waiting_for(kind, self._cases, self._journal.now)

    def _next(
        self, waiting: Sequence[Waiting], going: Sequence[Waiting] = (), *, tomorrow: bool = False
    ) -> datetime | None:
        """When those that stay behind are due; `tomorrow`: not again on this day."""
        gone = {w.facts.number for w in going}
        stay = [w for w in waiting if w.facts.number not in gone]
        if not stay:
            return None
        now = self._journal.now
        if tomorrow:
            zone = stay[0].ladder.zone
            now = midnight(stay[0].ladder.today(now) + DAY, zone)
        return gathering.next_moment(stay, now)

    def _setter(self, waiting: Sequence[Waiting]) -> Waiting:
        setter = gathering.setting_the_day(waiting, self._journal.now)
        assert setter is not None, "somebody's day has come"
        return setter

    def _moment(self, setter: Waiting) -> datetime:
        """Where a stage stands on the timeline: at the moment it was planned for, where that was
        today; else now (ladder.md, "timeline")."""
        now, planned = self._journal.now, self._planned
        today = setter.ladder.today(now)
        is_todays = planned is not None and setter.ladder.opens(today) <= planned <= now
        return planned if is_todays and planned is not None else now

    def _records(self, going: Sequence[Waiting]) -> list[InvoiceRecord]:
        get = self._journal.session.get_one
        return [get(InvoiceRecord, waiting.facts.number) for waiting in going]

"""What a call task's workflow asks of the world."""

from datetime import datetime

from temporalio import activity

from activities.acts import hold_for_promise, once, standing_of
from activities.calls_record import fail_attempt, free, items_in, leave_task
from activities.evidence import notices_sent, record_heard
from activities.facts import case_of, ladder_for
from activities.holds import begin_hold
from activities.journal import Journal
from activities.workplace import Workplace, business_now
from gateways.staff import Staff
from models import names
from models.messages import (
    Answer,
    CallOutcome,
    RecordCall,
    RecordTaskAct,
    ReleaseTask,
    StaffAnswer,
    TakeTask,
    TaskAsked,
    TaskStep,
)
from models.ports import CallPort
from models.tables import (
    CallAttemptRecord,
    CallItemRecord,
    CallTaskRecord,
    InvoiceRecord,
    TaskState,
    Trouble,
)
from rules import acts
from rules.calls import (
    FAILED,
    Outcome,
    Word,
    refuse_evidence,
    refuse_outcome,
    refuse_release,
    refuse_take,
    refuse_worker,
)
from rules.case import HoldKind
from rules.ladder import Ladder


class Calls(CallPort):
    """The activities of one call task."""

    def __init__(self, workplace: Workplace, staff: Staff) -> None:
        self._work = workplace
        self._staff = staff

    @activity.defn(name="task_step")
    async def task_step(self, asked: TaskAsked) -> TaskStep:
        """Safe to repeat: it only reads."""
        return await self._work.read(asked.clock, lambda journal: _task_step(journal, asked.task))

    @activity.defn(name="ask_staff")
    async def ask_staff(self, asked: TaskAsked) -> StaffAnswer:
        """Safe to repeat: staff may be asked twice about the same attempt, whose outcome has the
        attempt's own key."""
        now = business_now(asked.clock)
        word = await self._staff.ask(asked.task, asked.attempt, now)
        if word is None:
            return StaffAnswer()
        planned = asked.planned or now
        record = RecordCall(
            task=asked.task,
            customer_id=asked.customer_id,
            outcome=CallOutcome(outcome=word.outcome, day=word.day, at=word.at),
            key=f"{asked.task}:{asked.attempt}:{planned.isoformat()}",
            came_in=planned,
            clock=asked.clock,
        )
        return await self._work.record(
            asked.customer_id, asked.clock, lambda journal: _stand_in_answered(journal, record)
        )

    @activity.defn(name="record_call")
    async def record_call(self, record: RecordCall) -> Answer:
        """Safe to repeat: an outcome's key is recorded with what it did."""
        return await self._work.record(
            record.customer_id, record.clock, lambda journal: record_call_outcome(journal, record)
        )

    @activity.defn(name="record_task_act")
    async def record_task_act(self, record: RecordTaskAct) -> Answer:
        """Safe to repeat: an act's key is recorded with what it did."""
        return await self._work.record(
            record.customer_id, record.clock, lambda journal: _record_task_act(journal, record)
        )

    @activity.defn(name="escalate")
    async def escalate(self, asked: TaskAsked) -> None:
        """Safe to repeat: a task is escalated once."""
        await self._work.record(
            asked.customer_id, asked.clock, lambda journal: _escalate(journal, asked)
        )


def _task_step(journal: Journal, task: str) -> TaskStep:
    record = journal.session.get_one(CallTaskRecord, task)
    items = items_in(journal, task)
    if record.state != TaskState.OPEN or not items:
        return TaskStep(open=False)
    due = min(item.due_at for item in items)
    return TaskStep(
        open=True,
        attempt_at=due,
        escalate_at=None if record.escalated_at else _unworked_from(journal, items[0], due),
        attempt=max(item.attempts for item in items) + 1,
        invoices=tuple(item.invoice_number for item in items),
        taken_by=record.taken_by or "",
        timezone=_ladder(journal, items[0].invoice_number).policy.timezone,
    )


def _unworked_from(journal: Journal, item: CallItemRecord, due: datetime) -> datetime:
    """When a due attempt has lain unworked for the policy's business days."""
    ladder = _ladder(journal, item.invoice_number)
    stage = ladder.stage(_stage_of(journal, item.invoice_number))
    days = stage.escalate_after if stage else 0
    return ladder.opens(ladder.days.add(ladder.today(due), days))


def _ladder(journal: Journal, invoice_number: str) -> Ladder:
    return ladder_for(
        journal.session, journal.session.get_one(InvoiceRecord, invoice_number).policy
    )


def _stage_of(journal: Journal, invoice_number: str) -> int:
    return case_of(journal.session, invoice_number, journal.now)[0].stage


def _stand_in_answered(journal: Journal, record: RecordCall) -> StaffAnswer:
    """Recorded, and what comes next; an answer that was refused leaves the attempt to a person."""
    answer = record_call_outcome(journal, record)
    journal.session.flush()
    return StaffAnswer(step=None if answer.refused else _task_step(journal, record.task))


def _escalate(journal: Journal, asked: TaskAsked) -> None:
    journal.lock(asked.customer_id)
    record = journal.session.get_one(CallTaskRecord, asked.task)
    if record.escalated_at is None and record.state == TaskState.OPEN:
        record.escalated_at = journal.now
        journal.needs_attention(Trouble.UNWORKED, asked.customer_id, asked.task)


def record_call_outcome(journal: Journal, record: RecordCall) -> Answer:
    journal = journal.signed(record.outcome.by)
    journal.lock(record.customer_id)
    about = names.call_workflow_id(record.task)

    def do() -> str:
        refused = _Recording(journal, record).do()
        if refused:
            journal.log_customer(
                "act_refused",
                record.customer_id,
                reference=record.task,
                detail=f"{record.outcome.outcome}: {refused}",
            )
        return refused

    return once(journal, about, record.key, record.outcome, record.came_in, do)


def _record_task_act(journal: Journal, record: RecordTaskAct) -> Answer:
    journal = journal.signed(record.act.by)
    journal.lock(record.customer_id)
    about = names.call_workflow_id(record.task)

    def do() -> str:
        refused = _do_task_act(journal, record)
        if refused:
            detail = f"{record.act.name}: {refused}"
            event = "act_refused"
        else:
            detail, event = "", f"call_{_HAPPENED[record.act.name]}"
        journal.log_customer(event, record.customer_id, reference=record.task, detail=detail)
        return refused

    return once(journal, about, record.key, record.act, record.came_in, do)


_HAPPENED = {"take": "taken", "release": "given_back"}


def _do_task_act(journal: Journal, record: RecordTaskAct) -> str:
    """Take a task or give it back, or answer why not."""
    task = journal.session.get_one(CallTaskRecord, record.task)
    match record.act:
        case TakeTask(by=by):
            is_open = task.state == TaskState.OPEN
            if refused := refuse_take(by, task.taken_by or "", is_open=is_open):
                return refused
            task.taken_by, task.taken_at = by, task.taken_at or journal.now
        case ReleaseTask():
            if refused := refuse_release(task.taken_by or ""):
                return refused
            free(task)
    return ""


class _Recording:
    """One outcome being recorded, for every invoice it is about."""

    def __init__(self, journal: Journal, record: RecordCall) -> None:
        self._journal = journal
        self._task = record.task
        self._customer_id = record.customer_id
        self._outcome = record.outcome
        self._at = record.came_in
        self._items = self._concerned(items_in(journal, record.task))

    def _concerned(self, items: list[CallItemRecord]) -> list[CallItemRecord]:
        """The invoices an outcome is about. Nobody reached: those whose attempt was due, not one to
        be called back later."""
        if only := self._outcome.invoice_number:
            return [item for item in items if item.invoice_number == only]
        due = [item for item in items if item.due_at <= self._at]
        return due if due and self._outcome.outcome in FAILED else items

    def do(self) -> str:
        """Record the outcome, or answer why not; all of its invoices or none."""
        if refused := self._refused():
            return refused
        self._journal.session.add(
            CallAttemptRecord(
                task=self._task,
                invoice_number=self._outcome.invoice_number,
                outcome=self._outcome.outcome.value,
                actor=self._outcome.by,
                note=self._outcome.reason,
                heard=record_heard(self._journal, self._customer_id, self._outcome.notices),
                at=self._at,
            )
        )
        for item in self._items:
            self._record(item)
        task = self._journal.session.get_one(CallTaskRecord, self._task)
        task.escalated_at = None  # it was worked: the next attempt may lie unworked anew
        if not any(item.due_at <= self._at for item in items_in(self._journal, self._task)):
            free(task)  # the next attempt is for whoever takes it then
        self._journal.end_trouble(Trouble.UNWORKED, task.customer_id, self._task)
        return ""

    def _refused(self) -> str:
        said = self._outcome
        refused = refuse_outcome(
            Word(said.outcome, said.day, said.at),
            said.invoice_number,
            about=[item.invoice_number for item in self._items],
            now=self._journal.now,
        )
        task = self._journal.session.get_one(CallTaskRecord, self._task)
        refused = refused or refuse_worker(said.by, task.taken_by or "") or self._of_evidence()
        if refused:
            return refused
        refusals = (self._refusal_of(item) for item in self._items)
        return next((refused for refused in refusals if refused), "")

    def _of_evidence(self) -> str:
        named = [heard.notice for heard in self._outcome.notices]
        if not named:
            return ""
        sent = [one.number for one in notices_sent(self._journal.session, self._customer_id)]
        return refuse_evidence(self._outcome.outcome, named, sent=sent)

    def _refusal_of(self, item: CallItemRecord) -> str:
        facts, ladder = case_of(self._journal.session, item.invoice_number, self._journal.now)
        standing = standing_of(facts, ladder, self._journal.now)
        if self._outcome.outcome is Outcome.PROMISE and self._outcome.day is not None:
            return acts.refuse_promise(standing, self._outcome.day)
        if self._outcome.outcome is Outcome.DISPUTE:
            return acts.refuse_dispute(standing)
        return ""

    def _record(self, item: CallItemRecord) -> None:
        invoice = self._journal.session.get_one(InvoiceRecord, item.invoice_number)
        ladder = ladder_for(self._journal.session, invoice.policy)
        if self._outcome.outcome is Outcome.CALL_BACK:  # no attempt
            assert self._outcome.at is not None
            item.due_at = self._outcome.at
            return
        self._journal.log(
            "call_attempted",
            invoice,
            at=self._at,
            amount=invoice.balance_minor,
            reference=self._task,
            detail=self._outcome.outcome.value,
        )
        if self._outcome.outcome in FAILED:
            fail_attempt(self._journal, ladder, invoice, item, self._at)
        else:
            self._reached(invoice, ladder)

    def _reached(self, invoice: InvoiceRecord, ladder: Ladder) -> None:
        said, journal = self._outcome, self._journal
        match said.outcome:
            case Outcome.PROMISE:
                assert said.day is not None
                hold_for_promise(
                    journal,
                    ladder,
                    invoice,
                    HoldKind.PROMISE,
                    said.day,
                    reason=said.reason,
                    task=self._task,
                )
            case Outcome.PAID:
                leave_task(journal, invoice, ended=True, at=self._at)
                today = ladder.today(journal.now)
                hold_for_promise(
                    journal, ladder, invoice, HoldKind.CLAIMED_PAID, today, reason=said.reason
                )
            case Outcome.DISPUTE:
                leave_task(journal, invoice, ended=True, at=self._at)
                begin_hold(journal, invoice, HoldKind.DISPUTE, until=None, reason=said.reason)
            case Outcome.WRONG_NUMBER:
                leave_task(journal, invoice, ended=True, at=self._at)
                journal.needs_attention(Trouble.PHONE, invoice.customer_id, self._task)
        journal.tell_invoice(invoice, names.RECORD_CHANGED, self._task)

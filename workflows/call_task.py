"""One phone-call task: offered to a person attempt by attempt, escalated when nobody works it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from temporalio import workflow
from temporalio.common import RawValue

with workflow.unsafe.imports_passed_through():
    from models import messages as say
    from models import names
    from models.messages import Answer, CallOutcome, RecordCall, Task, TaskAsked, TaskStep
    from models.ports import CallPort
    from rules.calls import Word, refuse_outcome, refuse_release, refuse_take, refuse_worker
    from workflows.acting import TakesActs, refuse
    from workflows.details import call_attributes, call_page
    from workflows.ignoring import NO_SUCH_SIGNAL, ignore
    from workflows.options import RECORD, STAFF
    from workflows.showing import show


@workflow.defn(name=names.CALL_WORKFLOW)
class CallTask(TakesActs):
    """Waits for a person. A lawyer never gets a case because nobody phoned."""

    @workflow.init
    def __init__(self, task: Task) -> None:
        super().__init__(task.clock, asked=task.asked, keys=task.keys)
        self.task = task
        self.step: TaskStep | None = None

    def wake(self) -> None:
        """What was read may no longer be so: until the next look, only the record judges."""
        super().wake()
        self.step = None

    @workflow.run
    async def run(self, task: Task) -> None:
        """As long as somebody still has to be phoned: wait for the hour, ask staff, wait for their
        word, escalate where none comes."""
        step = await self.look_at_the_record()
        while step.open or not await self.nothing_more_comes():
            if step.open and not await self.wait_until(
                step.attempt_at, f"until attempt {step.attempt}"
            ):
                step = await self.make_the_attempt(step)
            else:
                step = await self.look_at_the_record()

    async def look_at_the_record(self) -> TaskStep:
        await self.continue_as_new_when_long()
        self.woken = False
        step = await workflow.execute_activity_method(
            CallPort.task_step, self._asking(), summary="what comes next", **RECORD
        )
        self.step = None if self.woken else step
        self.show(step)
        return step

    async def continue_as_new_when_long(self) -> None:
        if await self.should_continue_as_new():
            workflow.continue_as_new(self.task.model_copy(update=self._carried()))

    def show(self, step: TaskStep) -> None:
        """In the Temporal UI: where it stands."""
        show(call_page(self.task, step), lambda: call_attributes(step))

    async def make_the_attempt(self, step: TaskStep) -> TaskStep:
        """Offer it to staff: stand-ins answer at once, people later with an update."""
        answer = await workflow.execute_activity_method(
            CallPort.ask_staff,
            self._asking(step),
            summary=f"ask staff: attempt {step.attempt}",
            **STAFF,
        )
        if answer.step is not None:
            self.show(answer.step)
            return answer.step
        await self.wait_for_a_person(step)
        return await self.look_at_the_record()

    async def wait_for_a_person(self, step: TaskStep) -> None:
        if await self.wait_until(step.escalate_at, "a person works it, or it is escalated"):
            return
        await workflow.execute_activity_method(
            CallPort.escalate, self._asking(), summary="escalate: nobody worked it", **RECORD
        )
        self.show(step.model_copy(update={"escalate_at": None}))
        await self.wait_until(None, "unworked")

    async def _record(self, outcome: CallOutcome, key: str, came_in: datetime) -> Answer:
        answer = await workflow.execute_activity_method(
            CallPort.record_call,
            RecordCall(
                task=self.task.task,
                customer_id=self.task.customer_id,
                outcome=outcome,
                key=key,
                came_in=came_in,
                clock=self.clock,
            ),
            summary=f"record: {outcome.outcome.replace('_', ' ')}",
            **RECORD,
        )
        self.wake()
        return answer

    def _asking(self, step: TaskStep | None = None) -> TaskAsked:
        return TaskAsked(
            task=self.task.task,
            customer_id=self.task.customer_id,
            attempt=step.attempt if step else 0,
            planned=step.attempt_at if step else None,
            clock=self.clock,
        )

    # --- messages --------------------------------------------------------------------------------

    @workflow.signal(name=names.RECORD_CHANGED, description="Look at the record again")
    def record_changed(self, *args: Any) -> None:
        self.wake()

    @workflow.signal(dynamic=True)
    async def unknown_signalled(self, name: str, _args: Sequence[RawValue]) -> None:
        await ignore(self.task.customer_id, name, NO_SUCH_SIGNAL, self.now(), self.clock)

    @workflow.update(name="outcome", description="What came of the call")
    async def outcome(self, outcome: CallOutcome) -> Answer:
        answer = await self._record(outcome, self._key(outcome), self.now())
        refuse(answer.refused)
        return answer

    @outcome.validator
    def _may_be_the_outcome(self, outcome: CallOutcome) -> None:
        """Refuse what makes no sense by what was last read; a repeated key is for the record."""
        if self.step is None or self._was_taken(outcome):
            return
        word = Word(outcome.outcome, outcome.day, outcome.at)
        about, now = self.step.invoices, self.now()
        refuse(
            refuse_outcome(word, outcome.invoice_number, about=about, now=now)
            or refuse_worker(outcome.by, self.step.taken_by)
        )

    @workflow.update(name="take", description="Somebody takes the task: one person at a time")
    async def take(self, act: say.TakeTask) -> Answer:
        return await self._do(act)

    @take.validator
    def _may_take(self, act: say.TakeTask) -> None:
        if self.step is not None and not self._was_taken(act):
            refuse(refuse_take(act.by, self.step.taken_by, is_open=self.step.open))

    @workflow.update(name="release", description="A task that was taken is free again")
    async def release(self, act: say.ReleaseTask) -> Answer:
        return await self._do(act)

    @release.validator
    def _may_release(self, act: say.ReleaseTask) -> None:
        if self.step is not None and not self._was_taken(act):
            refuse(refuse_release(self.step.taken_by))

    async def _do(self, act: say.TaskAct) -> Answer:
        """Record the act; the record has the last word and may still refuse it."""
        record = say.RecordTaskAct(
            task=self.task.task,
            customer_id=self.task.customer_id,
            act=act,
            key=self._key(act),
            came_in=self.now(),
            clock=self.clock,
        )
        answer = await workflow.execute_activity_method(
            CallPort.record_task_act, record, summary=f"record: {act.name}", **RECORD
        )
        self.wake()
        refuse(answer.refused)
        return answer

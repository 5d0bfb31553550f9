"""One phone-call task: offered to a person attempt by attempt, escalated when nobody works it."""

from datetime import datetime
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from models import names
    from models.messages import Answer, CallOutcome, RecordCall, Task, TaskAsked, TaskStep
    from models.ports import CallPort
    from workflows.options import RECORD, STAFF
    from workflows.waiting import Waits


@workflow.defn(name=names.CALL_WORKFLOW)
class CallTask(Waits):
    """Waits for a person. A lawyer never gets a case because nobody phoned."""

    @workflow.init
    def __init__(self, task: Task) -> None:
        super().__init__(task.clock)
        self.task = task
        self._asked = 0

    @workflow.run
    async def run(self, task: Task) -> None:
        """As long as somebody still has to be phoned: wait for the hour, ask staff, wait for their
        word, escalate where none comes."""
        step = await self.look_at_the_record()
        while step.open or not await self.nothing_more_comes():
            if step.open and not await self.wait_until(step.attempt_at, f"attempt {step.attempt}"):
                step = await self.make_the_attempt(step)
            else:
                step = await self.look_at_the_record()

    async def look_at_the_record(self) -> TaskStep:
        self.woken = False
        return await workflow.execute_activity_method(
            CallPort.task_step, self._asking(), summary="what comes next", **RECORD
        )

    async def make_the_attempt(self, step: TaskStep) -> TaskStep:
        """Offer it to staff: stand-ins answer at once, people later with an update."""
        answer = await workflow.execute_activity_method(
            CallPort.ask_staff, self._asking(step), summary=f"attempt {step.attempt}", **STAFF
        )
        if answer.step is not None:
            return answer.step
        await self.wait_for_a_person(step)
        return await self.look_at_the_record()

    async def wait_for_a_person(self, step: TaskStep) -> None:
        if await self.wait_until(step.escalate_at, "escalate when unworked"):
            return
        await workflow.execute_activity_method(
            CallPort.escalate, self._asking(), summary="escalate", **RECORD
        )
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
            summary=outcome.outcome,
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

    @workflow.update(name="outcome", description="What came of the call")
    async def outcome(self, outcome: CallOutcome) -> Answer:
        self._asked += 1
        info = workflow.info()
        own = f"{info.run_id}:{info.get_current_history_length()}:{self._asked}"
        key = f"{info.workflow_id}/{outcome.key or own}"
        answer = await self._record(outcome, key, self.now())
        if answer.refused:
            raise ApplicationError(answer.refused, type="Refused", non_retryable=True)
        return answer

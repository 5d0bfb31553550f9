"""One refund: paid back through whoever is connected or by a person, and proved to the customer."""

from collections.abc import Sequence
from typing import Any

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from models import messages as say
    from models import names
    from models.messages import Answer, ParkRefund, Refund, RefundAsked, RefundStep
    from models.ports import RefundPort
    from rules.refunds import RefundState, refuse_retry
    from workflows.acting import TakesActs, refuse
    from workflows.details import refund_attributes, refund_page
    from workflows.ignoring import NO_SUCH_SIGNAL, ignore
    from workflows.options import BANK, MAIL, PAPERS, RECORD
    from workflows.showing import show


@workflow.defn(name=names.REFUND_WORKFLOW)
class RefundWorkflow(TakesActs):
    """Pays back once, and does not end before the customer has the proof."""

    @workflow.init
    def __init__(self, refund: Refund) -> None:
        super().__init__(refund.clock, asked=refund.asked, keys=refund.keys)
        self.refund = refund
        self.step: RefundStep | None = None

    def wake(self) -> None:
        """What was read may no longer be so: until the next look, only the record judges."""
        super().wake()
        self.step = None

    @workflow.run
    async def run(self, refund: Refund) -> None:
        """Have it paid back, ask daily while it is under way, try soft failures again, wait for a
        person where none but a person can; once it was paid, make the proof and send it."""
        step = await self.look_at_the_record()
        while not step.over or not await self.nothing_more_comes():
            if await self.wait_until(step.at, f"refund {step.state}"):
                step = await self.look_at_the_record()
            elif step.state is RefundState.CONFIRMED:
                step = await self.prove()
            else:
                step = await self.pay_back(step)

    async def look_at_the_record(self) -> RefundStep:
        await self.continue_as_new_when_long()
        self.woken = False
        return self._seen(
            await workflow.execute_activity_method(
                RefundPort.refund_step, self._asking(), summary="what comes next", **RECORD
            )
        )

    async def pay_back(self, step: RefundStep) -> RefundStep:
        """Sent with a key of its attempt; one under way is asked about, never sent anew."""
        under_way = step.state is RefundState.SENT
        what = "what became of it" if under_way else f"attempt {step.attempts + 1}"
        return self._seen(
            await workflow.execute_activity_method(
                RefundPort.pay_back, self._asking(), summary=f"pay back: {what}", **BANK
            )
        )

    async def prove(self) -> RefundStep:
        """The proof, and the mail that brings it. What cannot be done is parked."""
        try:
            await workflow.execute_activity_method(
                RefundPort.write_proof, self._asking(), summary="write the proof", **PAPERS
            )
            step = await workflow.execute_activity_method(
                RefundPort.send_proof, self._asking(), summary="send the proof", **MAIL
            )
        except ActivityError as error:
            step = await self._park(error)
        return self._seen(step)

    async def _park(self, error: ActivityError) -> RefundStep:
        cause = error.cause
        why = (cause.type or "") if isinstance(cause, ApplicationError) else type(cause).__name__
        return await workflow.execute_activity_method(
            RefundPort.park_refund,
            ParkRefund(
                refund=self.refund.refund,
                customer_id=self.refund.customer_id,
                why=why,
                clock=self.clock,
            ),
            summary="park it for a person",
            **RECORD,
        )

    def _seen(self, step: RefundStep) -> RefundStep:
        """Keep what was read, unless word came meanwhile; and show it in the Temporal UI."""
        self.step = None if self.woken else step
        show(refund_page(self.refund, step), lambda: refund_attributes(step))
        return step

    async def continue_as_new_when_long(self) -> None:
        if await self.should_continue_as_new():
            workflow.continue_as_new(self.refund.model_copy(update=self._carried()))

    def _asking(self) -> RefundAsked:
        return RefundAsked(
            refund=self.refund.refund, customer_id=self.refund.customer_id, clock=self.clock
        )

    # --- messages --------------------------------------------------------------------------------

    @workflow.signal(name=names.RECORD_CHANGED, description="Look at the record again")
    def record_changed(self, *args: Any) -> None:
        self.wake()

    @workflow.signal(dynamic=True)
    async def unknown_signalled(self, name: str, _args: Sequence[RawValue]) -> None:
        await ignore(self.refund.customer_id, name, NO_SUCH_SIGNAL, self.now(), self.clock)

    @workflow.update(name="refund_done_by_hand", description="A person paid it back")
    async def refund_done_by_hand(self, act: say.RefundDone) -> Answer:
        return await self._do(act)

    @workflow.update(name="retry", description="Try again what failed or waits for a person")
    async def retry(self, act: say.RetryRefund) -> Answer:
        return await self._do(act)

    @retry.validator
    def _may_retry(self, act: say.RetryRefund) -> None:
        if self.step is not None and not self._was_taken(act):
            refuse(refuse_retry(self.step.state, waits=self.step.waits))

    async def _do(self, act: say.RefundAct) -> Answer:
        """Record the act; the record has the last word and may still refuse it."""
        answer = await workflow.execute_activity_method(
            RefundPort.record_refund_act,
            say.RecordRefundAct(
                refund=self.refund.refund,
                customer_id=self.refund.customer_id,
                act=act,
                key=self._key(act),
                came_in=self.now(),
                clock=self.clock,
            ),
            summary=f"record: {act.name.replace('_', ' ')}",
            **RECORD,
        )
        self.wake()
        refuse(answer.refused)
        return answer

"""What an invoice's workflow is told: signals of machines and engineers, updates of people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from temporalio import workflow
from temporalio.common import RawValue

with workflow.unsafe.imports_passed_through():
    from models import messages as say
    from models import names
    from models.messages import Answer, Case, Ignored, InvoiceAct, RecordAct, Step
    from models.ports import InvoicePort
    from rules import acts
    from rules.days import local_day
    from workflows.acting import TakesActs, refuse
    from workflows.details import invoice_attributes, invoice_page
    from workflows.ignoring import IGNORED, NO_SUCH_SIGNAL
    from workflows.options import RECORD
    from workflows.reading import Malformed, read
    from workflows.showing import show


@dataclass(frozen=True)
class _Signalled:
    """An act that came as a signal, waiting for `run` to record it."""

    act: InvoiceAct
    key: str
    came_in: datetime


class InvoiceMessages(TakesActs):
    """Takes messages about one invoice. Every one leads to a look at the record."""

    def __init__(self, case: Case) -> None:
        super().__init__(case.clock, asked=case.asked, keys=case.keys)
        self.case = case
        self.step: Step | None = None
        self.enlists = True  # with the next look, unless its customer knows already
        self._signalled: list[_Signalled | Ignored] = []
        self.last = ""  # what was heard last, for those who watch

    def wake(self) -> None:
        """What was read may no longer be so: until the next look, only the record judges."""
        super().wake()
        self.step = None
        self.enlists = True

    def show(self, step: Step | None = None) -> None:
        """In the Temporal UI: where it stands."""
        page = invoice_page(self.case, step, self.last)
        show(page, lambda: invoice_attributes(step) if step else {})

    # --- signals of machines: something was recorded ---------------------------------------------

    @workflow.signal(name=names.PAYMENT_RECORDED, description="A payment was recorded")
    def payment_recorded(self, *args: Any) -> None:
        self._look(names.PAYMENT_RECORDED, args)

    @workflow.signal(name=names.PAYMENT_RETURNED, description="A payment came back")
    def payment_returned(self, *args: Any) -> None:
        self._look(names.PAYMENT_RETURNED, args)

    @workflow.signal(name=names.STAGE_HAPPENED, description="A stage of the ladder happened")
    def stage_happened(self, *args: Any) -> None:
        self._look(names.STAGE_HAPPENED, args)

    @workflow.signal(name=names.NOTICE_SENT, description="A notice with this invoice was sent")
    def notice_sent(self, *args: Any) -> None:
        """From the customer's workflow, which knows by itself when this invoice is due next. The
        transaction that recorded it has looked already, unless something else is to be looked at.
        """
        told = self._told(names.NOTICE_SENT, args)
        if told is not None and told.step is not None and self.step is not None:
            self.step = told.step
            self.show(told.step)
            return
        nothing_else = not self.woken
        self.wake()
        self.enlists = not nothing_else

    @workflow.signal(name=names.RECORD_CHANGED, description="Look at the record again")
    def record_changed(self, *args: Any) -> None:
        self._look(names.RECORD_CHANGED, args)

    def _look(self, name: str, args: Sequence[Any]) -> None:
        self._told(name, args)
        self.wake()

    def _told(self, name: str, args: Sequence[Any]) -> say.Recorded | None:
        try:
            told = read(args, say.Recorded)
        except Malformed as error:
            self._ignore(name, str(error))
            return None
        self._heard(name, told.reference)
        return told

    def _heard(self, name: str, reference: str = "") -> None:
        self.last = names.label(f"{name.replace('_', ' ')} {reference}".strip())

    @workflow.signal(dynamic=True)
    def unknown_signalled(self, name: str, _args: Sequence[RawValue]) -> None:
        self._ignore(name, NO_SUCH_SIGNAL)
        self.wake()

    # --- signals of engineers --------------------------------------------------------------------

    @workflow.signal(name=names.PAUSE, description='Pause: {"until": "2026-12-24", "reason": ""}')
    def pause_signalled(self, *args: Any) -> None:
        self._take(names.PAUSE, args, say.Pause)

    @workflow.signal(name=names.RESUME, description="Resume a paused invoice")
    def resume_signalled(self, *args: Any) -> None:
        self._take(names.RESUME, args, say.Resume)

    @workflow.signal(name=names.SETTLE, description='Settle by hand: {"reason": "paid in cash"}')
    def settle_signalled(self, *args: Any) -> None:
        self._take(names.SETTLE, args, say.Settle)

    def _take(
        self, name: str, args: Sequence[Any], model: type[say.Pause | say.Resume | say.Settle]
    ) -> None:
        try:
            act = read(args, model)
        except Malformed as error:
            self._ignore(name, str(error))
        else:
            self._signalled.append(_Signalled(act, self._key(act), self.now()))
        self.wake()

    def _ignore(self, name: str, why: str) -> None:
        self._signalled.append(
            Ignored(
                customer_id=self.case.customer_id,
                invoice_number=self.case.invoice_number,
                name=name,
                key=self._key(say.Act()),
                why=why,
                came_in=self.now(),
                clock=self.clock,
            )
        )

    async def record_what_was_signalled(self) -> None:
        """Record acts that came as signals; one that makes no sense becomes an event."""
        while self._signalled:
            signalled = self._signalled.pop(0)
            if isinstance(signalled, Ignored):
                await workflow.execute_activity_method(
                    InvoicePort.record_ignored, signalled, summary=IGNORED, **RECORD
                )
            else:
                await self._record(signalled.act, signalled.key, signalled.came_in)

    async def _record(self, act: InvoiceAct, key: str, came_in: datetime) -> Answer:
        answer = await workflow.execute_activity_method(
            InvoicePort.record_act,
            RecordAct(
                invoice_number=self.case.invoice_number,
                customer_id=self.case.customer_id,
                act=act,
                key=key,
                came_in=came_in,
                clock=self.clock,
            ),
            summary=f"record: {act.name.replace('_', ' ')}",
            **RECORD,
        )
        self._heard(act.name, "(refused)" if answer.refused else "")
        self.wake()
        return answer

    # --- updates of people -----------------------------------------------------------------------

    @workflow.update(name="pause", description="Wait until a day, or until resumed")
    async def pause(self, act: say.Pause) -> Answer:
        return await self._do(act)

    @pause.validator
    def _may_pause(self, act: say.Pause) -> None:
        self._allow(act, lambda standing: acts.refuse_pause(standing, act.until))

    @workflow.update(name="resume", description="Resume a paused invoice")
    async def resume(self, act: say.Resume) -> Answer:
        return await self._do(act)

    @resume.validator
    def _may_resume(self, act: say.Resume) -> None:
        self._allow(act, acts.refuse_resume)

    @workflow.update(name="settle", description="Record a manual payment of the whole balance")
    async def settle(self, act: say.Settle) -> Answer:
        return await self._do(act)

    @settle.validator
    def _may_settle(self, act: say.Settle) -> None:
        self._allow(act, acts.refuse_settle)

    @workflow.update(name="promise", description="The customer promised to pay by a day")
    async def promise(self, act: say.Promise) -> Answer:
        return await self._do(act)

    @promise.validator
    def _may_promise(self, act: say.Promise) -> None:
        self._allow(act, lambda standing: acts.refuse_promise(standing, act.day))

    @workflow.update(name="dispute", description="The customer disputes the invoice")
    async def dispute(self, act: say.Dispute) -> Answer:
        return await self._do(act)

    @dispute.validator
    def _may_dispute(self, act: say.Dispute) -> None:
        self._allow(act, acts.refuse_dispute)

    @workflow.update(name="dispute_outcome", description="A dispute was rejected or upheld")
    async def dispute_outcome(self, act: say.DisputeOutcome) -> Answer:
        return await self._do(act)

    @dispute_outcome.validator
    def _may_end_dispute(self, act: say.DisputeOutcome) -> None:
        self._allow(
            act,
            lambda standing: acts.refuse_dispute_outcome(
                standing, upheld=act.upheld, credit=act.credit_minor
            ),
        )

    @workflow.update(name="change_due_date", description="Before the first notice only")
    async def change_due_date(self, act: say.ChangeDueDate) -> Answer:
        return await self._do(act)

    @change_due_date.validator
    def _may_change_due_date(self, act: say.ChangeDueDate) -> None:
        self._allow(act, lambda standing: acts.refuse_due_date(standing, act.due_date))

    @workflow.update(name="collect_now", description="Debit it now, by a method on file")
    async def collect_now(self, act: say.CollectNow) -> Answer:
        return await self._do(act)

    @collect_now.validator
    def _may_collect(self, act: say.CollectNow) -> None:
        self._allow(act, acts.refuse_collect)

    @workflow.update(name="retry_collection", description="What a debit waited for is corrected")
    async def retry_collection(self, act: say.RetryCollection) -> Answer:
        return await self._do(act)

    @workflow.update(name="debit_outcome", description="What became of the debit under way")
    async def debit_outcome(self, act: say.DebitOutcome) -> Answer:
        return await self._do(act)

    @workflow.update(name="write_off", description="Give the debt up: the ladder ends")
    async def write_off(self, act: say.WriteOff) -> Answer:
        return await self._do(act)

    @write_off.validator
    def _may_write_off(self, act: say.WriteOff) -> None:
        self._allow(act, acts.refuse_ending)

    @workflow.update(name="cancel", description="The invoice was wrong: the ladder ends")
    async def cancel(self, act: say.Cancel) -> Answer:
        return await self._do(act)

    @cancel.validator
    def _may_cancel(self, act: say.Cancel) -> None:
        self._allow(act, acts.refuse_ending)

    @workflow.update(name="approve_write_off", description="Another person's yes to giving it up")
    async def approve_write_off(self, act: say.ApproveWriteOff) -> Answer:
        return await self._do(act)

    @workflow.update(name="decline_write_off", description="Another person's no to giving it up")
    async def decline_write_off(self, act: say.DeclineWriteOff) -> Answer:
        return await self._do(act)

    async def _do(self, act: InvoiceAct) -> Answer:
        """Record the act; the record has the last word and may still refuse it."""
        answer = await self._record(act, self._key(act), self.now())
        refuse(answer.refused)
        return answer

    def _allow(self, act: say.Act, refusal: acts.Refusal) -> None:
        """Refuse what makes no sense by what was last read. Raises ApplicationError, "Refused"."""
        if self.step is not None and not self._was_taken(act):
            refuse(refusal(self._standing(self.step)))

    def _standing(self, step: Step) -> acts.Standing:
        return acts.Standing(
            today=local_day(self.now(), step.timezone),
            is_over=step.over,
            balance=step.balance,
            held_by=step.held_by,
            handed_over=step.handed_over,
            has_begun=step.has_begun,
            promises_left=step.promises_left,
            promise_limit=step.promise_limit,
        )

"""One customer: what is due to one person is brought together, one message, one task, one case."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from models import messages as say
    from models import names
    from models.messages import (
        Answer,
        AskedCustomer,
        CaseAsked,
        Customer,
        CustomerAct,
        Enlisted,
        Gathered,
        NoticeAsked,
        NoticeEnd,
        Park,
        RecordCustomerAct,
    )
    from models.ports import CustomerPort
    from workflows.acting import key_of, refuse
    from workflows.details import customer_attributes, customer_page
    from workflows.ignoring import NO_SUCH_SIGNAL, ignore
    from workflows.options import IDLE, MAIL, PAPERS, RECORD
    from workflows.reading import Malformed, read
    from workflows.showing import show
    from workflows.waiting import Waits


@workflow.defn(name=names.CUSTOMER_WORKFLOW)
class CustomerDunning(Waits):
    """Keeps one alarm: the earliest moment any of the customer's invoices asks for."""

    @workflow.init
    def __init__(self, customer: Customer) -> None:
        super().__init__(customer.clock)
        self.customer_id = customer.customer_id
        self.alarm = customer.alarm
        self.gathered = customer.gathered
        self._asked = customer.asked

    @workflow.run
    async def run(self, customer: Customer) -> None:
        """Whenever somebody's day has come: send one notice, open one task, hand over one case."""
        while await self.something_is_due() or not await self.nothing_more_comes():
            gathered = await self.gather()
            await self.send_notice(gathered.notice)
            await self.assemble_cases(gathered.cases)

    async def something_is_due(self) -> bool:
        """Wait for the alarm. False when nothing has been due for so long that this one may end:
        not while something waits for a person, who is to find it."""
        while self.alarm is None or self.alarm > self.now():
            await self.continue_as_new_when_long()  # each of a chain's invoices enlists by itself
            self.woken = False
            self.show()
            why = "the customer's day" if self.alarm else "idle: ends when nothing comes"
            if not await self.wait_until(self.alarm or self.now() + IDLE, why):
                return self.alarm is not None or self.needs_attention()
        return True

    def needs_attention(self) -> bool:
        return self.gathered is not None and bool(self.gathered.attention)

    def show(self) -> None:
        """In the Temporal UI: where it stands."""
        page = customer_page(self.customer_id, self.gathered, self.alarm)
        show(page, lambda: customer_attributes(self.gathered, self.alarm))

    async def gather(self) -> Gathered:
        """Ask the record what is due now; it answers also when to look again."""
        planned, self.alarm = self.alarm, None
        gathered = await workflow.execute_activity_method(
            CustomerPort.gather,
            AskedCustomer(customer_id=self.customer_id, planned=planned, clock=self.clock),
            summary="bring together what is due",
            **RECORD,
        )
        self.gathered = gathered
        self.look_again(gathered.next_at)
        self.show()
        return gathered

    def look_again(self, at: datetime | None) -> None:
        """Set the alarm, where it is not set to an earlier moment already."""
        if at is not None:
            self.alarm = at if self.alarm is None else min(self.alarm, at)
            self.wake()

    async def send_notice(self, notice: str) -> None:
        """Write it, send it. One that lapsed is made anew; what cannot be done is parked."""
        if not notice:
            return
        asked = NoticeAsked(notice=notice, customer_id=self.customer_id, clock=self.clock)
        try:
            await workflow.execute_activity_method(
                CustomerPort.write_notice, asked, summary=names.label(f"write {notice}"), **PAPERS
            )
            result = await workflow.execute_activity_method(
                CustomerPort.send_notice, asked, summary=names.label(f"send {notice}"), **MAIL
            )
        except ActivityError as error:
            await self._park(notice, error)
            return
        self.look_again(result.next_at if result.end is NoticeEnd.SENT else self.now())

    async def assemble_cases(self, cases: Sequence[str]) -> None:
        for case in cases:
            try:
                await workflow.execute_activity_method(
                    CustomerPort.assemble_case,
                    CaseAsked(case=case, customer_id=self.customer_id, clock=self.clock),
                    summary=names.label(f"put together case {case}"),
                    **PAPERS,
                )
            except ActivityError as error:
                await self._park(case, error)

    async def _park(self, reference: str, error: ActivityError) -> None:
        """A person is needed: recorded, and everything else goes on."""
        cause = error.cause
        why = (cause.type or "") if isinstance(cause, ApplicationError) else type(cause).__name__
        await workflow.execute_activity_method(
            CustomerPort.park,
            Park(customer_id=self.customer_id, reference=reference, why=why, clock=self.clock),
            summary=names.label(f"park {reference} for a person"),
            **RECORD,
        )
        self.look_again(self.now())

    async def continue_as_new_when_long(self) -> None:
        if await self.should_continue_as_new():
            workflow.continue_as_new(
                Customer(
                    customer_id=self.customer_id,
                    clock=self.clock,
                    alarm=self.alarm,
                    asked=self._asked,
                    gathered=self.gathered,
                )
            )

    # --- messages --------------------------------------------------------------------------------

    @workflow.signal(name=names.INVOICE_ENLISTED, description="An invoice waits for its day")
    async def invoice_enlisted(self, *args: Any) -> None:
        try:
            self.look_again(read(args, Enlisted).at)
        except Malformed as error:
            self.look_again(self.now())
            await self._ignore(names.INVOICE_ENLISTED, str(error))

    @workflow.signal(dynamic=True)
    async def unknown_signalled(self, name: str, _args: Sequence[RawValue]) -> None:
        await self._ignore(name, NO_SUCH_SIGNAL)

    async def _ignore(self, name: str, why: str) -> None:
        await ignore(self.customer_id, name, why, self.now(), self.clock)

    @workflow.signal(name=names.RECORD_CHANGED, description="Look at the record again")
    def record_changed(self, *args: Any) -> None:
        self.look_again(self.now())

    @workflow.update(name="pause", description="Pause every invoice of the customer")
    async def pause(self, act: say.Pause) -> Answer:
        return await self._do(act)

    @workflow.update(name="resume", description="Resume a paused customer")
    async def resume(self, act: say.Resume) -> Answer:
        return await self._do(act)

    @workflow.update(name="set_address", description="Mend the e-mail address")
    async def set_address(self, act: say.SetAddress) -> Answer:
        return await self._do(act)

    @workflow.update(name="set_phone", description="Mend the telephone number")
    async def set_phone(self, act: say.SetPhone) -> Answer:
        return await self._do(act)

    @workflow.update(name="record_letter", description="A letter went instead of the notice")
    async def record_letter(self, act: say.RecordLetter) -> Answer:
        return await self._do(act)

    @workflow.update(name="send_now", description="Today, instead of on the planned day")
    async def send_now(self, act: say.SendNow) -> Answer:
        return await self._do(act)

    @workflow.update(name="retry", description="Try again what needs attention")
    async def retry(self, act: say.Retry) -> Answer:
        return await self._do(act)

    @workflow.update(name="approve_case", description="Yes: the case may leave for the lawyer")
    async def approve_case(self, act: say.ApproveCase) -> Answer:
        answer = await self._do(act)
        await self.assemble_cases([act.case])
        return answer

    @workflow.update(name="decline_case", description="No: its invoices wait and are asked again")
    async def decline_case(self, act: say.DeclineCase) -> Answer:
        return await self._do(act)

    @workflow.update(name="lawyer_told", description="The lawyer knows what has changed")
    async def lawyer_told(self, act: say.LawyerTold) -> Answer:
        return await self._do(act)

    async def _do(self, act: CustomerAct) -> Answer:
        """Record the act, or refuse it with the record's reason; then look at what is due."""
        self._asked += 1
        answer = await workflow.execute_activity_method(
            CustomerPort.record_customer_act,
            RecordCustomerAct(
                customer_id=self.customer_id,
                act=act,
                key=key_of(act, self._asked),
                came_in=self.now(),
                clock=self.clock,
            ),
            summary=f"record: {act.name.replace('_', ' ')}",
            **RECORD,
        )
        refuse(answer.refused)
        self.look_again(self.now())
        return answer

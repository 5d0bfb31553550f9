"""One invoice's whole life: wait until due, collect, remind, telephone, hand over."""

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from models import names
    from models.messages import Asked, Case, Step
    from models.ports import InvoicePort
    from rules.case import What
    from workflows.invoice_messages import InvoiceMessages
    from workflows.options import A_WHILE, BANK, MAIL, RECORD


@workflow.defn(name=names.INVOICE_WORKFLOW)
class InvoiceDunning(InvoiceMessages):
    """Climbs the ladder of its policy until nothing is owed. The record says where it stands."""

    @workflow.init
    def __init__(self, case: Case) -> None:
        super().__init__(case)

    @workflow.run
    async def run(self, case: Case) -> None:
        """Until the invoice is paid, cancelled or written off: do what the record asks for next."""
        if case.first_look is not None:
            self.show()
            await self.wait_until(case.first_look, "until due")
        while True:
            step = await self.look_at_the_record()
            self.show(step)
            match step.what:
                case What.OVER:
                    if await self.nothing_more_comes():
                        return
                case What.HELD:
                    held_by = ", ".join(step.held_by).replace("_", " ")
                    await self.wait_until(step.at, f"held by {held_by}")
                case What.COLLECT:
                    await self.collect_automatically(step)
                case What.LETTER:
                    await self.write_to_the_customer()
                case What.STAGE:
                    await self.go_with_the_customers_others(step)
                case What.CALLED | What.PROPOSED | What.HANDED_OVER | What.NOTHING:
                    await self.wait_until(None, step.what)

    async def look_at_the_record(self) -> Step:
        """Record what was signalled, then read what comes next. The record wins."""
        await self.continue_as_new_when_long()
        await self.record_what_was_signalled()
        asking, self.woken, self.enlists, self.step = self._asking(), False, True, None
        step = await workflow.execute_activity_method(
            InvoicePort.next_step, asking, summary="what comes next", **RECORD
        )
        self.step = None if self.woken else step
        return step

    async def collect_automatically(self, step: Step) -> None:
        """Announced where that is agreed; on the due date, or the next day of the bank's calendar;
        again after a soft failure."""
        if not await self.wait_until(step.at, "until the day of the collection"):
            await workflow.execute_activity_method(
                InvoicePort.collect, self._asking(), summary="collect", **BANK
            )

    async def write_to_the_customer(self) -> None:
        """A debit is announced, or failed: they learn of it at once. A letter that nobody takes for
        days is looked at again with the next word."""
        try:
            await workflow.execute_activity_method(
                InvoicePort.send_letter, self._asking(), summary="write about a debit", **MAIL
            )
        except ActivityError:
            await self.wait_until(self.now() + A_WHILE, "a mail about a debit is tried again")

    async def go_with_the_customers_others(self, step: Step) -> None:
        """Wait until due. Then the customer, who brings together what is due to one person, has it
        enlisted: wait for word that the notice, the call or the handover happened."""
        label = f"{step.kind} {step.level or ''}".strip()
        await self.wait_until(step.at, f"{label}: until overdue" if step.at else label)

    async def continue_as_new_when_long(self) -> None:
        if await self.should_continue_as_new():
            await self.record_what_was_signalled()
            workflow.continue_as_new(
                self.case.model_copy(
                    update={"first_look": None, "asked": self._asked, "keys": tuple(self._keys)}
                )
            )

    def _asking(self) -> Asked:
        return Asked(
            invoice_number=self.case.invoice_number,
            customer_id=self.case.customer_id,
            enlists=self.enlists,
            clock=self.clock,
        )

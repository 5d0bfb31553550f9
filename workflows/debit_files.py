"""One of our banks: before each of its cut-offs the debits that have to be there go into a file."""

from collections.abc import Sequence
from typing import Any

from temporalio import workflow
from temporalio.common import RawValue

with workflow.unsafe.imports_passed_through():
    from models import names
    from models.messages import DebitFiles, DebitFilesAsked, DebitFilesStep
    from models.ports import BankPort
    from workflows.details import debit_files_attributes, debit_files_page
    from workflows.ignoring import NO_SUCH_SIGNAL, ignore
    from workflows.options import BANK, RECORD
    from workflows.showing import show
    from workflows.waiting import Waits


@workflow.defn(name=names.DEBIT_FILES_WORKFLOW)
class DebitFilesWorkflow(Waits):
    """Writes a bank's files for as long as it takes any."""

    @workflow.init
    def __init__(self, start: DebitFiles) -> None:
        super().__init__(start.clock)
        self.start = start

    @workflow.run
    async def run(self, start: DebitFiles) -> None:
        """Sleep until shortly before the bank's next cut-off, and write what has to be there."""
        step = await self.look_at_the_record()
        while step.at is not None or not await self.nothing_more_comes():
            if step.at is None or await self.wait_until(step.at, "before the bank's cut-off"):
                step = await self.look_at_the_record()
            else:
                step = await self.write()

    async def look_at_the_record(self) -> DebitFilesStep:
        if await self.should_continue_as_new():
            workflow.continue_as_new(self.start)
        self.woken = False
        return self._seen(
            await workflow.execute_activity_method(
                BankPort.next_debit_file, self._asking(), summary="when the next is due", **RECORD
            )
        )

    async def write(self) -> DebitFilesStep:
        if await self.should_continue_as_new():
            workflow.continue_as_new(self.start)
        return self._seen(
            await workflow.execute_activity_method(
                BankPort.write_debit_file, self._asking(), summary="write what is due", **BANK
            )
        )

    def _seen(self, step: DebitFilesStep) -> DebitFilesStep:
        show(debit_files_page(self.start, step), lambda: debit_files_attributes(step))
        return step

    def _asking(self) -> DebitFilesAsked:
        return DebitFilesAsked(bank=self.start.bank, clock=self.clock)

    @workflow.signal(name=names.RECORD_CHANGED, description="Look at the record again")
    def record_changed(self, *args: Any) -> None:
        self.wake()

    @workflow.signal(dynamic=True)
    async def unknown_signalled(self, name: str, _args: Sequence[RawValue]) -> None:
        await ignore("", name, NO_SUCH_SIGNAL, self.now(), self.clock)

"""A workflow as if somebody had changed it without `patched`. In a module of its own, which the
sandbox loads again for every workflow."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from models import names
    from models.messages import Case, Step
    from workflows.invoice import InvoiceDunning


@workflow.defn(name=names.INVOICE_WORKFLOW)
class InvoiceWithOneMoreTimer(InvoiceDunning):
    """Sleeps a second before every look."""

    @workflow.init
    def __init__(self, case: Case) -> None:
        super().__init__(case)

    @workflow.run
    async def run(self, case: Case) -> None:
        await super().run(case)

    async def look_at_the_record(self) -> Step:
        await workflow.sleep(1)
        return await super().look_at_the_record()

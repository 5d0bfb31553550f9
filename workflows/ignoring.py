"""A message that makes no sense becomes an event, and harms nothing."""

from datetime import datetime

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from models.messages import Ignored
    from models.ports import InvoicePort
    from rules.clock import Clock
    from workflows.options import RECORD

NO_SUCH_SIGNAL = "no such signal"
IGNORED = "record a message that makes no sense"  # not its name: that is anybody's, of any length


async def ignore(customer_id: str, name: str, why: str, came_in: datetime, clock: Clock) -> None:
    """Record what came in, and why nothing was done."""
    ignored = Ignored(
        customer_id=customer_id,
        name=name,
        key=workflow.info().workflow_id,
        why=why,
        came_in=came_in,
        clock=clock,
    )
    await workflow.execute_activity_method(
        InvoicePort.record_ignored, ignored, summary=IGNORED, **RECORD
    )

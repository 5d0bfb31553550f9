"""Mend what is safe: start, deliver, tell to look again. Never money, never a mail of its own.

Whatever is told here leads to a look at the record, which decides as it always does; told twice, or
told for nothing, it does no harm.
"""

from collections.abc import Sequence

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError, RPCStatusCode

from activities.database import Database
from activities.post import deliver
from activities.reconciling import start_what_is_missing
from models import names
from models.messages import Customer, Recorded
from rules.clock import Clock
from rules.examination import Fault, Finding

_TO_WAKE = (Fault.OVERDUE, Fault.STUCK, Fault.ORPHANED)
_CUSTOMER = names.customer_workflow_id("")


async def mend(
    findings: Sequence[Finding], database: Database, client: Client, clock: Clock
) -> list[str]:
    """Do what is safe about these findings; answer what was done, a sentence each."""
    done = []
    faults = {finding.fault for finding in findings}
    if Fault.UNDELIVERED in faults:
        done.append(f"{await deliver(database, client)} messages delivered")
    if Fault.MISSING in faults:
        started = await start_what_is_missing(database, client, clock)
        done.append(f"{started} workflows of invoices and call tasks started")
    keys = {
        one.key
        for one in findings
        if one.fault in _TO_WAKE or (one.fault is Fault.MISSING and one.key.startswith(_CUSTOMER))
    }
    woken = [await _wake(client, key, clock) for key in sorted(keys)]
    if any(woken):
        done.append(f"{sum(woken)} workflows told to look at the record")
    return done


async def _wake(client: Client, workflow_id: str, clock: Clock) -> bool:
    """A customer's workflow is started where it does not run; of the others, those that run look
    again. True where somebody was told."""
    if workflow_id.startswith(_CUSTOMER):
        await client.start_workflow(
            names.CUSTOMER_WORKFLOW,
            Customer(customer_id=workflow_id.removeprefix(_CUSTOMER), clock=clock),
            id=workflow_id,
            task_queue=names.QUEUE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            start_signal=names.RECORD_CHANGED,
            start_signal_args=[Recorded()],
        )
        return True
    try:
        await client.get_workflow_handle(workflow_id).signal(names.RECORD_CHANGED, Recorded())
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return False  # it has ended meanwhile
    return True

"""What Temporal says: which workflows run, which of them get nowhere, and who asks for work."""

import asyncio
from collections.abc import Collection
from datetime import UTC, datetime

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from models.names import QUEUE
from rules.examination import Work

_AT_ONCE = 20
_QUEUES = {
    "workflows": TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    "activities": TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
}


async def running_of(client: Client, *workflows: str) -> set[str]:
    """The ids of every running workflow of these types, by one list."""
    types = ", ".join(f"'{workflow}'" for workflow in workflows)
    query = f"WorkflowType IN ({types}) AND ExecutionStatus = 'Running'"
    return {one.id async for one in client.list_workflows(query)}


async def reported(client: Client) -> set[str]:
    """Running workflows whose task has failed often enough that the server says so. None where the
    server is too old to."""
    query = "TemporalReportedProblems IS NOT NULL AND ExecutionStatus = 'Running'"
    try:
        return {one.id async for one in client.list_workflows(query)}
    except RPCError as error:
        if error.status is not RPCStatusCode.INVALID_ARGUMENT:
            raise
        return set()


async def work_of(client: Client, workflow_ids: Collection[str]) -> list[Work]:
    """What each of these workflows has under way, described one by one: for suspects only."""
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(workflow_id: str) -> Work:
        async with gate:
            described = await client.get_workflow_handle(workflow_id).describe()
        raw = described.raw_description
        return Work(
            workflow_id,
            raw.pending_workflow_task.attempt,
            tuple(
                (
                    pending.activity_type.name,
                    pending.attempt,
                    pending.last_failure.application_failure_info.type,
                )
                for pending in raw.pending_activities
            ),
        )

    return list(await asyncio.gather(*(one(workflow_id) for workflow_id in workflow_ids)))


async def unserved(client: Client, since: datetime) -> list[str]:
    """Of `workflows` and `activities`, those that no worker has asked for since an instant."""
    silent = []
    for name, kind in _QUEUES.items():
        answer = await client.workflow_service.describe_task_queue(
            DescribeTaskQueueRequest(
                namespace=client.namespace, task_queue=TaskQueue(name=QUEUE), task_queue_type=kind
            )
        )
        asked = [poller.last_access_time.ToDatetime(UTC) for poller in answer.pollers]
        if not any(at >= since for at in asked):
            silent.append(name)
    return silent

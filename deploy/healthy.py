"""Whether this machine's worker asks Temporal for work:  python -m deploy.healthy

Status 0 where it does. For a container's health check: a process that lives and no longer asks is as
good as dead, and a worker has no port to knock at.
"""

import asyncio
import socket
from datetime import UTC, datetime, timedelta

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client

from models.names import QUEUE
from rules.errors import Unreachable
from worker import connect, run

# A worker's question waits a minute for an answer, then it asks anew.
_SILENT = timedelta(minutes=2)
_KINDS = (TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW, TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY)


async def asks_for_work(client: Client, *, host: str, now: datetime) -> bool:
    """Whether a worker of `host` asked for workflows and for activities of late."""
    asked = await asyncio.gather(*(_hosts_that_asked(client, kind, now) for kind in _KINDS))
    return all(host in hosts for hosts in asked)


async def _hosts_that_asked(
    client: Client, kind: TaskQueueType.ValueType, now: datetime
) -> set[str]:
    queue = await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=client.namespace, task_queue=TaskQueue(name=QUEUE), task_queue_type=kind
        )
    )
    return {
        poller.identity.partition("@")[2]  # PID@HOST
        for poller in queue.pollers
        if now - poller.last_access_time.ToDatetime(UTC) < _SILENT
    }


async def main() -> None:
    """Raises Unreachable (status 3) where the worker is silent, or Temporal is."""
    host = socket.gethostname()
    if not await asks_for_work(await connect(), host=host, now=datetime.now(UTC)):
        raise Unreachable(f"no worker of {host} asks for work")


if __name__ == "__main__":
    run(main)

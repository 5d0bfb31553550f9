"""Short time limits, for a calendar of which a day takes a second: what died with a worker is done by
the next one after seconds, not minutes."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from temporalio import client, worker
from temporalio.worker import (
    StartActivityInput,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)
from temporalio.workflow import ActivityHandle

SOON = timedelta(seconds=1)
_LONGEST_STEP = timedelta(seconds=3)  # of a workflow
_LONGEST_ACTIVITY = timedelta(seconds=5)
_FIRST_RETRY, _LAST_RETRY = timedelta(seconds=0.2), timedelta(seconds=2)


class ImpatientClient(client.Interceptor):
    """For who starts workflows: a step that died with its worker is soon given to another."""

    def intercept_client(self, next: client.OutboundInterceptor) -> client.OutboundInterceptor:
        return _ImpatientStarts(next)


class _ImpatientStarts(client.OutboundInterceptor):
    async def start_workflow(
        self, input: client.StartWorkflowInput
    ) -> client.WorkflowHandle[Any, Any]:
        input.task_timeout = _LONGEST_STEP
        return await super().start_workflow(input)


class ImpatientWorker(worker.Interceptor):
    """For a worker: its workflows wait less long for their activities."""

    def workflow_interceptor_class(
        self, input: WorkflowInterceptorClassInput
    ) -> type[WorkflowInboundInterceptor] | None:
        return _ImpatientInbound


class _ImpatientInbound(WorkflowInboundInterceptor):
    def init(self, outbound: WorkflowOutboundInterceptor) -> None:
        super().init(_ImpatientOutbound(outbound))


class _ImpatientOutbound(WorkflowOutboundInterceptor):
    def start_activity(self, input: StartActivityInput) -> ActivityHandle[Any]:
        input.start_to_close_timeout = _LONGEST_ACTIVITY
        input.heartbeat_timeout = None
        if input.retry_policy is not None:
            input.retry_policy = replace(
                input.retry_policy, initial_interval=_FIRST_RETRY, maximum_interval=_LAST_RETRY
            )
        return super().start_activity(input)

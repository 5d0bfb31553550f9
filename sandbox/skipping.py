"""Jumps of the time-skipping server, and how one is noticed that stands still for ever.

The server counts locks: one for each activity and workflow task under way, and time skips only at
none. Now and then (seen about once in twenty thousand tasks, on histories of some thousand events)
a workflow task that it has handed out is neither answered nor given out again when its time is up:
its lock stays, and the clock goes as slowly as ours. Giving back the lock in its place lets time
pass a customer by; so whoever drives is told, and starts anew.
"""

import asyncio
from datetime import timedelta
from typing import Any

from temporalio.api.testservice.v1 import SleepRequest
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import (
    ActivityInboundInterceptor,
    ExecuteActivityInput,
    Interceptor,
    StartActivityInput,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)
from temporalio.workflow import ActivityHandle

_PATIENCE = timedelta(minutes=30)  # of real time, for one jump: a busy day takes long
_LOOK = 2.0  # seconds of real time between two looks at a clock that may not skip
_STILL = 3  # looks in a row at a clock that stands: a machine with much to do may pause for one
_REAL = timedelta(seconds=10)  # a clock that skips passes more in one look; a locked one, as ours


class Stalled(Exception):
    """The server's clock stands still, nothing is under way, and nothing will be."""


class Busy(Interceptor):
    """For a worker: whether an activity is under way, and how many were begun."""

    def __init__(self) -> None:
        self.running = 0
        self.begun = 0

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return _Counting(next, self)


class Silent(Interceptor):
    """For a worker in virtual time, whose clock jumps over heartbeats: they are no sign of life."""

    def workflow_interceptor_class(
        self, input: WorkflowInterceptorClassInput
    ) -> type[WorkflowInboundInterceptor] | None:
        return _SilentInbound


class _SilentInbound(WorkflowInboundInterceptor):
    def init(self, outbound: WorkflowOutboundInterceptor) -> None:
        super().init(_SilentOutbound(outbound))


class _SilentOutbound(WorkflowOutboundInterceptor):
    def start_activity(self, input: StartActivityInput) -> ActivityHandle[Any]:
        input.heartbeat_timeout = None
        return super().start_activity(input)


class _Counting(ActivityInboundInterceptor):
    def __init__(self, next: ActivityInboundInterceptor, busy: Busy) -> None:
        super().__init__(next)
        self._busy = busy

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        self._busy.running += 1
        self._busy.begun += 1
        try:
            return await self.next.execute_activity(input)
        finally:
            self._busy.running -= 1


async def jump(environment: WorkflowEnvironment, duration: timedelta, busy: Busy) -> None:
    """Let virtual time pass, and with it everything that is due meanwhile.

    Unlike the environment's own sleep it does not give up after 30 s of real time. Raises Stalled.
    """
    if duration <= timedelta(0):
        return
    request = SleepRequest()
    request.duration.FromTimedelta(duration)
    service = environment.client.test_service
    sleeping = asyncio.ensure_future(
        service.unlock_time_skipping_with_sleep(request, timeout=_PATIENCE)
    )
    still = 0
    while still < _STILL and not (await asyncio.wait({sleeping}, timeout=_LOOK))[0]:
        begun, before = busy.begun, await environment.get_current_time()
        if (await asyncio.wait({sleeping}, timeout=_LOOK))[0]:
            break
        passed = await environment.get_current_time() - before
        stands = passed < _REAL and busy.begun == begun and not busy.running
        still = still + 1 if stands else 0
    if not sleeping.done():
        sleeping.cancel()
        raise Stalled
    await sleeping

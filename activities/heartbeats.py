"""Every activity says that it lives, so that one whose worker was killed is soon given to another.

A heartbeat says that the process lives, not that the work gets on: `start_to_close_timeout` limits
that.
"""

import asyncio
from typing import Any

from temporalio import activity
from temporalio.worker import (
    ActivityInboundInterceptor,
    ExecuteActivityInput,
    Interceptor,
)

_BEATS = 3  # in each heartbeat timeout


class Heartbeats(Interceptor):
    """For a worker: its activities that have a heartbeat timeout beat by themselves."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return _Beating(next)


class _Beating(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        timeout = activity.info().heartbeat_timeout
        if timeout is None:
            return await self.next.execute_activity(input)
        loop, every = asyncio.get_running_loop(), timeout.total_seconds() / _BEATS
        beating: asyncio.TimerHandle

        def beat() -> None:
            nonlocal beating
            activity.heartbeat()
            beating = loop.call_later(every, beat)

        # No task: most activities end in milliseconds, before the first beat.
        beating = loop.call_later(every, beat)
        try:
            return await self.next.execute_activity(input)
        finally:
            beating.cancel()

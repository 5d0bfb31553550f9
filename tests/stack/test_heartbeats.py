"""An activity beats by itself while it works, and no longer."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest
from temporalio.testing import ActivityEnvironment
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput

from activities.heartbeats import Heartbeats

TIMEOUT = timedelta(seconds=0.03)


class Working:
    """What comes after the interceptor: takes its time, then answers or fails."""

    def __init__(self, error: Exception | None = None) -> None:
        self._error = error

    async def execute_activity(self, input: ExecuteActivityInput) -> str:
        await asyncio.sleep(TIMEOUT.total_seconds() * 10)
        if self._error:
            raise self._error
        return "done"


async def beats(work: Working, beat_within: timedelta | None) -> int:
    """How often the server heard of it: while it worked, and for some time after."""
    heard: list[Any] = []
    environment = ActivityEnvironment()
    environment.info = replace(environment.info, heartbeat_timeout=beat_within)
    environment.on_heartbeat = lambda *details: heard.append(details)
    beating = Heartbeats().intercept_activity(cast(ActivityInboundInterceptor, work))

    async def run() -> None:
        await beating.execute_activity(cast(ExecuteActivityInput, None))

    try:
        await environment.run(run)
    finally:
        at_the_end = len(heard)
        await asyncio.sleep(TIMEOUT.total_seconds() * 2)
        assert len(heard) == at_the_end, "it beats on"
    return at_the_end


async def test_activity_with_a_heartbeat_timeout_beats_more_than_once_in_it() -> None:
    assert await beats(Working(), TIMEOUT) >= 2


async def test_activity_that_fails_beats_no_longer() -> None:
    with pytest.raises(ValueError, match="no"):
        await beats(Working(ValueError("no")), TIMEOUT)


async def test_activity_without_a_heartbeat_timeout_is_silent() -> None:
    assert await beats(Working(), None) == 0

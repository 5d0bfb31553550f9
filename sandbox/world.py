"""A world in virtual time: the production house on a server that skips, and one driver of its clock.

All that happens between two jumps happens at its own moment, inside workflows and activities.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ParamSpec, TypeVar

from temporalio.client import Client
from temporalio.runtime import LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner

from plugin import house_plugin
from rules.clock import Clock
from sandbox.server import binary, kept
from sandbox.skipping import Busy, Silent, jump
from worker import House, build_worker

P = ParamSpec("P")
T = TypeVar("T")


def quiet() -> Runtime:
    """The SDK says on stdout what the test server cannot do, and nobody here needs. Shared by all
    worlds of a process, as it takes seconds to start."""
    logging = LoggingConfig(filter=TelemetryFilter(core_level="ERROR", other_level="ERROR"))
    return Runtime(telemetry=TelemetryConfig(logging=logging))


@dataclass(frozen=True)
class World:
    """A house at work; its time stands still between jumps. `clock` says which business time it is."""

    house: House
    clock: Clock
    _environment: WorkflowEnvironment
    _busy: Busy

    @property
    def client(self) -> Client:
        return self._environment.client

    async def now(self) -> datetime:
        return self.clock.business(await self._environment.get_current_time())

    async def jump_to(self, moment: datetime) -> None:
        """Everything happens that is due until a moment of business time; one that has passed is no
        jump. Raises Stalled."""
        there = self.clock.temporal(moment)
        await jump(
            self._environment, there - await self._environment.get_current_time(), self._busy
        )


class _AtOnce(ThreadPoolExecutor):
    """Runs what it is given there and then. A workflow's step takes less than the way to a thread
    and back, on which the interpreter has to be won twice."""

    def submit(self, work: Callable[P, T], /, *args: P.args, **words: P.kwargs) -> Future[T]:
        done: Future[T] = Future()
        loop = asyncio._get_running_loop()  # a workflow is a loop of its own while it runs
        try:
            done.set_result(work(*args, **words))
        except BaseException as error:
            done.set_exception(error)
        finally:
            asyncio._set_running_loop(loop)
        return done


@asynccontextmanager
async def virtual_world(
    house: House, folder: Path, *, begins: datetime, runtime: Runtime
) -> AsyncIterator[World]:
    """A world whose business time begins at a moment. The house is closed with it; `folder` is for
    the server's own files."""
    program = kept(binary("temporal-test-server"), log=folder / "server.log", folder=folder)
    # The sandbox's checks are for tests; here they would double the time of every start.
    plugin = house_plugin(
        runner=UnsandboxedWorkflowRunner(), watched=False, interceptors=[Silent()]
    )
    environment = await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(program), plugins=[plugin], runtime=runtime
    )
    try:
        started = await environment.get_current_time()
        clock = Clock(origin=begins, start=started.replace(microsecond=0))
        world = World(house, clock, environment, Busy())
        async with build_worker(
            environment.client, house, interceptors=[world._busy], at_once=_AtOnce()
        ):
            yield world
    finally:
        await house.close()
        await environment.shutdown()

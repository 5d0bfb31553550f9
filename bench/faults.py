"""A bank on a bad line, in the worker's own process: what goes wrong between it and our books."""

import asyncio
import os
import signal
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from temporalio.worker import (
    Interceptor,
    StartActivityInput,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)
from temporalio.workflow import ActivityHandle

from gateways.payments import CollectionAnswer, CollectionRequest
from rules.errors import InDoubt, Unreachable
from sandbox.bank import SandboxBank

LONGEST_ACTIVITY = timedelta(seconds=4)  # so long is waited for one that died with its worker
_FIRST_RETRY, _LAST_RETRY = timedelta(seconds=0.2), timedelta(seconds=2)


@dataclass(frozen=True)
class Chances:
    """Of each call. `away`: the bank is not reached. `lost_before`, `lost_after`: no answer comes, of
    a debit that the bank does not have, or has. `late` answers take up to `seconds`."""

    away: float = 0.08
    lost_before: float = 0.05
    lost_after: float = 0.08
    late: float = 0.15
    seconds: float = 0.4


class BadLine(SandboxBank):
    """The sandbox bank, seldom well heard. `dies_at`: the debit at which the whole process is killed
    once the bank's book has it and before ours knows, 0 for none."""

    def __init__(
        self, book: Path, rng: Random, chances: Chances | None = None, *, dies_at: int = 0
    ) -> None:
        super().__init__(book)
        self._rng = rng
        self._chances = chances or Chances()
        self._dies_at = dies_at
        self._debits = 0

    async def collect(self, request: CollectionRequest) -> CollectionAnswer:
        """Raises Unreachable and InDoubt, as the protocol has them."""
        self._reach()
        if self._happens(self._chances.lost_before):
            raise InDoubt("the order was lost on its way")
        answer = await super().collect(request)
        self._debits += 1
        if self._debits == self._dies_at:
            os.kill(os.getpid(), signal.SIGKILL)
        await self._wait()
        if self._happens(self._chances.lost_after):
            raise InDoubt("the answer was lost on its way")
        return answer

    async def outcome(self, request: CollectionRequest) -> CollectionAnswer | None:
        self._reach()
        await self._wait()
        return await super().outcome(request)

    def _reach(self) -> None:
        if self._happens(self._chances.away):
            raise Unreachable("the bank is away")

    async def _wait(self) -> None:
        if self._happens(self._chances.late):
            await asyncio.sleep(self._rng.random() * self._chances.seconds)

    def _happens(self, chance: float) -> bool:
        return self._rng.random() < chance


class Impatient(Interceptor):
    """For a worker on a calendar of which a day takes a second: what died with a worker is done by
    the next one after seconds, not minutes."""

    def workflow_interceptor_class(
        self, input: WorkflowInterceptorClassInput
    ) -> type[WorkflowInboundInterceptor] | None:
        return _ImpatientInbound


class _ImpatientInbound(WorkflowInboundInterceptor):
    def init(self, outbound: WorkflowOutboundInterceptor) -> None:
        super().init(_ImpatientOutbound(outbound))


class _ImpatientOutbound(WorkflowOutboundInterceptor):
    def start_activity(self, input: StartActivityInput) -> ActivityHandle[Any]:
        input.start_to_close_timeout = LONGEST_ACTIVITY
        input.heartbeat_timeout = None
        if input.retry_policy is not None:
            input.retry_policy = replace(
                input.retry_policy, initial_interval=_FIRST_RETRY, maximum_interval=_LAST_RETRY
            )
        return super().start_activity(input)

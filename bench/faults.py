"""A bank on a bad line, in the worker's own process: what goes wrong between it and our books."""

import asyncio
import os
import signal
from dataclasses import dataclass
from pathlib import Path
from random import Random

from gateways.payments import CollectionAnswer, CollectionRequest
from rules.errors import InDoubt, Unreachable
from sandbox.bank import SandboxBank


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

"""Who keeps a worker running, and kills it: from outside at a random moment, or by itself, between the
bank's book and ours."""

import asyncio
from random import Random

from bench.debiting import DebitingProcess, Orders
from rules.errors import Unreachable

_SECONDS_BETWEEN_LOOKS = 0.1
_SECONDS_TO_START = 1.0  # before which there is nothing to kill
_KILLED = -9


class Keeper:
    """`live()` until cancelled: the worker is killed so many times, in turns by itself and from
    outside, and started again each time. Raises Unreachable for one that ended otherwise."""

    def __init__(
        self, orders: Orders, rng: Random, kills: int, *, seconds: float, debits: int
    ) -> None:
        """A worker that is to be killed has worked for so many `seconds` at most, one that kills itself
        has made so many `debits`."""
        self._orders = orders
        self._rng = rng
        self._kills = kills
        self._seconds = seconds
        self._debits = debits
        self.killed = 0
        self._worker: DebitingProcess | None = None

    async def live(self) -> None:
        while True:
            by_itself = self.killed < self._kills and self.killed % 2 == 0
            from_outside = self.killed < self._kills and not by_itself
            self._start(dies_at=self._rng.randint(2, self._debits) if by_itself else 0)
            await self._killed(self._moment() if from_outside else None)
            self.killed += 1

    def stop(self) -> None:
        if self._worker is not None:
            self._worker.stop()
            self._worker = None

    def _moment(self) -> float:
        """In seconds from the start."""
        return _SECONDS_TO_START + self._rng.random() * self._seconds

    def _start(self, *, dies_at: int) -> None:
        orders = self._orders.model_copy(update={"number": self.killed + 1, "dies_at": dies_at})
        self._worker = DebitingProcess(orders)

    async def _killed(self, seconds: float | None) -> None:
        """Until it was killed: after so many seconds, or by itself (None)."""
        assert self._worker is not None, "it was just started"
        loop = asyncio.get_running_loop()
        begun = loop.time()
        while self._worker.status is None:
            if seconds is not None and loop.time() - begun > seconds:
                self._worker.kill()
            await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)
        if (status := self._worker.status) != _KILLED:
            raise Unreachable(f"the worker ended with status {status}, {self._worker.log} says why")

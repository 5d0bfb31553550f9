"""Outlooks that are worked out in the background, two at once, and kept while the record is the same."""

import asyncio
import logging
import os
import signal
import sys
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from contextlib import suppress

from models.settings import HOME
from rules.errors import Unreachable
from sandbox.foresight import Outlook
from web.foreseen import OUTLOOK, Question

AT_ONCE = 2
KEPT = 200
_PATIENCE = 180.0  # seconds; some customers take ten
_TO_END = 5.0  # seconds for a process that is told to stop

_log = logging.getLogger("duely.web")

Work = Callable[[Question], Awaitable[Outlook]]


async def in_a_process(question: Question) -> Outlook:
    """Have another process work it out. Raises Unreachable where it fails or takes too long."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "web.foreseen"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=HOME,
        start_new_session=True,  # its server ends with it
    )
    try:
        async with asyncio.timeout(_PATIENCE):
            told, _ = await process.communicate(question.model_dump_json().encode())
    except TimeoutError as error:
        raise Unreachable(f"no outlook after {_PATIENCE:g} seconds") from error
    finally:
        await _end(process)
    if process.returncode:
        raise Unreachable(f"the outlook failed with status {process.returncode}")
    return OUTLOOK.validate_json(told)


async def _end(process: asyncio.subprocess.Process) -> None:
    """With all it started: first asked, so that it clears up, then made to."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        if process.returncode is not None:
            return
        with suppress(ProcessLookupError):
            os.killpg(process.pid, how)
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), _TO_END)


class Foreseer:
    """Keeps one task per question that was asked; the same key is the same question."""

    def __init__(self, work: Work = in_a_process) -> None:
        self._work = work
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._tasks: OrderedDict[Hashable, asyncio.Task[Outlook]] = OrderedDict()

    def outlook(self, key: Hashable, question: Question) -> Outlook | None:
        """None while it is being worked out. Raises Unreachable where it failed; asked again, it is
        tried again."""
        if key not in self._tasks:
            self._tasks[key] = asyncio.create_task(self._in_turn(question))
            self._forget_the_oldest()
        task = self._tasks[key]
        if not task.done():
            return None
        if task.cancelled() or task.exception() is not None:
            del self._tasks[key]
        if task.cancelled():
            raise Unreachable("the console ends")
        return task.result()

    async def _in_turn(self, question: Question) -> Outlook:
        async with self._turns:
            try:
                return await self._work(question)
            except Unreachable as error:
                _log.warning("no outlook for customer %s: %s", question.customer_id, error)
                raise

    def _forget_the_oldest(self) -> None:
        done = [key for key, task in self._tasks.items() if task.done()]
        for key in done[: max(0, len(self._tasks) - KEPT)]:
            self._tasks.pop(key)

    async def stop(self) -> None:
        """Nothing is worked out any more, and no process is left."""
        tasks = list(self._tasks.values())
        self._tasks.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

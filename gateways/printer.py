"""HTML to PDF, in processes of their own.

WeasyPrint is neither quick nor safe beside threads and gRPC, so it is loaded in child processes
only (`gateways/press.py`), started by "spawn": a fork would copy locks that threads here hold.
"""

import asyncio
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Protocol

from rules.errors import RefusedForGood, Unreachable

STYLESHEET = Path(__file__).resolve().parents[1] / "templates" / "paper.css"
# An invoice takes a tenth of a second; whatever takes this long hangs.
LONGEST_RENDERING = 60.0  # seconds


class Printer(Protocol):
    """Makes a PDF of an HTML document. Equal input gives equal bytes.

    Raises Unreachable where trying again is right, RefusedForGood where the document is at fault.
    """

    async def pdf(self, html: str) -> bytes: ...

    async def close(self) -> None:
        """Lets go of what is open. A later `pdf` opens it again."""


class Lent:
    """A printer that others go on using: closing it is their business."""

    def __init__(self, printer: Printer) -> None:
        self.pdf = printer.pdf

    async def close(self) -> None:
        return


class WeasyPrinter:
    """A Printer over a pool of `processes`, styled by one stylesheet, fetching nothing.

    The pool starts with the first document. A process that dies or hangs (`longest` seconds) costs
    every document then in the pool an Unreachable; the next document gets a new pool. Belongs to
    one event loop.
    """

    def __init__(
        self,
        processes: int = 1,
        *,
        stylesheet: Path = STYLESHEET,
        longest: float = LONGEST_RENDERING,
    ) -> None:
        self._processes = processes
        self._css = stylesheet.read_text("utf-8")
        self._longest = longest
        # One document waits at each process, the others here, where the time limit does not run.
        self._turns = asyncio.Semaphore(2 * processes)
        self._pool: ProcessPoolExecutor | None = None

    async def pdf(self, html: str) -> bytes:
        """See Printer. Waits for its turn, in the order of the calls."""
        async with self._turns:
            return await self._in_pool(_print, html)

    async def close(self) -> None:
        """End the processes when their documents are done. The printer may be used again."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await asyncio.to_thread(pool.shutdown)

    async def _in_pool(self, work: Callable[[str], bytes], html: str) -> bytes:
        pool = self._pool or self._started()
        try:
            with _no_program():
                job = asyncio.wrap_future(pool.submit(work, html))
            return await asyncio.wait_for(job, self._longest)
        except BrokenProcessPool as error:
            self._forget(pool)
            raise Unreachable("a printing process died, its documents are to be tried again") from (
                error
            )
        except TimeoutError as error:
            self._forget(pool)
            raise Unreachable(f"no PDF after {self._longest:g} seconds") from error

    def _started(self) -> ProcessPoolExecutor:
        self._pool = ProcessPoolExecutor(
            self._processes,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_start_process,
            initargs=(self._css,),
        )
        return self._pool

    def _forget(self, pool: ProcessPoolExecutor) -> None:
        """Drop a pool that broke or hangs; its processes are ended, not waited for."""
        if self._pool is pool:
            self._pool = None
        for process in list((getattr(pool, "_processes", None) or {}).values()):
            process.kill()
        # Its waiting documents end as BrokenProcessPool. Were they cancelled, their callers would
        # take themselves to be cancelled.
        pool.shutdown(wait=False)


@contextmanager
def _no_program() -> Iterator[None]:
    """While this lasts, a process may be started: without it, each would load the whole program
    that we are (`spawn` runs the main module again), two seconds and 100 MB for nothing."""
    program = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = program


# What follows runs in the child processes.

_stylesheet = ""


def _start_process(css: str) -> None:
    global _stylesheet
    _stylesheet = css
    # Ctrl-C reaches the whole process group; the parent decides when printing ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A pool's process never notices that its parent was killed: without this it stays for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _print(html: str) -> bytes:
    try:
        from gateways.press import press

        return press(html, _stylesheet)
    except Exception as error:
        # The cause may not survive pickling, and no retry makes a document better.
        raise RefusedForGood(f"no PDF: {type(error).__name__}: {error}") from None

"""HTML to PDF, and many PDFs into one, in processes of their own.

WeasyPrint is neither quick nor safe beside threads and gRPC, so it is loaded in child processes
only (`gateways/press.py`), started by "spawn": a fork would copy locks that threads here hold.
Binding (`gateways/binding.py`) is minutes of pure Python for a retail chain.
"""

import asyncio
import multiprocessing
import signal
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Protocol, TypeVar

from gateways.process import end_with_parent, no_program
from rules.errors import RefusedForGood, Unreachable

STYLESHEET = Path(__file__).resolve().parents[1] / "templates" / "paper.css"
T = TypeVar("T")
Given = TypeVar("Given")

# An invoice takes a tenth of a second; whatever takes this long hangs.
LONGEST_RENDERING = 60.0  # seconds
# A long list may take longer, and many PDFs: a tenth of this was measured.
_CHARACTERS_A_SECOND = 3_000
_PDFS_A_SECOND = 10


class Printer(Protocol):
    """Makes PDFs. Equal input gives equal bytes.

    Raises Unreachable where trying again is right, RefusedForGood where the document is at fault.
    """

    async def pdf(self, html: str) -> bytes:
        """The PDF of an HTML document."""

    async def weighed(self, pdfs: Sequence[bytes]) -> list[Mapping[str, int] | None]:
        """What each PDF consists of, bytes by digest; None for one that is not to be bound."""

    async def bound(self, pdfs: Sequence[tuple[str, bytes]]) -> bytes:
        """One PDF of many, a bookmark for each by its name; what they share is in it once."""

    async def close(self) -> None:
        """Lets go of what is open. A later `pdf` opens it again."""


class Lent:
    """A printer that others go on using: closing it is their business."""

    def __init__(self, printer: Printer) -> None:
        self.pdf = printer.pdf
        self.weighed = printer.weighed
        self.bound = printer.bound

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
        return await self._in_turn(_print, html, len(html) / _CHARACTERS_A_SECOND)

    async def weighed(self, pdfs: Sequence[bytes]) -> list[Mapping[str, int] | None]:
        return await self._in_turn(_weigh, list(pdfs), len(pdfs) / _PDFS_A_SECOND)

    async def bound(self, pdfs: Sequence[tuple[str, bytes]]) -> bytes:
        return await self._in_turn(_bind, list(pdfs), len(pdfs) / _PDFS_A_SECOND)

    async def close(self) -> None:
        """End the processes when their documents are done. The printer may be used again."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await asyncio.to_thread(pool.shutdown)

    async def _in_turn(self, work: Callable[[Given], T], given: Given, seconds_more: float) -> T:
        async with self._turns:
            return await self._in_pool(work, given, self._longest + seconds_more)

    async def _in_pool(self, work: Callable[[Given], T], given: Given, longest: float) -> T:
        pool = self._pool or self._started()
        try:
            with no_program():
                job = asyncio.wrap_future(pool.submit(work, given))
            return await asyncio.wait_for(job, longest)
        except BrokenProcessPool as error:
            self._forget(pool)
            raise Unreachable("a printing process died, its documents are to be tried again") from (
                error
            )
        except TimeoutError as error:
            self._forget(pool)
            raise Unreachable(f"no PDF after {longest:.0f} seconds") from error

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


# What follows runs in the child processes.

_stylesheet = ""


def _start_process(css: str) -> None:
    global _stylesheet
    _stylesheet = css
    # Ctrl-C reaches the whole process group; the parent decides when printing ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()


def _print(html: str) -> bytes:
    try:
        from gateways.press import press

        return press(html, _stylesheet)
    except Exception as error:
        # The cause may not survive pickling, and no retry makes a document better.
        raise RefusedForGood(f"no PDF: {type(error).__name__}: {error}") from None


def _weigh(pdfs: list[bytes]) -> list[Mapping[str, int] | None]:
    from gateways.binding import weighed

    return [weighed(pdf) for pdf in pdfs]


def _bind(pdfs: list[tuple[str, bytes]]) -> bytes:
    try:
        from gateways.binding import bound

        return bound(pdfs)
    except Exception as error:
        raise RefusedForGood(f"not bound: {type(error).__name__}") from None

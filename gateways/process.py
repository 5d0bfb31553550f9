"""How a process of ours ends."""

import logging
import multiprocessing
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import ModuleType
from typing import NoReturn


def end_process(status: int) -> NoReturn:
    """Ends this process with `status` at once, with everything written that was to be written.

    A Python process that used Temporal's SDK may abort while the interpreter shuts down
    (`Fatal Python error: PyGILState_Release`, exit status 134, one run in four to six: sdk-python
    #300), and then a command that did its work looks as if it had failed. So nothing is left to the
    interpreter: no `atexit`, no destructors, no daemon threads. Close what must be closed before.
    """
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        # The reader of a pipe may be gone: no reason to lose the true status.
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(status)


def end_with_parent() -> None:
    """For a child process (multiprocessing), which never notices that its parent was killed: without
    this it stays for ever, or works on for nobody."""
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def no_program() -> Iterator[None]:
    """While this lasts, a process may be started: without it, each would load the whole program
    that we are (`spawn` runs the main module again), two seconds and 100 MB for nothing."""
    program = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = program

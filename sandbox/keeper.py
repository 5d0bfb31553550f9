"""Becomes a command that ends when whoever started it is gone, however that one ended.

    python keeper.py LOG COMMAND [ARGUMENT...]

A server that a process starts outlives it when the process is killed (SIGKILL): the SDK's embedded
servers stay behind, hold their port and their memory. So this process leaves a watcher beside it
and then becomes the command: whoever started it signals the server itself. Both stand in a session
of their own, as a Ctrl-C meant for our process must not take the server away under it. Stands on
the standard library alone, as it runs for each server.
"""

import os
import signal
import sys
import time
from contextlib import suppress
from typing import NoReturn

SECONDS_BETWEEN_LOOKS = 0.5
SECONDS_TO_END = 5.0


def become(log: str, command: list[str]) -> NoReturn:
    """Turns this process into `command`, with its output appended to the file `log`."""
    starter, server = os.getppid(), os.getpid()
    with suppress(PermissionError):
        os.setsid()
    _talk_to(log)
    if os.fork() == 0:
        _watch(starter, server)
        os._exit(0)
    os.execv(command[0], command)  # noqa: S606 - a program that we name, and no shell


def _talk_to(log: str) -> None:
    """No pipe of the starter stays open in here: its reader would wait for the server's end."""
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, target in enumerate((nothing, output, output)):
        os.dup2(target, number)


def _watch(starter: int, server: int) -> None:
    """Runs in the watcher, the server's child: until either of the two is gone."""
    while os.getppid() == server:
        if not _lives(starter):
            os.kill(server, signal.SIGTERM)
            deadline = time.monotonic() + SECONDS_TO_END
            while os.getppid() == server and time.monotonic() < deadline:
                time.sleep(SECONDS_BETWEEN_LOOKS)
            if os.getppid() == server:
                os.kill(server, signal.SIGKILL)
            return
        time.sleep(SECONDS_BETWEEN_LOOKS)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


if __name__ == "__main__":
    become(sys.argv[1], sys.argv[2:])

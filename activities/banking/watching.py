"""Take in what is put into the watched folder, file by file."""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from activities.journal import alarms
from gateways.inbox import Inbox, Look
from rules.errors import Unreachable, UserMistake

log = logging.getLogger("duely")


class Watcher:
    """Looks into an inbox; `take` imports files as the command does, in the calling thread.

    Safe to repeat and to run in several processes: nothing is recorded twice, so a file that a
    crash left half way is taken again from its beginning.
    """

    def __init__(self, inbox: Inbox, take: Callable[[Sequence[Path]], object]) -> None:
        self._inbox = inbox
        self._take = take
        self._has_begun = False

    def look(self) -> int:
        """One look: take what is complete, and the first time what was left over. Returns how many
        files were taken or refused. Raises Unreachable, and what was under way stays in `taking/`."""
        if not self._has_begun:
            self._inbox.open()
            left = self._inbox.left_over()
            self._has_begun = True
        else:
            left = []
        claimed = (self._inbox.claim(path) for path in self._inbox.complete())
        ours = [*left, *(path for path in claimed if path is not None)]
        for path in ours:
            self._take_one(path)
        return len(ours)

    def _take_one(self, path: Path) -> None:
        before = self._inbox.state_of(path)
        try:
            self._take([path])
        except Unreachable:
            self._has_begun = False  # it is left over, for the next look
            raise
        except UserMistake as mistake:
            if not self._has_changed(path, before):
                self._refuse(path, str(mistake))
        except Exception:  # a fault of ours: one file must not keep all others from being taken
            if path.exists():
                log.exception("a file in DUELY_INBOX could not be taken in")
                self._refuse(path, "this is a fault of ours, the worker's log has it")
        else:
            if not self._has_changed(path, before):
                self._inbox.done(path)
                log.info("a file in DUELY_INBOX was taken in")

    def _has_changed(self, path: Path, before: Look | None) -> bool:
        """Whether somebody wrote on it meanwhile: then it waits, and is taken again from its beginning."""
        now = self._inbox.state_of(path)
        if now is None or now == before:
            return False
        self._inbox.give_back(path)
        log.info("a file in DUELY_INBOX was written on while it was read, it is taken again")
        return True

    def _refuse(self, path: Path, reason: str) -> None:
        if self._inbox.refuse(path, reason):  # else another process has finished it
            alarms.warning("refused_file: a file in DUELY_INBOX was refused, see refused/ there")

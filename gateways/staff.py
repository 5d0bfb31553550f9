"""Who phones: staff who answer later, or stand-ins who answer at once."""

from datetime import datetime
from typing import Protocol

from rules.calls import Outcome, Word


class Staff(Protocol):
    """Offers a due attempt to whoever phones."""

    async def ask(self, task: str, attempt: int, now: datetime) -> Word | None:
        """What came of the attempt, or None: a person will tell us later. May be asked twice about
        the same attempt (`attempt` counts from 1); `now` is business time."""


class People:
    """Collections staff: the task stands on their list until one of them says what came of it."""

    async def ask(self, task: str, attempt: int, now: datetime) -> Word | None:
        return None


class NobodyAnswers:
    """A replay's stand-in: every attempt fails with `no_answer` on its day (ladder.md, "Files")."""

    async def ask(self, task: str, attempt: int, now: datetime) -> Word | None:
        return Word(Outcome.NO_ANSWER)

"""Stand-in staff: they phone at once, and what they hear is the same in every run."""

import hashlib
from datetime import datetime, timedelta

from rules.calls import Outcome, Word

_PROMISED = timedelta(days=3)


class StandIns:
    """Mostly nobody answers. In a customer's first task somebody may promise to pay."""

    async def ask(self, task: str, attempt: int, now: datetime) -> Word | None:
        luck = hashlib.sha256(f"{task}:{attempt}".encode()).digest()[0] % 8
        first = task.endswith("-1")
        if first and luck == 0:
            return Word(Outcome.PROMISE, day=now.date() + _PROMISED)
        if first and luck == 1:
            return Word(Outcome.PAID)
        return Word(Outcome.REFUSED if luck == 2 else Outcome.NO_ANSWER)

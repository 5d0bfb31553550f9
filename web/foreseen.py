"""A process of its own that foresees what one customer will receive: `python -m web.foreseen`.

It reads one question as JSON and writes the outlook as JSON. The production workflows run on its
event loop, which would keep everybody else's pages waiting in the console's own process.
"""

import asyncio
import signal
import sys
from datetime import datetime

from pydantic import BaseModel, TypeAdapter

from models.settings import Settings
from sandbox.foresight import Outlook, foresee

OUTLOOK = TypeAdapter(Outlook)


class Question(BaseModel):
    """`now` is business time, `days` are calendar days ahead."""

    settings: Settings
    customer_id: str
    now: datetime
    days: int


async def main() -> None:
    """Told to stop (SIGTERM), it takes its server and its copies with it."""
    this = asyncio.current_task()
    assert this is not None, "a coroutine that runs is a task"
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, this.cancel)
    asked = Question.model_validate_json(sys.stdin.buffer.read())
    found = await foresee(asked.settings, asked.customer_id, now=asked.now, days=asked.days)
    sys.stdout.buffer.write(OUTLOOK.dump_json(found))


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except asyncio.CancelledError:
        sys.exit(128 + signal.SIGTERM)

"""Ask a workflow to do something from the command line: who sits at the terminal asks, and where no
answer came the act's key is printed, so that the same act can be asked again and is done once."""

import asyncio
from uuid import uuid4

from activities import asking
from activities.asking import Said, Wanted
from commands.at_hand import login_name
from commands.printing import say
from models.messages import Answer
from rules.errors import Unreachable
from worker import connect


def said(by: str, key: str, reason: str = "") -> Said:
    """Where left out: the login name, and a key that no other act has."""
    return Said(by or login_name(), key or str(uuid4()), reason)


def ask(wanted: Wanted, patience: float, done: str) -> None:
    """Have an act done and say so: `done`, a sentence, or what was done instead.

    Raises UserMistake with the record's sentence where it is refused, Unreachable where nobody
    answers; what became of the act is then unknown, and its key is in the sentence.
    """
    answer = asyncio.run(_ask(wanted, patience))
    say(answer.told or done)


def say_it_was_done(wanted: Wanted) -> None:
    say(f"That was done already under key {wanted.act.key}; nothing was changed.")


async def _ask(wanted: Wanted, patience: float) -> Answer:
    client = await connect()
    try:
        return await asking.ask(client, wanted, patience)
    except Unreachable as error:
        again = f"the outcome is unknown, repeat it with --key {wanted.act.key}"
        raise Unreachable(f"{error}: {again}") from error

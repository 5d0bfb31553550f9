"""Doing something: an update to a workflow, asked once however often a button is pressed."""

from uuid import uuid4

from activities import asking
from activities.asking import Said, Wanted, refusal_of_closed, was_done
from models.messages import Act, Task
from models.names import call_workflow_id
from models.tables import CallTaskRecord
from rules.errors import Unreachable, UserMistake
from web.refusals import NotThere
from web.visit import KEY_FIELD, Visit

_LONGEST_KEY = 100

UNKNOWN = (
    "Whether it was recorded is not known yet. What you typed is still here: press the same button "
    "again, it is done once."
)


def said(visit: Visit, reason: str = "") -> Said:
    """Who acts, and under which key: the one that the form has had since it was shown."""
    key = visit.form.get(KEY_FIELD, "")[:_LONGEST_KEY] or str(uuid4())
    return Said(visit.username, key, reason)


async def ask(visit: Visit, wanted: Wanted) -> bool:
    """Have it done. False where it was done before, under the same key.

    Raises UserMistake with the record's or the workflow's own sentence where it is refused,
    Unreachable where nobody answers in time.
    """
    desk = visit.desk
    if await desk.database.run(lambda session: was_done(session, wanted)):
        return False
    client = await desk.temporal()
    await asking.ask(client, wanted, desk.patience)
    return True


async def ask_task(visit: Visit, task: str, act: Act, update: str) -> bool:
    """The same of a call task. Raises NotThere for one that nobody recorded."""
    desk = visit.desk
    found = await desk.database.run(lambda session: session.get(CallTaskRecord, task))
    if found is None:
        raise NotThere(f"There is no call task {task}.")
    start = Task(task=task, customer_id=found.customer_id, clock=desk.clock)
    wanted = Wanted(start, act, update)
    refused = refusal_of_closed(found, act, desk.business_now())
    if refused and not await desk.database.run(lambda session: was_done(session, wanted)):
        raise UserMistake(refused)
    return await ask(visit, wanted)


def key_on_record(task: str, act: Act) -> str:
    """Under which key the record has an act on a task."""
    return f"{call_workflow_id(task)}/{act.key}"


def sentence(error: UserMistake | Unreachable) -> str:
    """What went wrong, for whoever pressed the button."""
    words = str(error)
    told = f"{words[:1].upper()}{words[1:]}."
    return told if isinstance(error, UserMistake) else f"{told} {UNKNOWN}"

"""The call tasks: who is to be phoned, who phones, and what came of it."""

from datetime import date, datetime
from typing import Annotated

import typer
from sqlmodel import Session

from activities.asking import Wanted, refusal_of_closed, was_done
from activities.call_list import OpenTask, open_tasks, zone_of
from commands.asking import ask, said, say_it_was_done
from commands.at_hand import known_task, now, the_record
from commands.options import PATIENCE, AsJson, By, Key, Wait, day
from commands.printing import say, show_json, show_table
from models.messages import Act, CallOutcome, ReleaseTask, TakeTask, Task
from rules.calls import Outcome
from rules.errors import UserMistake

app = typer.Typer(help="Who is to be phoned, who phones, and what came of it.")

_OUTCOMES = f"What came of the call: {', '.join(Outcome)}."
TaskNumber = Annotated[str, typer.Argument(help="The task's number.", metavar="TASK")]


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the open call tasks: those due longest come first."""
    with the_record() as session:
        found = open_tasks(session)
    if as_json:
        return show_json({"tasks": found})
    if not found:
        return say("Nobody is to be phoned.")
    head = ("task", "customer", "invoices>", "owed>", "attempt>", "due", "taken by")
    return show_table(head, map(_cells, found))


def _cells(task: OpenTask) -> tuple[str, ...]:
    due = f"{task.due_at:%Y-%m-%d %H:%M}"
    return (
        task.task,
        task.customer_id,
        str(len(task.invoices)),
        "\n".join(str(owed) for owed in task.owed),
        str(task.attempt),
        f"{due}, unworked" if task.escalated else due,
        task.taken_by,
    )


@app.command("take")
def take(task: TaskNumber, by: By = "", key: Key = "", wait: Wait = PATIENCE) -> None:
    """Take a task: until it is worked or given back, nobody else may record its outcome."""
    act = said(by, key).of(TakeTask)
    _ask_task(task, act, "take", wait, f"Task {task} is taken by {act.by}.")


@app.command("release")
def release(task: TaskNumber, by: By = "", key: Key = "", wait: Wait = PATIENCE) -> None:
    """Give a task back, your own or a colleague's: whoever comes may take it."""
    act = said(by, key).of(ReleaseTask)
    _ask_task(task, act, "release", wait, f"Task {task} is free.")


@app.command("outcome")
def outcome(
    task: TaskNumber,
    outcome: Annotated[Outcome, typer.Argument(metavar="OUTCOME", help=_OUTCOMES)],
    invoice: Annotated[
        str,
        typer.Option(
            metavar="NUMBER", help="Of this invoice only; without it, of all it concerns."
        ),
    ] = "",
    promised: Annotated[
        date | None, typer.Option("--day", parser=day, metavar="DATE", help="The promised day.")
    ] = None,
    at: Annotated[
        str,
        typer.Option(
            metavar="MOMENT",
            help="When to call back, like 2026-11-24T15:00, in the policy's time zone.",
        ),
    ] = "",
    note: Annotated[str, typer.Option(help="What was said; recorded as typed.")] = "",
    by: By = "",
    key: Key = "",
    wait: Wait = PATIENCE,
) -> None:
    """Record what came of an attempt, for the whole task or for one invoice of it."""
    with the_record() as session:
        known_task(session, task)
        moment = _moment(session, task, at) if at else None
    act = said(by, key, note).of(
        CallOutcome,
        outcome=outcome,
        invoice_number=invoice,
        day=promised,
        at=moment,
    )
    _ask_task(task, act, "outcome", wait, f"Task {task}: {outcome} is recorded.")


def _moment(session: Session, task: str, text: str) -> datetime:
    """A typed moment; without an offset it is in the policy's zone. Raises UserMistake."""
    try:
        typed = datetime.fromisoformat(text)
    except ValueError as error:
        raise UserMistake(f"--at {text!r} is no moment, expected 2026-11-24T15:00") from error
    if typed.tzinfo is not None:
        return typed
    return typed.replace(tzinfo=zone_of(session, task))


def _ask_task(task: str, act: Act, update: str, wait: float, done: str) -> None:
    """Judged by the record first where the task is closed: its workflow has ended."""
    with the_record() as session:
        record = known_task(session, task)
        wanted = Wanted(Task(task=task, customer_id=record.customer_id), act, update)
        if was_done(session, wanted):
            return say_it_was_done(wanted)
        if refused := refusal_of_closed(record, act, now()):
            raise UserMistake(refused)
    return ask(wanted, wait, done)

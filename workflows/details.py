"""Where a workflow stands, in a few lines and in search attributes. Pure functions of its state.

The titles are repeated here, as a workflow that continued as new has lost its own. Nothing here
names a person: details may be read by everyone who may see the Temporal UI.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, time

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from models import names
    from models.messages import (
        Case,
        DebitFiles,
        DebitFilesStep,
        Gathered,
        Refund,
        RefundStep,
        Step,
        Task,
        TaskStep,
    )
    from rules.case import Status, What
    from rules.collecting import Doing
    from rules.days import local_text
    from rules.debit_files import counted
    from rules.money import Money
    from rules.policy import StageKind
    from rules.refunds import RefundState
    from workflows.showing import Attributes

DEBIT_FILES = "debit_files"
UNWORKED = "unworked"  # as `models.tables.Trouble` has it
_NAMED = 10  # invoices of a call task; a chain of shops may have thousands


def _page(title: str, *lines: str) -> str:
    return "\n".join((f"**{title}**", "", *(f"- {line}" for line in lines if line)))


# --- an invoice ----------------------------------------------------------------------------------


def invoice_page(case: Case, step: Step | None, last: str = "") -> str:
    """`step` is what was last read; None: it has not been looked at yet."""
    title = names.invoice_title(case.invoice_number, case.amount, case.currency)
    of = f"Customer: {names.customer_workflow_id(case.customer_id)}"
    if step is None:
        due = f"Not looked at yet; due {case.due_date}" if case.due_date else "Not looked at yet"
        return _page(title, of, due)
    return _page(
        title,
        of,
        f"Ladder: {_standing(step)}",
        f"Balance: {Money(step.balance, step.currency)}, due {step.due_date}",
        f"Next: {_next(step)}",
        f"Held by: {_words(step.held_by)}" if step.held_by else "",
        f"Last heard: {last}" if last else "",
    )


def _standing(step: Step) -> str:
    sent = f"notice {step.sent} was sent" if step.sent else "no notice was sent"
    if step.over:
        return f"{_ended(step)}, {sent}"
    if step.handed_over:
        return f"with the lawyer, {sent}"
    return f"{sent}, stands at {_stage(step)}"


def _ended(step: Step) -> str:
    """A balance of 0 is settled, though the record may be about to say so."""
    return Status.SETTLED if step.status is Status.OPEN else step.status


def _stage(step: Step) -> str:
    return f"{step.kind or 'the end'} {step.level or ''}".strip()


def _next(step: Step) -> str:
    match step.what:
        case What.OVER:
            return "nothing, the ladder has ended"
        case What.HELD:
            until = (
                f"until {local_text(step.at, step.timezone)}" if step.at else "until it is ended"
            )
            return f"the ladder waits {until}"
        case What.COLLECT:
            return f"{_COLLECTING[step.doing]}{_on(step.at, step.timezone)}"
        case What.LETTER:
            return "a mail about a debit"
        case What.STAGE if step.at is not None:
            return f"overdue{_on(step.at, step.timezone)}, then {_stage(step)}"
        case What.STAGE:
            window = f", days {step.first} to {step.last}" if step.first else ""
            return f"{_stage(step)}{_on(step.enlists_for, step.timezone)}{window}"
        case What.CALLED:
            return f"somebody telephones, {names.call_workflow_id(step.reference)}"
        case What.PROPOSED:
            return f"case {step.reference} awaits a person's yes"
        case _:
            return "nothing by itself"


_COLLECTING = {
    None: "collect",
    Doing.ANNOUNCE: "announce the debit",
    Doing.TRY: "debit",
    Doing.ASK: "ask what became of the debit",
    Doing.WAIT: "a person corrects what the debit waits for",
}


def _on(moment: datetime | None, timezone: str) -> str:
    return f" on {local_text(moment, timezone)}" if moment else ""


def _words(words: Sequence[str]) -> str:
    return ", ".join(words).replace("_", " ")


def invoice_attributes(step: Step) -> Attributes:
    due = step.due_date
    return {
        names.STAGE: _stage_word(step),
        names.LEVEL: step.sent,
        names.BALANCE: step.balance,
        names.CURRENCY: step.currency or None,
        names.DUE: datetime.combine(due, time(0), tzinfo=UTC) if due else None,
        names.NEXT_ACTION: step.at or step.enlists_for,
        names.HELD: [str(kind) for kind in step.held_by] or None,
    }


def _stage_word(step: Step) -> str:
    if step.over:
        return str(_ended(step))
    if step.handed_over:
        return "handed_over"
    return str(step.kind) if step.kind else "ladder_ended"


# --- a customer ----------------------------------------------------------------------------------


def customer_page(customer_id: str, gathered: Gathered | None, alarm: datetime | None) -> str:
    """`gathered` is what the last look brought, `alarm` the moment of the next one."""
    brought = gathered or Gathered()
    made = (brought.notice, *brought.tasks, *brought.cases)
    return _page(
        names.customer_title(customer_id),
        f"Open invoices: {brought.open_invoices}" if gathered else "Not looked at yet",
        f"Next look: {local_text(alarm, brought.timezone)}" if alarm else "Next look: none is due",
        f"Needs attention: {_words(brought.attention)}" if brought.attention else "",
        f"Last brought together: {', '.join(filter(None, made))}" if any(made) else "",
    )


def customer_attributes(gathered: Gathered | None, alarm: datetime | None) -> Attributes:
    attention = [str(trouble) for trouble in gathered.attention] if gathered else []
    return {names.NEXT_ACTION: alarm, names.ATTENTION: attention or None}


# --- a call task ---------------------------------------------------------------------------------


def call_page(task: Task, step: TaskStep) -> str:
    title = names.call_title(task.task, task.customer_id)
    if not step.open:
        return _page(title, "Nobody is to be phoned about it any more")
    more = len(step.invoices) - _NAMED
    about = ", ".join(step.invoices[:_NAMED]) + (f" and {more} more" if more > 0 else "")
    escalates = step.escalate_at
    return _page(
        title,
        f"Invoices: {about}",
        f"Attempt {step.attempt}: due{_on(step.attempt_at, step.timezone)}",
        f"Escalated{_on(escalates, step.timezone)} where nobody works it" if escalates else "",
        "Needs attention: nobody worked it in time" if is_unworked(step) else "",
    )


def is_unworked(step: TaskStep) -> bool:
    """Escalated: from then on it waits for a person without an hour."""
    return step.open and step.escalate_at is None


def call_attributes(step: TaskStep) -> Attributes:
    return {
        names.STAGE: str(StageKind.CALL),
        names.NEXT_ACTION: step.attempt_at,
        names.ATTENTION: [UNWORKED] if is_unworked(step) else None,
    }


# --- a refund ------------------------------------------------------------------------------------

REFUND = "refund"  # as `models.tables.Trouble` has it


def refund_page(refund: Refund, step: RefundStep) -> str:
    return _page(
        names.refund_title(refund.refund, refund.customer_id),
        f"Amount: {Money(step.amount, step.currency)}, of {step.invoice_number}",
        f"Stands: {_words([step.state])}, attempt {step.attempts}",
        f"Next: {_next_of_refund(step)}",
        "Needs attention: a person is to act" if step.waits else "",
    )


def _next_of_refund(step: RefundStep) -> str:
    if step.over:
        return "nothing, it has ended"
    if step.at is None:
        return "a person tells what became of it"
    what = {
        RefundState.CONFIRMED: "its proof goes out",
        RefundState.SENT: "asked about",
    }.get(step.state, "paid back")
    return f"{what}{_on(step.at, step.timezone)}"


def refund_attributes(step: RefundStep) -> Attributes:
    return {
        names.STAGE: f"refund_{step.state}",
        names.NEXT_ACTION: step.at,
        names.ATTENTION: [REFUND] if step.waits else None,
    }


# --- one of our banks ----------------------------------------------------------------------------


def debit_files_page(start: DebitFiles, step: DebitFilesStep) -> str:
    title = names.debit_files_title(start.bank)
    if step.at is None:
        return _page(title, "Next: nothing, the bank takes no debits any more")
    return _page(
        title,
        f"Waiting: {counted(step.waiting)}",
        f"Next: what is due is written to a file{_on(step.at, step.timezone)}",
    )


def debit_files_attributes(step: DebitFilesStep) -> Attributes:
    return {names.STAGE: DEBIT_FILES, names.NEXT_ACTION: step.at}

"""What a doctor looks for, and what makes it one: values in, findings out.

Words and remedies are those of docs/runbook.md, which has an entry for each fault.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from rules.case import Facts, What, is_overdue, next_step
from rules.gathering import Waiting, setting_the_day, waiting_for
from rules.ladder import Ladder
from rules.policy import StageKind

# How long each may take, in real time, before somebody is to look at it.
LATE = timedelta(minutes=15)  # a stage, after its hour has come
UNSENT = timedelta(hours=1)  # a notice, from made to accepted
UNATTENDED = timedelta(days=7)  # what waits for a person
SILENT = timedelta(minutes=2)  # a worker, whose longest poll is a minute
ACTIVITY_ATTEMPTS = 5
TASK_ATTEMPTS = 3

_KINDS = (StageKind.NOTICE, StageKind.CALL, StageKind.LEGAL)


class Fault(StrEnum):
    """Each by the name of its entry in docs/runbook.md."""

    NO_WORKER = "no_worker"
    MISSING = "missing_workflow"
    ORPHANED = "orphaned_workflow"
    UNKNOWN = "unknown_workflow"
    OVERDUE = "overdue"
    STUCK = "stuck"
    UNDELIVERED = "undelivered"
    STALE_NOTICE = "stale_notice"
    BOOKS = "books"
    CONTRADICTION = "contradiction"
    SENT_TWICE = "sent_twice"
    DOCUMENT = "document"
    UNATTENDED = "unattended"


MEANING = {
    Fault.NO_WORKER: "No worker asks for work: nothing happens until one runs.",
    Fault.MISSING: "Something open has no running workflow: nothing happens to it.",
    Fault.ORPHANED: "A workflow runs for what is closed.",
    Fault.UNKNOWN: "A workflow runs for what is not on the record.",
    Fault.OVERDUE: "Its day and hour have come, and nothing happened.",
    Fault.STUCK: "A workflow tries the same thing again and again.",
    Fault.UNDELIVERED: "A message to a workflow is recorded and not delivered.",
    Fault.STALE_NOTICE: "A notice was made, and the mail server has not accepted it.",
    Fault.BOOKS: "What is owed is not the amount less what was booked.",
    Fault.CONTRADICTION: "Where an invoice stands is not where its notices have brought it.",
    Fault.SENT_TWICE: "A customer was reminded twice where once was right.",
    Fault.DOCUMENT: "A kept document is missing, or is not what was kept.",
    Fault.UNATTENDED: "Something waits for a person, and nobody has acted.",
}
# What can be put right without deciding anything: started, delivered or told to look again.
MENDABLE = frozenset({Fault.MISSING, Fault.ORPHANED, Fault.OVERDUE, Fault.STUCK, Fault.UNDELIVERED})


@dataclass(frozen=True)
class Finding:
    """One thing wrong. `key` names it on the record or in Temporal, `says` what is wrong with it."""

    fault: Fault
    key: str
    says: str

    @property
    def place(self) -> tuple[Fault, str]:
        """The same thing in two looks, whatever is said of it."""
        return self.fault, self.key


@dataclass(frozen=True)
class CustomerState:
    """One customer's open invoices. `barred` are the stages that wait for a person or are not made
    in this mail mode; `has_notice` says that one is on its way or went today."""

    cases: tuple[tuple[Facts, Ladder], ...]
    barred: frozenset[StageKind] = frozenset()
    has_notice: bool = False


@dataclass(frozen=True)
class Work:
    """What one workflow has under way that does not get done: its task's attempt (0: none), and the
    attempt and last error of its activities by their names."""

    workflow_id: str
    task_attempt: int = 0
    activities: tuple[tuple[str, int, str], ...] = ()


def missing(wanted: Collection[str], running: Collection[str]) -> Iterator[Finding]:
    """Workflows by id that are to run and do not."""
    for workflow_id in sorted(set(wanted) - set(running)):
        yield Finding(Fault.MISSING, workflow_id, "no workflow of this id runs")


def orphaned(running: Collection[str], known: Mapping[str, str]) -> Iterator[Finding]:
    """Running workflows that no open thing wants. `known` has the state, by workflow id, of all
    that is on the record: "" where a workflow is right."""
    for workflow_id in sorted(running):
        state = known.get(workflow_id)
        if state is None:
            yield Finding(Fault.UNKNOWN, workflow_id, "it runs, and the record knows nothing of it")
        elif state:
            yield Finding(Fault.ORPHANED, workflow_id, f"it runs, and what it is about is {state}")


def is_waiting_for_a_day(state: CustomerState, now: datetime) -> bool:
    """Whether an overdue invoice is enlisted: its customer's workflow has an alarm, and runs."""
    return any(
        is_overdue(one.facts, one.ladder.today(now))
        for kind in _KINDS
        if kind not in state.barred
        for one in waiting_for(kind, state.cases, now)
    )


def overdue_stage(state: CustomerState, since: datetime, now: datetime) -> Waiting | None:
    """The invoice whose stage was due at `since`, within its hours, and still is (rules 2-5, 8)."""
    barred = state.barred | ({StageKind.NOTICE} if state.has_notice else set())
    for kind in _KINDS:
        waiting = waiting_for(kind, state.cases, now) if kind not in barred else ()
        if setting_the_day(waiting, since) is not None:
            still = setting_the_day(waiting, now)
            if still is not None:
                return still
    return None


def overdue_collections(
    cases: Sequence[tuple[Facts, Ladder]], since: datetime, now: datetime
) -> tuple[str, ...]:
    """Invoices whose try, or question about the last one, was due at `since` and still is."""
    return tuple(
        facts.number
        for facts, ladder in cases
        if all(_is_collecting_at(facts, ladder, moment) for moment in (since, now))
    )


def _is_collecting_at(facts: Facts, ladder: Ladder, moment: datetime) -> bool:
    following = next_step(facts, ladder, moment)
    return following.what is What.COLLECT and following.at is not None and following.at <= moment


def stuck(work: Work) -> Finding | None:
    """A workflow whose task fails, or whose activity is tried without end."""
    if work.task_attempt >= TASK_ATTEMPTS:
        says = f"its workflow task fails, attempt {work.task_attempt}"
        return Finding(Fault.STUCK, work.workflow_id, says)
    for name, attempt, error in work.activities:
        if attempt >= ACTIVITY_ATTEMPTS:
            says = f"{name} is at attempt {attempt}: {error or 'no answer'}"
            return Finding(Fault.STUCK, work.workflow_id, says)
    return None


def seen_twice(first: Sequence[Finding], second: Sequence[Finding]) -> tuple[Finding, ...]:
    """What two looks have in common: a house at work always has something half done."""
    before = {finding.place for finding in first}
    return tuple(finding for finding in second if finding.place in before)

"""Telephone calls as recorded: begun before anybody is rung, and what is told of them afterwards."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from activities.journal import Journal
from gateways.phone_numbers import dialable
from gateways.telephone import Dial
from gateways.twilio_callbacks import Status
from models.tables import CallTaskRecord, CustomerRecord, PhoneCallRecord, TaskState
from rules.calls import Outcome, refuse_worker
from rules.errors import UserMistake
from rules.telephone import OVER, Leg, LegState, PhoneCall, further


@dataclass(frozen=True, kw_only=True)
class Click:
    """Somebody wants to be put through to a task's customer. `key` is the form's, `number` the
    employee's own in E.164."""

    task: str
    key: str
    by: str
    number: str


@dataclass(frozen=True)
class Begun:
    """`dial` is None where the click was taken before: nobody is rung again."""

    call: int
    dial: Dial | None


@dataclass(frozen=True, kw_only=True)
class CallView:
    """A call as its page shows it. `is_lost`: not over, and nothing is heard of it any more;
    `opens_form`: the outcome is asked for now, with `suggested` filled in."""

    call: int
    task: str
    called_by: str
    leg: Leg
    state: LegState
    is_over: bool
    is_lost: bool
    in_doubt: bool
    reason: str
    seconds: int | None
    opens_form: bool
    suggested: Outcome | None


def begin_call(journal: Journal, click: Click) -> Begun:
    """Record that a call goes out, before it does.

    Safe to repeat: the same click is the same call. Raises UserMistake where nobody is to be rung.
    """
    task = journal.session.get(CallTaskRecord, click.task)
    if task is None:
        raise UserMistake("no such call task is recorded")
    customer = journal.locked_customer(task.customer_id)
    made = _by_key(journal.session, click.key)
    if made is not None:
        return Begun(_id(made), None)
    if refused := _refusal(journal, task, click.by):
        raise UserMistake(refused)
    number = dialable(customer.phone, customer.country)
    record = PhoneCallRecord(
        key=click.key,
        task=task.task,
        customer_id=task.customer_id,
        called_by=click.by,
        employee_state=LegState.QUEUED.value,
        started_at=journal.now,
        heard_at=journal.now,
    )
    journal.session.add(record)
    journal.session.flush()
    _log(journal.signed(click.by), "phone_call_begun", record)
    return Begun(_id(record), Dial(_id(record), click.number, number))


def _by_key(session: Session, key: str) -> PhoneCallRecord | None:
    return session.exec(select(PhoneCallRecord).where(col(PhoneCallRecord.key) == key)).first()


def _refusal(journal: Journal, task: CallTaskRecord, by: str) -> str:
    if task.state != TaskState.OPEN:
        return "the call task is closed, nobody is to be phoned"
    if refused := refuse_worker(by, task.taken_by or ""):
        return refused
    if not journal.session.get_one(CustomerRecord, task.customer_id).phone:
        return "no telephone number of the customer is recorded"
    calls = select(PhoneCallRecord).where(col(PhoneCallRecord.customer_id) == task.customer_id)
    if any(_known(call).is_under_way(journal.now) for call in journal.session.exec(calls)):
        return "a call to this customer is under way, expected its end before the next"
    return ""


def call_taken(journal: Journal, call: int, sid: str) -> None:
    """The provider has taken the call. Safe to repeat; a status may have told its id before."""
    record = _locked(journal, call)
    record.sid = record.sid or sid


def call_not_made(journal: Journal, call: int, reason: str) -> None:
    """Nobody was rung. Safe to repeat."""
    record = _locked(journal, call)
    record.employee_state = further(_employee(record), LegState.FAILED).value
    record.reason, record.ended_at = reason, record.ended_at or journal.now
    _log(journal, "phone_call_not_made", record, reason)


def call_in_doubt(journal: Journal, call: int, reason: str) -> None:
    """Nobody knows whether somebody is rung, and nobody tries again; a status that comes after all
    ends the doubt. Safe to repeat."""
    record = _locked(journal, call)
    if record.sid:
        return
    record.in_doubt, record.reason = True, reason
    _log(journal, "phone_call_in_doubt", record, reason)


def take_status(journal: Journal, status: Status) -> bool:
    """Record what the provider says of a leg. False, and an event, for a call that is not ours.

    Safe to repeat: a leg only goes forward, so what comes late, twice or out of order changes
    nothing back.
    """
    record = journal.session.get(PhoneCallRecord, status.call)
    if record is not None:
        record = _locked(journal, status.call)
    if record is None or record.sid not in ("", status.sid):
        owner = record.customer_id if record else ""
        detail = f"telephone status of {status.sid}, which is no call of ours"
        journal.log_customer("message_ignored", owner, detail=detail)
        return False
    before = hear(record, status, journal.clock.business(status.at) if status.at else journal.now)
    record.heard_at = max(record.heard_at, journal.now)
    if status.state in OVER and before not in OVER:
        _log(journal, "phone_call_ended", record, _ending(status))
    return True


def hear(record: PhoneCallRecord, status: Status, at: datetime) -> LegState | None:
    """One status put on the record; answers how far its leg was before. Whatever the order, the
    same statuses leave the same record."""
    before = _employee(record) if status.leg is Leg.EMPLOYEE else _customer(record)
    after = further(before, status.state)
    record.sid = status.sid
    if record.in_doubt:
        record.in_doubt, record.reason = False, ""
    if status.leg is Leg.EMPLOYEE:
        record.employee_state = after.value
        if before not in OVER and after in OVER:
            record.ended_at = record.ended_at or at
        return before
    record.customer_state = after.value
    if status.state is LegState.IN_PROGRESS:
        record.answered_at = record.answered_at or at
    if before not in OVER and after in OVER:
        record.ended_at, record.seconds = at, status.seconds
    return before


def call_view(session: Session, call: int, now: datetime) -> CallView | None:
    """A call as its page shows it, None where there is none."""
    record = session.get(PhoneCallRecord, call)
    return _view(record, now) if record else None


def last_call(session: Session, task: str, now: datetime) -> CallView | None:
    """The newest call about a task: its page shows it when it is opened anew."""
    query = select(PhoneCallRecord).where(col(PhoneCallRecord.task) == task)
    record = session.exec(query.order_by(col(PhoneCallRecord.id).desc()).limit(1)).first()
    return _view(record, now) if record else None


def _view(record: PhoneCallRecord, now: datetime) -> CallView:
    known = _known(record)
    return CallView(
        call=_id(record),
        task=record.task,
        called_by=record.called_by,
        leg=known.leg,
        state=known.state,
        is_over=known.is_over,
        is_lost=known.is_lost(now),
        in_doubt=record.in_doubt,
        reason=record.reason,
        seconds=record.seconds,
        opens_form=known.opens_form,
        suggested=known.suggested,
    )


def _known(record: PhoneCallRecord) -> PhoneCall:
    return PhoneCall(
        employee=_employee(record),
        customer=_customer(record),
        heard_at=record.heard_at,
    )


def _employee(record: PhoneCallRecord) -> LegState:
    return LegState(record.employee_state)


def _customer(record: PhoneCallRecord) -> LegState | None:
    return LegState(record.customer_state) if record.customer_state else None


def _locked(journal: Journal, call: int) -> PhoneCallRecord:
    record = journal.session.get_one(PhoneCallRecord, call)
    journal.lock(record.customer_id)
    return record  # read anew where it was not


def _ending(status: Status) -> str:
    talked = f", {status.seconds} s" if status.seconds is not None else ""
    return f"{status.leg}: {status.state}{talked}"


def _id(record: PhoneCallRecord) -> int:
    assert record.id is not None, "it was flushed"
    return record.id


def _log(journal: Journal, event: str, record: PhoneCallRecord, detail: str = "") -> None:
    said = f"call {record.id}" + (f": {detail}" if detail else "")
    journal.log_customer(event, record.customer_id, reference=record.task, detail=said)

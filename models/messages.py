"""What is said to workflows and activities: typed inputs, results and payloads.

Every field added later has a default: histories and waiting messages are older than the code that
reads them. Amounts are minor units, days ISO dates in the policy's time zone, instants aware.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from rules.calls import Outcome
from rules.case import HoldKind, Status, What
from rules.clock import REAL_TIME, Clock
from rules.collecting import Doing
from rules.policy import StageKind
from rules.refunds import RefundState


class Message(BaseModel):
    """Frozen, and deaf to fields it does not know: a mistyped field is said, not dropped."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# --- inputs of workflows -------------------------------------------------------------------------


class Case(Message):
    """The input of an invoice's workflow. Amount, currency and due date are for those who watch it
    until its first look; "" and None where whoever starts it does not know them."""

    invoice_number: str
    customer_id: str
    clock: Clock = REAL_TIME
    first_look: datetime | None = None  # until then nothing is due; None: look at once
    amount: int = 0
    currency: str = ""
    due_date: date | None = None
    asked: int = 0  # messages taken so far; carried over continue-as-new, as are the acts' keys
    keys: tuple[str, ...] = ()


class Customer(Message):
    """The input of a customer's workflow, and all it carries over continue-as-new."""

    customer_id: str
    clock: Clock = REAL_TIME
    alarm: datetime | None = None
    asked: int = 0
    gathered: "Gathered | None" = None


class Task(Message):
    """The input of a call task's workflow, and all it carries over continue-as-new."""

    task: str
    customer_id: str
    clock: Clock = REAL_TIME
    asked: int = 0
    keys: tuple[str, ...] = ()


class Refund(Message):
    """The input of a refund's workflow, and all it carries over continue-as-new."""

    refund: str
    customer_id: str
    clock: Clock = REAL_TIME
    asked: int = 0
    keys: tuple[str, ...] = ()


class DebitFiles(Message):
    """The input of the workflow that writes one bank's debits to files, before each cut-off."""

    bank: str
    clock: Clock = REAL_TIME


# --- what people ask of an invoice ---------------------------------------------------------------


class Act(Message):
    """What a person asks. `key`: the same one twice changes nothing; without one, it gets the
    message's own id. `by` names who asks."""

    key: str = Field(default="", max_length=200)
    by: str = Field(default="", max_length=100)
    reason: str = Field(default="", max_length=1000)


class Pause(Act):
    """The ladder waits until `until` begins; None: until somebody resumes it."""

    name: Literal["pause"] = "pause"
    until: date | None = None


class Resume(Act):
    name: Literal["resume"] = "resume"


class Settle(Act):
    """A person records a manual payment of the whole balance, with its reason."""

    name: Literal["settle"] = "settle"


class Promise(Act):
    """The customer promised to pay by `day`."""

    name: Literal["promise"] = "promise"
    day: date


class Dispute(Act):
    name: Literal["dispute"] = "dispute"


class DisputeOutcome(Act):
    """Rejected: the ladder goes on. Upheld: `credit_minor` is credited, or, None, the invoice is
    cancelled."""

    name: Literal["dispute_outcome"] = "dispute_outcome"
    upheld: bool
    credit_minor: int | None = Field(default=None, gt=0)


class ChangeDueDate(Act):
    name: Literal["change_due_date"] = "change_due_date"
    due_date: date


class CollectNow(Act):
    """A person wants the balance debited now, by `method` ("": the one that is chosen by itself). It
    uses up none of the automatic tries."""

    name: Literal["collect_now"] = "collect_now"
    method: str = ""


class RetryCollection(Act):
    """A person has corrected what a debit waited for: it is tried again."""

    name: Literal["retry_collection"] = "retry_collection"


class DebitOutcome(Act):
    """A person knows what became of the debit under way, which nobody else has said. `code` is the
    reason of a failed one, as the bank gave it."""

    name: Literal["debit_outcome"] = "debit_outcome"
    paid: bool
    code: str = Field(default="", max_length=100)


class WriteOff(Act):
    name: Literal["write_off"] = "write_off"


class Cancel(Act):
    name: Literal["cancel"] = "cancel"


class ApproveWriteOff(Act):
    """Another person's yes to a debt that somebody wants written off, or an invoice cancelled."""

    name: Literal["approve_write_off"] = "approve_write_off"


class DeclineWriteOff(Act):
    """Another person's no: the ladder had gone on meanwhile, and goes on."""

    name: Literal["decline_write_off"] = "decline_write_off"


InvoiceAct = Annotated[
    Pause
    | Resume
    | Settle
    | Promise
    | Dispute
    | DisputeOutcome
    | ChangeDueDate
    | CollectNow
    | RetryCollection
    | DebitOutcome
    | WriteOff
    | Cancel
    | ApproveWriteOff
    | DeclineWriteOff,
    Field(discriminator="name"),
]


# --- what people ask of a customer ---------------------------------------------------------------


class SetAddress(Act):
    """An operator mends the customer's e-mail address; what waited for it is tried again."""

    name: Literal["set_address"] = "set_address"
    email: str = Field(min_length=3, max_length=320)


class SetPhone(Act):
    """A person found the customer's telephone number; the calls that waited for it go on. It is kept
    as networks dial it; one without its country's code is read as dialled from the customer's."""

    name: Literal["set_phone"] = "set_phone"
    phone: str = Field(min_length=3, max_length=50)


class RecordLetter(Act):
    """A letter went instead of the notice that could not be sent; its day counts (rule 11)."""

    name: Literal["record_letter"] = "record_letter"


class Retry(Act):
    """Try again what is parked in "needs attention"."""

    name: Literal["retry"] = "retry"


class ApproveCase(Act):
    """A person's yes before a case leaves for the lawyer (`approval` in the policy)."""

    name: Literal["approve_case"] = "approve_case"
    case: str


class DeclineCase(Act):
    """A person's no: the case, or some invoices of it, stays. They wait until `until` (None: for 30
    days), and somebody is asked again."""

    name: Literal["decline_case"] = "decline_case"
    case: str
    invoice_numbers: tuple[str, ...] = ()  # (): all
    until: date | None = None


class LawyerTold(Act):
    """`by` told the lawyer what has changed since the case was handed over."""

    name: Literal["lawyer_told"] = "lawyer_told"
    case: str


class SendNow(Act):
    """What is due for a notice goes today instead of on its planned day, where its window is open."""

    name: Literal["send_now"] = "send_now"


CustomerAct = Annotated[
    Pause
    | Resume
    | SetAddress
    | SetPhone
    | RecordLetter
    | Retry
    | ApproveCase
    | DeclineCase
    | LawyerTold
    | SendNow,
    Field(discriminator="name"),
]


# --- what staff say of a call --------------------------------------------------------------------


class NoticeHeard(Message):
    """What the customer said of one notice, by its number: whether it arrived."""

    notice: str
    received: bool


class CallOutcome(Act):
    """What came of one attempt, for the whole task or for one invoice of it.

    `day` is the promised day, `at` the moment to call back; other outcomes need neither. `notices`
    is evidence: what the customer said of notices they were asked about.
    """

    outcome: Outcome
    invoice_number: str = ""
    day: date | None = None
    at: AwareDatetime | None = None
    notices: tuple[NoticeHeard, ...] = ()


class TakeTask(Act):
    """`by` takes a call task: nobody else records an outcome until it is worked or given back."""

    name: Literal["take"] = "take"


class ReleaseTask(Act):
    """A task that somebody took is free again."""

    name: Literal["release"] = "release"


TaskAct = Annotated[TakeTask | ReleaseTask, Field(discriminator="name")]


class RefundDone(Act):
    """A person paid it back; `reference` is the acquirer's (ARN) or the bank's. `day` None: today."""

    name: Literal["refund_done_by_hand"] = "refund_done_by_hand"
    reference: str = Field(max_length=100)
    day: date | None = None


class RetryRefund(Act):
    """What failed, or waits for a person, is tried again."""

    name: Literal["retry"] = "retry"


RefundAct = Annotated[RefundDone | RetryRefund, Field(discriminator="name")]


# --- signals of machines -------------------------------------------------------------------------


class Recorded(Message):
    """Something was recorded that concerns this workflow: look at the record again.

    `reference` names it: a payment, a notice, a task, a case, an act. `step` is what that look would
    find, where the transaction that recorded it has looked.
    """

    key: str = ""
    reference: str = ""
    step: "Step | None" = None


class Enlisted(Message):
    """An invoice waits for its customer's day; `at` is the moment it asks for."""

    invoice_number: str
    at: datetime


# --- inputs and results of activities ------------------------------------------------------------


class Asked(Message):
    """An activity's question about one invoice. Business time is read from the clock.

    `enlists`: its customer does not know yet that it waits for a day.
    """

    invoice_number: str
    customer_id: str
    enlists: bool = True
    clock: Clock = REAL_TIME


class Step(Message):
    """The next step of an invoice as recorded, with what its workflow needs to refuse nonsense.

    `at` is when to look or act again, None where a message will say; `enlists_for` the moment for
    which it has just been enlisted with its customer. `kind` and `level` are of the stage at which
    it stands, `sent` is the level of its last notice, `reference` the call task or case it is in,
    `doing` what an open run of collecting does next.
    """

    what: What
    over: bool = False  # nothing is owed, or nothing is to be asked any more
    kind: StageKind | None = None
    level: int = 0
    at: datetime | None = None
    enlists_for: datetime | None = None
    held_by: tuple[HoldKind, ...] = ()
    first: date | None = None
    last: date | None = None
    balance: int = 0
    currency: str = ""
    due_date: date | None = None
    has_begun: bool = False  # a notice was sent, or whatever the ladder begins with
    handed_over: bool = False
    promises_left: int = 0
    promise_limit: int = 0
    timezone: str = "UTC"
    sent: int = 0
    status: Status = Status.OPEN
    reference: str = ""
    doing: Doing | None = None


class RecordAct(Message):
    """One person's act on an invoice, with the moment it came in (business time)."""

    invoice_number: str
    customer_id: str
    act: InvoiceAct
    key: str
    came_in: datetime
    clock: Clock = REAL_TIME


class RecordCustomerAct(Message):
    customer_id: str
    act: CustomerAct
    key: str
    came_in: datetime
    clock: Clock = REAL_TIME


class Ignored(Message):
    """A message that could not be understood or made no sense: it becomes an event."""

    customer_id: str
    invoice_number: str = ""
    name: str
    key: str
    why: str
    came_in: datetime
    clock: Clock = REAL_TIME


class Answer(Message):
    """What became of an act. `refused` is a sentence for a person, "" where it was done; `told` one
    where something else was done than was asked, as for now."""

    refused: str = ""
    told: str = ""


class AskedCustomer(Message):
    """An activity's question about one customer. `planned` is the moment it was to happen at."""

    customer_id: str
    planned: datetime | None = None
    clock: Clock = REAL_TIME


class Gathered(Message):
    """What one moment brought for a customer: at most one notice, tasks and cases just opened, and
    when to look again. `attention` names what waits for a person (`models.tables.Trouble`)."""

    notice: str = ""
    cases: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    next_at: datetime | None = None
    open_invoices: int = 0
    attention: tuple[str, ...] = ()
    timezone: str = "UTC"


class NoticeAsked(Message):
    notice: str
    customer_id: str
    clock: Clock = REAL_TIME


class NoticeEnd(StrEnum):
    """What became of a notice."""

    SENT = "sent"
    LAPSED = "lapsed"
    REFUSED = "refused"
    HELD = "held"


class NoticeResult(Message):
    """`next_at` is when the customer is to be looked at again, now that its invoices advanced."""

    end: NoticeEnd
    next_at: datetime | None = None


class CaseAsked(Message):
    case: str
    customer_id: str
    clock: Clock = REAL_TIME


class Park(Message):
    """Something could not be done and waits for a person; `why` is the kind of error."""

    customer_id: str
    reference: str
    why: str = ""
    clock: Clock = REAL_TIME


class TaskAsked(Message):
    """An activity's question about one call task; `attempt` counts from 1 and was planned for
    `planned`."""

    task: str
    customer_id: str
    attempt: int = 0
    planned: datetime | None = None
    clock: Clock = REAL_TIME


class TaskStep(Message):
    """A call task as recorded: when the next attempt is due, when it counts as unworked (None: it
    does already, or `open` is False)."""

    open: bool
    attempt_at: datetime | None = None
    escalate_at: datetime | None = None
    attempt: int = 0
    invoices: tuple[str, ...] = ()
    taken_by: str = ""
    timezone: str = "UTC"


class StaffAnswer(Message):
    """What staff answered at once was recorded, and `step` comes next; None: a person will tell us
    with an update."""

    step: TaskStep | None = None


class RecordCall(Message):
    task: str
    customer_id: str
    outcome: CallOutcome
    key: str
    came_in: datetime
    clock: Clock = REAL_TIME


class RecordTaskAct(Message):
    task: str
    customer_id: str
    act: TaskAct
    key: str
    came_in: datetime
    clock: Clock = REAL_TIME


class RefundAsked(Message):
    """An activity's question about one refund."""

    refund: str
    customer_id: str
    clock: Clock = REAL_TIME


class RefundStep(Message):
    """A refund as recorded. `at` is when there is something to do, None while only a person can go
    on; `over`: nothing is left to do. `waits` says that it needs attention."""

    state: RefundState
    over: bool
    at: datetime | None = None
    attempts: int = 0
    amount: int = 0
    currency: str = ""
    invoice_number: str = ""
    asked_on: date | None = None
    waits: bool = False
    timezone: str = "UTC"


class ParkRefund(Message):
    """A proof that could not be made or sent waits for a person; `why` is the kind of error."""

    refund: str
    customer_id: str
    why: str = ""
    clock: Clock = REAL_TIME


class RecordRefundAct(Message):
    refund: str
    customer_id: str
    act: RefundAct
    key: str
    came_in: datetime
    clock: Clock = REAL_TIME


class DebitFilesAsked(Message):
    """An activity's question about one of our banks."""

    bank: str
    clock: Clock = REAL_TIME


class DebitFilesStep(Message):
    """When the next file is written: before the bank's next cut-off. None: it takes no debits."""

    at: datetime | None
    waiting: int = 0  # debits that wait for it
    timezone: str = "UTC"

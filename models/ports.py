"""The activities' signatures, as workflows call them.

Each is implemented in `activities/` by a class of the same shape; a test holds the two together.
What makes each safe to repeat stands at its implementation.
"""

from abc import ABC, abstractmethod

from temporalio import activity

from models.messages import (
    Answer,
    Asked,
    AskedCustomer,
    CaseAsked,
    DebitFilesAsked,
    DebitFilesStep,
    Gathered,
    Ignored,
    NoticeAsked,
    NoticeResult,
    Park,
    ParkRefund,
    RecordAct,
    RecordCall,
    RecordCustomerAct,
    RecordRefundAct,
    RecordTaskAct,
    RefundAsked,
    RefundStep,
    StaffAnswer,
    Step,
    TaskAsked,
    TaskStep,
)


class InvoicePort(ABC):
    """What an invoice's workflow asks of the world."""

    @activity.defn(name="next_step")
    @abstractmethod
    async def next_step(self, asked: Asked) -> Step:
        """Read the record: what this invoice does next, and when. Overdue, it is enlisted with its
        customer, who brings together what is due."""

    @activity.defn(name="collect")
    @abstractmethod
    async def collect(self, asked: Asked) -> None:
        """Announce the debit that is due to be announced, make the due try, or ask what became of
        the last one."""

    @activity.defn(name="send_letter")
    @abstractmethod
    async def send_letter(self, asked: Asked) -> None:
        """Write the mail about a debit of this invoice that waits, and hand it to the mail server."""

    @activity.defn(name="record_act")
    @abstractmethod
    async def record_act(self, record: RecordAct) -> Answer:
        """Record what a person asked, or why it was refused."""

    @activity.defn(name="record_ignored")
    @abstractmethod
    async def record_ignored(self, ignored: Ignored) -> None:
        """Record a message that made no sense as an event."""


class CustomerPort(ABC):
    """What a customer's workflow asks of the world."""

    @activity.defn(name="gather")
    @abstractmethod
    async def gather(self, asked: AskedCustomer) -> Gathered:
        """Bring together what is due to this customer now, in one transaction."""

    @activity.defn(name="write_notice")
    @abstractmethod
    async def write_notice(self, asked: NoticeAsked) -> None:
        """Write the notice's mail with its documents and keep it."""

    @activity.defn(name="send_notice")
    @abstractmethod
    async def send_notice(self, asked: NoticeAsked) -> NoticeResult:
        """Hand the kept mail to the mail server and record what is known of it."""

    @activity.defn(name="assemble_case")
    @abstractmethod
    async def assemble_case(self, asked: CaseAsked) -> None:
        """Put together the ZIP for the lawyer."""

    @activity.defn(name="record_customer_act")
    @abstractmethod
    async def record_customer_act(self, record: RecordCustomerAct) -> Answer:
        """Record what a person asked of a customer, or why it was refused."""

    @activity.defn(name="park")
    @abstractmethod
    async def park(self, park: Park) -> None:
        """Record that a notice or a case waits for a person."""


class CallPort(ABC):
    """What a call task's workflow asks of the world."""

    @activity.defn(name="task_step")
    @abstractmethod
    async def task_step(self, asked: TaskAsked) -> TaskStep:
        """Read the record: is the task open, and when is the next attempt due?"""

    @activity.defn(name="ask_staff")
    @abstractmethod
    async def ask_staff(self, asked: TaskAsked) -> StaffAnswer:
        """Offer the due attempt to staff, and record what stand-ins answer at once."""

    @activity.defn(name="record_call")
    @abstractmethod
    async def record_call(self, record: RecordCall) -> Answer:
        """Record what came of an attempt."""

    @activity.defn(name="record_task_act")
    @abstractmethod
    async def record_task_act(self, record: RecordTaskAct) -> Answer:
        """Record who took a task or gave it back, or why it was refused."""

    @activity.defn(name="escalate")
    @abstractmethod
    async def escalate(self, asked: TaskAsked) -> None:
        """Record that nobody worked the task in time."""


class RefundPort(ABC):
    """What a refund's workflow asks of the world."""

    @activity.defn(name="refund_step")
    @abstractmethod
    async def refund_step(self, asked: RefundAsked) -> RefundStep:
        """Read the record: where the refund stands, and when there is something to do."""

    @activity.defn(name="pay_back")
    @abstractmethod
    async def pay_back(self, asked: RefundAsked) -> RefundStep:
        """Have it paid back, or ask what became of the attempt under way."""

    @activity.defn(name="write_proof")
    @abstractmethod
    async def write_proof(self, asked: RefundAsked) -> None:
        """Make the proof of refund and the mail that brings it, and keep both."""

    @activity.defn(name="send_proof")
    @abstractmethod
    async def send_proof(self, asked: RefundAsked) -> RefundStep:
        """Hand the kept mail to the mail server and record what is known of it."""

    @activity.defn(name="park_refund")
    @abstractmethod
    async def park_refund(self, park: ParkRefund) -> RefundStep:
        """Record that a proof waits for a person."""

    @activity.defn(name="record_refund_act")
    @abstractmethod
    async def record_refund_act(self, record: RecordRefundAct) -> Answer:
        """Record what a person did or asked, or why it was refused."""


class BankPort(ABC):
    """What the workflow of one of our banks asks of the world."""

    @activity.defn(name="next_debit_file")
    @abstractmethod
    async def next_debit_file(self, asked: DebitFilesAsked) -> DebitFilesStep:
        """Read when the next file of debits is written."""

    @activity.defn(name="write_debit_file")
    @abstractmethod
    async def write_debit_file(self, asked: DebitFilesAsked) -> DebitFilesStep:
        """Write the debits that wait to a file, and hand it to where the bank's files go."""

"""What a customer's workflow asks of the world."""

from temporalio import activity

from activities import notices_record
from activities.case_papers import CaseAssembler
from activities.customer_acts import record_customer_act
from activities.gathering import Gathering
from activities.journal import Journal
from activities.sending import Sender
from activities.workplace import Workplace
from activities.writing import Writer
from models.messages import (
    Answer,
    AskedCustomer,
    CaseAsked,
    Gathered,
    NoticeAsked,
    NoticeResult,
    Park,
    RecordCustomerAct,
)
from models.ports import CustomerPort
from models.tables import NoticeRecord, NoticeState, Trouble


class Customers(CustomerPort):
    """The activities of one customer."""

    def __init__(
        self, workplace: Workplace, writer: Writer, sender: Sender, assembler: CaseAssembler
    ) -> None:
        self._work = workplace
        self._writer = writer
        self._sender = sender
        self._assembler = assembler

    @activity.defn(name="gather")
    async def gather(self, asked: AskedCustomer) -> Gathered:
        """Safe to repeat: what was made is on the record and is not made again; a notice made and
        not yet sent is answered again."""
        return await self._work.record(
            asked.customer_id,
            asked.clock,
            lambda journal: Gathering(journal, asked, self._work).gather(),
        )

    @activity.defn(name="write_notice")
    async def write_notice(self, asked: NoticeAsked) -> None:
        """Safe to repeat: see `Writer.write`."""
        await self._writer.write(asked)

    @activity.defn(name="send_notice")
    async def send_notice(self, asked: NoticeAsked) -> NoticeResult:
        """Safe to repeat: see `Sender.send`."""
        return await self._sender.send(asked)

    @activity.defn(name="assemble_case")
    async def assemble_case(self, asked: CaseAsked) -> None:
        """Safe to repeat: see `CaseAssembler.assemble`."""
        await self._assembler.assemble(asked)

    @activity.defn(name="record_customer_act")
    async def record_customer_act(self, record: RecordCustomerAct) -> Answer:
        """Safe to repeat: an act's key is recorded with what it did, and answers the second time."""
        return await self._work.record(
            record.customer_id,
            record.clock,
            lambda journal: record_customer_act(journal, record, self._work),
        )

    @activity.defn(name="park")
    async def park(self, park: Park) -> None:
        """Safe to repeat: the same trouble about the same thing is parked once."""
        await self._work.record(park.customer_id, park.clock, lambda journal: _park(journal, park))


def _park(journal: Journal, park: Park) -> None:
    journal.lock(park.customer_id)
    notice = journal.session.get(NoticeRecord, park.reference)
    if notice is not None and notice.state == NoticeState.MADE:
        notices_record.lapse(journal, notice, park.why)
    journal.needs_attention(Trouble.PAPERS, park.customer_id, park.reference, park.why)

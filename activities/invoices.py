"""What an invoice's workflow asks of the world."""

from temporalio import activity

from activities.acts import record_act
from activities.collector import Collector
from activities.facts import case_of
from activities.holds import end_what_ran_out
from activities.journal import Journal
from activities.lettering import Letters
from activities.post import enlist
from activities.steps import noted_step
from activities.workplace import Workplace
from models.messages import Answer, Asked, Customer, Enlisted, Ignored, RecordAct, Step
from models.ports import InvoicePort


class Invoices(InvoicePort):
    """The activities of one invoice."""

    def __init__(self, workplace: Workplace, collector: Collector, letters: Letters) -> None:
        self._work = workplace
        self._collector = collector
        self._letters = letters

    @activity.defn(name="next_step")
    async def next_step(self, asked: Asked) -> Step:
        """Safe to repeat: it reads, ends holds that have run out (each once), and notes the answer
        beside the position; enlisting again gives the customer the same alarm."""
        step = await self._work.record(
            asked.customer_id, asked.clock, lambda journal: _next_step(journal, asked)
        )
        if asked.enlists and step.enlists_for is not None:
            customer = Customer(customer_id=asked.customer_id, clock=asked.clock)
            enlisted = Enlisted(invoice_number=asked.invoice_number, at=step.enlists_for)
            await enlist(activity.client(), customer, enlisted)
        return step

    @activity.defn(name="collect")
    async def collect(self, asked: Asked) -> None:
        """Safe to repeat: see `Collector.collect`."""
        await self._collector.collect(asked)

    @activity.defn(name="send_letter")
    async def send_letter(self, asked: Asked) -> None:
        """Safe to repeat: see `Letters.send`."""
        await self._letters.send(asked)

    @activity.defn(name="record_act")
    async def record_act(self, record: RecordAct) -> Answer:
        """Safe to repeat: an act's key is recorded with what it did, and answers the second time."""
        return await self._work.record(
            record.customer_id,
            record.clock,
            lambda journal: record_act(journal, record, self._work.write_off_limit),
        )

    @activity.defn(name="record_ignored")
    async def record_ignored(self, ignored: Ignored) -> None:
        """Repeated, it leaves a second line in the event log and moves nothing."""
        await self._work.database.run(
            lambda session: Journal(session, ignored.came_in, ignored.clock).log_customer(
                "message_ignored",
                ignored.customer_id,
                reference=ignored.invoice_number or ignored.key,
                detail=f"{ignored.name}: {ignored.why}",
            )
        )


def _next_step(journal: Journal, asked: Asked) -> Step:
    facts, ladder = case_of(journal.session, asked.invoice_number, journal.now)
    if facts.has_holds_that_ran_out:
        journal.lock(asked.customer_id)
        end_what_ran_out(journal, asked.customer_id)
        journal.session.flush()
        facts, ladder = case_of(journal.session, asked.invoice_number, journal.now)
    return noted_step(journal.session, facts, ladder, journal.now)

"""What an invoice's workflow asks of the world."""

from temporalio import activity

from activities.acts import record_act
from activities.collecting import Collector
from activities.facts import case_of
from activities.holds import end_what_ran_out
from activities.journal import Journal
from activities.workplace import Workplace
from models.messages import Answer, Asked, Enlisted, Ignored, RecordAct, Step
from models.ports import InvoicePort
from models.tables import PositionRecord
from rules.case import Facts, Next, What, next_step
from rules.ladder import Ladder


class Invoices(InvoicePort):
    """The activities of one invoice."""

    def __init__(self, workplace: Workplace, collector: Collector) -> None:
        self._work = workplace
        self._collector = collector

    @activity.defn(name="next_step")
    async def next_step(self, asked: Asked) -> Step:
        """Safe to repeat: it reads, ends holds that have run out (each once), and notes the answer
        beside the position."""
        return await self._work.record(
            asked.customer_id, asked.clock, lambda journal: _next_step(journal, asked)
        )

    @activity.defn(name="enlist")
    async def enlist(self, asked: Asked) -> None:
        """Safe to repeat: enlisting again gives the customer the same alarm."""
        await self._work.record(
            asked.customer_id, asked.clock, lambda journal: _enlist(journal, asked)
        )

    @activity.defn(name="collect")
    async def collect(self, asked: Asked) -> None:
        """Safe to repeat: see `Collector.collect`."""
        await self._collector.collect(asked)

    @activity.defn(name="record_act")
    async def record_act(self, record: RecordAct) -> Answer:
        """Safe to repeat: an act's key is recorded with what it did, and answers the second time."""
        return await self._work.record(
            record.customer_id, record.clock, lambda journal: record_act(journal, record)
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
    journal.lock(asked.customer_id)
    end_what_ran_out(journal, asked.customer_id)
    journal.session.flush()
    facts, ladder = case_of(journal.session, asked.invoice_number, journal.now)
    following = next_step(facts, ladder, journal.now)
    position = journal.session.get_one(PositionRecord, asked.invoice_number)
    position.next_what = following.what.value
    position.next_at = following.at
    return _as_step(facts, ladder, following)


def _as_step(facts: Facts, ladder: Ladder, following: Next) -> Step:
    policy = ladder.policy
    return Step(
        what=following.what,
        kind=following.kind,
        level=following.level,
        at=following.at,
        held_by=following.held_by,
        first=following.window.first if following.window else None,
        last=following.window.last if following.window else None,
        balance=facts.balance,
        currency=facts.currency,
        due_date=facts.due_date,
        notices_sent=facts.level,
        handed_over=facts.handed_over,
        promises_left=policy.promises - facts.promises_broken,
        promise_limit=policy.promise_limit,
        timezone=policy.timezone,
    )


def _enlist(journal: Journal, asked: Asked) -> None:
    facts, ladder = case_of(journal.session, asked.invoice_number, journal.now)
    following = next_step(facts, ladder, journal.now)
    if following.what is not What.STAGE or following.wanted is None:
        return  # something happened meanwhile; its own message is on the way
    at = ladder.moment(following.wanted, journal.now)
    journal.tell_customer(asked.customer_id, Enlisted(invoice_number=asked.invoice_number, at=at))

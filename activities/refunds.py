"""What a refund's workflow asks of the world: recorded before the other side is asked, keyed, asked
about rather than repeated."""

from dataclasses import dataclass
from datetime import date, datetime

from temporalio import activity

from activities import refunding
from activities.acts import once
from activities.journal import Journal
from activities.proving import Prover
from activities.workplace import Workplace
from gateways.refunds import RefundAnswer, RefundRequest, Refunds, RefundStatus
from models import messages as say
from models import names
from models.messages import Answer, ParkRefund, RecordRefundAct, RefundAsked, RefundStep
from models.ports import RefundPort
from models.settings import MailMode
from models.tables import CollectionRecord, PaymentMethodRecord, RefundRecord, Trouble
from rules.errors import RefusedForGood
from rules.methods import Provider
from rules.money import Money
from rules.refunds import TRIES, RefundState, reference_kind, refuse_done, refuse_retry


@dataclass(frozen=True)
class _Begun:
    """An attempt on the record. `again`: the other side may know it already."""

    request: RefundRequest
    again: bool


class Refunding(RefundPort):
    """The activities of one refund."""

    def __init__(self, workplace: Workplace, refunds: Refunds, prover: Prover) -> None:
        self._work = workplace
        self._refunds = refunds
        self._prover = prover

    @activity.defn(name="refund_step")
    async def refund_step(self, asked: RefundAsked) -> RefundStep:
        """Safe to repeat: it only reads."""
        return await self._work.read(asked.clock, lambda journal: self._step(journal, asked.refund))

    @activity.defn(name="pay_back")
    async def pay_back(self, asked: RefundAsked) -> RefundStep:
        """Safe to repeat: the attempt is recorded before the other side is asked; one found on the
        record is asked about first, and its key is the same refund however often it is sent."""
        begun = await self._work.read(asked.clock, lambda journal: _begin(journal, asked))
        if begun is None:
            return await self.refund_step(asked)
        answer = await self._ask(begun)

        def end(journal: Journal) -> RefundStep:
            _end(journal, asked, begun.request.key, answer)
            return self._step(journal, asked.refund)

        return await self._work.record(asked.customer_id, asked.clock, end)

    async def _ask(self, begun: _Begun) -> RefundAnswer:
        if begun.again:
            known = await self._refunds.outcome(begun.request)
            if known is not None:
                return known
        try:
            return await self._refunds.refund(begun.request)
        except RefusedForGood:
            return RefundAnswer(RefundStatus.DECLINED_HARD, code="refused")

    @activity.defn(name="write_proof")
    async def write_proof(self, asked: RefundAsked) -> None:
        """Safe to repeat: see `Prover.write`."""
        await self._prover.write(asked)

    @activity.defn(name="send_proof")
    async def send_proof(self, asked: RefundAsked) -> RefundStep:
        """Safe to repeat: see `Prover.send`."""
        await self._prover.send(asked)
        return await self.refund_step(asked)

    @activity.defn(name="park_refund")
    async def park_refund(self, park: ParkRefund) -> RefundStep:
        """Safe to repeat: the same trouble about the same refund is parked once."""

        def work(journal: Journal) -> RefundStep:
            journal.lock(park.customer_id)
            journal.needs_attention(Trouble.REFUND, park.customer_id, park.refund, park.why)
            journal.session.flush()
            return self._step(journal, park.refund)

        return await self._work.record(park.customer_id, park.clock, work)

    @activity.defn(name="record_refund_act")
    async def record_refund_act(self, record: RecordRefundAct) -> Answer:
        """Safe to repeat: an act's key is recorded with what it did."""
        return await self._work.record(
            record.customer_id, record.clock, lambda journal: _record_act(journal, record)
        )

    def _step(self, journal: Journal, number: str) -> RefundStep:
        refund = journal.session.get_one(RefundRecord, number)
        ladder = refunding.ladder_of_refund(journal, refund)
        waits = bool(journal.troubles(refund.customer_id, Trouble.REFUND, number))
        return RefundStep(
            state=RefundState(refund.state),
            over=refund.state == RefundState.FAILED or refund.mailed_at is not None,
            at=self._next(journal, refund, waits=waits),
            attempts=refund.attempts,
            amount=refund.amount_minor,
            currency=refund.currency,
            invoice_number=refund.invoice_number,
            asked_on=ladder.today(refund.requested_at),
            waits=waits,
            timezone=ladder.policy.timezone,
        )

    def _next(self, journal: Journal, refund: RefundRecord, *, waits: bool) -> datetime | None:
        """A proof goes at once; in mode `hold` it is looked at day by day whether it may."""
        if refund.state != RefundState.CONFIRMED:
            return refund.next_at
        if waits or refund.mailed_at is not None:
            return None
        if refund.mail and self._work.mode is MailMode.HOLD:
            return _next_day(journal, refund)
        return journal.now


def _next_day(journal: Journal, refund: RefundRecord) -> datetime:
    """The policy's hour of the next business day."""
    ladder = refunding.ladder_of_refund(journal, refund)
    return ladder.opens(ladder.days.add(ladder.today(journal.now), 1))


def _begin(journal: Journal, asked: RefundAsked) -> _Begun | None:
    """Record the due attempt; None where, as the record now stands, none is due."""
    journal.lock(asked.customer_id)
    refund = journal.session.get_one(RefundRecord, asked.refund)
    today = refunding.ladder_of_refund(journal, refund).today(journal.now)
    if refund.state == RefundState.SENT:
        return _Begun(_request(journal, refund, today), again=True)
    is_due = refund.next_at is not None and refund.next_at <= journal.now
    if refund.state != RefundState.REQUESTED or not is_due:
        return None
    refund.attempts += 1
    refund.key = names.refund_key(refund.number, refund.attempts)
    refund.state = RefundState.SENT.value
    refund.next_at = journal.now
    return _Begun(_request(journal, refund, today), again=False)


def _request(journal: Journal, refund: RefundRecord, today: date) -> RefundRequest:
    return RefundRequest(
        key=refund.key,
        payment_id=refund.payment_id,
        amount=Money(refund.amount_minor, refund.currency),
        attempt=refund.attempts,
        today=today,
        provider_reference=_provider_reference(journal, refund),
    )


def _provider_reference(journal: Journal, refund: RefundRecord) -> str:
    """A provider's name of the payment; "" for what came by a bank or by hand."""
    collection = journal.session.get(CollectionRecord, refund.payment_id)
    if collection is None or collection.method is None:
        return ""
    method = journal.session.get_one(PaymentMethodRecord, collection.method)
    return collection.reference if method.provider == Provider.STRIPE else ""


def _end(journal: Journal, asked: RefundAsked, key: str, answer: RefundAnswer) -> None:
    """Record what was said of an attempt; what is recorded already is not recorded again."""
    journal.lock(asked.customer_id)
    refund = journal.session.get_one(RefundRecord, asked.refund)
    if (refund.state, refund.key) != (RefundState.SENT, key):
        return
    match answer.status:
        case RefundStatus.PENDING:
            refund.next_at = _next_day(journal, refund)
        case RefundStatus.SUCCEEDED:
            today = refunding.ladder_of_refund(journal, refund).today(journal.now)
            refunding.confirm(
                journal, refund, answer.reference, answer.kind, on=today, at=journal.now
            )
        case RefundStatus.DECLINED_SOFT if refund.attempts < TRIES:
            refund.state, refund.code = RefundState.REQUESTED.value, answer.code
            refund.next_at = _next_day(journal, refund)
        case RefundStatus.BY_HAND:
            refund.state, refund.next_at = RefundState.BY_HAND.value, None
            journal.needs_attention(
                Trouble.REFUND, refund.customer_id, refund.number, "to be done by hand"
            )
        case _:
            refunding.fail(journal, refund, answer.code)
    journal.session.flush()


def _record_act(journal: Journal, record: RecordRefundAct) -> Answer:
    journal = journal.signed(record.act.by)
    journal.lock(record.customer_id)
    refund = journal.session.get_one(RefundRecord, record.refund)

    def do() -> str:
        refused = _do(journal, refund, record.act)
        if refused:
            detail = f"{record.act.name}: {refused}"
            journal.log_customer(
                "act_refused", refund.customer_id, reference=refund.number, detail=detail
            )
        return refused

    about = names.refund_workflow_id(record.refund)
    return once(journal, about, record.key, record.act, record.came_in, do)


def _do(journal: Journal, refund: RefundRecord, act: say.RefundAct) -> str:
    match act:
        case say.RefundDone():
            return _done_by_hand(journal, refund, act)
        case say.RetryRefund():
            return _retry(journal, refund)


def _done_by_hand(journal: Journal, refund: RefundRecord, act: say.RefundDone) -> str:
    ladder = refunding.ladder_of_refund(journal, refund)
    today, asked = ladder.today(journal.now), ladder.today(refund.requested_at)
    state, reference = RefundState(refund.state), act.reference.strip()
    if refused := refuse_done(state, reference, day=act.day, asked=asked, today=today):
        return refused
    if state is RefundState.FAILED and (refused := refunding.take_again(journal, refund)):
        return refused
    on = act.day or today
    at = journal.now if act.day is None else None
    refunding.confirm(journal, refund, reference, reference_kind(reference), on=on, at=at)
    return ""


def _retry(journal: Journal, refund: RefundRecord) -> str:
    state = RefundState(refund.state)
    waits = bool(journal.troubles(refund.customer_id, Trouble.REFUND, refund.number))
    if refused := refuse_retry(state, waits=waits):
        return refused
    if state is RefundState.FAILED and (refused := refunding.take_again(journal, refund)):
        return refused
    if state in (RefundState.FAILED, RefundState.BY_HAND):
        refund.state, refund.next_at = RefundState.REQUESTED.value, journal.now
    if refund.mail_state == "refused":
        refund.mail = refund.mail_state = ""  # written anew, to the address of now
    journal.end_trouble(Trouble.REFUND, refund.customer_id, refund.number)
    return ""

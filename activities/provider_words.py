"""What a provider tells us by itself becomes facts: once, in one transaction, then told to the workflows.

An event's name is kept in the same transaction as what it moved. Events come late, twice and in any
order: each says what is, so a later one is never undone by an earlier one that arrives after it.
"""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select
from temporalio.client import Client
from temporalio.service import RPCError

from activities import methods, provider_money
from activities.database import Database
from activities.journal import Journal
from activities.method_setup import NOT_OURS, record_set_up
from activities.post import deliver_these
from gateways.stripe_events import (
    DebitTold,
    MethodChanged,
    MethodEnded,
    MoneyGivenBack,
    MoneyTaken,
    RefundTold,
    SetupTold,
    Told,
    Word,
)
from gateways.stripe_setup import SetUp, Setups
from models.tables import (
    PaymentMethodRecord,
    RefundRecord,
    Trouble,
    WebhookEventRecord,
)
from rules.clock import Clock
from rules.errors import Unreachable
from rules.methods import MethodState, Provider
from rules.refunds import RefundState

PROVIDER = Provider.STRIPE.value
AGAIN = "again"


class ProviderWords:
    """`now` is business time everywhere; `temporal` raises Unreachable where it does not answer."""

    def __init__(
        self,
        database: Database,
        setups: Setups,
        temporal: Callable[[], Awaitable[Client]],
        clock: Clock,
    ) -> None:
        self._database = database
        self._setups = setups
        self._temporal = temporal
        self._clock = clock

    async def hear(self, told: Told, now: datetime) -> str:
        """Record what an event says; in a word what it came to, `again` for one taken before.

        Safe to repeat. Raises Unreachable where nothing could be recorded: it is to be told again.
        """
        word = told.word
        found = await self._setups.completed(word.name) if isinstance(word, SetupTold) else None
        try:
            outcome, journal = await self._record(told, found, now)
        except IntegrityError:  # the same event, taken at the same time by another
            outcome, journal = await self._record(told, found, now)
        # What cannot be told now is on the record: a worker tells it when it comes up.
        with suppress(Unreachable, RPCError):
            await deliver_these(self._database, await self._temporal(), journal.left)
        return outcome

    async def _record(self, told: Told, found: SetUp | None, now: datetime) -> tuple[str, Journal]:
        def work(session: Session) -> tuple[str, Journal]:
            journal = self._journal(session, now)
            return _take_once(journal, told, found), journal

        return await self._database.run(work)

    async def refused(self, why: str, now: datetime) -> None:
        """Somebody came who is not the provider, or with words that make no sense."""

        def work(session: Session) -> None:
            self._journal(session, now).log_customer("webhook_refused", "", detail=why)

        await self._database.run(work)

    def _journal(self, session: Session, now: datetime) -> Journal:
        return Journal(session, now, self._clock, actor=PROVIDER)


def _take_once(journal: Journal, told: Told, found: SetUp | None) -> str:
    """Its name is written down first: another who takes it at the same time has to wait, and fails."""
    if journal.session.get(WebhookEventRecord, (PROVIDER, told.event)) is not None:
        return AGAIN
    taken = WebhookEventRecord(
        provider=PROVIDER, event=told.event, kind=told.kind, recorded_at=journal.now
    )
    journal.session.add(taken)
    journal.session.flush()
    taken.outcome = _take(journal, told.word, found)
    if taken.outcome == NOT_OURS:
        journal.log_customer("webhook_ignored", "", reference=told.event, detail=told.kind)
    return taken.outcome


def _take(journal: Journal, word: Word | None, found: SetUp | None) -> str:
    match word:
        case DebitTold():
            return provider_money.debit_told(journal, word)
        case MoneyTaken():
            return provider_money.money_taken(journal, word)
        case MoneyGivenBack():
            return provider_money.money_given_back(journal, word)
        case MethodEnded():
            return _method_ended(journal, word)
        case MethodChanged():
            return _method_changed(journal, word)
        case SetupTold():
            return record_set_up(journal, found)
        case RefundTold():
            return _refund(journal, word)
        case _:
            return provider_money.NOTHING


def _method_ended(journal: Journal, word: MethodEnded) -> str:
    method = _method(journal, word.token)
    if method is None:
        return NOT_OURS
    end = methods.withdraw if word.withdrawn else methods.delete
    end(journal, method.number, "ended at the provider")
    return f"{method.number} ended"


def _method_changed(journal: Journal, word: MethodChanged) -> str:
    method = _method(journal, word.token)
    if method is None:
        return NOT_OURS
    return f"{methods.add(journal, method.customer_id, word.method).number} is as told"


def _method(journal: Journal, token: str) -> PaymentMethodRecord | None:
    """The method in use that the provider knows by this name."""
    query = select(PaymentMethodRecord).where(
        col(PaymentMethodRecord.token) == token,
        col(PaymentMethodRecord.provider) == PROVIDER,
        col(PaymentMethodRecord.state) == MethodState.ACTIVE.value,
    )
    return journal.session.exec(query).first() if token else None


def _refund(journal: Journal, word: RefundTold) -> str:
    """Whatever is told, the refund's workflow asks what became of it."""
    found = list(_refunds(journal, word))
    for refund in found:
        journal.lock(refund.customer_id)
        if refund.state == RefundState.SENT:
            refund.next_at = journal.now
            journal.tell_refund(refund)
        elif refund.state == RefundState.CONFIRMED and word.failed:
            why = "failed at the provider after it was confirmed"
            journal.needs_attention(Trouble.REFUND, refund.customer_id, refund.number, why)
    if word.refunded is not None:
        return provider_money.refunded_there(journal, word.reference, word.refunded, found)
    return "is asked about" if found else NOT_OURS


def _refunds(journal: Journal, word: RefundTold) -> Sequence[RefundRecord]:
    """By our key, or all of the payment that was collected under the provider's reference."""
    query = select(RefundRecord)
    if word.key:
        return journal.session.exec(query.where(col(RefundRecord.key) == word.key)).all()
    record = provider_money.attempt_of(journal, word.reference)
    if record is None:
        return ()
    return journal.session.exec(query.where(col(RefundRecord.payment_id) == record.key)).all()

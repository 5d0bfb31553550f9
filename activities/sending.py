"""Send a written notice: what is known of it is recorded before and after the server has it.

made ──> sending ──> sent         accepted: its invoices advance
           │  └────> in_doubt     nobody knows: counts as sent, and goes again, same Message-ID
           ├───────> made         surely not taken: tried again while its day's hours last
           └───────> refused      no mail to this address: a person is needed

A notice in several parts is its first mail, which has the overview; the others follow it
(`sending_parts.py`).
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from email.utils import parseaddr

from temporalio import activity

from activities import notices_record
from activities.creditors import recorded_creditor
from activities.documents import mail_key
from activities.gathering import Gathering
from activities.journal import Journal
from activities.sending_parts import PartSender
from activities.workplace import Workplace
from gateways.files import DocumentStore, safe_name
from gateways.mail import Mail, Outgoing
from models.messages import AskedCustomer, NoticeAsked, NoticeEnd, NoticeResult
from models.settings import MailMode
from models.tables import NoticeRecord, NoticeState, Trouble
from rules.errors import InDoubt, RefusedForGood, TooLarge, Unreachable

_LAPSED = NoticeResult(end=NoticeEnd.LAPSED)
Noting = Callable[[Journal, NoticeRecord], None]
# One is on its way while another is recorded. All that are `sending` when a worker dies are in
# doubt, so the others wait before they are.
_AT_ONCE = 2

_ENDS = {
    NoticeState.SENT: NoticeEnd.SENT,
    NoticeState.LAPSED: NoticeEnd.LAPSED,
    NoticeState.REFUSED: NoticeEnd.REFUSED,
}


@dataclass(frozen=True)
class _Begun:
    """A notice on its way out, or (`result`) one whose own mail is not to be sent. `again`: it may be
    there already; `parts_left`: further mails of it are still to be accepted."""

    mail: Outgoing
    result: NoticeResult | None = None
    again: bool = False
    parts_left: bool = False


class Sender:
    """Hands kept mails to the mail server."""

    def __init__(self, workplace: Workplace, mail: Mail, store: DocumentStore) -> None:
        self._work = workplace
        self._mail = mail
        self._store = store
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._parts = PartSender(workplace, mail, store, self._turns)

    async def send(self, asked: NoticeAsked) -> NoticeResult:
        """Safe to repeat: a notice found `sending` was under way when something crashed; whether
        the server took it nobody knows, so it counts as sent and goes again under its Message-ID.

        Raises Unreachable and InDoubt, to be tried again.
        """
        async with self._turns:
            if activity.is_worker_shutdown():  # what has not begun is the next worker's
                raise Unreachable("this worker is stopping")
            content = self._kept(asked)
            begun = await self._work.record(
                asked.customer_id, asked.clock, lambda journal: self._begin(journal, asked)
            )
            result = begun.result or await self._deliver(asked, begun, content)
        if result.end is NoticeEnd.SENT and begun.parts_left:
            await self._parts.send(asked, begun.mail)
        return result

    def _kept(self, asked: NoticeAsked) -> bytes:
        """The mail as it was written, at hand before the record says that it goes out: what cannot
        be read was surely not sent. Raises RefusedForGood where the store has lost it."""
        try:
            return self._store.get(mail_key(asked.notice))
        except FileNotFoundError as error:
            raise RefusedForGood(f"the written mail of notice {asked.notice} is gone") from error

    def _begin(self, journal: Journal, asked: NoticeAsked) -> _Begun:
        journal.lock(asked.customer_id)
        notice = journal.session.get_one(NoticeRecord, asked.notice)
        state = NoticeState(notice.state)
        if state in _ENDS:
            return self._begun(journal, notice, result=self._ended(journal, asked, _ENDS[state]))
        if state is not NoticeState.MADE:
            return self._again(journal, notice)
        if self._work.mode is MailMode.HOLD:
            return self._begun(journal, notice, result=NoticeResult(end=NoticeEnd.HELD))
        if journal.now > notice.closes_at:
            notices_record.lapse(journal, notice, "not accepted within the hours of its day")
            return self._begun(journal, notice, result=_LAPSED)
        if not notices_record.still_claims_what_is_owed(journal, notice):
            notices_record.lapse(journal, notice, "what it claims changed before it was sent")
            return self._begun(journal, notice, result=_LAPSED)
        notice.state = NoticeState.SENDING.value
        notice.sending_at = journal.now
        notice.mode = self._work.mode.value
        return self._begun(journal, notice)

    def _again(self, journal: Journal, notice: NoticeRecord) -> _Begun:
        if notice.state == NoticeState.SENDING:
            journal.log_customer("mail_in_doubt", notice.customer_id, reference=notice.number)
            notices_record.count_as_sent(journal, notice, NoticeState.IN_DOUBT)
        return self._begun(journal, notice, again=True)

    def _begun(
        self,
        journal: Journal,
        notice: NoticeRecord,
        *,
        result: NoticeResult | None = None,
        again: bool = False,
    ) -> _Begun:
        sender = recorded_creditor(journal, notice.creditor).sender
        mail = Outgoing(
            message_id=notice.message_id,
            sender=parseaddr(sender)[1],
            recipient=notice.email,
            content=b"",
            name=f"{notice.day}-{safe_name(notice.number)}",
        )
        return _Begun(mail, result, again, parts_left=notice.parts_left > 0)

    def _ended(self, journal: Journal, asked: NoticeAsked, end: NoticeEnd) -> NoticeResult:
        """What became of a notice; sent, its invoices advanced, and the customer learns when they
        are due next."""
        if end is not NoticeEnd.SENT:
            return NoticeResult(end=end)
        customer = AskedCustomer(customer_id=asked.customer_id, clock=asked.clock)
        next_at = Gathering(journal, customer, self._work).next_look()
        return NoticeResult(end=end, next_at=next_at)

    async def _deliver(self, asked: NoticeAsked, begun: _Begun, content: bytes) -> NoticeResult:
        try:
            await self._mail.deliver(replace(begun.mail, content=content))
        except Unreachable:
            if not begun.again:
                await self._note(asked, _not_taken)
            raise
        except InDoubt:
            await self._note(asked, _in_doubt)
            raise
        except RefusedForGood as refusal:
            return await self._refused(asked, begun, refusal)
        return await self._end(asked, _accepted, NoticeEnd.SENT)

    async def _refused(
        self, asked: NoticeAsked, begun: _Begun, refusal: RefusedForGood
    ) -> NoticeResult:
        if begun.again:  # the first one may be there: it keeps counting as sent
            return await self._end(asked, _accepted, NoticeEnd.SENT)

        def refuse(journal: Journal, notice: NoticeRecord) -> None:
            if isinstance(refusal, TooLarge):
                trouble, detail = Trouble.PAPERS, "too large for the mail server"
                notices_record.refuse(journal, notice, str(refusal), trouble=trouble, detail=detail)
            else:
                notices_record.refuse(journal, notice, str(refusal))

        return await self._end(asked, refuse, NoticeEnd.REFUSED)

    async def _note(self, asked: NoticeAsked, what: Noting) -> None:
        """Record what is known of a notice that is to be tried again."""
        await self._work.record(
            asked.customer_id, asked.clock, lambda journal: _noted(journal, asked, what)
        )

    async def _end(self, asked: NoticeAsked, what: Noting, end: NoticeEnd) -> NoticeResult:
        """Record what became of it, and answer what follows."""

        def work(journal: Journal) -> NoticeResult:
            _noted(journal, asked, what)
            return self._ended(journal, asked, end)

        return await self._work.record(asked.customer_id, asked.clock, work)


def _noted(journal: Journal, asked: NoticeAsked, what: Noting) -> None:
    journal.lock(asked.customer_id)
    what(journal, journal.session.get_one(NoticeRecord, asked.notice))


def _accepted(journal: Journal, notice: NoticeRecord) -> None:
    notices_record.count_as_sent(journal, notice, NoticeState.SENT)


def _in_doubt(journal: Journal, notice: NoticeRecord) -> None:
    if notice.state == NoticeState.SENDING:
        journal.log_customer("mail_in_doubt", notice.customer_id, reference=notice.number)
    notices_record.count_as_sent(journal, notice, NoticeState.IN_DOUBT)


def _not_taken(journal: Journal, notice: NoticeRecord) -> None:
    notice.state = NoticeState.MADE.value

"""Send what follows a notice that one mail could not hold: its further parts, one after the other.

The first part is the notice: it has the overview, and its acceptance is what counts (`sending.py`).
From then on nothing lapses: what is left goes out whenever it can, each part once.

made ──> sending ──> sent         accepted
           │  └────> in_doubt     nobody knows: goes again, same bytes, same Message-ID
           ├───────> made         surely not taken: tried again
           └───────> refused      a person sees to it, and the next part goes on its way
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlmodel import col, select

from activities.journal import Journal
from activities.workplace import Workplace
from gateways.files import DocumentStore
from gateways.mail import Mail, Outgoing
from models.messages import NoticeAsked
from models.settings import MailMode
from models.tables import NoticePartRecord, NoticeRecord, NoticeState, Trouble
from rules.errors import InDoubt, RefusedForGood, Unreachable

_OVER = (NoticeState.SENT.value, NoticeState.REFUSED.value)
Noting = Callable[[Journal, NoticeRecord, NoticePartRecord], None]


@dataclass(frozen=True)
class _Waiting:
    """A part still to be accepted. `again`: it may be there already."""

    part: int
    message_id: str
    document: str
    again: bool


class PartSender:
    """Hands the further parts of sent notices to the mail server."""

    def __init__(
        self, workplace: Workplace, mail: Mail, store: DocumentStore, turns: asyncio.Semaphore
    ) -> None:
        self._work = workplace
        self._mail = mail
        self._store = store
        self._turns = turns

    async def send(self, asked: NoticeAsked, like: Outgoing) -> None:
        """Send what is left, in order; `like` the first part as it goes out, without its content.

        Safe to repeat: a part accepted is not sent again; one found `sending` goes again under its
        Message-ID. Raises Unreachable and InDoubt, to be tried again.
        """
        if self._work.mode is MailMode.HOLD:
            return
        waiting = await self._work.read(asked.clock, lambda j: _waiting(j, asked.notice))
        for part in waiting:
            async with self._turns:
                await self._send(asked, part, like)

    async def _send(self, asked: NoticeAsked, part: _Waiting, like: Outgoing) -> None:
        try:
            content = self._store.get(part.document)
        except FileNotFoundError:
            await self._note(asked, part, _refused)
            return
        await self._note(asked, part, _sending)
        mail = replace(
            like, message_id=part.message_id, content=content, name=f"{like.name}.{part.part}"
        )
        try:
            await self._mail.deliver(mail)
        except Unreachable:
            await self._note(asked, part, _still_in_doubt if part.again else _not_taken)
            raise
        except InDoubt:
            await self._note(asked, part, _still_in_doubt if part.again else _in_doubt)
            raise
        except RefusedForGood:  # of one that went before, the first may be there
            await self._note(asked, part, _accepted if part.again else _refused)
            return
        await self._note(asked, part, _accepted)

    async def _note(self, asked: NoticeAsked, part: _Waiting, what: Noting) -> None:
        def work(journal: Journal) -> None:
            journal.lock(asked.customer_id)
            notice = journal.session.get_one(NoticeRecord, asked.notice)
            what(journal, notice, journal.session.get_one(NoticePartRecord, _key(asked, part)))

        await self._work.record(asked.customer_id, asked.clock, work)


def _key(asked: NoticeAsked, part: _Waiting) -> tuple[str, int]:
    return asked.notice, part.part


def _waiting(journal: Journal, notice: str) -> list[_Waiting]:
    query = (
        select(NoticePartRecord)
        .where(
            col(NoticePartRecord.notice_number) == notice,
            col(NoticePartRecord.state).not_in(_OVER),
        )
        .order_by(col(NoticePartRecord.part))
    )
    return [
        _Waiting(p.part, p.message_id, p.document, again=p.state != NoticeState.MADE)
        for p in journal.session.exec(query)
    ]


def _sending(journal: Journal, notice: NoticeRecord, part: NoticePartRecord) -> None:
    if part.state == NoticeState.SENDING:  # something died meanwhile
        _doubted(journal, notice)
    part.state = NoticeState.SENDING.value


def _not_taken(journal: Journal, notice: NoticeRecord, part: NoticePartRecord) -> None:
    part.state = NoticeState.MADE.value


def _in_doubt(journal: Journal, notice: NoticeRecord, part: NoticePartRecord) -> None:
    part.state = NoticeState.IN_DOUBT.value
    _doubted(journal, notice)


def _still_in_doubt(journal: Journal, notice: NoticeRecord, part: NoticePartRecord) -> None:
    part.state = NoticeState.IN_DOUBT.value


def _doubted(journal: Journal, notice: NoticeRecord) -> None:
    journal.log_customer("mail_in_doubt", notice.customer_id, reference=notice.number)


def _accepted(journal: Journal, notice: NoticeRecord, part: NoticePartRecord) -> None:
    _over(notice, part, NoticeState.SENT)
    part.sent_at = journal.now


def _refused(journal: Journal, notice: NoticeRecord, part: NoticePartRecord) -> None:
    _over(notice, part, NoticeState.REFUSED)
    journal.needs_attention(
        Trouble.ENCLOSURE, notice.customer_id, f"{notice.number}.{part.part}", "refused"
    )


def _over(notice: NoticeRecord, part: NoticePartRecord, state: NoticeState) -> None:
    part.state = state.value
    notice.parts_left -= 1

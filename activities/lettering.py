"""Write a letter about debits and send it: what is known of it is recorded before and after the
server has it (docs/decisions/0007)."""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from email.utils import parseaddr
from typing import TypeVar
from weakref import WeakValueDictionary

from temporalio import activity

from activities import letters_outcome, letters_record
from activities.creditors import record_creditor, recorded_creditor
from activities.documents import Kept, keep
from activities.journal import Journal
from activities.letter_drafts import Draft, draft_of, is_of_another_day, why_void
from activities.papers import debit_mail, is_usable
from activities.workplace import Workplace
from gateways.files import DocumentStore, safe_name
from gateways.mail import Mail, Outgoing
from models.messages import Asked
from models.settings import MailMode
from models.tables import LetterRecord, LetterState, Trouble
from rules.errors import InDoubt, RefusedForGood, Unreachable
from rules.letters import DebitLetter

T = TypeVar("T")
_HELD = "nothing leaves while DUELY_MAIL_MODE is hold"


@dataclass(frozen=True)
class _Begun:
    """A mail on its way out; `again`: it may be there already, in the bytes that are kept."""

    letter: str
    key: str
    mail: Outgoing
    again: bool


class Letters:
    """Writes what a customer is to be told about debits, and hands it to the mail server."""

    def __init__(self, workplace: Workplace, store: DocumentStore, mail: Mail) -> None:
        self._work = workplace
        self._store = store
        self._mail = mail
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def send(self, asked: Asked) -> None:
        """Write and send the oldest letter about a debit of this invoice that waits.

        Safe to repeat: a letter found `sending` was under way when something crashed; whether the
        server took it nobody knows, so it counts as sent and goes again under its Message-ID. Of the
        invoices that one letter tells of, the workflow of one sends it.

        Raises Unreachable and InDoubt, to be tried again.
        """
        turn = self._turns.setdefault(asked.customer_id, asyncio.Lock())
        async with turn:  # the others of a letter find it sent
            if activity.is_worker_shutdown():  # what has not begun is the next worker's
                raise Unreachable("this worker is stopping")
            found = await self._record(asked, lambda journal: self._look(journal, asked))
            if isinstance(found, Draft):
                found = await self._written(asked, found)
            if found is not None:
                await self._deliver(asked, found)

    async def _record(self, asked: Asked, work: Callable[[Journal], T]) -> T:
        def locked(journal: Journal) -> T:
            journal.lock(asked.customer_id)
            return work(journal)

        return await self._work.record(asked.customer_id, asked.clock, locked)

    def _look(self, journal: Journal, asked: Asked) -> Draft | _Begun | None:
        """What is to be written, or goes again as it was; None for nothing."""
        letter = letters_record.under_way(journal, asked.invoice_number)
        if letter is None:
            return None
        if letter.state == LetterState.WAITING:
            return self._fresh(journal, letter)
        return self._again(journal, letter, asked)

    def _fresh(self, journal: Journal, letter: LetterRecord) -> Draft | None:
        """A letter to be written, as the record now stands; None where it is at its end."""
        why = why_void(journal, letter)
        if why is not None:
            letters_outcome.void(journal, letter, why.reason, anew_at_once=why.anew_at_once)
            return None
        creditor = record_creditor(journal, self._work.creditor)
        draft = draft_of(journal, letter, recorded_creditor(journal, creditor))
        if not is_usable(draft.letter.addressee.email):
            letters_outcome.refuse(journal, letter, "no usable address")
            return None
        if journal.troubles(letter.customer_id, Trouble.ADDRESS):
            letters_outcome.refuse(journal, letter, "the address waits for a person already")
            return None
        return draft

    def _again(self, journal: Journal, letter: LetterRecord, asked: Asked) -> _Begun | None:
        if letter.state == LetterState.IN_DOUBT and is_of_another_day(journal, letter):
            _accepted(journal, letter)  # or what it announced would wait for ever
            return None
        if letter.invoice_number != asked.invoice_number:
            raise Unreachable(f"letter {letter.number} is being sent")
        if letter.state == LetterState.SENDING:
            journal.log_customer("mail_in_doubt", letter.customer_id, reference=letter.number)
            letters_outcome.count_as_sent(journal, letter, LetterState.IN_DOUBT)
        return _begun(journal, letter, again=True)

    async def _written(self, asked: Asked, draft: Draft) -> _Begun | None:
        """The mail is kept before the record says that it goes out."""
        message_id = _message_id(draft.letter)
        content = debit_mail(draft.letter, message_id=message_id, date=draft.date)
        kept = Kept.of(f"mail/{draft.letter.number}.eml", "mail", content)
        self._store.put(kept.key, content)
        return await self._record(
            asked, lambda journal: self._begin(journal, asked, draft, kept, message_id)
        )

    def _begin(
        self, journal: Journal, asked: Asked, draft: Draft, kept: Kept, message_id: str
    ) -> _Begun | None:
        """None where the letter would say something else by now: it is looked at again."""
        letter = journal.session.get_one(LetterRecord, draft.letter.number)
        if letter.state != LetterState.WAITING or self._fresh(journal, letter) != draft:
            return None
        keep(journal, [kept])
        told = {one.invoice for one in draft.letter.debits}
        letters_record.leave_out(journal, letter, but=told)
        letter.mail, letter.message_id = kept.key, message_id
        letter.email = draft.letter.addressee.email
        letter.creditor = record_creditor(journal, draft.letter.creditor)
        letter.mode = self._work.mode.value
        if self._work.mode is MailMode.HOLD:
            letters_outcome.void(journal, letter, _HELD, anew_at_once=False)
            return None
        letter.state, letter.invoice_number = LetterState.SENDING.value, asked.invoice_number
        return _begun(journal, letter, again=False)

    async def _deliver(self, asked: Asked, begun: _Begun) -> None:
        try:
            content = self._store.get(begun.key)
            await self._mail.deliver(replace(begun.mail, content=content))
        except Unreachable:
            if not begun.again:
                await self._note(asked, begun, _not_taken)
            raise
        except InDoubt:
            await self._note(asked, begun, _in_doubt)
            raise
        except (RefusedForGood, FileNotFoundError) as error:
            # The first one may be there: it keeps counting as sent.
            await self._note(asked, begun, _accepted if begun.again else _refused(str(error)))
        else:
            await self._note(asked, begun, _accepted)

    async def _note(
        self, asked: Asked, begun: _Begun, what: Callable[[Journal, LetterRecord], None]
    ) -> None:
        await self._record(
            asked,
            lambda journal: what(journal, journal.session.get_one(LetterRecord, begun.letter)),
        )


def _begun(journal: Journal, letter: LetterRecord, *, again: bool) -> _Begun:
    assert letter.creditor is not None, "it was recorded when the mail was written"
    sender = parseaddr(recorded_creditor(journal, letter.creditor).sender)[1]
    mail = Outgoing(
        message_id=letter.message_id,
        sender=sender,
        recipient=letter.email,
        content=b"",
        name=f"{letter.day}-{safe_name(letter.number)}",
    )
    return _Begun(letter.number, letter.mail, mail, again)


def _message_id(letter: DebitLetter) -> str:
    """Stable for a letter to one address, whatever happens to its mail; says nothing about anybody."""
    of = f"{letter.number}:{letter.addressee.email}"
    domain = letter.creditor.sender.rpartition("@")[2].strip(" >")
    return f"<{hashlib.sha256(of.encode()).hexdigest()[:32]}@{domain}>"


def _accepted(journal: Journal, letter: LetterRecord) -> None:
    letters_outcome.count_as_sent(journal, letter, LetterState.SENT)


def _in_doubt(journal: Journal, letter: LetterRecord) -> None:
    if letter.state == LetterState.SENDING:
        journal.log_customer("mail_in_doubt", letter.customer_id, reference=letter.number)
    letters_outcome.count_as_sent(journal, letter, LetterState.IN_DOUBT)


def _not_taken(journal: Journal, letter: LetterRecord) -> None:
    letter.state, letter.invoice_number = LetterState.WAITING.value, None


def _refused(reason: str) -> Callable[[Journal, LetterRecord], None]:
    return lambda journal, letter: letters_outcome.refuse(journal, letter, reason)

"""The proof of a refund: made, kept, and sent with a mail, once.

"" ──> sending ──> sent        accepted
          │ └────> in_doubt    nobody knows: goes again under the same Message-ID
          ├────────> ""        surely not taken: tried again
          └────────> refused   no mail to this address: a person is needed
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import parseaddr

from temporalio import activity

from activities.creditors import record_creditor, recorded_creditor
from activities.documents import Kept, keep
from activities.journal import Journal
from activities.papers import is_usable, proof_html, refund_mail
from activities.refunding import ladder_of_refund
from activities.workplace import Workplace
from gateways.files import DocumentStore, safe_name
from gateways.mail import Mail, Outgoing
from gateways.printer import Printer
from models.messages import RefundAsked
from models.settings import Documents, MailMode
from models.tables import CustomerRecord, InvoiceRecord, PaymentRecord, RefundRecord, Trouble
from rules.creditor import Creditor
from rules.errors import InDoubt, RefusedForGood, Unreachable
from rules.letters import Addressee, Attachment, RefundLetter
from rules.money import Money
from rules.refunds import ReferenceKind, RefundState

_SENDING, _SENT, _IN_DOUBT, _REFUSED = "sending", "sent", "in_doubt", "refused"


@dataclass(frozen=True)
class _Draft:
    """A proof about to be made. `name` is its files' stem."""

    letter: RefundLetter
    name: str
    message_id: str
    date: datetime


@dataclass(frozen=True)
class _Begun:
    """A mail on its way out; `again`: it may be there already."""

    key: str
    mail: Outgoing
    again: bool


class Prover:
    """Makes proofs of refunds and sends them."""

    def __init__(
        self, workplace: Workplace, printer: Printer, store: DocumentStore, mail: Mail
    ) -> None:
        self._work = workplace
        self._printer = printer
        self._store = store
        self._mail = mail

    async def write(self, asked: RefundAsked) -> None:
        """Safe to repeat: what was written is not written again, and only what was is sent."""
        draft = await self._work.read(asked.clock, lambda journal: self._draft(journal, asked))
        if draft is None:
            return
        kept, attachments = [], []
        if self._work.documents is not Documents.NONE:
            pdf = await self._printer.pdf(proof_html(draft.letter))
            attachments.append(Attachment(f"{safe_name(draft.letter.number)}.pdf", pdf))
            kept.append(self._keep(f"proof/{draft.name}.pdf", "proof", pdf))
        if is_usable(draft.letter.addressee.email):
            mail = refund_mail(
                draft.letter, attachments, message_id=draft.message_id, date=draft.date
            )
            kept.append(self._keep(f"mail/{draft.name}.eml", "mail", mail))
        await self._work.record(
            asked.customer_id, asked.clock, lambda journal: _written(journal, asked, draft, kept)
        )

    def _keep(self, key: str, kind: str, content: bytes) -> Kept:
        self._store.put(key, content)
        return Kept.of(key, kind, content)

    def _draft(self, journal: Journal, asked: RefundAsked) -> _Draft | None:
        """What the proof is to say; None where it is written, or is none any more."""
        journal.lock(asked.customer_id)
        refund = journal.session.get_one(RefundRecord, asked.refund)
        if refund.state != RefundState.CONFIRMED or refund.mail:
            return None
        if refund.creditor is None:
            refund.creditor = record_creditor(journal, self._work.creditor)
        creditor = recorded_creditor(journal, refund.creditor)
        customer = journal.session.get_one(CustomerRecord, refund.customer_id)
        name = f"{refund.number}.{refund.attempts}"
        message_id = _message_id(f"{name}:{customer.email}", creditor)
        date = journal.now.astimezone(ladder_of_refund(journal, refund).zone)
        return _Draft(_letter(journal, refund, creditor, customer), name, message_id, date)

    async def send(self, asked: RefundAsked) -> None:
        """Safe to repeat: a mail found `sending` was under way when something crashed; whether the
        server took it nobody knows, so it goes again under its Message-ID.

        Raises Unreachable and InDoubt, to be tried again.
        """
        if activity.is_worker_shutdown():  # what has not begun is the next worker's
            raise Unreachable("this worker is stopping")
        begun = await self._work.record(
            asked.customer_id, asked.clock, lambda journal: self._begin(journal, asked)
        )
        if begun is not None:
            await self._deliver(asked, begun)

    def _begin(self, journal: Journal, asked: RefundAsked) -> _Begun | None:
        journal.lock(asked.customer_id)
        refund = journal.session.get_one(RefundRecord, asked.refund)
        sendable = refund.state == RefundState.CONFIRMED and bool(refund.mail)
        if not sendable or refund.mail_state in (_SENT, _REFUSED):
            return None
        if self._work.mode is MailMode.HOLD:
            return None
        again = refund.mail_state in (_SENDING, _IN_DOUBT)
        if not again:
            refund.mail_state = _SENDING
        assert refund.creditor is not None, "it was recorded when the mail was written"
        mail = Outgoing(
            message_id=refund.message_id,
            sender=parseaddr(recorded_creditor(journal, refund.creditor).sender)[1],
            recipient=refund.email,
            content=b"",
            name=safe_name(refund.number),
        )
        return _Begun(refund.mail, mail, again)

    async def _deliver(self, asked: RefundAsked, begun: _Begun) -> None:
        try:
            content = self._store.get(begun.key)
            await self._mail.deliver(replace(begun.mail, content=content))
        except FileNotFoundError as error:
            await self._note(asked, _IN_DOUBT if begun.again else "")
            raise RefusedForGood(f"the written mail of refund {asked.refund} is gone") from error
        except Unreachable:
            if not begun.again:
                await self._note(asked, "")
            raise
        except InDoubt:
            await self._note(asked, _IN_DOUBT)
            raise
        except RefusedForGood:
            await self._note(asked, _SENT if begun.again else _REFUSED)
        else:
            await self._note(asked, _SENT)

    async def _note(self, asked: RefundAsked, state: str) -> None:
        await self._work.record(
            asked.customer_id, asked.clock, lambda journal: _noted(journal, asked, state)
        )


def _message_id(of: str, creditor: Creditor) -> str:
    """Stable for a proof to one address, whatever happens to its mail; says nothing about anybody."""
    domain = creditor.sender.rpartition("@")[2].strip(" >")
    return f"<{hashlib.sha256(of.encode()).hexdigest()[:32]}@{domain}>"


def _letter(
    journal: Journal, refund: RefundRecord, creditor: Creditor, customer: CustomerRecord
) -> RefundLetter:
    ladder = ladder_of_refund(journal, refund)
    invoice = journal.session.get_one(InvoiceRecord, refund.invoice_number)
    payment = journal.session.get_one(PaymentRecord, refund.payment_id)
    assert refund.done_on is not None, "a confirmed refund has its day"
    return RefundLetter(
        number=refund.number,
        creditor=creditor,
        addressee=Addressee(
            customer.customer_id, customer.name, customer.email, customer.language, customer.country
        ),
        amount=Money(refund.amount_minor, refund.currency),
        reference=refund.reference,
        kind=ReferenceKind(refund.reference_kind),
        done_on=refund.done_on,
        done_at=refund.done_at.astimezone(ladder.zone) if refund.done_at else None,
        arrives_by=ladder.days.add(refund.done_on, creditor.refunds.arrives_within),
        invoice=invoice.number,
        invoice_date=invoice.issue_date,
        invoice_total=Money(invoice.amount_minor, invoice.currency),
        payment=payment.payment_id,
        payment_date=payment.value_date,
        payment_amount=Money(payment.amount_minor, payment.currency),
    )


def _written(journal: Journal, asked: RefundAsked, draft: _Draft, kept: list[Kept]) -> None:
    """The proof is there; where no mail can be addressed, a person is needed to send it."""
    journal.lock(asked.customer_id)
    refund = journal.session.get_one(RefundRecord, asked.refund)
    if refund.state != RefundState.CONFIRMED or refund.mail:
        return
    keep(journal, kept)
    by_kind = {one.kind: one.key for one in kept}
    refund.document = by_kind.get("proof", "")
    refund.mail, refund.email = by_kind.get("mail", ""), draft.letter.addressee.email
    refund.message_id = draft.message_id
    if not refund.mail:
        _need_address(journal, refund)


def _need_address(journal: Journal, refund: RefundRecord) -> None:
    refund.mail_state = _REFUSED
    journal.needs_attention(
        Trouble.REFUND, refund.customer_id, refund.number, "no usable address for its proof"
    )
    journal.session.flush()


def _noted(journal: Journal, asked: RefundAsked, state: str) -> None:
    journal.lock(asked.customer_id)
    refund = journal.session.get_one(RefundRecord, asked.refund)
    if state == _REFUSED:
        _need_address(journal, refund)
        return
    if state == _IN_DOUBT and refund.mail_state == _SENDING:
        journal.log_customer("mail_in_doubt", refund.customer_id, reference=refund.number)
    refund.mail_state = state
    if state == _SENT:
        refund.mailed_at = journal.now
        journal.log_customer("proof_sent", refund.customer_id, reference=refund.number)

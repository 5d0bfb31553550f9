"""What customers are sent, as a message: RFC 5322, MIME, equal bytes for equal input."""

import binascii
import hashlib
from collections.abc import Sequence
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr

from activities.papers.cleaning import one_line
from activities.papers.debits import debit_words
from activities.papers.notice import NoticeWords, notice_words, part_words
from activities.papers.refund import refund_words
from rules.errors import RefusedForGood
from rules.letters import Attachment, DebitLetter, Enclosed, NoticeLetter, RefundLetter

_LONGEST_NAME = 120  # characters of a display name
_Letter = NoticeLetter | RefundLetter | DebitLetter


def notice_mail(
    letter: NoticeLetter,
    attachments: Sequence[Attachment],
    *,
    message_id: str,
    date: datetime,
    enclosed: Enclosed | None = None,
) -> bytes:
    """The message, CRLF line ends, every part safe for seven-bit servers.

    `message_id` with its angle brackets or without; `date` with its offset; `enclosed` None: each
    attachment is one of the invoices. Raises RefusedForGood where the customer's address cannot be
    written to.
    """
    words = notice_words(letter, enclosed or Enclosed(invoices=len(attachments)))
    mail = _begun(letter, words.subject, message_id=message_id, date=date)
    _fill(mail, words, attachments)
    return _ended(mail, words.language, message_id)


def part_mail(
    letter: NoticeLetter,
    attachments: Sequence[Attachment],
    *,
    part: int,
    enclosed: Enclosed,
    numbers: Sequence[str],
    message_id: str,
    date: datetime,
) -> bytes:
    """A further part of a notice, counted from 2, that follows the first in a reader's thread.

    `message_id` is the notice's, from which the part's own comes; `numbers` are its invoices.
    """
    words = part_words(letter, enclosed, part=part, numbers=numbers)
    own, first = part_message_id(message_id, part), _bracketed(message_id)
    mail = _begun(letter, words.subject, message_id=own, date=date)
    mail["In-Reply-To"] = first
    mail["References"] = first
    mail.set_content(words.text, cte="quoted-printable")
    mail.make_mixed()
    _attach(mail, attachments)
    return _ended(mail, words.language, own)


def refund_mail(
    letter: RefundLetter,
    attachments: Sequence[Attachment],
    *,
    message_id: str,
    date: datetime,
) -> bytes:
    """The mail that brings a proof of refund. Arguments and errors as of `notice_mail`."""
    words = refund_words(letter, enclosed=bool(attachments))
    mail = _begun(letter, words.subject, message_id=message_id, date=date)
    _fill(mail, words, attachments)
    return _ended(mail, words.language, message_id)


def debit_mail(letter: DebitLetter, *, message_id: str, date: datetime) -> bytes:
    """The mail that announces debits or says that one failed. Arguments and errors as of `notice_mail`."""
    words = debit_words(letter)
    mail = _begun(letter, words.subject, message_id=message_id, date=date)
    _fill(mail, words, ())
    return _ended(mail, words.language, message_id)


def part_message_id(message_id: str, part: int) -> str:
    """Stable for each part of a notice: `<abc@x>`, `<abc.2@x>`, `<abc.3@x>`."""
    local, _, domain = _bracketed(message_id).strip("<>").partition("@")
    return f"<{local}@{domain}>" if part == 1 else f"<{local}.{part}@{domain}>"


def _bracketed(message_id: str) -> str:
    return f"<{one_line(message_id).strip('<>')}>"


def _begun(letter: _Letter, subject: str, *, message_id: str, date: datetime) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    _address(mail, letter)
    mail["Subject"] = subject
    mail["Date"] = date
    mail["Message-ID"] = _bracketed(message_id)
    mail["Auto-Submitted"] = "auto-generated"
    return mail


def _ended(mail: EmailMessage, language: str, message_id: str) -> bytes:
    # After the parts: what makes a message multipart takes Content-* headers into its first part.
    mail["Content-Language"] = language
    _fix_boundaries(mail, message_id)
    return mail.as_bytes()


def _address(mail: EmailMessage, letter: _Letter) -> None:
    creditor, addressee = letter.creditor, letter.addressee
    mail["From"] = mailbox(*parseaddr(creditor.sender), otherwise=creditor.name)
    mail["Reply-To"] = mailbox(*parseaddr(creditor.reply_to), otherwise=creditor.name)
    mail["To"] = mailbox(addressee.name, addressee.email)


def mailbox(name: str, address: str, *, otherwise: str = "") -> Address:
    """One mailbox; a domain outside ASCII becomes its IDNA form.

    Raises RefusedForGood for what is no single address: no retry will make it one.
    """
    local, at, domain = one_line(address).rpartition("@")
    try:
        ascii_domain = domain.encode("idna").decode("ascii")
        spec = f"{local}{at}{ascii_domain}"
        if not (local.isascii() and local and ascii_domain) or " " in spec:
            raise RefusedForGood("the e-mail address is none that a message can be sent to")
        return Address(one_line(name or otherwise)[:_LONGEST_NAME], addr_spec=spec)
    except (ValueError, MessageError, IndexError) as error:
        raise RefusedForGood("the e-mail address is none that a message can be sent to") from error


def is_usable(address: str) -> bool:
    """Whether a message can be addressed to it at all (ladder.md, rule 11)."""
    try:
        return bool(mailbox("", address, otherwise="").addr_spec)
    except RefusedForGood:
        return False


def _fill(mail: EmailMessage, words: NoticeWords, attachments: Sequence[Attachment]) -> None:
    mail.set_content("", cte="quoted-printable")
    mail.add_alternative("", subtype="html", cte="quoted-printable")
    for part, text in zip(mail.iter_parts(), (words.text, words.html), strict=True):
        # By binascii: the library's own encoder goes character by character, in Python.
        part.set_payload(binascii.b2a_qp(text.encode(), istext=True).decode("ascii"))
    mail.make_mixed()
    _attach(mail, attachments)


def _attach(mail: EmailMessage, attachments: Sequence[Attachment]) -> None:
    for attachment in attachments:
        main, _, sub = attachment.media_type.partition("/")
        mail.add_attachment(
            attachment.content, maintype=main, subtype=sub, filename=one_line(attachment.name)
        )


def _fix_boundaries(mail: EmailMessage, message_id: str) -> None:
    """Boundaries come from the Message-ID: the same notice is the same bytes when sent again."""
    digest = hashlib.sha256(message_id.encode("utf-8")).hexdigest()[:32]
    multiparts = [part for part in mail.walk() if part.is_multipart()]
    for index, part in enumerate(multiparts):
        part.set_boundary(f"=_{index}_{digest}")

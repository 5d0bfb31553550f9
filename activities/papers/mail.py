"""A notice as a message that can be sent: RFC 5322, MIME, equal bytes for equal input."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr

from activities.papers.cleaning import one_line
from activities.papers.notice import NoticeWords, notice_words
from rules.errors import RefusedForGood
from rules.letters import Attachment, NoticeLetter

_LONGEST_NAME = 120  # characters of a display name


def notice_mail(
    letter: NoticeLetter,
    attachments: Sequence[Attachment],
    *,
    message_id: str,
    date: datetime,
) -> bytes:
    """The message, CRLF line ends, every part safe for seven-bit servers.

    `message_id` with its angle brackets or without; `date` with its offset. Raises RefusedForGood
    where the customer's address cannot be written to.
    """
    words = notice_words(letter, len(attachments))
    mail = EmailMessage(policy=SMTP)
    _address(mail, letter)
    mail["Subject"] = words.subject
    mail["Date"] = date
    mail["Message-ID"] = f"<{one_line(message_id).strip('<>')}>"
    mail["Auto-Submitted"] = "auto-generated"
    _fill(mail, words, attachments)
    # After the parts: what makes a message multipart takes Content-* headers into its first part.
    mail["Content-Language"] = words.language
    _fix_boundaries(mail, message_id)
    return mail.as_bytes()


def _address(mail: EmailMessage, letter: NoticeLetter) -> None:
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
    mail.set_content(words.text, cte="quoted-printable")
    mail.add_alternative(words.html, subtype="html", cte="quoted-printable")
    mail.make_mixed()
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

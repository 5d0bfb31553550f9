"""A notice as it was sent: why, what it claimed, and its mails as they left."""

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

from sqlalchemy import select
from sqlmodel import Session, col

from activities.explaining import CLAIMS, story_of
from models.tables import CustomerRecord, NoticePartRecord, NoticeRecord
from rules.reasons import Reason
from rules.sent_reasons import Claim, why_sent


@dataclass(frozen=True)
class MailKept:
    """One mail of a notice, counted from 1. `key` finds it in the store, "" before it is written."""

    part: int
    state: str
    key: str


@dataclass(frozen=True)
class NoticeSheet:
    """`claims` are its invoices; `why` what became of it and why it went, without the claims."""

    number: str
    customer_id: str
    customer_name: str
    level: int
    state: str
    email: str
    sent_at: datetime | None
    claims: tuple[Claim, ...]
    why: tuple[Reason, ...]
    mails: tuple[MailKept, ...]


def notice_sheet(session: Session, number: str) -> NoticeSheet | None:
    """None for a number that is not recorded."""
    notice = session.get(NoticeRecord, number)
    if notice is None:
        return None
    story = story_of(session, number)
    return NoticeSheet(
        number=notice.number,
        customer_id=notice.customer_id,
        customer_name=session.get_one(CustomerRecord, notice.customer_id).name,
        level=notice.level,
        state=notice.state,
        email=notice.email,
        sent_at=story.sent_at,
        claims=story.claims,
        why=tuple(reason for reason in why_sent(story) if reason.code not in CLAIMS),
        mails=mails_of(session, notice),
    )


def mails_of(session: Session, notice: NoticeRecord) -> tuple[MailKept, ...]:
    query = select(NoticePartRecord).where(col(NoticePartRecord.notice_number) == notice.number)
    parts = session.execute(query.order_by(col(NoticePartRecord.part))).scalars()
    return (
        MailKept(1, notice.state, notice.document),
        *(MailKept(one.part, one.state, one.document) for one in parts),
    )


@dataclass(frozen=True)
class Enclosure:
    """A file that a mail brought, counted from 1."""

    place: int
    name: str
    size: int


@dataclass(frozen=True)
class MailRead:
    """A kept mail as its reader saw it; `html` "" where it has none."""

    subject: str
    sender: str
    to: str
    date: str
    text: str
    html: str
    enclosures: tuple[Enclosure, ...]


def read_mail(content: bytes) -> MailRead:
    mail = message_from_bytes(content, EmailMessage, policy=SMTP)
    return MailRead(
        subject=str(mail["Subject"] or ""),
        sender=str(mail["From"] or ""),
        to=str(mail["To"] or ""),
        date=str(mail["Date"] or ""),
        text=_body(mail, "plain"),
        html=_body(mail, "html"),
        enclosures=tuple(
            Enclosure(place, part.get_filename() or f"{place}", len(_bytes(part)))
            for place, part in enumerate(mail.iter_attachments(), 1)
        ),
    )


def enclosure(content: bytes, place: int) -> tuple[str, bytes] | None:
    """Name and bytes of one file of a mail; None where it has no such."""
    mail = message_from_bytes(content, EmailMessage, policy=SMTP)
    for found, part in enumerate(mail.iter_attachments(), 1):
        if found == place:
            return part.get_filename() or f"{place}", _bytes(part)
    return None


def _body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    return str(part.get_content()) if part is not None else ""


def _bytes(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""

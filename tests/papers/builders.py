"""Letters and papers for tests: everything has a value, a test names what it is about."""

import email
import email.policy
from datetime import UTC, date, datetime
from email.message import EmailMessage
from typing import Any

from activities.papers import notice_mail
from rules.creditor import Creditor
from rules.letters import Addressee, Attachment, ClaimedInvoice, InvoicePaper, NoticeLetter
from rules.money import Money
from rules.policy import StageKind

MESSAGE_ID = "<n-1.abc@farbtreu.example>"
SENT = datetime(2012, 3, 15, 8, 0, tzinfo=UTC)


def creditor(**changes: Any) -> Creditor:
    values: dict[str, Any] = {
        "name": "Farbtreu Proof GmbH",
        "address": ("Musterstraße 12", "70173 Stuttgart"),
        "country": "DE",
        "tax_id": "DE123456789",
        "iban": "DE89370400440532013000",
        "bic": "COBADEFFXXX",
        "creditor_identifier": "DE98ZZZ09999999999",
        "sender": "Farbtreu Proof <accounts@farbtreu.example>",
        "reply_to": "accounts@farbtreu.example",
        "phone": "+49 711 5550100",
    }
    return Creditor(**{**values, **changes})


def addressee(**changes: Any) -> Addressee:
    values: dict[str, Any] = {
        "customer_id": "3993-QUNVJ",
        "name": "Blumen Huber KG",
        "email": "ap@huber.example",
        "language": "en",
        "country": "GB",
    }
    return Addressee(**{**values, **changes})


def invoice(number: str = "0280670965", balance: int = 5039, **changes: Any) -> ClaimedInvoice:
    """Of 50.39 EUR unless `total` says otherwise; `balance` in cents of the total's currency."""
    total = changes.pop("total", Money(5039, "EUR"))
    values: dict[str, Any] = {
        "number": number,
        "issue_date": date(2012, 1, 3),
        "due_date": date(2012, 2, 2),
        "total": total,
        "balance": Money(balance, total.currency),
        "level": 1,
        "advances": True,
    }
    return ClaimedInvoice(**{**values, **changes})


def letter(*invoices: ClaimedInvoice, **changes: Any) -> NoticeLetter:
    values: dict[str, Any] = {
        "number": "N-2012-000123",
        "level": 1,
        "creditor": creditor(),
        "addressee": addressee(),
        "day": date(2012, 3, 15),
        "pay_by": date(2012, 3, 29),
        "invoices": invoices or (invoice(),),
        "next_step": StageKind.NOTICE,
    }
    return NoticeLetter(**{**values, **changes})


def paper(**changes: Any) -> InvoicePaper:
    values: dict[str, Any] = {
        "number": "0280670965",
        "creditor": creditor(),
        "addressee": addressee(),
        "issue_date": date(2012, 1, 3),
        "due_date": date(2012, 2, 2),
        "total": Money(123450, "EUR"),
        "lines": (),
    }
    return InvoicePaper(**{**values, **changes})


def raw_mail(of: NoticeLetter, *attachments: Attachment) -> bytes:
    return notice_mail(of, attachments, message_id=MESSAGE_ID, date=SENT)


def mail(of: NoticeLetter, *attachments: Attachment) -> EmailMessage:
    """The notice's message, as a mail program reads it."""
    message = email.message_from_bytes(raw_mail(of, *attachments), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def text(of: NoticeLetter, *attachments: Attachment) -> str:
    return part(mail(of, *attachments), "plain")


def html(of: NoticeLetter, *attachments: Attachment) -> str:
    return part(mail(of, *attachments), "html")


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    content = body.get_content()
    assert isinstance(content, str)
    return content.replace("\r\n", "\n")

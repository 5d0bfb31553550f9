"""Mails to send in tests."""

from gateways.mail import Outgoing


def letter(
    number: int = 1,
    *,
    recipient: str = "kunde@example.org",
    body: str = "Please pay.",
) -> Outgoing:
    """The mail `<n-NUMBER@duely.example>`, ready to go."""
    message_id = f"<n-{number}@duely.example>"
    content = (
        f"From: Books <books@duely.example>\r\nTo: {recipient}\r\nSubject: Reminder {number}\r\n"
        f"Message-ID: {message_id}\r\n\r\n{body}\r\n"
    )
    return Outgoing(
        message_id=message_id,
        sender="books@duely.example",
        recipient=recipient,
        content=content.encode(),
        name=f"n-{number}",
    )

"""The mailbox is a real server: what arrives is kept, what is ordered goes wrong."""

import smtplib
from pathlib import Path

import pytest

from sandbox.mailbox import Mailbox, Misbehaviour

LETTER = b"From: a@example.org\r\nTo: b@example.org\r\nSubject: Hi\r\n\r\nBody\r\n"


def send(mailbox: Mailbox, recipient: str = "b@example.org") -> None:
    """By Python's own client, so that no code of ours stands between."""
    with smtplib.SMTP(mailbox.host, mailbox.port) as client:
        client.sendmail("a@example.org", [recipient], LETTER)


def test_keeps_what_arrives_and_its_envelope() -> None:
    with Mailbox() as mailbox:
        send(mailbox)
        (received,) = mailbox.messages()
    assert (received.sender, received.recipients) == ("a@example.org", ("b@example.org",))
    assert received.content == LETTER
    assert received.message["Subject"] == "Hi"


def test_a_folder_used_before_keeps_its_mails(tmp_path: Path) -> None:
    for _ in range(2):
        with Mailbox(folder=tmp_path) as mailbox:
            send(mailbox)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["0001.eml", "0002.eml"]


def test_refuses_whom_it_is_told_to_refuse() -> None:
    orders = Misbehaviour(refuse=r"^gone@", try_later=r"^slow@")
    with Mailbox(misbehaviour=orders) as mailbox:
        for recipient, code in (("gone@example.org", 550), ("slow@example.org", 451)):
            with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
                send(mailbox, recipient)
            assert refusal.value.recipients[recipient][0] == code
        assert mailbox.messages() == []


def test_hangs_up_in_doubt_as_often_as_told_and_keeps_the_mail() -> None:
    with Mailbox(misbehaviour=Misbehaviour(hang_up_in_doubt=1)) as mailbox:
        with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
            send(mailbox)
        send(mailbox)
        assert len(mailbox.messages()) == 2


def test_a_client_that_stays_does_not_keep_it_from_stopping() -> None:
    mailbox = Mailbox()
    mailbox.start()
    client = smtplib.SMTP(mailbox.host, mailbox.port)
    client.ehlo()
    mailbox.stop()
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        client.noop()
    client.close()


def test_a_port_that_is_taken_is_said() -> None:
    with Mailbox() as mailbox, pytest.raises(OSError, match="in use"):
        Mailbox(port=mailbox.port).start()

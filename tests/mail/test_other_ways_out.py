"""Mails into a folder, and mails that all go to one address of ours."""

import os
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from gateways.mail import FolderMail, Mail, Outgoing, RedirectedMail
from rules.errors import UserMistake
from tests.mail.letters import letter


class TestFolder:
    async def test_keeps_the_very_bytes_under_the_mails_name(self, tmp_path: Path) -> None:
        mail = FolderMail(tmp_path / "mails")
        await mail.deliver(letter(7))
        assert (tmp_path / "mails" / "n-7.eml").read_bytes() == letter(7).content

    async def test_again_changes_nothing(self, tmp_path: Path) -> None:
        mail: Mail = FolderMail(tmp_path)
        await mail.deliver(letter(7))
        await mail.deliver(letter(7))
        assert os.listdir(tmp_path) == ["n-7.eml"]

    @pytest.mark.parametrize("name", ["", "../up", "a/b", ".hidden", "a\0b"])
    async def test_a_name_that_leaves_the_folder_is_a_bug(self, tmp_path: Path, name: str) -> None:
        mail = Outgoing("<1@x>", "a@x", "b@x", b"", name)
        with pytest.raises(ValueError, match="no name for a file"):
            await FolderMail(tmp_path / "mails").deliver(mail)
        assert os.listdir(tmp_path) == []


class TestRedirected:
    async def test_nothing_goes_to_the_customer(self, tmp_path: Path) -> None:
        sent: list[Outgoing] = []

        class Recorder(FolderMail):
            async def deliver(self, mail: Outgoing) -> None:
                sent.append(mail)

        await RedirectedMail(Recorder(tmp_path), "me@example.com").deliver(_with_attachment())
        message = message_from_bytes(sent[0].content, policy=policy.SMTP)
        assert isinstance(message, EmailMessage)
        assert sent[0].recipient == message["To"] == "me@example.com"
        assert message["Cc"] is None
        assert message["X-Duely-Original-To"] == "Käthe <kunde@example.org>"
        assert message["Message-ID"] == sent[0].message_id == "<n-1@duely.example>"
        assert message["Subject"] == "Zahlungserinnerung für Käthe, " + "x" * 80
        (attachment,) = message.iter_attachments()
        assert attachment.get_content() == b"%PDF-1.7 \x00\xff"

    @pytest.mark.parametrize("address", ["", "me", "a@b, c@d", "a b@c"])
    def test_to_no_address_is_a_mistake(self, tmp_path: Path, address: str) -> None:
        with pytest.raises(UserMistake, match="DUELY_MAIL_MODE"):
            RedirectedMail(FolderMail(tmp_path), address)


def _with_attachment() -> Outgoing:
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = "books@duely.example"
    message["To"] = "Käthe <kunde@example.org>"
    message["Cc"] = "chef@example.org"
    message["Subject"] = "Zahlungserinnerung für Käthe, " + "x" * 80
    message["Message-ID"] = "<n-1@duely.example>"
    message.set_content("Bitte zahlen.")
    message.add_attachment(
        b"%PDF-1.7 \x00\xff", maintype="application", subtype="pdf", filename="R 1.pdf"
    )
    return Outgoing(
        "<n-1@duely.example>", "books@duely.example", "kunde@example.org", bytes(message), "n-1"
    )

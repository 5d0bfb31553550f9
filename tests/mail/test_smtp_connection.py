"""One connection for many mails: kept, shared, and replaced when the server let go of it."""

import asyncio
from pathlib import Path

import pytest

from gateways.mail import SmtpMail
from gateways.smtp import SmtpServer
from rules.errors import InDoubt, RefusedForGood, Unreachable, UserMistake
from sandbox.mailbox import Mailbox, Misbehaviour
from tests.mail.letters import letter
from tests.mail.scripted_server import scripted


async def test_many_at_once_arrive_once_each_over_one_connection() -> None:
    with Mailbox() as mailbox:
        mail = SmtpMail(mailbox.url)
        await asyncio.gather(*(mail.deliver(letter(number)) for number in range(40)))
        await mail.close()
        ids = [received.message["Message-ID"] for received in mailbox.messages()]
        assert sorted(ids) == sorted(letter(number).message_id for number in range(40))
        assert mailbox.connections == 1


async def test_a_refused_mail_does_not_harm_the_next_on_the_connection() -> None:
    with Mailbox(misbehaviour=Misbehaviour(refuse="gone@")) as mailbox:
        mail = SmtpMail(mailbox.url)
        with pytest.raises(RefusedForGood):
            await mail.deliver(letter(1, recipient="gone@example.org"))
        await mail.deliver(letter(2))
        await mail.close()
        assert [received.recipients for received in mailbox.messages()] == [("kunde@example.org",)]
        assert mailbox.connections == 1


async def test_a_connection_that_died_idle_is_replaced_without_doubt() -> None:
    async with scripted() as server:
        mail = SmtpMail(server.url)
        await mail.deliver(letter(1))
        server.script = {"RSET": "421 4.4.2 idle for too long"}
        await mail.deliver(letter(2))
        await mail.close()
        assert len(server.bodies) == 2
        assert server.connections == 2


async def test_a_server_started_anew_is_found_again() -> None:
    with Mailbox() as mailbox:
        mail = SmtpMail(mailbox.url)
        await mail.deliver(letter(1))
        mailbox.stop()
        with pytest.raises(Unreachable):
            await mail.deliver(letter(2))
        mailbox.start()
        await mail.deliver(letter(2))
        await mail.close()
        assert len(mailbox.messages()) == 2


async def test_in_doubt_then_again_carries_the_same_message_id() -> None:
    with Mailbox(misbehaviour=Misbehaviour(hang_up_in_doubt=1)) as mailbox:
        mail = SmtpMail(mailbox.url)
        with pytest.raises(InDoubt):
            await mail.deliver(letter())
        await mail.deliver(letter())
        await mail.close()
        first, second = mailbox.messages()
        assert first.content == second.content == letter().content


async def test_an_idle_connection_is_closed_by_us() -> None:
    async with scripted() as server:
        mail = SmtpMail(server.url, seconds_idle=0.05)
        await mail.deliver(letter(1))
        await asyncio.sleep(0.3)
        assert server.verbs[-1] == "QUIT"
        await mail.deliver(letter(2))
        await mail.close()
        assert server.connections == 2


async def test_login_fits_or_is_our_fault() -> None:
    with Mailbox(login=("books", "s3cret@/")) as mailbox:
        mail = SmtpMail(f"smtp://books:s3cret%40%2F@127.0.0.1:{mailbox.port}")
        await mail.deliver(letter())
        await mail.close()
        assert len(mailbox.messages()) == 1
        with pytest.raises(Unreachable) as refusal:
            await SmtpMail(f"smtp://books:wr0ng@127.0.0.1:{mailbox.port}").deliver(letter())
        assert "535" in str(refusal.value)
        assert "wr0ng" not in str(refusal.value)
        stranger = SmtpMail(f"smtp://127.0.0.1:{mailbox.port}")
        with pytest.raises(Unreachable):
            await stranger.deliver(letter())
        await stranger.close()


async def test_tls_that_is_wanted_and_not_offered_is_our_fault() -> None:
    async with scripted() as server:
        mail = SmtpMail(f"smtp+starttls://127.0.0.1:{server.port}")
        with pytest.raises(Unreachable):
            await mail.deliver(letter())
        assert "MAIL" not in server.verbs


async def test_an_address_beyond_ascii_goes_where_smtputf8_is_offered() -> None:
    with Mailbox() as mailbox:
        mail = SmtpMail(mailbox.url)
        await mail.deliver(letter(recipient="jürgen@straße.example"))
        await mail.close()
        assert mailbox.messages()[0].recipients == ("jürgen@straße.example",)


async def test_the_mailbox_keeps_each_mail_as_a_file(tmp_path: Path) -> None:
    with Mailbox(folder=tmp_path / "mails") as mailbox:
        mail = SmtpMail(mailbox.url)
        for number in (1, 2):
            await mail.deliver(letter(number))
        await mail.close()
    files = sorted((tmp_path / "mails").iterdir())
    assert [file.name for file in files] == ["0001.eml", "0002.eml"]
    assert [file.read_bytes() for file in files] == [letter(1).content, letter(2).content]


class TestUrl:
    @pytest.mark.parametrize(
        ("url", "server"),
        [
            ("smtp://mail.example", SmtpServer("mail.example", 25)),
            ("smtp://[::1]:2525/", SmtpServer("::1", 2525)),
            ("smtps://h", SmtpServer("h", 465, use_tls=True, start_tls=False)),
            (
                "smtp+starttls://a%40b:c%3Ad@h",
                SmtpServer("h", 587, start_tls=True, username="a@b", password="c:d"),
            ),
        ],
    )
    def test_is_read(self, url: str, server: SmtpServer) -> None:
        assert SmtpServer.parse(url) == server

    @pytest.mark.parametrize(
        "url",
        [
            "",
            "mail.example",
            "http://u:s3cret@mail.example",
            "smtp://",
            "smtp://u:s3cret@",
            "smtp://u:s3cret@host:port",
            "smtp://u:s3cret@host:99999",
            "smtp://u:s3cret@host/path",
            "smtp://u:s3c/ret@host",
            "smtp://[u:s3cret",
        ],
    )
    def test_that_is_wrong_is_one_sentence_without_the_password(self, url: str) -> None:
        with pytest.raises(UserMistake, match="DUELY_SMTP_URL") as mistake:
            SmtpServer.parse(url)
        assert "s3c" not in str(mistake.value)
        assert "\n" not in str(mistake.value)

    def test_never_shows_the_password(self) -> None:
        assert "s3cret" not in repr(SmtpServer.parse("smtp://u:s3cret@host"))

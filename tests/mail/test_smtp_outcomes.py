"""Refused for good, unreachable, in doubt: three things, told apart at every step."""

import asyncio

import pytest

from gateways import smtp
from gateways.mail import SmtpMail
from rules.errors import DuelyError, InDoubt, RefusedForGood, TooLarge, Unreachable
from tests.mail.letters import letter
from tests.mail.scripted_server import HANG_UP, SILENCE, scripted


async def outcome(*, body: str = "Please pay.", **script: str) -> type[DuelyError] | None:
    """What one delivery comes to at a server that follows `script`; None is accepted."""
    async with scripted(**script) as server:
        mail = SmtpMail(server.url)
        try:
            await mail.deliver(letter(body=body))
        except DuelyError as error:
            return type(error)
        finally:
            await mail.close()
        return None


class TestAnswers:
    @pytest.mark.parametrize("answer", ["250 kept", "251 forwarded", "252 will try"])
    async def test_yes_after_the_dot_is_accepted(self, answer: str) -> None:
        assert await outcome(DOT=answer) is None

    @pytest.mark.parametrize(
        ("step", "answer"),
        [
            ("MAIL", "550 5.7.1 sender not wanted"),
            ("RCPT", "550 5.1.1 no such mailbox"),
            ("RCPT", "501 5.1.3 bad address syntax"),
            ("RCPT", "553 5.1.3 bad address"),
            ("DATA", "554 5.7.1 no"),
            ("RCPT", "552 full"),
            ("DOT", "552 5.2.2 mailbox full"),
            ("DOT", "554 5.7.1 spam"),
        ],
    )
    async def test_no_to_this_message_is_refused_for_good(self, step: str, answer: str) -> None:
        assert await outcome(**{step: answer}) is RefusedForGood

    @pytest.mark.parametrize(
        ("step", "answer"),
        [
            ("MAIL", "552 5.3.4 too big"),
            ("MAIL", "552 message size exceeds the limit"),
            ("RCPT", "552 5.2.3 longer than this mailbox allows"),
            ("DOT", "552 5.3.4 too big"),
            ("DOT", "554 5.3.4 too big"),
        ],
    )
    async def test_no_to_its_size_is_told_from_no_to_the_address(
        self, step: str, answer: str
    ) -> None:
        assert await outcome(**{step: answer}) is TooLarge

    @pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "DOT"])
    @pytest.mark.parametrize("answer", ["421 4.3.2 closing", "450 4.2.0 grey", "451 4.3.0 later"])
    async def test_later_is_unreachable(self, step: str, answer: str) -> None:
        assert await outcome(**{step: answer}) is Unreachable

    @pytest.mark.parametrize(
        ("step", "answer"),
        [
            ("CONNECT", "554 5.7.1 your host is blocked"),
            ("MAIL", "530 5.7.0 must issue STARTTLS first"),
            ("MAIL", "503 5.5.1 log in first"),
            ("RCPT", "530 5.7.0 log in first"),
        ],
    )
    async def test_no_to_our_set_up_is_never_the_customers_fault(
        self, step: str, answer: str
    ) -> None:
        assert await outcome(**{step: answer}) is Unreachable

    async def test_nonsense_before_the_dot_was_not_taken(self) -> None:
        assert await outcome(DATA="good morning") is Unreachable

    @pytest.mark.parametrize("answer", ["good morning", "354 go on", "100 hm"])
    async def test_nonsense_after_the_dot_is_in_doubt(self, answer: str) -> None:
        assert await outcome(DOT=answer) is InDoubt


class TestLostConnections:
    @pytest.mark.parametrize("step", ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA"])
    async def test_before_the_message_is_unreachable(self, step: str) -> None:
        assert await outcome(**{step: HANG_UP}) is Unreachable

    async def test_after_the_dot_is_in_doubt(self) -> None:
        assert await outcome(DOT=HANG_UP) is InDoubt

    async def test_in_the_middle_of_a_long_message_is_known_as_not_taken_or_in_doubt(self) -> None:
        """Which of the two depends on how much the machine had sent ahead; both send it again."""
        async with scripted() as server:
            server.lines_until_hang_up = 50
            mail = SmtpMail(server.url)
            with pytest.raises((Unreachable, InDoubt)):
                await mail.deliver(letter(body="a line of the invoice\r\n" * 600_000))
            await mail.close()
            assert server.bodies == []

    async def test_nobody_listening_is_unreachable(self) -> None:
        async with scripted() as server:
            pass
        with pytest.raises(Unreachable):
            await SmtpMail(server.url).deliver(letter())


class TestSilence:
    @pytest.fixture(autouse=True)
    def little_patience(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(smtp, "SECONDS_PER_STEP", 0.2)
        monkeypatch.setattr(smtp, "SECONDS_FOR_FINAL_ANSWER", 0.2)

    @pytest.mark.parametrize("step", ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA"])
    async def test_before_the_message_is_unreachable(self, step: str) -> None:
        assert await outcome(**{step: SILENCE}) is Unreachable

    async def test_after_the_dot_is_in_doubt(self) -> None:
        assert await outcome(DOT=SILENCE) is InDoubt

    async def test_the_next_mail_does_not_read_the_late_answer(self) -> None:
        async with scripted(DOT=SILENCE) as server:
            mail = SmtpMail(server.url)
            with pytest.raises(InDoubt):
                await mail.deliver(letter(1))
            server.script = {}
            await mail.deliver(letter(2))
            await mail.close()
            assert server.connections == 2


class TestContent:
    async def test_dots_and_line_ends_arrive_as_rfc_5321_wants_them(self) -> None:
        async with scripted() as server:
            mail = SmtpMail(server.url)
            await mail.deliver(letter(body=".\r\n.hidden\nend"))
            await mail.close()
        assert server.bodies[0].endswith(b"\r\n\r\n..\r\n..hidden\r\nend\r\n")

    async def test_cancelled_while_waiting_leaves_no_connection_behind(self) -> None:
        async with scripted(DOT=SILENCE) as server:
            mail = SmtpMail(server.url)
            sending = asyncio.create_task(mail.deliver(letter(1)))
            await server.message_arrived.wait()
            sending.cancel()
            with pytest.raises(asyncio.CancelledError):
                await sending
            server.script = {}
            await mail.deliver(letter(2))
            await mail.close()
            assert server.connections == 2


class TestAddresses:
    @pytest.mark.parametrize(
        "address", ["", "nobody", "a b@example.org", "a@b@c", "a@example.org\r\nRCPT TO:<x@y.z>"]
    )
    async def test_no_address_is_refused_before_it_is_said(self, address: str) -> None:
        async with scripted() as server:
            mail = SmtpMail(server.url)
            with pytest.raises(RefusedForGood):
                await mail.deliver(letter(recipient=address))
            await mail.close()
            assert "MAIL" not in server.verbs

    async def test_letters_beyond_ascii_need_smtputf8(self) -> None:
        async with scripted() as server:
            mail = SmtpMail(server.url)
            with pytest.raises(RefusedForGood, match="SMTPUTF8"):
                await mail.deliver(letter(recipient="jürgen@example.org"))
            await mail.close()

    async def test_the_servers_words_come_without_the_address(self) -> None:
        async with scripted(RCPT="550 5.1.1 <kunde@example.org>: Kunde at example.org gone") as s:
            mail = SmtpMail(s.url)
            with pytest.raises(RefusedForGood) as refusal:
                await mail.deliver(letter())
            await mail.close()
        assert str(refusal.value).endswith("550 5.1.1 ... ... at ... gone")

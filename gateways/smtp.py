"""One message over one SMTP connection, and what is known about it afterwards.

Three things can go wrong, and each asks for something else (rules/errors.py, ladder.md rules 10
and 11). What tells them apart is how far the conversation came:

    before the final dot is written  surely not taken: RefusedForGood on 5xx, else Unreachable
    after it                         2xx: taken; 4xx, 5xx: not taken; no answer: InDoubt
"""

import asyncio
import re
from collections.abc import Awaitable
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

import aiosmtplib
from aiosmtplib import SMTP, SMTPException, SMTPResponse, SMTPResponseException

from rules.errors import InDoubt, RefusedForGood, TooLarge, Unreachable, UserMistake

SECONDS_PER_STEP = 30.0
# RFC 5321 (4.5.3.2.6) asks for patience after the final dot, as giving up early makes duplicates.
SECONDS_FOR_FINAL_ANSWER = 120.0
# 5xx that speak of our set-up (unknown command, wrong sequence, TLS or login wanted), not of this
# message: the operator mends them, and no customer's case may stop for them.
_OUR_MISCONFIGURATION = {500, 502, 503, 504, 523, 530, 534, 535, 538}
_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
_TOO_LARGE = ("5.3.4", "5.2.3")  # for the system, for the mailbox
_MAILBOX_FULL = "5.2.2"
_ADDRESS = re.compile(r"[^\s<>@\x00-\x1f\x7f]+@[^\s<>@\x00-\x1f\x7f]+")
_LINE_END = re.compile(rb"\r\n|\r|\n")
_LEADING_DOT = re.compile(rb"(?m)^\.")


@dataclass(frozen=True)
class SmtpServer:
    """Where mails go. `start_tls` None: encrypted when the server offers it."""

    host: str
    port: int
    use_tls: bool = False
    start_tls: bool | None = None
    username: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, url: str) -> "SmtpServer":
        """`smtp://[user:password@]host[:port]`, `smtp+starttls://` (required), `smtps://`.

        Raises UserMistake, in words that never show the password.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise _wrong_url("its host or port cannot be read") from None
        if parts.scheme not in _PORTS:
            raise _wrong_url(f"it begins with {parts.scheme or 'nothing'}")
        if not parts.hostname:
            raise _wrong_url("it names no host")
        if parts.path.strip("/") or parts.query or parts.fragment:
            raise _wrong_url("something follows the port")
        return cls(
            host=parts.hostname,
            port=port or _PORTS[parts.scheme],
            use_tls=parts.scheme == "smtps",
            start_tls={"smtp": None, "smtp+starttls": True, "smtps": False}[parts.scheme],
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
        )

    async def connect(self) -> SMTP:
        """A connection that is greeted, encrypted and logged in. Raises Unreachable.

        A refused login or a certificate that does not fit is our set-up's fault, mended by an
        operator and tried again: never a customer's.
        """
        client = SMTP(
            hostname=self.host,
            port=self.port,
            use_tls=self.use_tls,
            start_tls=self.start_tls,
            username=self.username,
            password=self.password,
            timeout=SECONDS_PER_STEP,
        )
        try:
            await client.connect()
            if client.is_ehlo_or_helo_needed:
                await client.ehlo()
        except SMTPResponseException as error:
            client.close()
            raise Unreachable(f"{self}: {error.code} {_one_line(error.message)}") from None
        except (SMTPException, OSError) as error:
            client.close()
            raise Unreachable(f"{self}: {_one_line(str(error))}") from error
        return client

    def __str__(self) -> str:
        return f"the mail server {self.host}:{self.port}"


def _wrong_url(why: str) -> UserMistake:
    return UserMistake(
        f"DUELY_SMTP_URL is no mail server's address: {why}, expected"
        " smtp://[user:password@]host[:port], smtp+starttls://... or smtps://..."
    )


async def transfer(client: SMTP, *, sender: str, recipient: str, content: bytes) -> None:
    """Hands one message over; returns once the server accepted it.

    Raises Unreachable, RefusedForGood or InDoubt. After any of them the connection is either
    closed or stands before a transaction that `RSET` clears.
    """
    transport = _Transfer(client, recipient)
    options, encoding = _options(client, sender, recipient, content)
    try:
        sender, recipient = (_wire_address(address, encoding) for address in (sender, recipient))
        await transport.command("sender", client.mail(sender, options=options, encoding=encoding))
        await transport.command("recipient", client.rcpt(recipient, encoding=encoding))
        await transport.content(content)
    except (InDoubt, asyncio.CancelledError):
        # Nobody knows which answer comes next on this connection.
        client.close()
        raise


@dataclass(frozen=True)
class _Transfer:
    client: SMTP
    recipient: str

    async def command(self, step: str, sent: Awaitable[SMTPResponse]) -> None:
        """One command before the content: whatever fails here, nothing was taken."""
        try:
            await sent
        except SMTPResponseException as error:
            raise self._refusal(step, error.code, error.message) from None
        except (SMTPException, OSError) as error:
            self.client.close()
            raise Unreachable(f"the connection was lost at the {step}: {error}") from error

    async def content(self, content: bytes) -> None:
        """The DATA step. The dot that ends the message is written last, alone and late.

        So a connection that dies while megabytes are on their way is surely no delivery; only
        from the dot on is there a doubt.
        """
        answer = await self._written(_wire_content(content))
        try:
            self._protocol().write(b".\r\n")
            reply = await answer
        except SMTPResponseException as error:
            raise InDoubt(f"the mail server's answer made no sense: {error.code}") from None
        except (SMTPException, OSError) as error:
            raise InDoubt(f"no answer came after the whole message was sent: {error}") from error
        if 200 <= reply.code < 300:
            return
        if reply.code < 400:
            raise InDoubt(f"the mail server's answer made no sense: {reply.code}")
        raise self._refusal("message", reply.code, reply.message)

    async def _written(self, lines: bytes) -> "asyncio.Task[SMTPResponse]":
        """Sends all lines but the dot, nothing is taken yet; returns the answer to wait for."""
        try:
            reply = await self.client.execute_command(b"DATA")
            if reply.code != 354:
                raise self._refusal("message", reply.code, reply.message)
            protocol = self._protocol()
            # Listens from the first line on: a server may refuse in the middle (552) and hang up.
            answer = asyncio.create_task(protocol.read_response(SECONDS_FOR_FINAL_ANSWER))
            await asyncio.sleep(0)
            try:
                protocol.write(lines)
                await self._flushed(answer)
            except BaseException:
                answer.cancel()
                raise
            if answer.done():
                early = await answer
                self.client.close()
                raise self._refusal("message", early.code, early.message)
        except SMTPResponseException as error:
            self.client.close()
            raise Unreachable(f"the mail server's answer made no sense: {error.code}") from None
        except (SMTPException, OSError) as error:
            self.client.close()
            raise Unreachable(f"the connection was lost in the message: {error}") from error
        return answer

    async def _flushed(self, answer: "asyncio.Task[SMTPResponse]") -> None:
        """Waits until the system took every byte, or an answer came early."""
        while not answer.done() and self._unsent():
            await asyncio.wait([answer], timeout=0.01)

    def _unsent(self) -> int:
        transport = self.client.transport
        return (
            transport.get_write_buffer_size()
            if isinstance(transport, asyncio.WriteTransport)
            else 0
        )

    def _protocol(self) -> aiosmtplib.protocol.SMTPProtocol:
        if self.client.protocol is None:
            raise aiosmtplib.SMTPServerDisconnected("Connection lost")
        return self.client.protocol

    def _refusal(self, step: str, code: int, message: str) -> Unreachable | RefusedForGood:
        """What an answer other than yes means for this message."""
        said = f"the mail server refused the {step}: {code} {without(self.recipient, message)}"
        if code == 421:
            self.client.close()
        if _is_for_its_size(step, code, message):
            return TooLarge(said)
        if 500 <= code < 600 and code not in _OUR_MISCONFIGURATION:
            return RefusedForGood(said)
        return Unreachable(said)


def _is_for_its_size(step: str, code: int, message: str) -> bool:
    """552 is a message too large, or a mailbox that is full: the enhanced code tells (RFC 3463)."""
    enhanced = message.split(maxsplit=1)[0] if message.strip() else ""
    if enhanced in _TOO_LARGE:
        return 500 <= code < 600
    return code == 552 and step != "recipient" and enhanced != _MAILBOX_FULL


def without(address: str, text: str) -> str:
    """A server's answer in one line, without any address: it goes to histories and logs."""
    text = re.sub(r"\S*@\S*", "...", _one_line(text))
    local, _, domain = address.partition("@")
    for part in (domain, local):
        if part:
            text = re.sub(re.escape(part), "...", text, flags=re.IGNORECASE)
    return text[:300]


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _options(client: SMTP, sender: str, recipient: str, content: bytes) -> tuple[list[str], str]:
    """What MAIL says beside the sender, and the encoding of addresses. Raises RefusedForGood."""
    for address in (sender, recipient):
        if not _ADDRESS.fullmatch(address):
            raise RefusedForGood("the address is none that a mail server takes")
    options = []
    if client.supports_extension("size"):
        # A server that finds it too large says so before megabytes are on their way.
        options.append(f"SIZE={len(content)}")
    if not content.isascii() and client.supports_extension("8bitmime"):
        options.append("BODY=8BITMIME")
    beyond_ascii = not (sender + recipient).isascii() or not _head(content).isascii()
    if beyond_ascii and client.supports_extension("smtputf8"):
        return [*options, "SMTPUTF8"], "utf-8"
    if not _head(content).isascii():
        raise RefusedForGood("the mail server takes no header beyond ASCII (SMTPUTF8)")
    return options, "ascii"


def _head(content: bytes) -> bytes:
    return re.split(rb"\r?\n\r?\n", content, maxsplit=1)[0]


def _wire_address(address: str, encoding: str) -> str:
    """The address as this server takes it. Raises RefusedForGood where it cannot be written."""
    local, _, domain = address.rpartition("@")
    if encoding == "utf-8" or address.isascii():
        return address
    if not local.isascii():
        raise RefusedForGood("the mail server takes no address beyond ASCII (SMTPUTF8)")
    try:
        ascii_domain = domain.encode("idna").decode("ascii")
        # Python's IDNA is of 2003 and writes another domain for some letters (sharp s).
        faithful = ascii_domain.encode("ascii").decode("idna") == domain.lower()
    except UnicodeError:
        faithful = False
    if not faithful:
        raise RefusedForGood("the address's domain cannot be written for this mail server")
    return f"{local}@{ascii_domain}"


def _wire_content(content: bytes) -> bytes:
    """Lines end in CRLF, the last one too, and a leading dot is doubled (RFC 5321, 4.5.2)."""
    lines = _LINE_END.sub(b"\r\n", content)
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    return _LEADING_DOT.sub(b"..", lines)

"""Mails leave: by SMTP, into a folder, or all to one address of ours."""

import asyncio
import os
import re
from contextlib import suppress
from dataclasses import dataclass, replace
from email import message_from_bytes, policy
from pathlib import Path
from typing import Protocol

from aiosmtplib import SMTP, SMTPException

from gateways.smtp import SmtpServer, transfer
from rules.errors import UserMistake

SECONDS_IDLE = 30.0
_FILE_STEM = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")


@dataclass(frozen=True)
class Outgoing:
    """One mail, ready: recorded before, and the same bytes at every try.

    `sender` and `recipient` are the envelope's addresses, `content` is the message (RFC 5322),
    `name` a file's stem that no other mail has (letters, digits, `.`, `_`, `-`).
    """

    message_id: str
    sender: str
    recipient: str
    content: bytes
    name: str

    def __repr__(self) -> str:
        """Without addresses and content: it may reach a log."""
        return f"Outgoing({self.message_id})"


class Mail(Protocol):
    """A way out. The same mail delivered twice carries the same Message-ID."""

    async def deliver(self, mail: Outgoing) -> None:
        """Returns once the mail is accepted: that is *sent* (ladder.md, rule 10).

        Raises Unreachable (surely not taken, try again), RefusedForGood (surely not taken, and
        trying again cannot help), InDoubt (sent whole, no answer came).
        """

    async def close(self) -> None:
        """Lets go of what is open. A later `deliver` opens it again."""


class SmtpMail:
    """Over one connection that is kept for many mails, one mail at a time.

    `url` as in `SmtpServer.parse`. The connection is closed after `seconds_idle` without a mail.
    Belongs to one event loop.
    """

    def __init__(self, url: str, *, seconds_idle: float = SECONDS_IDLE) -> None:
        self._server = SmtpServer.parse(url)
        self._seconds_idle = seconds_idle
        self._client: SMTP | None = None
        self._one_at_a_time = asyncio.Lock()
        self._closer: asyncio.Task[None] | None = None

    async def deliver(self, mail: Outgoing) -> None:
        async with self._one_at_a_time:
            if self._closer is not None:
                self._closer.cancel()
            client = await self._connected()
            try:
                await transfer(
                    client, sender=mail.sender, recipient=mail.recipient, content=mail.content
                )
            finally:
                self._closer = asyncio.create_task(self._close_when_idle())

    async def close(self) -> None:
        async with self._one_at_a_time:
            if self._closer is not None:
                self._closer.cancel()
            await self._hang_up()

    async def _connected(self) -> SMTP:
        """The open connection if it still answers, else a new one.

        Asking first (RSET, which also clears a refused mail) keeps a server that hung up on an
        idle connection from looking like a failed or doubtful mail.
        """
        if self._client is not None and self._client.is_connected:
            with suppress(SMTPException, OSError):
                await self._client.rset()
                return self._client
            self._client.close()
        self._client = await self._server.connect()
        return self._client

    async def _close_when_idle(self) -> None:
        await asyncio.sleep(self._seconds_idle)
        async with self._one_at_a_time:
            await self._hang_up()

    async def _hang_up(self) -> None:
        if self._client is not None:
            with suppress(SMTPException, OSError):
                await self._client.quit()
            self._client.close()
            self._client = None


class FolderMail:
    """Into a folder, one `.eml` a mail: a replay's way out. Accepts everything.

    The same mail again replaces its own file, whole or not at all.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def deliver(self, mail: Outgoing) -> None:
        if not _FILE_STEM.fullmatch(mail.name):
            raise ValueError(f"{mail.name!r} is no name for a file")
        self._write(mail)

    async def close(self) -> None:
        return

    def _write(self, mail: Outgoing) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        target = self._folder / f"{mail.name}.eml"
        half = self._folder / f".{mail.name}.{os.getpid()}.half"
        half.write_bytes(mail.content)
        half.replace(target)


class RedirectedMail:
    """All mails to one address of ours (`DUELY_MAIL_MODE=redirect:ADDRESS`), nothing to a customer.

    The header `X-Duely-Original-To` names whom it was for.
    """

    def __init__(self, inner: Mail, address: str) -> None:
        if not re.fullmatch(r"[^\s<>@,;:]+@[^\s<>@,;:]+", address) or not address.isascii():
            raise UserMistake(
                "DUELY_MAIL_MODE redirects to no mail address, expected redirect:me@example.com"
            )
        self._inner = inner
        self._address = address

    async def deliver(self, mail: Outgoing) -> None:
        await self._inner.deliver(
            replace(
                mail, recipient=self._address, content=_readdressed(mail.content, self._address)
            )
        )

    async def close(self) -> None:
        await self._inner.close()


def _readdressed(content: bytes, address: str) -> bytes:
    """The same message, to `address` alone; every other header as it was."""
    message = message_from_bytes(content, policy=policy.SMTP.clone(refold_source="none"))
    original = ", ".join(str(value) for value in message.get_all("To", []))
    for header in ("To", "Cc", "Bcc"):
        del message[header]
    message["To"] = address
    message["X-Duely-Original-To"] = original
    return message.as_bytes()

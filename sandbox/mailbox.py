"""A mailbox: a real SMTP server that keeps every message, and misbehaves on order."""

import asyncio
import re
import threading
import weakref
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

LARGEST_MESSAGE = 50_000_000  # bytes; a notice with some hundred invoices attached fits


@dataclass(frozen=True)
class Received:
    """One message as it arrived. `content` has the sender's bytes, with CRLF."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    file: Path | None

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.content, policy=policy.SMTP)


@dataclass
class Misbehaviour:
    """What goes wrong on order. May be changed while the mailbox runs.

    `refuse`, `try_later`: recipients in which the pattern is found get 550, 451.
    `hang_up_in_doubt`: that many messages are kept and the connection is cut before the answer.
    `seconds_to_answer`: how long the answer to a message takes that is kept already.
    """

    refuse: str | None = None
    try_later: str | None = None
    hang_up_in_doubt: int = 0
    seconds_to_answer: float = 0.0


@dataclass
class Mailbox:
    """`start()`, mails to `.url`, `messages()`, `stop()`; or a `with` block.

    Messages are kept in memory and, where `folder` is given, as `NNNN.eml` in it, in the order of
    their arrival. `login` (user, password) is required where given.
    """

    folder: Path | None = None
    host: str = "127.0.0.1"
    port: int = 0
    login: tuple[str, str] | None = None
    misbehaviour: Misbehaviour = field(default_factory=Misbehaviour)
    connections: int = 0
    _kept: list[Received] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _listener: "_Listener | None" = None

    def start(self) -> None:
        """Listens from here on; a port of 0 becomes a free one."""
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
        listener = _Listener(self)
        self.port = listener.open()
        self._listener = listener

    def stop(self) -> None:
        """Closes the door; what arrived stays."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None

    def __enter__(self) -> "Mailbox":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """As DUELY_SMTP_URL wants it."""
        account = ":".join(self.login) + "@" if self.login else ""
        return f"smtp://{account}{self.host}:{self.port}"

    def messages(self) -> list[Received]:
        """All that arrived so far, oldest first."""
        with self._lock:
            return list(self._kept)

    def keep(self, envelope: Envelope) -> None:
        """Keeps one message, on disk before in memory."""
        content = envelope.original_content or b""
        with self._lock:
            file = None
            if self.folder is not None:
                file = self.folder / f"{_next_number(self.folder):04d}.eml"
                file.write_bytes(content)
            self._kept.append(
                Received(envelope.mail_from or "", tuple(envelope.rcpt_tos), content, file)
            )


def _next_number(folder: Path) -> int:
    """One more than the highest: a folder that was used before keeps its mails."""
    numbers = [int(file.stem) for file in folder.glob("*.eml") if file.stem.isdigit()]
    return max(numbers, default=0) + 1


class _Listener:
    """The server, in a thread with a loop of its own: whoever sends may block and still be served.

    aiosmtpd's own Controller cannot listen on any free port, and from Python 3.12 on its `stop`
    waits for clients that keep their connection.
    """

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="mailbox", daemon=True)
        self._sessions: weakref.WeakSet[SMTP] = weakref.WeakSet()
        self._server: asyncio.Server | None = None

    def open(self) -> int:
        """Listens; returns the port. Raises OSError where it is taken."""
        self._thread.start()
        try:
            return asyncio.run_coroutine_threadsafe(self._open(), self._loop).result()
        except OSError:
            self.close()
            raise

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _open(self) -> int:
        mailbox = self._mailbox
        self._server = await self._loop.create_server(self._session, mailbox.host, mailbox.port)
        return int(self._server.sockets[0].getsockname()[1])

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
        for session in list(self._sessions):
            if session.transport is not None:
                session.transport.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _session(self) -> SMTP:
        login = self._mailbox.login
        self._mailbox.connections += 1
        session = SMTP(
            _Handler(self._mailbox),
            data_size_limit=LARGEST_MESSAGE,
            enable_SMTPUTF8=True,
            # Login without TLS: this server is on this machine alone.
            auth_require_tls=False,
            authenticator=_Authenticator(login) if login else None,
            hostname="mailbox.localhost",
            loop=self._loop,
        )
        self._sessions.add(session)
        return session


class _Authenticator:
    def __init__(self, login: tuple[str, str]) -> None:
        self._login = login

    def __call__(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: object
    ) -> AuthResult:
        user, password = self._login
        fits = isinstance(data, LoginPassword) and (data.login, data.password) == (
            user.encode(),
            password.encode(),
        )
        return AuthResult(success=fits, handled=False)


class _Handler:
    """aiosmtpd calls these by their names."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_RCPT(
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        orders = self._mailbox.misbehaviour
        if self._mailbox.login and not session.authenticated:
            return "530 5.7.0 Log in first"
        if orders.refuse and re.search(orders.refuse, address):
            return "550 5.1.1 No such mailbox here"
        if orders.try_later and re.search(orders.try_later, address):
            return "451 4.3.0 Come back later"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        orders = self._mailbox.misbehaviour
        self._mailbox.keep(envelope)
        await asyncio.sleep(orders.seconds_to_answer)
        if orders.hang_up_in_doubt > 0:
            orders.hang_up_in_doubt -= 1
            if isinstance(server.transport, asyncio.Transport):
                server.transport.abort()
        return "250 OK kept"

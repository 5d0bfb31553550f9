"""An SMTP server that follows a script word by word, for what a well-made server never does."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

HANG_UP = "hang up"
SILENCE = "silence"

_USUAL = {
    "CONNECT": "220 scripted ESMTP",
    "EHLO": "250-scripted\r\n250 8BITMIME",
    "MAIL": "250 OK",
    "RCPT": "250 OK",
    "DATA": "354 go on",
    "DOT": "250 kept",
    "RSET": "250 OK",
    "QUIT": "221 bye",
}


@dataclass
class Scripted:
    """`script` changes the usual answers, by verb; DOT is the answer to a whole message."""

    script: Mapping[str, str]
    port: int = 0
    connections: int = 0
    verbs: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    message_arrived: asyncio.Event = field(default_factory=asyncio.Event)
    # Hangs up after that many lines of a message.
    lines_until_hang_up: int | None = None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            if await self._say("CONNECT", writer):
                await self._talk(reader, writer)
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            verb = line.split()[0].decode().upper()
            self.verbs.append(verb)
            if not await self._say(verb, writer):
                return
            if verb == "DATA" and self._answer("DATA").startswith("354"):
                body = await self._body(reader)
                if body is None:
                    return
                self.bodies.append(body)
                self.message_arrived.set()
                if not await self._say("DOT", writer):
                    return

    async def _body(self, reader: asyncio.StreamReader) -> bytes | None:
        lines: list[bytes] = []
        while (line := await reader.readline()) != b".\r\n":
            lines.append(line)
            if not line or len(lines) == self.lines_until_hang_up:
                return None
        return b"".join(lines)

    async def _say(self, verb: str, writer: asyncio.StreamWriter) -> bool:
        """False: the conversation is over."""
        answer = self._answer(verb)
        if answer == SILENCE:
            await asyncio.sleep(60)
        if answer == HANG_UP:
            return False
        writer.write(answer.encode() + b"\r\n")
        await writer.drain()
        return verb != "QUIT" and not answer.startswith("421")

    def _answer(self, verb: str) -> str:
        return self.script.get(verb, _USUAL.get(verb, "502 unknown"))


@asynccontextmanager
async def scripted(**script: str) -> AsyncIterator[Scripted]:
    """A running server: `async with scripted(RCPT="550 no") as server`."""
    conduct = Scripted(script)
    tasks: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(conduct.serve(reader, writer))
        tasks.add(task)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    conduct.port = server.sockets[0].getsockname()[1]
    try:
        yield conduct
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

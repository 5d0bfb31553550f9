"""A Twilio that does as it is told, and keeps the forms it was sent."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from pydantic import SecretStr

from gateways.telephone import Dial
from gateways.twilio_telephone import TwilioTelephone
from gateways.twilio_web import TwilioWeb

ACCOUNT = "AC" + "0" * 32
TOKEN = SecretStr("a token made for a test")
SID = "CA" + "a" * 32
US, EMPLOYEE, CUSTOMER = "+493023125000", "+493023125001", "+493023125002"
PUBLIC_URL = "https://duely.example.com"
DIAL = Dial(17, EMPLOYEE, CUSTOMER)

SILENCE = -1
HANG_UP = -2


@dataclass
class Scripted:
    """Answers every request with one status and body."""

    status: int
    body: str
    url: str = ""
    paths: list[str] = field(default_factory=list)
    forms: list[list[tuple[str, str]]] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        self.paths.append(request.path)
        self.forms.append([(name, str(value)) for name, value in (await request.post()).items()])
        if self.status == SILENCE:
            await asyncio.sleep(60)
        if self.status == HANG_UP:
            assert request.transport is not None
            request.transport.close()
        return web.Response(status=max(self.status, 200), text=self.body)


@asynccontextmanager
async def scripted(status: int = 201, body: str = f'{{"sid": "{SID}"}}') -> AsyncIterator[Scripted]:
    """A running server: `async with scripted(429, "{}") as twilio`."""
    conduct = Scripted(status, body)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", conduct.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    conduct.url = f"http://{host}:{port}"
    try:
        yield conduct
    finally:
        await runner.cleanup()


def telephone(url: str, *, seconds_for_answer: float = 5.0) -> TwilioTelephone:
    return TwilioTelephone(
        account=ACCOUNT,
        token=TOKEN,
        our_number=US,
        public_url=PUBLIC_URL,
        web=TwilioWeb(url, seconds_to_connect=2.0, seconds_for_answer=seconds_for_answer),
    )

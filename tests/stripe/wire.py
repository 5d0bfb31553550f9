"""The wire between us and localstripe: it keeps what goes over it, loses answers on request, and speaks
for localstripe what that has no word for.

localstripe knows an older interface. Here `allowed_payment_method_types` becomes
`payment_method_types`, `description` is left out, a list of intents is narrowed to its customer, and
Checkout is a setup intent with a page. Idempotency keys it does not know at all.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession, web
from pydantic import SecretStr

from gateways.stripe_web import StripeWeb, stripe_client
from tests.stripe.local import SECRET_KEY

_NEWER = "allowed_payment_method_types"
HOOK_SECRET = "whsec_made_for_a_test"


@dataclass(frozen=True)
class Sent:
    """One request of ours."""

    method: str
    path: str
    form: dict[str, str]
    key: str  # the header Idempotency-Key
    version: str


@dataclass
class Wire:
    """`before` and `after` say what happens to the next POST: "hang up" instead of passing it on,
    or instead of its answer; `instead` is a status and a body for it."""

    upstream: str
    url: str = ""
    sent: list[Sent] = field(default_factory=list)
    before: str = ""
    after: str = ""
    instead: tuple[int, dict[str, Any]] | None = None
    is_away: bool = False
    hooks: list[tuple[bytes, str]] = field(default_factory=list)

    @property
    def posts(self) -> list[Sent]:
        return [one for one in self.sent if one.method == "POST"]

    def client(self, *, seconds_for_answer: float = 5.0) -> Any:
        web_ = StripeWeb(seconds_to_connect=2.0, seconds_for_answer=seconds_for_answer)
        return stripe_client(SecretStr(SECRET_KEY), self.url, web=web_)

    async def ask(self, path: str, **form: str) -> dict[str, Any]:
        """A request of the test's own, past the record."""
        method = "POST" if form else "GET"
        headers = {"Authorization": f"Bearer {SECRET_KEY}"}
        async with (
            ClientSession(headers=headers) as session,
            session.request(method, self.upstream + path, data=form or None) as answer,
        ):
            found: dict[str, Any] = await answer.json()
            assert answer.status == 200, found
            return found

    async def hear_webhooks(self) -> None:
        """Have localstripe tell us of its events."""
        body = {"url": f"{self.url}/hook", "secret": HOOK_SECRET}
        async with (
            ClientSession() as session,
            session.post(f"{self.upstream}/_config/webhooks/{id(self)}", json=body) as answer,
        ):
            assert answer.status == 200

    async def webhook(self, kind: str) -> tuple[bytes, str]:
        """The first event of a kind that comes, and its signature. localstripe waits a second."""
        ends = time.monotonic() + 5
        while time.monotonic() < ends:
            for body, signature in self.hooks:
                if json.loads(body)["type"] == kind:
                    return body, signature
            await asyncio.sleep(0.02)
        raise AssertionError(f"no {kind} came")

    async def handle(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        headers = request.headers
        self.sent.append(
            Sent(
                request.method,
                request.path,
                form or dict(request.query),
                headers.get("Idempotency-Key", ""),
                headers.get("Stripe-Version", ""),
            )
        )
        if self.is_away:
            return _hang_up(request)
        if request.method == "GET":
            return await self._get(request)
        return await self._post(request, form)

    async def hook(self, request: web.Request) -> web.Response:
        self.hooks.append((await request.read(), request.headers["Stripe-Signature"]))
        return web.Response()

    async def _get(self, request: web.Request) -> web.Response:
        query = dict(request.query)
        customer = query.pop("customer", None) if request.path == "/v1/payment_intents" else None
        status, body = await self._pass_on("GET", request.path, {}, query)
        if customer is not None:
            body["data"] = [one for one in body["data"] if one["customer"] == customer]
        return web.json_response(body, status=status)

    async def _post(self, request: web.Request, form: dict[str, str]) -> web.Response:
        before, after, instead = self.before, self.after, self.instead
        self.before, self.after, self.instead = "", "", None
        if before:
            return _hang_up(request)
        if instead:
            return web.json_response(instead[1], status=instead[0])
        status, body = await self._done(request.path, form)
        return _hang_up(request) if after else web.json_response(body, status=status)

    async def _done(self, path: str, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        form = {name.replace(_NEWER, "payment_method_types"): form[name] for name in form}
        form.pop("description", None)
        if path != "/v1/checkout/sessions":
            return await self._pass_on("POST", path, form, {})
        return await self._checkout(form)

    async def _checkout(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """A session in setup mode: a setup intent with a page of Stripe's."""
        assert form["mode"] == "setup"
        wanted = {"customer": form["customer"]}
        for name, value in form.items():
            if name.startswith("setup_intent_data[metadata]"):
                wanted[name.removeprefix("setup_intent_data")[1:].replace("]", "", 1)] = value
            elif name.startswith("payment_method_types"):
                wanted[name] = value
        status, intent = await self._pass_on("POST", "/v1/setup_intents", wanted, {})
        session = {"id": f"cs_{intent['id']}", "object": "checkout.session", "mode": "setup"}
        session |= {"url": f"https://checkout.example/{intent['id']}"}
        return status, session | {"setup_intent": intent["id"]}

    async def _pass_on(
        self, method: str, path: str, form: dict[str, str], query: dict[str, str]
    ) -> tuple[int, dict[str, Any]]:
        headers = {"Authorization": f"Bearer {SECRET_KEY}"}
        async with (
            ClientSession(headers=headers) as session,
            session.request(
                method, self.upstream + path, data=form or None, params=query
            ) as answer,
        ):
            return answer.status, json.loads(await answer.text())


def _hang_up(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.close()
    return web.Response()


@asynccontextmanager
async def wired(upstream: str) -> AsyncIterator[Wire]:
    wire = Wire(upstream)
    app = web.Application()
    app.router.add_post("/hook", wire.hook)
    app.router.add_route("*", "/{path:.*}", wire.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    wire.url = f"http://{host}:{port}"
    try:
        yield wire
    finally:
        await runner.cleanup()

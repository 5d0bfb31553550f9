"""The Stripe library's way over the net, and what its errors ask of whoever meets them.

not connected                                  nothing was done: Unreachable
connected, then no whole answer                InDoubt; of a question that changes nothing, Unreachable
a key of ours that is not accepted (401, 403)  an operator mends it, then the same goes through: Unreachable
asked to come later (429)                      Unreachable
refused (other 4xx)                            RefusedForGood
a fault of theirs (5xx), the same key under way elsewhere (409), or an answer that is none   InDoubt

Stripe's own sentences are never passed on: they quote what was sent.
"""

import logging
from collections.abc import Mapping
from typing import Any

import aiohttp
import stripe
from aiohttp import ClientSession, ClientTimeout
from pydantic import SecretStr

from rules.errors import DuelyError, InDoubt, RefusedForGood, Unreachable

SECONDS_TO_CONNECT = 5.0
SECONDS_FOR_ANSWER = 30.0  # a card's bank may take so long

stripe.enable_telemetry = False  # it would report this machine, and keep an id in its home folder
logging.getLogger("stripe").setLevel(logging.WARNING)  # below, it writes down what was sent


class StripeWeb(stripe.HTTPClient):
    """A connection for each request: a kept one that the server has closed meanwhile would make a
    debit that was never asked for look like one in doubt."""

    name = "aiohttp"

    def __init__(
        self,
        *,
        seconds_to_connect: float = SECONDS_TO_CONNECT,
        seconds_for_answer: float = SECONDS_FOR_ANSWER,
    ) -> None:
        super().__init__()
        self._patience = ClientTimeout(
            total=None, sock_connect=seconds_to_connect, sock_read=seconds_for_answer
        )

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: Any = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """One request. Raises Unreachable, InDoubt."""
        try:
            async with (
                ClientSession(timeout=self._patience) as session,
                session.request(
                    method, url, headers=headers, data=post_data, allow_redirects=False
                ) as answer,
            ):
                return await answer.read(), answer.status, answer.headers
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise Unreachable(f"Stripe cannot be reached: {type(error).__name__}") from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            said = f"Stripe did not answer: {type(error).__name__}"
            raise Unreachable(said) if method == "get" else InDoubt(said) from None


def stripe_client(key: SecretStr, api: str, *, web: StripeWeb | None = None) -> stripe.StripeClient:
    """The library, which repeats nothing by itself: whoever asks knows whether that is right."""
    return stripe.StripeClient(
        key.get_secret_value(),
        base_addresses={"api": api.rstrip("/")},
        max_network_retries=0,
        http_client=web or StripeWeb(),
    )


def meaning(error: stripe.StripeError) -> DuelyError:
    """What a refusal asks of whoever meets it; of a question, `InDoubt` is to be read as Unreachable."""
    status, said = error.http_status or 0, _said(error)
    if status in (401, 403):
        return Unreachable(f"Stripe does not accept our key (DUELY_STRIPE_KEY): {said}")
    if isinstance(error, stripe.RateLimitError):
        return Unreachable(f"Stripe asks us to try again later: {said}")
    if isinstance(error, stripe.IdempotencyError):
        return InDoubt(f"Stripe knows this key with another content: {said}")
    if 400 <= status < 500 and status != 409:
        return RefusedForGood(f"Stripe refused the request: {said}")
    return InDoubt(f"Stripe failed, it may have been done: {said}")


def unanswered(error: stripe.StripeError) -> Unreachable:
    """The same for a question that changes nothing there."""
    return Unreachable(f"Stripe did not answer the question: {_said(error)}")


def _said(error: stripe.StripeError) -> str:
    """Its numbers and names of fields, never its sentence."""
    parts = [f"HTTP {error.http_status or 0}"]
    if error.code:
        parts.append(f"code {error.code}")
    if param := getattr(error, "param", None):
        parts.append(f"about {param}")
    if error.request_id:
        parts.append(f"request {error.request_id}")
    return ", ".join(parts)

"""The Twilio library's way over the net: to a base URL of ours, and with what is known when it fails.

not connected                    nobody was rung: Unreachable
connected, then no whole answer  InDoubt
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

import aiohttp
from aiohttp import ClientSession, ClientTimeout, encode_basic_auth
from twilio.http.response import Response

from rules.errors import InDoubt, Unreachable

SECONDS_TO_CONNECT = 5.0
SECONDS_FOR_ANSWER = 15.0


class TwilioWeb:
    """What the library calls an `AsyncHttpClient`, with three things of our own: another base than
    api.twilio.com, errors of the house, and no log of what is sent (it has numbers in it).

    A connection is made for each request: a kept one that the server has closed meanwhile would make
    a call that was never asked for look like one in doubt.
    """

    is_async = True

    def __init__(
        self,
        base: str,
        *,
        seconds_to_connect: float = SECONDS_TO_CONNECT,
        seconds_for_answer: float = SECONDS_FOR_ANSWER,
    ) -> None:
        self._base = base.rstrip("/")
        self._patience = ClientTimeout(
            total=None, sock_connect=seconds_to_connect, sock_read=seconds_for_answer
        )

    async def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        **_of_the_library: object,
    ) -> Response:
        """One request; the library's further words are its defaults. Raises Unreachable, InDoubt."""
        sent = dict(headers or {})
        if auth:
            sent["Authorization"] = encode_basic_auth(*auth)
        try:
            async with (
                ClientSession(timeout=self._patience) as session,
                session.request(
                    method,
                    self._base + urlsplit(url).path,
                    params=params,
                    data=data,
                    headers=sent,
                    allow_redirects=False,
                ) as answer,
            ):
                return Response(answer.status, await answer.text(), answer.headers)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise Unreachable(f"Twilio cannot be reached: {type(error).__name__}") from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise InDoubt(f"Twilio did not answer: {type(error).__name__}") from None

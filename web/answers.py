"""Answers to what went wrong, and what every answer carries so that a browser trusts nobody else."""

from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rules.errors import Unreachable
from web.refusals import Forbidden, LoginNeeded, NotThere, TooLarge
from web.rendering import rendered

STATIC = "/static"
_POLICY = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "object-src 'none'"
)
_ALWAYS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: browsers would then call the origin of our own forms `null`.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_HTTPS_ONLY = "max-age=31536000"


class Headers:
    """Puts them on every answer; one that says something itself is left."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                add_headers(MutableHeaders(scope=message), scope)
            await send(message)

        await self._app(scope, receive, sending if scope["type"] == "http" else send)


def add_headers(headers: MutableHeaders, scope: Scope) -> None:
    for name, value in _ALWAYS.items():
        headers.setdefault(name, value)
    fresh = "no-cache" if scope["path"].startswith(STATIC) else "no-store"
    headers.setdefault("Cache-Control", fresh)
    if scope["scheme"] == "https":
        headers.setdefault("Strict-Transport-Security", _HTTPS_ONLY)


def add_handlers(app: FastAPI) -> None:
    """A clear word for everything that pages raise."""
    app.add_exception_handler(LoginNeeded, _login_needed)
    app.add_exception_handler(Forbidden, _forbidden)
    app.add_exception_handler(TooLarge, _too_large)
    app.add_exception_handler(NotThere, _not_there)
    app.add_exception_handler(Unreachable, _unreachable)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _fault)


def sorry(request: Request, status: int, title: str, sentence: str) -> HTMLResponse:
    """A page that says what is the matter, for anybody; for a part of a page, the sentence."""
    template = "sentence.html.j2" if is_htmx(request) else "sorry.html.j2"
    return HTMLResponse(rendered(template, {"title": title, "sentence": sentence}), status)


def is_htmx(request: Request) -> bool:
    """Whether a part of a page is asked for."""
    return request.headers.get("HX-Request") == "true"


def login_address(page: str, form: str = "") -> str:
    """Where to log in and come back from."""
    words = {"next": page} | ({"form": form} if form else {})
    return f"/login?{urlencode(words)}"


async def _login_needed(request: Request, error: Exception) -> Response:
    assert isinstance(error, LoginNeeded)
    address = login_address(error.page, error.form)
    if is_htmx(request):  # a redirect would be followed out of sight
        return Response(status_code=401, headers={"HX-Redirect": address})
    return RedirectResponse(address, 303)


async def _forbidden(request: Request, error: Exception) -> Response:
    assert isinstance(error, Forbidden)
    return sorry(request, 403, "Not allowed", error.why)


async def _too_large(request: Request, _error: Exception) -> Response:
    return sorry(
        request, 413, "Too large", "That is more than a form here takes. Nothing was recorded."
    )


async def _not_there(request: Request, error: Exception) -> Response:
    assert isinstance(error, NotThere)
    return sorry(request, 404, "Not found", error.what)


async def _unreachable(request: Request, error: Exception) -> Response:
    return sorry(
        request, 503, "Not available now", f"{error}. Nothing was recorded; try again in a moment."
    )


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        return sorry(request, 404, "Not found", "There is no such page.")
    return sorry(request, error.status_code, "Not possible", "That cannot be asked for here.")


async def _fault(request: Request, _error: Exception) -> Response:
    """A fault of ours, whose traceback the server logs. Outside of `Headers`: it puts them on."""
    answer = sorry(
        request, 500, "Something went wrong", "It is a fault of Duely, and has been logged."
    )
    add_headers(answer.headers, request.scope)
    return answer

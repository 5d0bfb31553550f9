"""Who comes in: the session, the role, and that a form came from a page of ours.

One place for every route (`web/routes.py` puts it before each). What is refused here has reached
neither the database's facts nor a workflow.
"""

import hmac
import re
import secrets
from collections.abc import Mapping
from urllib.parse import quote

from fastapi import Request
from starlette.datastructures import UploadFile

from activities.staff_sessions import Signed, csrf_of, keep_form, signed_in
from rules.staff import Role
from web.desk import Desk
from web.refusals import Forbidden, LoginNeeded, TooLarge
from web.visit import CSRF_FIELD, CSRF_HEADER, KEY_FIELD, Visit

SESSION_COOKIE = "duely_session"
ANONYMOUS_COOKIE = "duely_login"  # ties the login form to the browser that asked for it
_LARGEST_FORM = 200_000  # bytes
_NOT_KEPT = frozenset({CSRF_FIELD, "password"})


class Admission:
    """`await admission(request)` lets in or raises; what is let in is `request.state.visit`."""

    def __init__(self, role: Role | None, page: str) -> None:
        self._role = role
        self._page = page

    async def __call__(self, request: Request) -> None:
        desk: Desk = request.app.state.desk
        acts = request.method not in ("GET", "HEAD")
        form = await _form(request) if acts else {}
        page = filled_in(self._page, request.path_params)
        token = request.cookies.get(SESSION_COOKIE, "")
        signed = await desk.database.run(lambda session: signed_in(session, token, desk.now()))
        if self._role is None or signed is None:
            if self._role is not None:
                raise LoginNeeded(page)
            token = request.cookies.get(ANONYMOUS_COOKIE) or secrets.token_urlsafe(32)
        if acts:
            _refuse_what_is_not_ours(request, form, token)
        if self._role is not None and signed is not None:
            await self._judge(desk, signed, self._role, page, form)
        request.state.visit = Visit(request, desk, signed, token, form, page)

    async def _judge(
        self, desk: Desk, signed: Signed, role: Role, page: str, form: Mapping[str, str]
    ) -> None:
        if signed.is_over:
            raise LoginNeeded(page, await _kept(desk, signed, page, form))
        if not signed.role.includes(role):
            raise Forbidden(f"This is for {role.value} only; you are logged in as {signed.role}.")


def filled_in(path: str, parts: Mapping[str, str]) -> str:
    """`/tasks/{task:path}` with its parts, quoted."""
    return re.sub(r"{(\w+)[^}]*}", lambda found: quote(parts[found[1]], safe=""), path)


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form, the last of each name. Raises TooLarge."""
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > _LARGEST_FORM:
        raise TooLarge
    fields = await request.form(max_files=0, max_fields=200)
    return {name: value for name, value in fields.items() if not isinstance(value, UploadFile)}


def _refuse_what_is_not_ours(request: Request, form: Mapping[str, str], token: str) -> None:
    """Another site may have a browser send us a form, but neither know the token that ours carry
    nor say that it came from here."""
    own = f"{request.url.scheme}://{request.url.netloc}"
    if request.headers.get("origin", own) != own:
        raise Forbidden("This form does not come from a page of the console.")
    given = request.headers.get(CSRF_HEADER) or form.get(CSRF_FIELD, "")
    if not hmac.compare_digest(given.encode(), csrf_of(token).encode()):
        raise Forbidden("This form is from another session. Load the page again and fill it anew.")


async def _kept(desk: Desk, signed: Signed, page: str, form: Mapping[str, str]) -> str:
    """The name under which what was typed waits for the same person; "" where nothing was."""
    typed = {name: value for name, value in form.items() if name not in _NOT_KEPT}
    if not typed.keys() - {KEY_FIELD}:
        return ""
    return await desk.database.run(
        lambda session: keep_form(session, signed.username, page, typed, desk.now())
    )

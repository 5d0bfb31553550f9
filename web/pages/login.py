"""Coming in and going out."""

import asyncio
import math
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from activities.staff_sessions import begin_session, begin_try, end_session, end_try
from models.tables import StaffUserRecord
from rules.staff import LONGEST_PASSWORD, Role
from web.admission import ANONYMOUS_COOKIE, SESSION_COOKIE
from web.routes import Routes
from web.visit import Visit, Visitor

routes = Routes()

_WRONG = "Name or password is wrong."


@routes.page("/login", role=None)
async def ask_who(visit: Visitor, next: str = "/", form: str = "") -> Response:
    return _asking(visit, next, form)


@routes.action("/login", role=None, page="/login")
async def log_in(visit: Visitor) -> Response:
    """A new token for who knows the password; the one this browser had ends."""
    desk, words = visit.desk, visit.form
    username, address = words.get("username", "").strip().lower()[:40], _address(visit)
    page, form = words.get("next", "/"), words.get("form", "")
    one = await desk.database.run(lambda s: begin_try(s, username, address, desk.now()))
    if one.wait:
        return _asking(visit, page, form, error=_slower(one.wait), username=username, status=429)
    is_right = await _is_right(visit, username, words.get("password", "")[:LONGEST_PASSWORD])
    await desk.database.run(lambda session: end_try(session, one, was_right=is_right))
    if not is_right:
        return _asking(visit, page, form, error=_WRONG, username=username, status=401)
    return await _let_in(visit, username, _back_to(page, form))


async def _is_right(visit: Visit, username: str, password: str) -> bool:
    """Takes as long for a name that nobody has. A hash of other parameters is made anew."""
    desk = visit.desk
    user = await desk.database.run(lambda session: session.get(StaffUserRecord, username))
    kept = user.password if user is not None and user.disabled_at is None else None
    fits = await asyncio.to_thread(desk.passwords.fits, password, kept)
    if fits and kept is not None and desk.passwords.is_old(kept):
        anew = await asyncio.to_thread(desk.passwords.kept, password)

        def keep(session: Session) -> None:
            session.get_one(StaffUserRecord, username).password = anew

        await desk.database.run(keep)
    return fits


async def _let_in(visit: Visit, username: str, to: str) -> Response:
    desk, before = visit.desk, visit.request.cookies.get(SESSION_COOKIE, "")

    def begin(session: Session) -> str:
        end_session(session, before, desk.now())
        return begin_session(session, username, desk.now())

    answer = RedirectResponse(to, 303)
    _give(answer, visit, SESSION_COOKIE, await desk.database.run(begin))
    answer.delete_cookie(ANONYMOUS_COOKIE)
    return answer


@routes.action("/logout", role=Role.AUDITOR, page="/")
async def log_out(visit: Visitor) -> Response:
    desk = visit.desk
    await desk.database.run(lambda session: end_session(session, visit.token, desk.now()))
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(SESSION_COOKIE)
    return answer


def _asking(
    visit: Visit, page: str, form: str, *, error: str = "", username: str = "", status: int = 200
) -> Response:
    """The login page. Its token is this browser's, so that nobody logs it in as somebody else."""
    shown = {"next": page, "form": form, "error": error, "username": username}
    answer = visit.show("login.html.j2", status=status, **shown)
    _give(answer, visit, ANONYMOUS_COOKIE, visit.token)
    return answer


def _give(answer: Response, visit: Visit, name: str, value: str) -> None:
    """A cookie of this browser session, out of reach of scripts and other sites' forms."""
    secure = visit.request.url.scheme == "https"
    answer.set_cookie(name, value, path="/", secure=secure, httponly=True, samesite="lax")


def _back_to(page: str, form: str) -> str:
    """A page of ours, and what was typed there; never another site's address."""
    address = urlsplit(page)
    is_ours = page.startswith("/") and not address.netloc and "\\" not in page
    to = page if is_ours else "/"
    return f"{to}?{urlencode({'form': form})}" if form else to


def _address(visit: Visit) -> str:
    return visit.request.client.host if visit.request.client else ""


def _slower(wait: timedelta) -> str:
    seconds = math.ceil(wait.total_seconds())
    return f"Too many wrong passwords. The next try is possible in {seconds} seconds."

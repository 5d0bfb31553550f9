"""Who may do what, tried on every route of the application: made from its own list of routes."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from starlette.routing import Mount
from starlette.testclient import TestClient

from activities.staff_sessions import csrf_of
from models.tables import (
    EventRecord,
    KeptFormRecord,
    MessageRecord,
    StaffSessionRecord,
    StaffUserRecord,
)
from rules.staff import Role
from tests.web.console import STAFF, TASK, Console
from web.admission import SESSION_COOKIE
from web.app import DECLARED, build_app
from web.routes import Declared
from web.visit import CSRF_HEADER

PARTS = {"task": "T-C1-1", "number": "I1", "call": "1", "parked": "1", "entry": "1"}
PARTS |= {"customer": "C1", "notice": "N-C1-1", "case": "C-C1-1", "refund": "F-C1-1"}
PARTS |= {"act": "pause", "part": "1", "place": "1", "letter": "L-C1-1"}
OUR_OWN = "http://desk.example"


def address(path: str) -> str:
    """A route's path with parts that are on the record."""
    return re.sub(r"{(\w+)[^}]*}", lambda found: PARTS[found[1]], path)


def named(value: object) -> str:
    return f"{value.method} {value.path}" if isinstance(value, Declared) else str(value)


GUARDED = [one for one in DECLARED if one.role is not None]
# What a signature opens has neither a session nor its token (tests/telephone, tests/stripe).
ACTIONS = [one for one in DECLARED if one.method != "GET" and not one.signed]


def forbidden() -> Iterator[tuple[Declared, str]]:
    for route in GUARDED:
        for name, role in STAFF.items():
            if route.role is not None and not role.includes(route.role):
                yield route, name


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory, new_database: Path) -> Iterator[Console]:
    """One console for all that is tried here: it leaves nothing behind, as each test makes sure."""
    found = Console(tmp_path_factory.mktemp("routes"), new_database)
    found.called()
    yield found
    found.close()


@pytest.fixture(scope="module")
def browsers(guarded: Console) -> dict[str, TestClient]:
    """Everybody, logged in."""
    return {name: guarded.logged_in(name) for name in STAFF}


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory, new_database: Path) -> Iterator[TestClient]:
    """Somebody who logged in and went away for half an hour."""
    found = Console(tmp_path_factory.mktemp("left"), new_database)
    found.called()
    browser = found.logged_in("lea")
    found.passes(timedelta(minutes=30))
    yield browser
    found.close()


def recorded(console: Console) -> tuple[int, ...]:
    """Everything that an act would add to, and sessions that one would end."""
    tables = (MessageRecord, EventRecord, StaffUserRecord, KeptFormRecord)
    ended = [one for one in console.rows(StaffSessionRecord) if one.ended_at]
    return *(len(console.rows(table)) for table in tables), len(console.asked), len(ended)


def test_every_route_is_declared_and_there_is_no_other(console: Console) -> None:
    app = build_app(console.desk)
    served = {
        (method, route.path)
        for route in routes_of(app.routes)
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }
    assert served == {(one.method, one.path) for one in DECLARED}
    others = [route for route in routes_of(app.routes) if not isinstance(route, APIRoute)]
    assert [type(route) for route in others] == [Mount]


def routes_of(routes: object) -> list[object]:
    """Flat, however the framework nests the groups."""
    found: list[object] = []
    for route in routes if isinstance(routes, list) else []:
        nested = getattr(route, "original_router", None)
        found += routes_of(nested.routes) if nested is not None else [route]
    return found


def test_an_auditor_may_do_nothing_but_log_out() -> None:
    acts = [one.path for one in ACTIONS if one.role is Role.AUDITOR]
    assert acts == ["/logout"]


@pytest.mark.parametrize("route", GUARDED, ids=named)
def test_without_a_session_every_route_leads_to_the_login(
    route: Declared, guarded: Console
) -> None:
    before = recorded(guarded)
    answer = guarded.browser().request(
        route.method, address(route.path), data={"x": "y"} if route.method == "POST" else None
    )
    assert (answer.status_code, answer.headers["location"][:7]) == (303, "/login?")
    assert recorded(guarded) == before


@pytest.mark.parametrize(("route", "name"), list(forbidden()), ids=named)
def test_role_that_may_not_is_refused_and_nothing_recorded(
    route: Declared, name: str, guarded: Console, browsers: dict[str, TestClient]
) -> None:
    browser = browsers[name]
    before = recorded(guarded)
    token = csrf_of(browser.cookies[SESSION_COOKIE])
    answer = browser.request(
        route.method, address(route.path), data={"csrf": token, "outcome": "paid"}
    )
    assert answer.status_code == 403
    assert f"you are logged in as {STAFF[name]}" in answer.text
    assert recorded(guarded) == before


@pytest.mark.parametrize("route", ACTIONS, ids=named)
@pytest.mark.parametrize("csrf", ["", "0" * 64])
def test_action_without_the_sessions_token_is_refused(
    csrf: str, route: Declared, guarded: Console, browsers: dict[str, TestClient]
) -> None:
    browser = browsers["lea"]
    before = recorded(guarded)
    answer = browser.post(address(route.path), data={"csrf": csrf, "outcome": "paid"})
    assert answer.status_code == 403
    assert recorded(guarded) == before


@pytest.mark.parametrize("route", ACTIONS, ids=named)
@pytest.mark.parametrize("origin", ["http://elsewhere.example", "null"])
def test_action_from_another_site_is_refused_even_with_the_token(
    origin: str, route: Declared, guarded: Console, browsers: dict[str, TestClient]
) -> None:
    browser = browsers["lea"]
    before = recorded(guarded)
    headers = {CSRF_HEADER: csrf_of(browser.cookies[SESSION_COOKIE]), "Origin": origin}
    answer = browser.post(address(route.path), data={"outcome": "paid"}, headers=headers)
    assert answer.status_code == 403
    assert recorded(guarded) == before


@pytest.mark.parametrize("route", GUARDED, ids=named)
def test_session_that_has_ended_leads_to_the_login(route: Declared, left: TestClient) -> None:
    token = csrf_of(left.cookies[SESSION_COOKIE])
    answer = left.request(route.method, address(route.path), data={"csrf": token})
    assert (answer.status_code, answer.headers["location"][:7]) == (303, "/login?")


def test_action_from_a_page_of_ours_is_done_by_the_header_of_htmx_too(console: Console) -> None:
    console.called()
    browser = console.logged_in()
    headers = {CSRF_HEADER: csrf_of(browser.cookies[SESSION_COOKIE]), "Origin": OUR_OWN}
    answer = browser.post(f"{TASK}/take", data={"key": "K1"}, headers=headers)
    assert answer.status_code == 303
    assert console.asked == ["take"]


@pytest.mark.parametrize("path", ["/", "/login", "/nowhere", "/static/console.css", TASK])
def test_every_answer_tells_the_browser_to_trust_nobody_else(path: str, console: Console) -> None:
    headers = console.logged_in().get(path).headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    expected = "no-cache" if path.startswith("/static") else "no-store"
    assert headers["cache-control"] == expected


def test_fault_of_ours_says_so_and_keeps_the_headers(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = console.logged_in()
    # A browser sees an answer where the test client would raise; only its own transport says so.
    browser._transport.raise_server_exceptions = False  # type: ignore[attr-defined]
    monkeypatch.setattr("web.pages.today.today_at", None)
    answer = browser.get("/")
    assert answer.status_code == 500
    assert "a fault of Duely" in answer.text
    assert "default-src 'self'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/", TASK, "/login"])
def test_page_holds_no_script_style_or_handler_of_its_own(path: str, console: Console) -> None:
    console.taken()
    page = console.logged_in().get(path).text
    assert not re.findall(r"<style|\sstyle=|\son\w+=|javascript:|<script(?! src=\"/static/)", page)

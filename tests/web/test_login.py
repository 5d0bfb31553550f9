"""Coming in, staying in, and going out."""

from datetime import timedelta

import pytest

from activities.staff_accounts import change_password, disable_account
from models.tables import LoginTryRecord, StaffSessionRecord
from tests.web.console import PASSWORD, PASSWORDS, Console
from web.admission import SESSION_COOKIE

WRONG = "Name or password is wrong."
OTHER_PASSWORD = "another horse, another battery"


def test_right_password_leads_to_where_one_wanted_to_go(console: Console) -> None:
    browser = console.browser()
    asked = browser.get("/").headers["location"]
    assert asked == "/login?next=%2F"
    assert browser.log_in("anna", at=asked).headers["location"] == "/"
    assert "anna, staff" in browser.get("/").text


@pytest.mark.parametrize("name", ["anna", "nobody"])
def test_wrong_password_and_unknown_name_are_one_answer(name: str, console: Console) -> None:
    answer = console.browser().log_in(name, "wrong")
    assert answer.status_code == 401
    assert WRONG in answer.text
    assert SESSION_COOKIE not in answer.cookies


@pytest.mark.parametrize(
    "elsewhere", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "x"]
)
def test_nobody_is_led_to_another_site(elsewhere: str, console: Console) -> None:
    browser = console.browser()
    page = browser.get("/login", params={"next": elsewhere})
    answer = browser.send_form("/login", {"username": "anna", "password": PASSWORD}, of=page)
    assert answer.headers["location"] == "/"


def test_token_is_new_at_each_login_and_kept_only_as_a_digest(console: Console) -> None:
    browser = console.logged_in()
    first = browser.cookies[SESSION_COOKIE]
    browser.log_in("anna")
    second = browser.cookies[SESSION_COOKIE]
    assert first != second
    sessions = console.rows(StaffSessionRecord)
    assert [one.ended_at is None for one in sessions] == [False, True]
    assert not {first, second} & {one.token for one in sessions}


def test_cookie_is_out_of_reach_and_secure_where_https_is(console: Console) -> None:
    plain = console.browser().log_in("anna").headers["set-cookie"]
    assert "HttpOnly" in plain
    assert "SameSite=lax" in plain
    assert "Secure" not in plain
    browser = console.browser("https://desk.example")
    safe = browser.log_in("anna")
    assert "Secure" in safe.headers["set-cookie"]
    assert "max-age" in safe.headers["strict-transport-security"]


def test_session_in_use_lasts_and_ends_after_twelve_hours(console: Console) -> None:
    browser = console.logged_in()
    for _ in range(24):
        console.passes(timedelta(minutes=29))
        assert browser.get("/").status_code == 200
    console.passes(timedelta(minutes=25))
    assert browser.get("/").status_code == 303


def test_session_nobody_uses_ends_after_half_an_hour(console: Console) -> None:
    browser = console.logged_in()
    console.passes(timedelta(minutes=30))
    assert browser.get("/").status_code == 303


def test_logging_out_ends_the_session_itself(console: Console) -> None:
    browser = console.logged_in()
    token = browser.cookies[SESSION_COOKIE]
    browser.send_form("/logout", {}, of=browser.get("/"))
    browser.cookies.set(SESSION_COOKIE, token)
    assert browser.get("/").status_code == 303


def test_disabled_account_is_out_at_once_and_cannot_come_back(console: Console) -> None:
    browser = console.logged_in()
    with console.desk.database.transaction() as session:
        disable_account(session, "anna", console.now)
    assert browser.get("/").status_code == 303
    assert WRONG in browser.log_in("anna").text


def test_new_password_ends_sessions_and_forgets_wrong_tries(console: Console) -> None:
    browser = console.logged_in()
    console.browser().log_in("anna", "wrong")
    with console.desk.database.transaction() as session:
        change_password(session, PASSWORDS, "anna", OTHER_PASSWORD, console.now)
    assert browser.get("/").status_code == 303
    assert [one.was_right for one in console.rows(LoginTryRecord)] == [True]
    assert browser.log_in("anna", OTHER_PASSWORD).status_code == 303


def test_what_somebody_else_had_typed_is_not_shown(console: Console) -> None:
    console.taken()
    browser = console.logged_in()
    page = browser.get("/tasks/T-C1-1")
    console.passes(timedelta(minutes=31))
    typed = {"outcome": "paid", "reason": "a secret of theirs"}
    to_login = browser.send_form("/tasks/T-C1-1/preview", typed, of=page).headers["location"]
    back = browser.log_in("ben", at=to_login).headers["location"]
    assert "form=" in back
    assert "a secret of theirs" not in browser.get(back).text


def test_guessing_slows_down_and_one_minute_is_the_longest(console: Console) -> None:
    stranger = console.browser()
    for _ in range(5):
        assert stranger.log_in("anna", "wrong").status_code == 401
    slowed = stranger.log_in("anna", PASSWORD)
    assert slowed.status_code == 429
    assert "possible in 2 seconds" in slowed.text
    tried = 0
    for _ in range(20):
        console.passes(timedelta(seconds=30))
        tried += stranger.log_in("anna", "wrong").status_code == 401
    assert 8 <= tried <= 12
    console.passes(timedelta(minutes=1))
    assert stranger.log_in("anna").status_code == 303, "nobody is locked out for ever"


def test_owner_comes_in_from_a_known_address_while_a_stranger_guesses(console: Console) -> None:
    console.browser(client=("10.0.0.7", 1)).log_in("anna")
    stranger = console.browser(client=("203.0.113.9", 1))
    for _ in range(6):
        stranger.log_in("anna", "wrong")
    assert stranger.log_in("anna").status_code == 429
    assert console.browser(client=("10.0.0.7", 2)).log_in("anna").status_code == 303


def test_address_that_tries_many_names_slows_down_too(console: Console) -> None:
    browser = console.browser()
    for number in range(20):
        assert browser.log_in(f"name{number}", "wrong").status_code == 401
    assert browser.log_in("ben").status_code == 429


def test_name_that_nobody_has_is_checked_against_a_hash_as_well() -> None:
    assert not PASSWORDS.fits("", None)
    assert not PASSWORDS.fits("wrong", None)


def test_password_is_the_same_from_another_keyboard() -> None:
    kept = PASSWORDS.kept("\N{LATIN SMALL LETTER U WITH DIAERESIS}ber")
    assert PASSWORDS.fits("u\N{COMBINING DIAERESIS}ber", kept)

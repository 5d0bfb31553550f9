"""A call task: what is shown, what will happen, what is recorded."""

from datetime import timedelta

from models.tables import CallAttemptRecord, CallTaskRecord, EventRecord, HoldRecord, MessageRecord
from tests.web.console import TASK, Console

PROMISE = {"outcome": "promise", "day": "2026-03-12", "reason": "<b>by transfer</b>"}


def test_task_is_taken_with_one_button(console: Console) -> None:
    console.called()
    browser = console.logged_in()
    answer = browser.send_form(f"{TASK}/take", {}, of=browser.get(TASK))
    assert answer.headers["location"] == f"{TASK}?told=taken"
    assert "The task is yours" in browser.get(f"{TASK}?told=taken").text
    assert [one.taken_by for one in console.rows(CallTaskRecord)] == ["anna"]


def test_task_that_a_colleague_took_is_refused_in_the_workflows_words(console: Console) -> None:
    console.called()
    browser = console.logged_in()
    page = browser.get(TASK)
    console.takes("ben")
    answer = browser.send_form(f"{TASK}/take", {}, of=page)
    assert answer.status_code == 409
    assert "The call task is already taken by ben." in answer.text


def test_what_will_happen_is_shown_and_nothing_recorded(console: Console) -> None:
    console.taken()
    browser = console.logged_in()
    coming = browser.send_form(
        f"{TASK}/preview", PROMISE, of=browser.get(TASK), headers={"HX-Request": "true"}
    )
    assert (
        "Held through 16 March 2026; if the money has not come by then, it goes to the lawyer on "
        "20 March 2026."
    ) in coming.text
    assert "<html" not in coming.text
    assert console.rows(HoldRecord) == []
    assert len(console.rows(MessageRecord)) == 1


def test_confirmed_promise_is_recorded_once_however_often_it_is_sent(console: Console) -> None:
    console.taken()
    browser = console.logged_in()
    coming = browser.send_form(f"{TASK}/preview", PROMISE, of=browser.get(TASK))
    for told in ("recorded", "again"):
        answer = browser.send_form(f"{TASK}/outcome", {}, of=coming)
        assert answer.headers["location"] == f"{TASK}?told={told}"
    (attempt,) = console.rows(CallAttemptRecord)
    assert (attempt.actor, attempt.note) == ("anna", "<b>by transfer</b>")
    page = browser.get(TASK).text
    assert "&lt;b&gt;by transfer&lt;/b&gt;" in page
    assert "<b>by" not in page
    assert "12 Mar 2026" in page
    assert "stands" in page


def test_notice_that_has_arrived_is_evidence(console: Console) -> None:
    console.taken()
    browser = console.logged_in()
    typed = PROMISE | {"notice:N-C1-1": "yes"}
    coming = browser.send_form(f"{TASK}/preview", typed, of=browser.get(TASK))
    assert "notice of 5 Mar 2026 received" in coming.text
    browser.send_form(f"{TASK}/outcome", {}, of=coming)
    (event,) = [one for one in console.rows(EventRecord) if one.event == "notice_confirmed"]
    assert (event.reference, event.detail, event.actor) == ("N-C1-1", "2026-03-05", "anna")


def test_temporal_away_keeps_what_was_typed_under_its_key(console: Console) -> None:
    console.taken()
    browser = console.logged_in()
    coming = browser.send_form(f"{TASK}/preview", PROMISE, of=browser.get(TASK))
    console.is_away = True
    answer = browser.send_form(f"{TASK}/outcome", {}, of=coming)
    assert answer.status_code == 503
    assert "press the same button again, it is done once" in answer.text
    assert 'value="2026-03-12"' in answer.text
    console.is_away = False
    coming = browser.send_form(f"{TASK}/preview", PROMISE, of=answer)
    browser.send_form(f"{TASK}/outcome", {}, of=coming)
    assert len(console.rows(HoldRecord)) == 1


def test_what_was_refused_is_corrected_and_recorded(console: Console) -> None:
    console.taken()
    browser = console.logged_in()
    coming = browser.send_form(f"{TASK}/preview", PROMISE, of=browser.get(TASK))
    refused = browser.send_form(f"{TASK}/outcome", {"day": "2027-03-12"}, of=coming)
    assert refused.status_code == 409
    assert console.rows(HoldRecord) == []
    coming = browser.send_form(f"{TASK}/preview", PROMISE, of=refused)
    answer = browser.send_form(f"{TASK}/outcome", {}, of=coming)
    assert answer.headers["location"] == f"{TASK}?told=recorded"
    assert len(console.rows(HoldRecord)) == 1


def test_session_that_ends_during_a_call_loses_nothing(console: Console) -> None:
    console.taken()
    browser = console.logged_in()
    coming = browser.send_form(f"{TASK}/preview", PROMISE, of=browser.get(TASK))
    console.passes(timedelta(minutes=31))
    to_login = browser.send_form(f"{TASK}/outcome", {}, of=coming)
    assert to_login.headers["location"].startswith("/login?next=%2Ftasks%2FT-C1-1&form=")
    assert console.rows(HoldRecord) == []
    back = browser.log_in("anna", at=to_login.headers["location"]).headers["location"]
    page = browser.get(back)
    assert "What you had typed is here again" in page.text
    assert 'value="2026-03-12"' in page.text
    assert "&lt;b&gt;by transfer&lt;/b&gt;" in page.text
    coming = browser.send_form(f"{TASK}/preview", PROMISE, of=page)
    browser.send_form(f"{TASK}/outcome", {}, of=coming)
    assert len(console.rows(HoldRecord)) == 1

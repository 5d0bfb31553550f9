"""When an act is refused, and when it is not (ladder.md, "What moves the ladder")."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from rules import acts
from rules.acts import Standing
from rules.case import HoldKind
from tests.rules.builders import MONDAY, ONE_DAY

OPEN = Standing(
    today=MONDAY, is_over=False, balance=10_000, held_by=(), promises_left=2, promise_limit=30
)
OVER = replace(OPEN, is_over=True, balance=0)
HANDED_OVER = replace(OPEN, handed_over=True, has_begun=True)
YESTERDAY, TOMORROW = MONDAY - ONE_DAY, MONDAY + ONE_DAY
LAST = MONDAY + 30 * ONE_DAY

ACTS: dict[str, Callable[[Standing], str]] = {
    "pause": lambda s: acts.refuse_pause(s, None),
    "settle": acts.refuse_settle,
    "promise": lambda s: acts.refuse_promise(s, TOMORROW),
    "dispute": acts.refuse_dispute,
    "due date": lambda s: acts.refuse_due_date(s, TOMORROW),
    "ending": acts.refuse_ending,
}


def held(*kinds: HoldKind) -> Standing:
    return replace(OPEN, held_by=kinds)


@pytest.mark.parametrize("name", ACTS)
def test_any_act_on_an_open_invoice_is_done(name: str) -> None:
    assert ACTS[name](OPEN) == ""


@pytest.mark.parametrize("name", ACTS)
def test_any_act_on_an_invoice_no_longer_open_is_refused(name: str) -> None:
    assert ACTS[name](OVER)


@pytest.mark.parametrize("name", ["pause", "settle", "dispute", "ending", "due date", "promise"])
@pytest.mark.parametrize("kind", [HoldKind.PAUSE, HoldKind.PROMISE, HoldKind.CLAIMED_PAID])
def test_held_invoice_may_still_be_acted_on(name: str, kind: HoldKind) -> None:
    assert ACTS[name](held(kind)) == ""


# Pause and resume


def test_pause_until_tomorrow_is_done() -> None:
    assert acts.refuse_pause(OPEN, TOMORROW) == ""


def test_pause_until_today_is_refused_for_it_ends_as_the_day_begins() -> None:
    assert str(MONDAY) in acts.refuse_pause(OPEN, MONDAY)


def test_pause_until_yesterday_is_refused() -> None:
    assert acts.refuse_pause(OPEN, YESTERDAY)


def test_second_pause_is_done() -> None:
    assert acts.refuse_pause(held(HoldKind.PAUSE), TOMORROW) == ""


def test_resume_of_a_paused_invoice_is_done() -> None:
    assert acts.refuse_resume(held(HoldKind.PAUSE)) == ""
    assert acts.refuse_resume(held(HoldKind.DISPUTE, HoldKind.PAUSE)) == ""


@pytest.mark.parametrize("kinds", [(), (HoldKind.PROMISE,), (HoldKind.DISPUTE,)])
def test_resume_of_an_invoice_not_paused_is_refused(kinds: tuple[HoldKind, ...]) -> None:
    assert acts.refuse_resume(held(*kinds))


# Settle, write off, cancel


@pytest.mark.parametrize("refuse", [acts.refuse_settle, acts.refuse_ending])
def test_invoice_with_the_lawyer_may_be_settled_written_off_and_cancelled(
    refuse: acts.Refusal,
) -> None:
    assert refuse(HANDED_OVER) == ""


@pytest.mark.parametrize("name", ["settle", "pause", "promise", "dispute"])
def test_what_is_owed_again_after_a_write_off_may_only_be_given_up(name: str) -> None:
    owed_again = replace(OPEN, is_over=True)
    assert acts.refuse_ending(owed_again) == ""
    assert ACTS[name](owed_again)


# Promise


@pytest.mark.parametrize("day", [MONDAY, TOMORROW, LAST])
def test_promise_within_the_limit_is_done(day: date) -> None:
    assert acts.refuse_promise(OPEN, day) == ""


def test_promise_past_the_limit_is_refused_with_the_last_day() -> None:
    assert str(LAST) in acts.refuse_promise(OPEN, LAST + ONE_DAY)


def test_promise_for_yesterday_is_refused() -> None:
    assert acts.refuse_promise(OPEN, YESTERDAY)


def test_promise_under_a_limit_of_no_days_is_only_for_today() -> None:
    strict = replace(OPEN, promise_limit=0)
    assert acts.refuse_promise(strict, MONDAY) == ""
    assert acts.refuse_promise(strict, TOMORROW)


def test_last_promise_left_is_done() -> None:
    assert acts.refuse_promise(replace(OPEN, promises_left=1), TOMORROW) == ""


@pytest.mark.parametrize("left", [0, -1])
def test_promise_after_as_many_broken_as_allowed_is_refused(left: int) -> None:
    assert acts.refuse_promise(replace(OPEN, promises_left=left), TOMORROW)


def test_promise_for_an_invoice_with_the_lawyer_is_refused() -> None:
    assert acts.refuse_promise(HANDED_OVER, TOMORROW)


# Dispute


def test_second_dispute_is_refused() -> None:
    assert acts.refuse_dispute(held(HoldKind.DISPUTE))


@pytest.mark.parametrize("upheld", [True, False])
def test_outcome_without_a_dispute_is_refused(upheld: bool) -> None:
    assert acts.refuse_dispute_outcome(OPEN, upheld=upheld, credit=None)


def test_dispute_may_be_rejected() -> None:
    disputed = held(HoldKind.DISPUTE)
    assert acts.refuse_dispute_outcome(disputed, upheld=False, credit=None) == ""


@pytest.mark.parametrize("credit", [None, 1, 9_999, 10_000])
def test_dispute_may_be_upheld_with_or_without_a_credit(credit: int | None) -> None:
    disputed = held(HoldKind.DISPUTE)
    assert acts.refuse_dispute_outcome(disputed, upheld=True, credit=credit) == ""


def test_rejected_dispute_with_a_credit_is_refused() -> None:
    assert acts.refuse_dispute_outcome(held(HoldKind.DISPUTE), upheld=False, credit=100)


def test_credit_above_the_balance_is_refused() -> None:
    assert acts.refuse_dispute_outcome(held(HoldKind.DISPUTE), upheld=True, credit=10_001)


# Due date


def test_due_date_before_the_first_notice_may_change_either_way() -> None:
    assert acts.refuse_due_date(OPEN, TOMORROW) == ""
    assert acts.refuse_due_date(OPEN, YESTERDAY) == ""


def test_due_date_after_a_notice_is_refused_and_names_pause_and_promise() -> None:
    refused = acts.refuse_due_date(replace(OPEN, has_begun=True), TOMORROW)
    assert "pause" in refused
    assert "promise" in refused


def test_due_date_after_the_handover_is_refused() -> None:
    assert acts.refuse_due_date(replace(OPEN, handed_over=True), TOMORROW)


def test_due_date_before_the_day_of_issue_is_refused() -> None:
    assert acts.refuse_due_date(OPEN, YESTERDAY, issue_date=MONDAY)


def test_due_date_on_the_day_of_issue_is_done() -> None:
    assert acts.refuse_due_date(OPEN, MONDAY, issue_date=MONDAY) == ""


def test_every_refusal_is_one_sentence_without_a_full_stop() -> None:
    for refuse in ACTS.values():
        said = refuse(OVER)
        assert said == said.strip().rstrip(".")
        assert "\n" not in said

"""The smallest number of messages, against every other choice of days (ladder.md, rule 3)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

from hypothesis import assume, given
from hypothesis import strategies as st

from rules.case import Facts
from rules.gathering import going, next_moment, setting_the_day, waiting_for
from rules.ladder import Ladder
from rules.policy import Send, StageKind, Window
from tests.rules.builders import (
    MONDAY,
    ONE_DAY,
    at,
    invoice,
    is_business_day,
    ladder,
    many,
    notice,
    rolled,
)

dues = st.lists(st.integers(0, 45).map(lambda n: MONDAY + timedelta(days=n)), min_size=1)
windows = st.tuples(st.integers(0, 20), st.integers(0, 15)).map(lambda w: Window(w[0], sum(w)))
holidays = st.frozensets(st.integers(0, 90).map(lambda n: MONDAY + timedelta(days=n)), max_size=25)


def messages(dues: Sequence[date], its: Ladder) -> dict[date, list[str]]:
    """The messages of a customer whose invoices all stand before the first notice: driven from
    one `next_moment` to the next, as the customer's timer is."""
    open_: dict[str, Facts] = {str(n): invoice(str(n), due) for n, due in enumerate(dues)}
    sent: dict[date, list[str]] = defaultdict(list)
    now = at(min(dues) - ONE_DAY, 0)
    while open_:
        waiting = waiting_for(StageKind.NOTICE, [(f, its) for f in open_.values()], now)
        moment = next_moment(waiting, now)
        assert moment is not None
        if moment > now:
            assert going(waiting, now) == ()
            now = moment
            continue
        setter = setting_the_day(waiting, now)
        assert setter is not None
        gone = going(waiting, now)
        assert setter in gone
        assert not sent[its.today(now)], "two notices on one day"
        for one in gone:
            sent[its.today(now)].append(one.facts.number)
            open_[one.facts.number] = replace(one.facts, stage=1, anchor=its.today(now))
        open_ = {number: facts for number, facts in open_.items() if facts.stage == 0}
    return sent


def fewest(intervals: Sequence[tuple[date, date]]) -> int:
    """Every set of days is tried, small ones first, until one meets every window.

    Only last days are tried: a day that meets some windows may move to the earliest of their ends.
    """
    ends = sorted({last for _, last in intervals})
    for size in range(1, len(ends) + 1):
        for days in combinations(ends, size):
            if all(any(first <= day <= last for day in days) for first, last in intervals):
                return size
    raise AssertionError("all ends together meet every window")


@many
@given(dues.map(lambda drawn: drawn[:9]), windows, holidays)
def test_fewest_policy_sends_no_more_messages_than_any_other_choice_of_days(
    drawn: list[date], window: Window, off: frozenset[date]
) -> None:
    its = ladder(notice(1, window.first, window.last), holidays=off)
    sent = messages(drawn, its)
    assert len(sent) == fewest([rolled(window, due, due, off) for due in drawn])


@many
@given(dues, windows, holidays, st.sampled_from(Send))
def test_every_invoice_goes_once_within_its_window_on_a_business_day(
    drawn: list[date], window: Window, off: frozenset[date], send: Send
) -> None:
    its = ladder(notice(1, window.first, window.last), holidays=off, send=send)
    day_of = {number: day for day, gone in messages(drawn, its).items() for number in gone}
    assert len(day_of) == len(drawn)
    for number, due in enumerate(drawn):
        first, last = rolled(window, due, due, off)
        day = day_of[str(number)]
        assert first <= day <= last
        assert is_business_day(day, off)
        assert day > due


@many
@given(dues, windows, holidays)
def test_every_message_is_on_the_last_day_of_one_of_its_invoices(
    drawn: list[date], window: Window, off: frozenset[date]
) -> None:
    its = ladder(notice(1, window.first, window.last), holidays=off)
    for day, gone in messages(drawn, its).items():
        lasts = [rolled(window, drawn[int(n)], drawn[int(n)], off)[1] for n in gone]
        assert min(lasts) == day


@many
@given(dues, windows, holidays)
def test_early_policy_sends_each_on_its_own_first_day(
    drawn: list[date], window: Window, off: frozenset[date]
) -> None:
    its = ladder(notice(1, window.first, window.last), holidays=off, send=Send.EARLY)
    for day, gone in messages(drawn, its).items():
        for number in gone:
            assert day == rolled(window, drawn[int(number)], drawn[int(number)], off)[0]


@many
@given(dues, windows, holidays)
def test_fewest_policy_never_sends_more_than_early(
    drawn: list[date], window: Window, off: frozenset[date]
) -> None:
    stage = notice(1, window.first, window.last)
    late = messages(drawn, ladder(stage, holidays=off))
    early = messages(drawn, ladder(stage, holidays=off, send=Send.EARLY))
    assert len(late) <= len(early)


@many
@given(dues, windows, st.integers(1, 60))
def test_late_start_sends_everything_that_has_begun_in_one_message(
    drawn: list[date], window: Window, later: int
) -> None:
    its = ladder(notice(1, window.first, window.last))
    today = its.days.forward(MONDAY + timedelta(days=later))
    spans = [rolled(window, due, due) for due in drawn]
    assume(any(last <= today for _, last in spans))
    cases = [(invoice(str(n), due), its) for n, due in enumerate(drawn)]
    now = at(today, 12)
    gone = going(waiting_for(StageKind.NOTICE, cases, now), now)
    begun = {str(n) for n, (first, _) in enumerate(spans) if first <= today}
    assert {one.facts.number for one in gone} == begun

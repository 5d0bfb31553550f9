"""A customer from the first due date to the lawyer, against `ladder.md` written down anew."""

from collections import Counter, defaultdict
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from rules.policy import Send, Stage, StageKind
from tests.rules.builders import (
    FRIDAY,
    MONDAY,
    ONE_DAY,
    STANDARD,
    call,
    is_business_day,
    ladder,
    legal,
    notice,
)
from tests.rules.whole_customer import Happened, Story, driven, expected

WEEK = timedelta(days=7)
SHORT = (notice(1, 3, 8), notice(2, 4, 9), notice(3, 4, 6), call(2, 5), legal(2, 6))
some = settings(deadline=None, derandomize=True, max_examples=45, database=None)


def day(n: int) -> date:
    return MONDAY + timedelta(days=n)


def days_of(story: Story, *stages: Stage) -> list[tuple[date, str, int]]:
    """What happens to one invoice alone: the day, the kind, the level."""
    return [
        (happened.day, happened.kind.value, level)
        for happened in driven([story], ladder(*stages))
        for _, level, _ in happened.advanced
    ]


# By hand


def test_unpaid_invoice_climbs_the_standard_ladder_on_its_last_days() -> None:
    assert days_of(Story(MONDAY, 100)) == [
        (MONDAY + 6 * WEEK, "notice", 1),
        (MONDAY + 9 * WEEK, "notice", 2),
        (MONDAY + 12 * WEEK, "notice", 3),
        (MONDAY + 15 * WEEK, "call", 0),
        (MONDAY + 17 * WEEK, "legal", 0),
    ]


def test_invoice_paid_in_full_has_no_further_stage() -> None:
    story = Story(MONDAY, 100, {MONDAY + 7 * WEEK: 100})
    assert days_of(story) == [(MONDAY + 6 * WEEK, "notice", 1)]


def test_invoice_paid_before_its_due_date_has_no_stage() -> None:
    assert days_of(Story(MONDAY, 100, {MONDAY - WEEK: 100})) == []


def test_payment_on_the_day_of_the_notice_stops_it() -> None:
    assert days_of(Story(MONDAY, 100, {MONDAY + 6 * WEEK: 100})) == []


def test_part_payment_leaves_the_days_and_lowers_the_claim() -> None:
    (first, *_) = driven([Story(MONDAY, 100, {MONDAY + WEEK: 60})], ladder())
    assert first == Happened(MONDAY + 6 * WEEK, StageKind.NOTICE, frozenset({("0", 1, 40)}))


def test_returned_payment_goes_on_at_the_recorded_position() -> None:
    story = Story(MONDAY, 100, {MONDAY + 7 * WEEK: 100, MONDAY + 30 * WEEK: -100})
    assert days_of(story)[:3] == [
        (MONDAY + 6 * WEEK, "notice", 1),
        (MONDAY + 30 * WEEK, "notice", 2),  # its window passed long ago: that day
        (MONDAY + 33 * WEEK, "notice", 3),
    ]


def test_payment_returned_on_a_weekend_brings_the_next_business_day() -> None:
    saturday = FRIDAY + ONE_DAY + 30 * WEEK
    story = Story(MONDAY, 100, {MONDAY + WEEK: 100, saturday: -100})
    assert days_of(story)[0] == (saturday + 2 * ONE_DAY, "notice", 1)


def test_return_after_the_handover_brings_no_notice() -> None:
    paid, back = MONDAY + 18 * WEEK, MONDAY + 20 * WEEK
    assert len(days_of(Story(MONDAY, 100, {paid: 100, back: -100}))) == len(STANDARD)


def test_paused_weeks_move_the_first_notice() -> None:
    story = Story(MONDAY, 100, pauses=((MONDAY + WEEK, MONDAY + 3 * WEEK),))
    assert days_of(story)[0] == (MONDAY + 8 * WEEK, "notice", 1)


def test_disputed_weeks_do_not_move_the_first_notice() -> None:
    story = Story(MONDAY, 100, disputes=((MONDAY + WEEK, MONDAY + 3 * WEEK),))
    assert days_of(story)[0] == (MONDAY + 6 * WEEK, "notice", 1)


def test_dispute_past_the_window_brings_the_notice_on_the_day_it_ends() -> None:
    story = Story(MONDAY, 100, disputes=((MONDAY + WEEK, MONDAY + 9 * WEEK + ONE_DAY),))
    assert days_of(story)[0] == (MONDAY + 9 * WEEK + ONE_DAY, "notice", 1)


def test_two_invoices_share_a_message_where_their_windows_meet() -> None:
    both = driven([Story(MONDAY, 100), Story(MONDAY + WEEK, 50)], ladder())
    assert both[0] == Happened(
        MONDAY + 6 * WEEK, StageKind.NOTICE, frozenset({("0", 1, 100), ("1", 1, 50)})
    )
    assert len(both) == len(STANDARD)


def test_invoice_whose_window_has_not_begun_is_listed() -> None:
    both = driven([Story(MONDAY, 100), Story(MONDAY + 4 * WEEK, 50)], ladder())
    assert both[0].advanced == {("0", 1, 100)}
    assert both[0].listed == {("1", 50)}


def test_invoice_called_that_day_or_handed_over_that_day_is_listed_in_the_days_notice() -> None:
    stages = (notice(1, 2, 2), call(5, 5), legal(3, 3))
    for later in (5, 8):  # notice on Wednesday, call on the Monday after, the lawyer on Thursday
        both = driven([Story(MONDAY, 100), Story(day(later), 50)], ladder(*stages))
        notices = [h for h in both if h.kind is StageKind.NOTICE]
        assert notices[-1].advanced == {("1", 1, 50)}
        assert ("0", 100) in notices[-1].listed


# Anything


@st.composite
def stories(draw: st.DrawFn) -> Story:
    spans = st.lists(
        st.tuples(st.integers(-10, 90), st.integers(1, 25)).map(
            lambda span: (day(span[0]), day(sum(span)))
        ),
        max_size=2,
    ).map(tuple)
    amount = draw(st.integers(1, 100))
    moves = st.integers(-2 * amount, 2 * amount).filter(bool) | st.just(amount) | st.just(-amount)
    payments = draw(st.dictionaries(st.integers(-5, 120).map(day), moves, max_size=3))
    return Story(day(draw(st.integers(0, 40))), amount, payments, draw(spans), draw(spans))


customers = st.lists(stories(), min_size=1, max_size=5)
holidays = st.frozensets(st.integers(0, 160).map(day), max_size=30)
ladders = st.sampled_from(
    [
        SHORT,
        SHORT[:3],
        (notice(1, 0, 0), notice(2, 2, 2), notice(3, 2, 2)),
        (notice(1, 0, 12), notice(3, 5, 15), legal(2, 9)),
        (notice(2, 4, 8), call(1, 3)),
    ]
)


@some
@given(customers, ladders, st.sampled_from(Send), holidays)
def test_any_customer_gets_what_the_text_says_on_the_day_it_says(
    customer: list[Story], stages: tuple[Stage, ...], send: Send, off: frozenset[date]
) -> None:
    its = ladder(*stages, send=send, holidays=off)
    assert driven(customer, its) == expected(customer, stages, send, off)


@some
@given(customers, ladders, st.sampled_from(Send), holidays)
def test_what_never_happens_does_not_happen_to_any_customer(
    customer: list[Story], stages: tuple[Stage, ...], send: Send, off: frozenset[date]
) -> None:
    happened = driven(customer, ladder(*stages, send=send, holidays=off))
    per_day = Counter((h.day, h.kind) for h in happened)
    assert set(per_day.values()) <= {1}, "two messages on one day"
    climbed: dict[str, list[tuple[StageKind, int]]] = defaultdict(list)
    for h in happened:
        assert is_business_day(h.day, off)
        assert h.advanced, "a message that only lists"
        assert not {n for n, _, _ in h.advanced} & {n for n, _ in h.listed}
        for number, level, claimed in h.advanced:
            _may_be_claimed(customer[int(number)], h.day, claimed)
            climbed[number].append((h.kind, level))
        for number, claimed in h.listed:
            _may_be_claimed(customer[int(number)], h.day, claimed)
    whole = [(stage.kind, stage.level) for stage in stages]
    for steps in climbed.values():
        assert steps == whole[: len(steps)], "a level skipped or repeated"


def _may_be_claimed(story: Story, today: date, claimed: int) -> None:
    """Overdue, held by nothing, and claimed at exactly what is owed that day."""
    assert today > story.due
    assert not any(begin <= today < end for begin, end in story.pauses + story.disputes)
    came = sum(move for paid_on, move in story.payments.items() if paid_on <= today)
    assert claimed == story.amount - came > 0

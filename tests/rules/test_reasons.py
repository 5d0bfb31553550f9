"""Why nothing is sent about an invoice: each reason by itself, and what decides first."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from rules.case import Facts, HoldKind, Status
from rules.collecting import Cause, CollectionTry, Run, Try
from rules.ladder import Ladder
from rules.policy import Send
from rules.reasons import Circumstances, StandingHold, why_not_reminded
from tests.rules.builders import MONDAY, STANDARD, at, collect, hold, invoice, ladder

IN_WINDOW = at(MONDAY + timedelta(days=35))  # within notice 1's 28..42 days, a Monday
LAST_DAY = date(2024, 4, 15)  # the 42nd


def told(
    facts: Facts, *, on: Ladder | None = None, now: datetime = IN_WINDOW, **about: Any
) -> list[tuple[str, str]]:
    """The reasons in these circumstances, as (code, sentence)."""
    found = why_not_reminded(Circumstances(facts, on or ladder(), now, **about))
    return [(reason.code, reason.sentence) for reason in found]


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (Status.SETTLED, "settled", "It is paid"),
        (Status.CANCELLED, "cancelled", "It is cancelled"),
        (Status.WRITTEN_OFF, "written_off", "It is written off"),
    ],
)
def test_what_is_over_says_since_when(status: Status, code: str, words: str) -> None:
    sentence = f"{words} since 2024-03-04: the ladder has ended."
    assert told(invoice(status=status, balance=0), over_since=MONDAY) == [(code, sentence)]


def test_written_off_debt_that_is_owed_again_says_how_much_and_what_to_do() -> None:
    found = told(invoice(status=Status.WRITTEN_OFF, balance=4_000))
    assert [code for code, _ in found] == ["written_off", "owed_again"]
    assert "40.00 EUR is owed again" in found[1][1]


def test_with_the_lawyer_it_names_day_and_case() -> None:
    assert told(invoice(handed_over=True), handed_over=MONDAY, case="C-1") == [
        ("with_lawyer", "It is with the lawyer since 2024-03-04 in case C-1: Duely writes no more.")
    ]


HOLDS = [
    (
        StandingHold(HoldKind.PAUSE, MONDAY, date(2024, 5, 1), by="ben", reason="flood"),
        "paused",
        "It is paused since 2024-03-04, until 2024-05-01, by ben (flood).",
    ),
    (
        StandingHold(HoldKind.PAUSE, MONDAY),
        "paused",
        "It is paused since 2024-03-04, until somebody resumes it.",
    ),
    (
        StandingHold(HoldKind.PAUSE, MONDAY, whole_customer=True),
        "customer_paused",
        "The whole customer is paused since 2024-03-04, until somebody resumes it.",
    ),
    (
        StandingHold(HoldKind.PROMISE, MONDAY, date(2024, 5, 1)),
        "promised",
        "On 2024-03-04 the customer promised to pay: it waits through 2024-04-30.",
    ),
    (
        StandingHold(HoldKind.CLAIMED_PAID, MONDAY, date(2024, 5, 1)),
        "said_paid",
        "On 2024-03-04 the customer said it is paid: it waits for the money through 2024-04-30.",
    ),
    (
        StandingHold(HoldKind.DISPUTE, MONDAY),
        "disputed",
        "It is disputed since 2024-03-04, until somebody records the outcome.",
    ),
]


@pytest.mark.parametrize(("standing", "code", "sentence"), HOLDS, ids=lambda value: str(value)[:40])
def test_hold_says_since_when_and_how_long(
    standing: StandingHold, code: str, sentence: str
) -> None:
    facts = invoice(holds=(hold(standing.kind),))
    assert told(facts, holds=(standing,)) == [(code, sentence)]


def test_every_hold_is_told() -> None:
    facts = invoice(holds=(hold(HoldKind.PAUSE), hold(HoldKind.DISPUTE)))
    holds = (StandingHold(HoldKind.PAUSE, MONDAY), StandingHold(HoldKind.DISPUTE, MONDAY))
    assert [code for code, _ in told(facts, holds=holds)] == ["paused", "disputed"]


def test_collection_says_when_it_is_tried_next() -> None:
    tried = CollectionTry(1, MONDAY, Try.FAILED_SOFT)
    run = Run(number=1, cause=Cause.DUE, method="M-1-1")
    told_now = told(
        invoice(tries=(tried,), run=run), on=ladder(collect(3), *STANDARD), now=at(MONDAY, 12)
    )
    assert told_now == [
        (
            "collecting",
            "It is debited again by M-1-1 on 2024-03-07: "
            "notices wait until its last try has an outcome.",
        )
    ]


def test_call_names_the_task_and_who_is_needed() -> None:
    found = told(invoice(stage=3, task="T-1"), parked={"unworked": MONDAY, "address": MONDAY})
    assert [code for code, _ in found] == ["in_call", "unworked"]
    assert "call task T-1" in found[0][1]
    assert found[1][1] == (
        "A person is needed since 2024-03-04: nobody has worked the call task in time."
    )


def test_proposed_case_awaits_a_yes() -> None:
    assert told(invoice(stage=4, proposed="C-1")) == [
        ("awaits_approval", "Case C-1 for the lawyer awaits a person's yes.")
    ]


def test_past_the_end_of_the_ladder_there_is_no_stage() -> None:
    assert told(invoice(stage=5)) == [("ladder_ended", "Policy test has no further stage.")]


def test_before_the_due_date_it_is_not_overdue() -> None:
    assert told(invoice(), now=at(MONDAY)) == [
        (
            "not_overdue",
            "It is due on 2024-03-04 and not overdue: notice 1 comes from 2024-04-01 to "
            "2024-04-15.",
        )
    ]


@pytest.mark.parametrize(("stage", "name"), [(3, "the call"), (4, "the handover to the lawyer")])
def test_once_the_notices_are_over_it_says_what_comes(stage: int, name: str) -> None:
    ((code, sentence),) = told(invoice(stage=stage, level=3))
    assert code == "notices_over"
    assert sentence.startswith(f"No notice is left: {name} comes from ")


def test_before_the_window_it_says_which_days_and_counted_from_what() -> None:
    ((code, sentence),) = told(
        invoice(stage=1, level=1, anchor=MONDAY), now=at(MONDAY, 9 + 1) + timedelta(days=2)
    )
    assert code == "window_ahead"
    assert sentence == "Notice 2 may go from 2024-03-18 to 2024-03-25, counted from 2024-03-04."


@pytest.mark.parametrize(("send", "which"), [(Send.FEWEST, "last"), (Send.EARLY, "first")])
def test_within_the_window_it_goes_on_the_customers_day(send: Send, which: str) -> None:
    ((code, sentence),) = told(invoice(), on=ladder(send=send), customers_day=LAST_DAY)
    assert code == "goes_with_others"
    assert sentence.startswith("Notice 1 goes on 2024-04-15: a customer gets one message")
    assert f"the earliest {which} day" in sentence


def test_on_its_day_a_worker_sends_it() -> None:
    assert told(invoice(), now=at(LAST_DAY), customers_day=LAST_DAY) == [
        ("due_now", "Notice 1 is due: a worker sends it within the policy's hours.")
    ]


@pytest.mark.parametrize(
    ("about", "code"),
    [
        ({"under_way": "N-1"}, "under_way"),
        ({"sent_today": "N-1"}, "sent_today"),
        ({"mail_mode": "hold"}, "mails_held"),
        ({"parked": {"address": MONDAY}}, "address"),
        ({"parked": {"papers": MONDAY}}, "papers"),
    ],
)
def test_what_else_is_in_the_way_is_told_too(about: dict[str, Any], code: str) -> None:
    assert [found for found, _ in told(invoice(), now=at(LAST_DAY), **about)] == ["due_now", code]


def test_backlog_that_is_spread_says_from_which_day() -> None:
    found = told(invoice(not_before=LAST_DAY), customers_day=LAST_DAY)
    assert [code for code, _ in found] == ["backlog", "goes_with_others"]
    assert "it asks for 2024-04-15, not before" in found[0][1]

"""Why a notice was sent, told from what is recorded of it."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from rules.ladder import DayWindow
from rules.money import Money
from rules.policy import Send
from rules.sent_reasons import Claim, NoticeStory, why_sent

DAY = date(2026, 3, 11)
WINDOW = DayWindow(date(2026, 3, 5), DAY)


def claim(number: str = "A", **changes: Any) -> Claim:
    values: dict[str, Any] = {
        "balance": Money(10_000, "EUR"),
        "advances": True,
        "level": 1,
        "window": WINDOW,
        "counted_from": date(2026, 3, 2),
    }
    return Claim(number, **{**values, **changes})


def told(*claims: Claim, **changes: Any) -> dict[str, str]:
    values: dict[str, Any] = {
        "number": "N-1",
        "customer_id": "C1",
        "state": "sent",
        "level": 1,
        "day": DAY,
        "pay_by": date(2026, 3, 20),
        "sent_at": datetime(2026, 3, 11, 9, 2, tzinfo=UTC),
        "next_kind": "notice",
        "claims": claims or (claim(),),
    }
    return {reason.code: reason.sentence for reason in why_sent(NoticeStory(**values | changes))}


HEAD = "Notice N-1 of level 1 to customer C1 "
FATES = [
    ({"state": "made"}, HEAD + "is made for 2026-03-11 and not sent."),
    ({"state": "sending"}, HEAD + "is on its way to the mail server since 2026-03-11."),
    ({"state": "sent"}, HEAD + "was accepted by the mail server on 2026-03-11 at 09:02."),
    (
        {"state": "sent", "mode": "redirect"},
        HEAD + "was accepted by the mail server on 2026-03-11 at 09:02, redirected to an address "
        "of yours.",
    ),
    (
        {"state": "in_doubt"},
        HEAD + "may have arrived: the mail server gave no answer on 2026-03-11 at 09:02, so it "
        "counts as sent.",
    ),
    (
        {"state": "lapsed", "reason": "money came"},
        HEAD + "was made for 2026-03-11 and never sent: money came.",
    ),
    (
        {"state": "refused", "reason": "no such mailbox"},
        HEAD + "was refused for good on 2026-03-11: no such mailbox.",
    ),
]


@pytest.mark.parametrize(("recorded", "sentence"), FATES, ids=lambda value: str(value)[:40])
def test_what_became_of_it_is_told_by_its_state(recorded: dict[str, str], sentence: str) -> None:
    assert told(**recorded)[recorded["state"]] == sentence


def test_refused_further_part_is_told_with_its_number() -> None:
    found = told(refused_parts=(2,))
    assert found["sent"].endswith("was accepted by the mail server on 2026-03-11 at 09:02.")
    assert found["part_refused"].startswith("Its part 2 did not reach the customer")
    assert "part_refused" not in told()


def test_letter_is_told_as_one() -> None:
    assert told(mode="letter")["letter"] == HEAD + "went as a letter on 2026-03-11."


def test_earliest_last_day_set_the_day() -> None:
    later = claim("B", window=DayWindow(DAY, date(2026, 3, 18)))
    assert told(later, claim("A"))["its_day"] == (
        "Its day was set by invoice A: notice 1 was to go from 2026-03-05 to 2026-03-11, counted "
        "from its due date, 2026-03-02; the policy takes the last day."
    )


def test_earliest_first_day_set_it_where_the_policy_is_early_and_lateness_is_said() -> None:
    sentence = told(send=Send.EARLY)["its_day"]
    assert sentence.endswith("the policy takes the first day, and it became 2026-03-11.")


def test_later_level_counts_from_the_notice_before() -> None:
    assert "counted from notice 1 of 2026-03-02" in told(claim(level=2, after=1))["its_day"]


def test_currencies_are_not_added_together() -> None:
    francs = claim("B", balance=Money(500, "CHF"), advances=False, window=None)
    found = told(claim("A"), francs)
    assert found["total"] == "Together: 5.00 CHF, 100.00 EUR."
    assert found["listed"] == "Invoice B: 5.00 CHF, named as also open."


@pytest.mark.parametrize(
    ("kind", "words"),
    [("notice", "another notice"), ("call", "a call"), ("legal", "the lawyer"), ("", "nothing")],
)
def test_what_it_announced_is_told(kind: str, words: str) -> None:
    assert f"announces {words}" in told(next_kind=kind)["announced"]

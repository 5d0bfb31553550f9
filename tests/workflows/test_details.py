"""The few lines and the attributes that tell where a workflow stands: pure functions of its state."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from activities.starting import first_attributes, title
from models import names
from models.messages import Case, Customer, Gathered, Step, Task, TaskStep
from rules.case import HoldKind, Status, What
from rules.collecting import Doing
from rules.policy import StageKind
from workflows.details import (
    call_attributes,
    call_page,
    customer_attributes,
    customer_page,
    invoice_attributes,
    invoice_page,
)

CASE = Case(
    invoice_number="R-1001",
    customer_id="C-1",
    amount=11900,
    currency="EUR",
    due_date=date(2026, 3, 2),
)
MOMENT = datetime(2026, 4, 13, 7, 0, tzinfo=UTC)  # 09:00 in Berlin
TASK = Task(task="T-C-1-1", customer_id="C-1")


def step(what: What, **said: Any) -> Step:
    """Of an invoice of 119.00 EUR on which 100.00 are owed, one notice sent, before the second."""
    known: dict[str, Any] = {
        "kind": StageKind.NOTICE,
        "level": 2,
        "balance": 10000,
        "currency": "EUR",
        "due_date": date(2026, 3, 2),
        "timezone": "Europe/Berlin",
        "sent": 1,
    }
    return Step(what=what, **(known | said))


WAITING = step(What.STAGE, enlists_for=MOMENT, first=date(2026, 4, 8), last=date(2026, 4, 15))


def test_invoice_that_waits_says_where_it_stands_what_is_owed_and_what_comes_when() -> None:
    assert invoice_page(CASE, WAITING, "notice sent N-C-1-1").splitlines() == [
        "**Invoice R-1001, 119.00 EUR**",
        "",
        "- Customer: customer:C-1",
        "- Ladder: notice 1 was sent, stands at notice 2",
        "- Balance: 100.00 EUR, due 2026-03-02",
        "- Next: notice 2 on 2026-04-13 09:00, days 2026-04-08 to 2026-04-15",
        "- Last heard: notice sent N-C-1-1",
    ]


@pytest.mark.parametrize(
    ("now", "line"),
    [
        (step(What.OVER, over=True), "nothing, the ladder has ended"),
        (step(What.HELD, at=MOMENT), "the ladder waits until 2026-04-13 09:00"),
        (step(What.HELD), "the ladder waits until it is ended"),
        (step(What.COLLECT, at=MOMENT), "collect on 2026-04-13 09:00"),
        (step(What.COLLECT, at=MOMENT, doing=Doing.TRY), "debit on 2026-04-13 09:00"),
        (step(What.COLLECT, doing=Doing.WAIT), "a person corrects what the debit waits for"),
        (step(What.LETTER, at=MOMENT), "a mail about a debit"),
        (step(What.STAGE, at=MOMENT), "overdue on 2026-04-13 09:00, then notice 2"),
        (step(What.CALLED, reference="T-C-1-1"), "somebody telephones, call:T-C-1-1"),
        (step(What.PROPOSED, reference="C-C-1-1"), "case C-C-1-1 awaits a person's yes"),
        (step(What.HANDED_OVER, handed_over=True), "nothing by itself"),
    ],
    ids=lambda value: value.what if isinstance(value, Step) else "",
)
def test_every_next_step_is_said_in_words(now: Step, line: str) -> None:
    assert f"- Next: {line}" in invoice_page(CASE, now).splitlines()


def test_held_invoice_says_by_what() -> None:
    held = step(What.HELD, held_by=(HoldKind.CLAIMED_PAID, HoldKind.DISPUTE))
    assert "- Held by: claimed paid, dispute" in invoice_page(CASE, held).splitlines()


def test_invoice_not_looked_at_yet_says_when_it_is_due() -> None:
    assert "- Not looked at yet; due 2026-03-02" in invoice_page(CASE, None).splitlines()


@pytest.mark.parametrize(
    ("now", "stage"),
    [
        (WAITING, "notice"),
        (step(What.COLLECT, kind=StageKind.COLLECT, level=0), "collect"),
        (step(What.HELD), "notice"),
        (step(What.NOTHING, kind=None, level=0), "ladder_ended"),
        (step(What.HANDED_OVER, kind=None, handed_over=True), "handed_over"),
        (step(What.OVER, over=True, status=Status.WRITTEN_OFF), "written_off"),
        (step(What.OVER, over=True, balance=0), "settled"),
    ],
    ids=str,
)
def test_stage_is_one_word(now: Step, stage: str) -> None:
    assert invoice_attributes(now)[names.STAGE] == stage


def test_invoice_is_found_by_level_balance_due_date_and_next_day() -> None:
    assert invoice_attributes(WAITING) == {
        names.STAGE: "notice",
        names.LEVEL: 1,
        names.BALANCE: 10000,
        names.CURRENCY: "EUR",
        names.DUE: datetime(2026, 3, 2, tzinfo=UTC),
        names.NEXT_ACTION: MOMENT,
        names.HELD: None,
    }


def test_customer_says_what_needs_attention_and_when_it_is_looked_at_again() -> None:
    gathered = Gathered(
        notice="N-C-1-2",
        tasks=("T-C-1-1",),
        open_invoices=3,
        attention=("address", "handed_over_changed"),
        timezone="Europe/Berlin",
    )
    assert customer_page("C-1", gathered, MOMENT).splitlines() == [
        "**Customer C-1**",
        "",
        "- Open invoices: 3",
        "- Next look: 2026-04-13 09:00",
        "- Needs attention: address, handed over changed",
        "- Last brought together: N-C-1-2, T-C-1-1",
    ]
    assert customer_attributes(gathered, None) == {
        names.NEXT_ACTION: None,
        names.ATTENTION: ["address", "handed_over_changed"],
    }


def test_customer_with_nothing_to_do_says_so() -> None:
    assert customer_page("C-1", None, None).splitlines()[2:] == [
        "- Not looked at yet",
        "- Next look: none is due",
    ]


def test_unworked_call_needs_attention() -> None:
    due = TaskStep(open=True, attempt=2, attempt_at=MOMENT, escalate_at=MOMENT, invoices=("R-1",))
    unworked = due.model_copy(update={"escalate_at": None})
    assert call_attributes(due)[names.ATTENTION] is None
    assert call_attributes(unworked)[names.ATTENTION] == ["unworked"]
    assert "- Needs attention: nobody worked it in time" in call_page(TASK, unworked)
    assert "- Attempt 2: due on 2026-04-13 07:00" in call_page(TASK, due)


def test_call_about_thousands_of_invoices_names_a_few() -> None:
    numbers = tuple(f"R-{n}" for n in range(3000))
    page = call_page(TASK, TaskStep(open=True, attempt=1, invoices=numbers))
    assert "R-9 and 2990 more" in page
    assert len(page) < 400


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (CASE, "Invoice R-1001, 119.00 EUR"),
        (Case(invoice_number="R-1", customer_id="C-1"), "Invoice R-1"),
        (Customer(customer_id="C-1"), "Customer C-1"),
        (TASK, "Call customer C-1, task T-C-1-1"),
    ],
    ids=str,
)
def test_title_has_number_and_amount(start: Case | Customer | Task, words: str) -> None:
    assert title(start) == words


def test_title_of_any_ledgers_key_fits_into_temporals_limit() -> None:
    longest = Case(invoice_number="\N{PERSON BOWING DEEPLY}" * 100, customer_id="C-1")
    assert len(title(longest).encode()) <= 180


def test_new_invoice_is_found_before_its_first_look() -> None:
    pairs = {
        p.key: p.value for p in first_attributes(CASE.model_copy(update={"first_look": MOMENT}))
    }
    assert pairs == {
        names.CUSTOMER: "C-1",
        names.BALANCE: 11900,
        names.CURRENCY: "EUR",
        names.DUE: datetime(2026, 3, 2, tzinfo=UTC),
        names.NEXT_ACTION: MOMENT,
    }

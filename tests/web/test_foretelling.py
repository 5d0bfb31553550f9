"""What is foretold is what then happens, and foretelling leaves no trace."""

import logging
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from activities.foretelling import Foretold, foretell
from models.messages import CallOutcome, NoticeHeard, RecordCall
from models.tables import METADATA, AttentionRecord
from rules.calls import Outcome
from tests.commands.record import berlin
from tests.web.console import Console


def tell(console: Console, outcome: Outcome, key: str = "K", **said: Any) -> Foretold:
    """What would come of it now."""
    act = CallOutcome(outcome=outcome, by="anna", key=key, **said)
    now = console.record.now
    record = RecordCall(
        task="T-C1-1", customer_id="C1", outcome=act, key=f"call:T-C1-1/{key}", came_in=now
    )
    with console.desk.database.transaction() as session:
        return foretell(session, record, now)


def everything(console: Console) -> dict[str, list[Any]]:
    with console.desk.database.transaction() as session:
        return {
            table.name: list(session.connection().execute(select(table)))
            for table in METADATA.sorted_tables
        }


SENTENCES: list[tuple[Outcome, dict[str, Any], str]] = [
    (
        Outcome.PROMISE,
        {"day": berlin("2026-03-12").date()},
        "Held through 16 March 2026; if the money has not come by then, "
        "it goes to the lawyer on 20 March 2026.",
    ),
    (
        Outcome.PAID,
        {},
        "Held through 12 March 2026; if the money has not come by then, "
        "a new call is due on 13 March 2026.",
    ),
    (Outcome.DISPUTE, {}, "Held until somebody records what became of the dispute."),
    (Outcome.NO_ANSWER, {}, "The next call is due on 11 March 2026, 09:00."),
    (Outcome.REFUSED, {}, "The next call is due on 11 March 2026, 09:00."),
    (
        Outcome.WRONG_NUMBER,
        {},
        "Nobody is phoned before a person has seen to the telephone number (needs attention).",
    ),
    (
        Outcome.CALL_BACK,
        {"at": berlin("2026-03-10", "15:30")},
        "The next call is due on 10 March 2026, 15:30.",
    ),
]


@pytest.mark.parametrize(("outcome", "said", "sentence"), SENTENCES, ids=[s[0] for s in SENTENCES])
def test_each_outcome_is_told_and_leaves_no_trace(
    outcome: Outcome,
    said: dict[str, Any],
    sentence: str,
    console: Console,
    caplog: pytest.LogCaptureFixture,
) -> None:
    console.called()
    before = everything(console)
    with caplog.at_level(logging.WARNING):
        told = tell(console, outcome, **said)
    assert [fate.sentence for fate in told.fates] == [sentence]
    assert everything(console) == before
    assert not caplog.records, "alarms are for what happened"


def test_promise_that_is_broken_leads_where_it_was_told(console: Console) -> None:
    console.called()
    act = CallOutcome(outcome=Outcome.PROMISE, day=berlin("2026-03-12").date(), by="anna")
    assert console.record.call(act) == ""
    console.record.gather("2026-03-19")
    assert console.record.gather("2026-03-20").cases == ("C-C1-1",)


def test_last_attempt_leads_to_the_lawyer(console: Console) -> None:
    console.called()
    assert console.record.call(CallOutcome(outcome=Outcome.NO_ANSWER, by="anna")) == ""
    console.record.now = berlin("2026-03-11", "10:00")
    (fate,) = tell(console, Outcome.NO_ANSWER).fates
    assert fate.sentence == "It goes to the lawyer on 16 March 2026."


def refusals() -> list[tuple[Outcome, dict[str, Any], str]]:
    never = (NoticeHeard(notice="N-C1-9", received=True),)
    once = NoticeHeard(notice="N-C1-1", received=True)
    past: datetime = berlin("2026-03-09")
    return [
        (Outcome.PROMISE, {}, "a promise needs the promised day"),
        (Outcome.CALL_BACK, {"at": past}, "calling back needs a moment that lies ahead"),
        (Outcome.PAID, {"notices": never}, "no notice N-C1-9 was sent to this customer"),
        (Outcome.NO_ANSWER, {"notices": (once,)}, "nobody was reached"),
        (Outcome.PAID, {"notices": (once, once)}, "expected each one once"),
        (Outcome.PAID, {"invoice_number": "I9"}, "is not about invoice I9 any more"),
    ]


@pytest.mark.parametrize(("outcome", "said", "why"), refusals(), ids=[r[2] for r in refusals()])
def test_nonsense_is_refused_before_it_is_said(
    outcome: Outcome, said: dict[str, Any], why: str, console: Console
) -> None:
    console.called()
    told = tell(console, outcome, **said)
    assert why in told.refused
    assert told.fates == ()


def test_form_that_was_recorded_is_not_told_again(console: Console) -> None:
    console.called()
    console.record.call(CallOutcome(outcome=Outcome.DISPUTE, by="anna", key="K"))
    assert tell(console, Outcome.PAID, key="K").was_done


def test_wrong_number_needs_attention_only_once_it_is_recorded(console: Console) -> None:
    console.called()
    tell(console, Outcome.WRONG_NUMBER)
    assert console.rows(AttentionRecord) == []

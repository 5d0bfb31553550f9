"""The event log as sentences, and the display that shows them."""

import io
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from models.tables import EventRecord
from rules.money import Money
from sandbox.display import Calendar
from sandbox.tally import Tally
from sandbox.telling import sentences

BERLIN = ZoneInfo("Europe/Berlin")
LATE_ON_THE_13TH = datetime(2026, 5, 13, 23, 30, tzinfo=UTC)  # in Berlin, 14 May


def event(kind: str, invoice: str = "", **more: Any) -> EventRecord:
    values: dict[str, Any] = {
        "at": LATE_ON_THE_13TH,
        "recorded_at": LATE_ON_THE_13TH,
        "customer_id": "C-1007",
        "invoice_number": invoice,
        "event": kind,
        "currency": "EUR" if invoice else "",
    }
    return EventRecord(**(values | more))


def test_notice_is_one_sentence_about_all_it_claims() -> None:
    told = sentences(
        [
            event("notice_sent", "1", level=2, amount_minor=10000, reference="N-1"),
            event("notice_sent", "2", level=1, amount_minor=20010, reference="N-1"),
            event("notice_listed", "3", level=1, amount_minor=11200, reference="N-1"),
        ],
        BERLIN,
    )
    assert told == ["14 May: notice 2 to C-1007 about 3 invoices, 412.10 EUR"]


def test_two_currencies_are_not_added() -> None:
    both = [
        event("call_opened", "1", amount_minor=100, reference="T"),
        event("call_opened", "2", amount_minor=200, reference="T", currency="GBP"),
    ]
    assert sentences(both, BERLIN)[0].endswith("2 invoices, 1.00 EUR, 2.00 GBP")


@pytest.mark.parametrize(
    ("happened", "words"),
    [
        (event("opened", "1", balance_minor=500), "invoice 1 came in, 5.00 EUR"),
        (event("payment_received", "1", amount_minor=500), "C-1007 paid 5.00 EUR on invoice 1"),
        (
            event("collection_announced", "1", amount_minor=500, detail="for 2026-05-20"),
            "C-1007 told of a debit of 5.00 EUR for 2026-05-20",
        ),
        (
            event("collection_failed", "1", detail="AM04"),
            "a debit of C-1007 failed, there was not enough money in the account: invoice 1",
        ),
        (
            event("collection_failed", "1", detail="ZZ99"),
            "a debit of C-1007 failed (ZZ99): invoice 1",
        ),
        (
            event("payment_returned", "1", amount_minor=500),
            "5.00 EUR of C-1007 went back: invoice 1",
        ),
        (event("held", "1", detail="promise"), "invoice 1 of C-1007 held by a promise"),
        (
            event("call_attempted", "1", detail="no_answer"),
            "C-1007 phoned about invoice 1: nobody answered",
        ),
        (event("needs_attention", detail="phone"), "C-1007 needs attention: phone"),
        (event("address_set"), "a new address for C-1007"),
        (event("phone_set"), "a new telephone number for C-1007"),
    ],
)
def test_what_happened_is_a_sentence(happened: EventRecord, words: str) -> None:
    assert sentences([happened], BERLIN) == [f"14 May: {words}"]


def test_what_nobody_waits_to_hear_is_left_out() -> None:
    assert sentences([event("settled", "1"), event("message_ignored")], BERLIN) == []


SO_FAR = Tally(
    invoices=5, levels={1: 3, 2: 1}, reminded=7, settled=2, money_in=(Money(31000, "EUR"),)
)


def shown(*, terminal: bool, width: int) -> str:
    output = io.StringIO()
    console = Console(file=output, force_terminal=terminal, width=width, color_system=None)
    with Calendar(console, date(2026, 1, 5), date(2026, 3, 5)) as calendar:
        for day in (date(2026, 2, 2), date(2026, 2, 3)):
            calendar.show(day, SO_FAR, ["3 Feb: notice 1 to C-1"])
        calendar.show(date(2026, 2, 3), SO_FAR, ended=True)
    return output.getvalue()


@pytest.mark.parametrize("width", [60, 120])
def test_terminal_shows_date_counters_and_sentences(width: int) -> None:
    screen = shown(terminal=True, width=width)
    for words in ("Tue 03 Feb 2026", "notice 1", "310.00 EUR", "3 Feb: notice 1 to C-1", "100 %"):
        assert words in screen


def test_without_a_terminal_a_line_a_week_and_one_at_the_end() -> None:
    lines = shown(terminal=False, width=60).splitlines()
    assert lines == [
        "Mon 02 Feb 2026  mails  4  calls  0  cases  0  settled  2  in 310.00 EUR",
        "Tue 03 Feb 2026  mails  4  calls  0  cases  0  settled  2  in 310.00 EUR",
    ]


def test_saved_is_what_one_mail_for_each_invoice_would_have_taken_besides() -> None:
    assert (SO_FAR.notices, SO_FAR.saved) == (4, 3)

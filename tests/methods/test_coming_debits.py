"""What is said of a debit to come: to whom foretells, asks why, or looks where an invoice stands."""

from datetime import date, timedelta
from typing import Any

import pytest

from activities.whereabouts import NextStep, whereabouts_of
from rules.case import Facts, next_step
from rules.collecting import Cause, CollectionTry, Doing, Run, Try
from rules.coming_debits import ComingDebit, coming_debit
from rules.foretelling import Coming, foretold
from rules.methods import MethodKind, Provider
from rules.reasons import Circumstances, why_not_reminded
from tests.commands.record import Record, berlin
from tests.methods.test_on_file import FULL
from tests.rules.builders import MONDAY, STANDARD, at, collect, invoice, ladder

DUE = MONDAY + timedelta(days=28)
LADDER = ladder(collect(3), *STANDARD, bank_holidays=[DUE])  # Easter Monday
BEFORE = CollectionTry(1, MONDAY, Try.FAILED_SOFT)


def run(**fields: Any) -> Run:
    return Run(number=1, cause=Cause.DUE, method="M-1", **fields)


def debited(facts: Facts) -> ComingDebit:
    found = coming_debit(facts, LADDER, at(MONDAY, 12))
    assert found is not None
    return found


def foretold_of(facts: Facts) -> str:
    following = next_step(facts, LADDER, at(MONDAY, 12))
    return foretold(Coming(following.what, at=following.at, debit=debited(facts)))


def why(facts: Facts) -> list[tuple[str, str]]:
    circumstances = Circumstances(facts, LADDER, at(MONDAY, 12))
    return [(one.code, one.sentence) for one in why_not_reminded(circumstances)]


ANNOUNCED_FIRST = invoice(due=DUE, run=run(notice_days=14))
ANNOUNCED = invoice(
    due=DUE, run=run(notice_days=14, announced_on=MONDAY, day=DUE + timedelta(days=1), amount=10000)
)
UNANNOUNCED = invoice(due=DUE, run=run())
AGAIN = invoice(run=run(), tries=(BEFORE,))
UNDER_WAY = invoice(run=run(), tries=(CollectionTry(1, MONDAY, Try.PENDING),))
WAITS = invoice(run=run(waits=True))


class TestForetelling:
    @pytest.mark.parametrize(
        ("facts", "sentence"),
        [
            (ANNOUNCED_FIRST, "It is announced on 19 March 2024, debited on 2 April 2024."),
            (ANNOUNCED, "It is debited on 2 April 2024, as was announced on 4 March 2024."),
            (UNANNOUNCED, "It is debited on 2 April 2024."),
            (AGAIN, "It is debited again on 7 March 2024."),
            (UNDER_WAY, "A debit of it is under way for 4 March 2024, and its outcome decides."),
            (WAITS, "Its debit waits until a person has corrected it."),
        ],
        ids=["announced first", "announced", "unannounced", "again", "under way", "waits"],
    )
    def test_a_debit_is_told_with_its_days(self, facts: Facts, sentence: str) -> None:
        assert foretold_of(facts) == sentence


class TestReasons:
    @pytest.mark.parametrize(
        ("facts", "code", "words"),
        [
            (ANNOUNCED_FIRST, "collecting", "It is announced on 2024-03-19, debited by M-1 on "),
            (ANNOUNCED, "collecting", ", as was announced on 2024-03-04: notices wait until"),
            (UNDER_WAY, "debit_under_way", "A debit by M-1 is under way for 2024-03-04"),
            (WAITS, "debit_waits", "Its debit by M-1 waits for a correction."),
        ],
        ids=["announced first", "announced", "under way", "waits"],
    )
    def test_why_no_notice_goes_says_what_is_done_about_the_debit(
        self, facts: Facts, code: str, words: str
    ) -> None:
        ((found, sentence),) = why(facts)
        assert found == code
        assert words in sentence

    def test_a_letter_on_its_way_is_named(self) -> None:
        assert why(invoice(run=run(), letter="L-C-1")) == [
            ("debit_letter", "The customer is told of its debit in letter L-C-1 first.")
        ]

    def test_a_person_who_is_needed_is_named_too(self) -> None:
        circumstances = Circumstances(WAITS, LADDER, at(MONDAY, 12), parked={"collection": MONDAY})
        assert [one.code for one in why_not_reminded(circumstances)] == [
            "debit_waits",
            "collection",
        ]

    def test_a_debit_nobody_can_be_told_of_waits_for_an_address(self) -> None:
        circumstances = Circumstances(WAITS, LADDER, at(MONDAY, 12), parked={"address": MONDAY})
        waits, address = why_not_reminded(circumstances)
        assert (
            waits.sentence == "Its debit by M-1 waits for an address that it can be announced to."
        )
        assert address.code == "address"


class TestWhereItStands:
    def test_the_day_told_is_the_debit_s_not_the_bank_s(self, record: Record) -> None:
        record.method(**FULL)
        found = told(record)
        assert (found.words, found.at and found.at.date()) == (
            "its debit is announced",
            date(2026, 3, 2),
        )
        assert found.debited_on == date(2026, 3, 16)

    def test_what_is_not_announced_is_debited_when_it_is_due(self, record: Record) -> None:
        record.method(kind=MethodKind.CARD, token="pm_1", provider=Provider.STRIPE)
        found = told(record)
        assert (found.words, found.doing) == ("it is debited", Doing.TRY)
        assert found.debited_on == date(2026, 3, 16)


def told(record: Record) -> NextStep:
    record.now = berlin("2026-03-02", "08:00")
    with record.writing() as journal:
        return whereabouts_of(journal.session, "I1", record.now).next

"""Going live beside other books: ladders go on, a backlog is spread, and the plan is what happens."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from activities.morning import Kind
from activities.planning import Plan
from models.tables import (
    AttentionRecord,
    CallItemRecord,
    LegalCaseItemRecord,
    NoticeItemRecord,
    NoticeRecord,
)
from rules.errors import FileMistake
from rules.ledger import LedgerFile
from tests.files.ledgers import invoice_text, payment_text, read_text
from tests.workflows.house import House
from tests.workflows.policies import BRISK, COLLECT, HEAD, LEGAL, NOTICES, PATIENT

MONDAY = "2026-03-16"  # no holiday in the two weeks after it


def invoices(folder: Path, *rows: Mapping[str, str]) -> list[LedgerFile]:
    return read_text(folder, invoice_text(*rows))


def owed(number: str, due: str = "2026-02-02", **changes: str) -> dict[str, str]:
    """One invoice of customer C<number>, unless told otherwise."""
    customer = changes.get("customer_id", f"C{number}")
    return {
        "customer_id": customer,
        "customer_name": f"Customer {customer}",
        "email": f"{customer.lower()}@example.com",
        "invoice_number": f"R{number}",
        "due_date": due,
        "issue_date": "2026-01-05",
        "amount": "100.00",
        **changes,
    }


def begun(number: str, level: int, day: str, **changes: str) -> dict[str, str]:
    return owed(number, level=str(level), last_notice_date=day, **changes)


class TestLevels:
    async def test_ladder_begun_elsewhere_goes_on_at_its_next_level_on_its_day(
        self, tmp_path: Path
    ) -> None:
        async with House(tmp_path, begins=MONDAY) as house:
            await house.take(invoices(tmp_path, begun("1", 1, "2026-03-13")))
            assert (await house.position("R1")).level == 1
            await house.at("2026-04-30")
            assert await house.story() == [
                "03-16 R1 opened",
                "03-18 R1 notice_sent 2",  # the first day of its window, 5 to 10 days after 03-13
                "03-23 R1 notice_sent 3",
                "03-30 R1 call_opened",
                "03-30 R1 call_attempted",
                "03-31 R1 call_attempted",
                "03-31 R1 call_closed",
                "04-07 R1 legal_handover",  # 04-03 to 04-06 is Easter
            ]

    async def test_last_level_goes_on_with_the_call(self, tmp_path: Path) -> None:
        async with House(tmp_path, begins=MONDAY) as house:
            await house.take(invoices(tmp_path, begun("1", 3, "2026-03-13")))
            await house.at("2026-03-18", "12:00")
            assert "03-18 R1 call_opened" in await house.story()
            assert await house.rows(NoticeRecord) == []

    async def test_continued_invoice_is_listed_at_the_level_it_had(self, tmp_path: Path) -> None:
        async with House(tmp_path, begins=MONDAY) as house:
            files = invoices(
                tmp_path,
                begun("1", 2, "2026-03-13", customer_id="C"),
                owed("2", customer_id="C"),
            )
            await house.take(files)
            await house.at(MONDAY, "12:00")
            assert await house.story("notice_sent", "notice_listed") == [
                "03-16 R1 notice_listed 2",
                "03-16 R2 notice_sent 1",
            ]

    async def test_due_date_of_a_continued_invoice_stays(self, tmp_path: Path) -> None:
        async with House(tmp_path, begins=MONDAY) as house:
            await house.take(invoices(tmp_path, begun("1", 1, "2026-03-13")))
            await house.settle_down()
            refused = await house.ask("R1", "change_due_date", due_date="2026-05-04")
            assert "the first notice was sent already" in refused

    async def test_continued_invoice_with_a_mandate_is_not_debited(self, tmp_path: Path) -> None:
        async with House(tmp_path, begins=MONDAY) as house:
            await house.take(invoices(tmp_path, begun("1", 1, "2026-03-13", mandate="ok")))
            await house.at("2026-03-18", "12:00")
            assert await house.story() == ["03-16 R1 opened", "03-18 R1 notice_sent 2"]

    @pytest.mark.parametrize(
        ("level", "day", "said"),
        [
            (4, "2026-03-13", "column level: the policy test has no notice of level 4"),
            (1, "2026-03-17", "2026-03-17 is in the future, expected a day up to 2026-03-16"),
        ],
    )
    async def test_what_the_policy_or_the_day_does_not_allow_is_refused(
        self, tmp_path: Path, level: int, day: str, said: str
    ) -> None:
        async with House(tmp_path, begins=MONDAY) as house:
            with pytest.raises(FileMistake) as caught:
                await house.take(invoices(tmp_path, owed("1"), begun("2", level, day)))
            assert said in str(caught.value)
            assert "line 3" in str(caught.value)
            assert await house.story() == []


class TestLevelsAgain:
    """The other books' next file, with the same invoices."""

    async def test_same_file_again_changes_nothing(self, tmp_path: Path) -> None:
        async with House(tmp_path, begins=MONDAY) as house:
            files = invoices(tmp_path, begun("1", 1, "2026-03-13"))
            await house.take(files)
            await house.at("2026-03-19")  # level 2 went from here
            taken = await house.take(files)
            assert (taken.known, taken.notes) == (1, [])
            assert (await house.position("R1")).level == 2

    async def test_without_the_columns_changes_nothing(self, tmp_path: Path) -> None:
        async with House(tmp_path, begins=MONDAY) as house:
            await house.take(invoices(tmp_path, begun("1", 1, "2026-03-13")))
            taken = await house.take(invoices(tmp_path, owed("1")))
            assert (taken.known, taken.notes) == (1, [])
            assert (await house.position("R1")).level == 1

    async def test_higher_level_is_taken_up_while_nothing_has_happened_here(
        self, tmp_path: Path
    ) -> None:
        async with House(tmp_path, begins="2026-03-09") as house:
            await house.take(invoices(tmp_path, begun("1", 1, "2026-03-06")))
            await house.at("2026-03-10")
            taken = await house.take(invoices(tmp_path, begun("1", 2, "2026-03-09")))
            assert taken.notes == []
            await house.at("2026-03-17")
            # Level 2 would have gone on 03-11: now its window is level 3's, from 03-14, a Saturday.
            assert await house.story("notice_sent") == ["03-16 R1 notice_sent 3"]

    async def test_level_of_an_invoice_that_had_none_is_taken_up(self, tmp_path: Path) -> None:
        async with House(tmp_path, begins=MONDAY, policy=PATIENT) as house:
            await house.take(invoices(tmp_path, owed("1", due="2026-03-10")))
            await house.at("2026-03-17")
            await house.take(invoices(tmp_path, begun("1", 1, "2026-03-16", due_date="2026-03-10")))
            await house.at("2026-04-30")
            assert (await house.story("notice_sent"))[0] == "03-26 R1 notice_sent 2"

    async def test_invoice_that_moved_here_is_not_moved_and_a_higher_level_is_said(
        self, tmp_path: Path
    ) -> None:
        async with House(tmp_path, begins=MONDAY) as house:
            await house.take(invoices(tmp_path, begun("1", 1, "2026-03-13")))
            await house.at("2026-03-19")
            taken = await house.take(invoices(tmp_path, begun("1", 3, "2026-03-18")))
            (note,) = taken.notes
            assert "line 2 says level 3 of 2026-03-18" in note
            assert "has moved here since and was kept" in note
            await house.at("2026-03-24")
            assert await house.story("notice_sent") == [
                "03-18 R1 notice_sent 2",
                "03-23 R1 notice_sent 3",
            ]

    async def test_level_we_reached_ourselves_is_no_news(self, tmp_path: Path) -> None:
        async with House(tmp_path, begins=MONDAY) as house:
            await house.take(invoices(tmp_path, begun("1", 1, "2026-03-13")))
            await house.at("2026-03-19")
            taken = await house.take(invoices(tmp_path, begun("1", 2, "2026-03-18")))
            assert taken.notes == []


class TestBacklog:
    async def test_goes_out_over_the_days_oldest_first(self, tmp_path: Path) -> None:
        async with House(tmp_path, begins=MONDAY) as house:
            files = invoices(
                tmp_path,
                owed("1", "2026-02-05"),
                owed("2", "2026-02-04", amount="50.00"),
                owed("3", "2026-02-04", amount="70.00"),
                owed("4", "2026-02-03"),
                owed("5", "2026-02-06"),
                owed("6", "2026-03-13"),  # not late: its first day is this Monday
            )
            taken = await house.take(files, per_day=2)
            assert {d.isoformat(): n for d, n in taken.spread.days.items()} == {
                "2026-03-16": 2,
                "2026-03-17": 2,
                "2026-03-18": 1,
            }
            await house.at("2026-03-24")
            assert await house.story("notice_sent") == [
                "03-16 R3 notice_sent 1",
                "03-16 R4 notice_sent 1",
                "03-16 R6 notice_sent 1",
                "03-17 R1 notice_sent 1",
                "03-17 R2 notice_sent 1",
                "03-18 R5 notice_sent 1",
                *(f"03-23 R{n} notice_sent 2" for n in range(1, 7)),  # 03-21, 03-22: a weekend
            ]

    async def test_paid_before_its_morning_is_not_reminded(self, tmp_path: Path) -> None:
        async with House(tmp_path, begins=MONDAY) as house:
            await house.take(invoices(tmp_path, owed("1"), owed("2")), per_day=1)
            await house.pay("R2", "100.00")
            await house.at("2026-03-19")
            assert await house.story("notice_sent") == ["03-16 R1 notice_sent 1"]
            assert await house.status("R2") == "settled"

    async def test_second_import_goes_on_after_the_days_of_the_first(self, tmp_path: Path) -> None:
        async with House(tmp_path, begins=MONDAY) as house:
            await house.take(invoices(tmp_path, owed("1"), owed("2"), owed("3")), per_day=2)
            await house.at(MONDAY, "12:00")  # two have gone: this day is full
            await house.take(invoices(tmp_path, owed("4"), owed("5"), owed("6")), per_day=2)
            await house.at("2026-03-20")
            assert await house.story("notice_sent") == [
                "03-16 R1 notice_sent 1",
                "03-16 R2 notice_sent 1",
                "03-17 R3 notice_sent 1",
                "03-17 R4 notice_sent 1",
                "03-18 R5 notice_sent 1",
                "03-18 R6 notice_sent 1",
            ]

    async def test_customer_in_two_imports_keeps_one_morning(self, tmp_path: Path) -> None:
        async with House(tmp_path, begins=MONDAY) as house:
            await house.take(invoices(tmp_path, owed("1"), owed("2")), per_day=1)
            await house.take(invoices(tmp_path, owed("3", customer_id="C2")), per_day=1)
            await house.at("2026-03-20")
            assert await house.story("notice_sent") == [
                "03-16 R1 notice_sent 1",
                "03-17 R2 notice_sent 1",
                "03-17 R3 notice_sent 1",
            ]

    async def test_what_went_along_early_keeps_its_next_day(self, tmp_path: Path) -> None:
        async with House(tmp_path, begins=MONDAY) as house:
            rows = [owed(str(n), "2026-01-12", customer_id=f"A{n}") for n in range(6)]
            late = owed("8", customer_id="C")  # the seventh: its morning is 03-24
            regular = owed("9", "2026-03-13", customer_id="C")  # its own day is 03-16
            await house.take(invoices(tmp_path, *rows, late, regular), per_day=1)
            await house.at("2026-03-31")
            story = [*await house.story(of="R8"), *await house.story(of="R9")]
            assert [line for line in story if "notice_sent" in line] == [
                "03-16 R8 notice_sent 1",
                "03-23 R8 notice_sent 2",
                "03-30 R8 notice_sent 3",
                "03-16 R9 notice_sent 1",
                "03-23 R9 notice_sent 2",
                "03-30 R9 notice_sent 3",
            ]

    async def test_refused_debit_of_a_backlog_waits_for_its_morning(self, tmp_path: Path) -> None:
        async with House(tmp_path, begins=MONDAY) as house:
            rows = [owed("1"), owed("2", mandate="hard")]
            await house.take(invoices(tmp_path, *rows), per_day=1)
            await house.at("2026-03-20")
            assert await house.story("collection_failed", "notice_sent") == [
                "03-16 R1 notice_sent 1",
                "03-16 R2 collection_failed",
                "03-17 R2 notice_sent 1",
            ]

    async def test_few_are_never_delayed(self, tmp_path: Path) -> None:
        async with House(tmp_path, begins=MONDAY) as house:
            taken = await house.take(invoices(tmp_path, owed("1"), owed("2")), per_day=2)
            assert taken.spread.held_back == 0
            await house.at(MONDAY, "12:00")
            assert len(await house.rows(NoticeRecord)) == 2


WITHOUT_CALLS = HEAD + 'send = "early"\n' + COLLECT + NOTICES + LEGAL.replace("[3, 8]", "[5, 8]")


class TestPlan:
    """What the plan says is what the worker does that morning."""

    @staticmethod
    def _ledger(folder: Path) -> list[LedgerFile]:
        return read_text(
            folder,
            invoice_text(
                owed("1"),
                owed("2", customer_id="C1", due="2026-03-13", currency="GBP"),  # its day
                begun("3", 1, "2026-02-20", customer_id="C1"),
                begun("4", 2, "2026-03-13", customer_id="C1"),  # only listed
                owed("5", "2026-02-03", email="nobody"),
                begun("6", 3, "2026-02-20", phone=""),
                begun("7", 3, "2026-02-20", customer_id="C1"),
                owed("8", "2026-02-09"),  # paid below
                owed("9", "2026-02-10"),  # the youngest: held back
                owed("10", "2026-03-31"),  # not yet due
                owed("11", "2026-02-04"),
            ),
            payment_text(
                {"payment_id": "B1", "invoice_number": "R8", "amount": "100.00"},
                {"payment_id": "B2", "invoice_number": "R11", "amount": "40.00"},
            ),
        )

    @pytest.mark.parametrize("policy", [BRISK, WITHOUT_CALLS], ids=["call", "case"])
    @pytest.mark.parametrize("mode", ["send", "hold"])
    async def test_says_what_the_morning_brings(
        self, tmp_path: Path, policy: str, mode: str
    ) -> None:
        async with House(tmp_path, begins=MONDAY, policy=policy, mail_mode=mode) as house:
            files = self._ledger(tmp_path)
            plan = await house.plan(files, per_day=4)
            await house.take(files, per_day=4)
            await house.at(MONDAY, "12:00")
            assert _notices(plan) == await _recorded_notices(house)
            assert _numbers(plan, Kind.CALL) == await _in(house, CallItemRecord)
            assert _numbers(plan, Kind.CASE) == await _in(house, LegalCaseItemRecord)
            assert [a.trouble for a in plan.attention if a.trouble != "phone"] == [
                a.trouble for a in await house.rows(AttentionRecord)
            ]
            assert [one.customer_id for one in plan.held_back] == ["C9"]
            assert len(plan.of(Kind.NOTICE)) == 2

    async def test_says_why_and_what_needs_attention(self, tmp_path: Path) -> None:
        async with House(tmp_path, begins=MONDAY) as house:
            plan = await house.plan(self._ledger(tmp_path), per_day=4)
            why = {i.number: i.why for one in plan.happenings for i in one.invoices}
            assert why["R1"] == "due since 2026-02-02; its day, 2026-02-05, has passed"
            assert why["R2"] == "due since 2026-03-13; this is its day"
            assert why["R3"] == "notice 1 was sent on 2026-02-20; its day, 2026-02-25, has passed"
            assert why["R4"] == "also open, only listed"
            assert why["R6"] == "notice 3 was sent on 2026-02-20; its day, 2026-02-25, has passed"
            assert [(one.customer_id, one.trouble) for one in plan.attention] == [
                ("C5", "address"),
                ("C6", "phone"),
            ]
            (mine,) = (one for one in plan.of(Kind.NOTICE) if one.customer_id == "C1")
            assert list(map(str, mine.claims)) == ["400.00 EUR", "100.00 GBP"]

    async def test_goes_along_is_said(self, tmp_path: Path) -> None:
        async with House(tmp_path, begins=MONDAY, policy=PATIENT) as house:
            rows = [owed("1"), owed("2", "2026-03-12", customer_id="C1")]
            plan = await house.plan(invoices(tmp_path, *rows))
            ((_, along),) = (one.invoices for one in plan.happenings)
            assert along.why == (
                "due since 2026-03-12; goes along, its window is open since 2026-03-16"
            )


def _notices(plan: Plan) -> set[tuple[object, ...]]:
    return {
        (one.reference, one.level, one.pay_by, i.number, i.level, i.advances, i.balance.minor)
        for one in plan.of(Kind.NOTICE)
        for i in one.invoices
    }


async def _recorded_notices(house: House) -> set[tuple[object, ...]]:
    heads = {notice.number: notice for notice in await house.rows(NoticeRecord)}
    return {
        (
            i.notice_number,
            head.level,
            head.pay_by,
            i.invoice_number,
            i.level,
            i.advances,
            i.balance_minor,
        )
        for i in await house.rows(NoticeItemRecord)
        for head in [heads[i.notice_number]]
    }


def _numbers(plan: Plan, kind: Kind) -> set[str]:
    return {invoice.number for one in plan.of(kind) for invoice in one.invoices}


async def _in(house: House, table: type[CallItemRecord] | type[LegalCaseItemRecord]) -> set[str]:
    return {row.invoice_number for row in await house.rows(table)}

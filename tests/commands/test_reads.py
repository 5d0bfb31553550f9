"""What the reading commands say about a record, to people and to programs."""

import csv
import email
import email.policy
from pathlib import Path

import pytest

from activities.timeline import COLUMNS
from models import messages as say
from models.messages import CallOutcome, TakeTask
from models.tables import NoticeState, Trouble
from rules.calls import Outcome
from tests.commands.conftest import Command
from tests.commands.record import Record, berlin


class TestStatusOfTheHouse:
    def test_counts_what_is_open_overdue_and_held_and_adds_no_currencies(
        self, record: Record, command: Command
    ) -> None:
        record.invoice("A", due="2026-03-02", amount="100.00")
        record.invoice("B", due="2026-04-20", amount="50.50")
        record.invoice("C", due="2026-03-02", amount="7.00", customer="C2", currency="CHF")
        record.send("2026-03-11")
        record.act(say.Dispute(), "C")
        record.trouble(Trouble.PHONE)
        record.pay("110.00", "B")
        found = command("status", "--json").json
        assert (found["open"], found["overdue"], found["held"]) == (2, 2, 1)
        assert found["owed"] == [
            {"amount": "7.00", "currency": "CHF"},
            {"amount": "100.00", "currency": "EUR"},
        ]
        assert found["credit"] == [{"amount": "59.50", "currency": "EUR"}]
        assert found["by_next"] == {"notice 1": 1, "notice 2": 1}
        assert found["by_level"] == {"0": 1, "1": 1}
        assert found["needs_attention"] == {"phone": 1}
        said = command("status").out
        assert "2 invoices open, 7.00 CHF, 100.00 EUR" in said
        assert "Needs attention: phone 1" in said

    def test_says_that_a_written_off_debt_is_owed_again(
        self, record: Record, command: Command
    ) -> None:
        record.invoice()
        record.pay("40.00")
        record.act(say.WriteOff())
        record.pay("-40.00", ref="P2")
        assert "Needs attention: owed_again 1" in command("status").out
        assert "40.00 EUR is owed again" in command("why", "I1").out

    def test_of_an_empty_record_is_all_zeros(self, command: Command) -> None:
        found = command("status", "--json").json
        assert (found["open"], found["owed"], found["by_next"]) == (0, [], {})


class TestStatusOfAnInvoice:
    def test_says_what_comes_next_and_on_which_day(self, record: Record, command: Command) -> None:
        record.invoice("I1", due="2026-03-02")
        record.invoice("I2", due="2026-03-06")
        record.now = berlin("2026-03-10")
        found = command("status", "I2", "--json").json
        # I1's last day is the customer's day, and I2's first has come by then.
        assert found["next"]["at"] == "2026-03-11T09:00:00+01:00"
        assert (found["next"]["kind"], found["next"]["level"]) == ("notice", 1)
        assert (found["next"]["first"], found["next"]["last"]) == ("2026-03-09", "2026-03-13")
        assert (found["days_overdue"], found["balance"]["amount"]) == (4, "100.00")
        assert "Next: notice 1 on 2026-03-11" in command("status", "I2").out

    def test_tells_its_holds_with_who_and_why(self, record: Record, command: Command) -> None:
        record.invoice()
        record.act(say.Pause(by="ben", reason="flood"))
        record.customer_act(say.Pause(until=berlin("2026-03-30").date()))
        held = command("status", "I1", "--json").json["held_by"]
        assert [(one["kind"], one["whole_customer"], one["ends"]) for one in held] == [
            ("pause", False, None),
            ("pause", True, "2026-03-30"),
        ]
        assert (held[0]["by"], held[0]["reason"]) == ("ben", "flood")
        assert "Held by pause since 2026-03-02 until 2026-03-30" in command("status", "I1").out

    def test_that_is_settled_is_over(self, record: Record, command: Command) -> None:
        record.invoice()
        record.pay("120.00")
        said = command("status", "I1").out
        assert "settled" in said
        assert "20.00 EUR was paid too much" in said
        assert "Next: nothing, it is over" in said


def test_status_of_a_customer_lists_every_invoice_open_ones_first(
    record: Record, command: Command
) -> None:
    record.invoice("A")
    record.invoice("B", due="2026-03-06", amount="5.00")
    record.pay("100.00", "A")
    found = command("status", "--customer", "C1", "--json").json
    assert [(one["number"], one["status"]) for one in found["invoices"]] == [
        ("B", "open"),
        ("A", "settled"),
    ]
    assert found["owed"] == [{"amount": "5.00", "currency": "EUR"}]
    assert "Customer C1: 5.00 EUR" in command("status", "--customer", "C1").out


class TestTimeline:
    def test_has_every_event_in_order_with_who_did_it(
        self, record: Record, command: Command
    ) -> None:
        record.invoice()
        record.act(say.Pause(by="ben"))
        record.now = berlin("2026-03-03")
        record.pay("40.00")
        events = command("timeline", "I1", "--json").json["events"]
        assert [one["event"] for one in events] == ["opened", "held", "payment_received"]
        assert events[1]["actor"] == "ben"
        assert (events[2]["amount"], events[2]["balance"]) == ("40.00", "60.00")
        assert events[2]["at"] == "2026-03-03T10:00:00+01:00"
        assert "payment_received" in command("timeline", "I1").out

    def test_of_a_customer_has_what_is_about_no_invoice(
        self, record: Record, command: Command
    ) -> None:
        record.invoice()
        record.trouble(Trouble.ADDRESS)
        events = command("timeline", "--customer", "C1", "--json").json["events"]
        assert [one["event"] for one in events] == ["opened", "needs_attention"]
        assert events[1]["amount"] == ""

    def test_as_a_file_has_the_columns_and_events_of_a_run(
        self, record: Record, command: Command, tmp_path: Path
    ) -> None:
        record.invoice()
        record.trouble(Trouble.ADDRESS)
        record.invoice("other", customer="C2")
        ended = command("timeline", "I1", "--csv", str(tmp_path / "t.csv"))
        assert ended.out == f"1 events written to {tmp_path / 't.csv'}.\n"
        written = list(csv.reader((tmp_path / "t.csv").read_text("utf-8").splitlines()))
        assert written[0] == list(COLUMNS)
        assert [(row[2], row[3]) for row in written[1:]] == [("I1", "opened")]


class TestWhy:
    def test_of_a_notice_says_whose_window_set_its_day_and_what_it_claimed(
        self, record: Record, command: Command
    ) -> None:
        record.invoice("I1", due="2026-03-02")
        record.invoice("I2", due="2026-03-06", amount="50.00")
        record.invoice("I3", due="2026-03-10", amount="7.00")
        number = record.send("2026-03-11")
        found = command("why", number, "--json").json
        assert [one["code"] for one in found["reasons"]] == [
            "sent",
            "its_day",
            "claimed",
            "claimed",
            "listed",
            "total",
            "announced",
        ]
        said = command("why", number).out.splitlines()
        assert said[0].startswith("Notice N-C1-1 of level 1 to customer C1 was accepted")
        assert "2026-03-11 at 09:00" in said[0]
        assert said[1] == (
            "Its day was set by invoice I1: notice 1 was to go from 2026-03-05 to 2026-03-11, "
            "counted from its due date, 2026-03-02; the policy takes the last day."
        )
        assert said[4] == "Invoice I3: 7.00 EUR, named as also open."
        assert said[5] == "Together: 157.00 EUR."

    def test_of_a_second_notice_counts_from_the_first(
        self, record: Record, command: Command
    ) -> None:
        record.invoice()
        record.send("2026-03-11")
        number = record.send("2026-03-20")
        assert "counted from notice 1 of 2026-03-11" in command("why", number).out

    def test_says_which_further_part_of_a_notice_was_refused(
        self, record: Record, command: Command
    ) -> None:
        record.invoice()
        number = record.send("2026-03-11")
        record.part(number, 2, NoticeState.REFUSED)
        record.part(number, 3, NoticeState.SENT)
        (notice,) = command("why", "I1", "--json").json["notices"]
        assert notice["refused_parts"] == [2]
        for named in ("I1", number):
            said = command("why", named).out
            assert "Its part 2 did not reach the customer" in said
            assert "part 3" not in said

    def test_of_a_notice_that_lapsed_says_why(self, record: Record, command: Command) -> None:
        record.invoice()
        number = record.send("2026-03-11", state=NoticeState.LAPSED)
        assert "never sent: not accepted within the hours" in command("why", number).out

    def test_of_an_invoice_lists_its_notices_and_what_holds_it(
        self, record: Record, command: Command
    ) -> None:
        record.invoice()
        record.send("2026-03-11")
        record.act(say.Dispute(by="ben", reason="goods damaged"))
        said = command("why", "I1").out.splitlines()
        assert said == [
            "Notice N-C1-1 of 2026-03-11 (sent) named it as level 1: 100.00 EUR.",
            "It is disputed since 2026-03-11, until somebody records the outcome, by ben "
            "(goods damaged).",
        ]

    def test_of_an_invoice_in_mode_hold_says_that_nothing_is_sent(
        self, record: Record, command: Command, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        record.invoice()
        monkeypatch.setenv("DUELY_MAIL_MODE", "hold")
        record.now = berlin("2026-03-11")
        codes = [one["code"] for one in command("why", "I1", "--json").json["reasons"]]
        assert codes == ["due_now", "mails_held"]


class TestPreview:
    def test_shows_the_mail_of_today_and_records_nothing(
        self, record: Record, command: Command
    ) -> None:
        record.invoice("I1", due="2026-03-02")
        record.invoice("I2", due="2026-03-10", amount="7.00")
        record.now = berlin("2026-03-11")
        said = command("preview", "C1").out
        assert "To: Customer C1 <c1@example.com>" in said
        assert "I1" in said
        assert "Total owed: 107,00" in said
        assert said.count("Attached: invoice-") == 2
        assert command("why", "PREVIEW").status == 2
        events = command("timeline", "--customer", "C1", "--json").json["events"]
        assert {one["event"] for one in events} == {"opened"}

    def test_of_a_level_reads_as_that_notice_before_its_day(
        self, record: Record, command: Command
    ) -> None:
        record.invoice()
        first, third = (command("preview", "C1", "--level", n).out for n in "13")
        assert first
        assert third
        assert first.splitlines()[2] != third.splitlines()[2]  # the subject

    @pytest.mark.parametrize("kind", ["eml", "html", "pdf"])
    def test_is_written_to_a_file_of_each_kind(
        self, kind: str, record: Record, command: Command, tmp_path: Path
    ) -> None:
        record.invoice()
        file = tmp_path / f"mail.{kind}"
        assert command("preview", "C1", "--level", "1", "--out", str(file)).status == 0
        content = file.read_bytes()
        if kind == "eml":
            mail = email.message_from_bytes(content, policy=email.policy.default)
            attached = [part.get_content() for part in mail.iter_attachments()]
            assert [paper[:5] for paper in attached] == [b"%PDF-"]
        else:
            assert content.startswith({"html": b"<!DOCTYPE html>", "pdf": b"%PDF-"}[kind])

    def test_of_an_address_that_takes_no_mail_is_refused(
        self, record: Record, command: Command
    ) -> None:
        record.invoice(email="nowhere")
        ended = command("preview", "C1", "--level", "1")
        assert ended.status == 2
        assert "e-mail address" in ended.err


class TestCalls:
    def test_are_listed_with_who_phones_and_what_is_owed(
        self, called: Record, command: Command
    ) -> None:
        called.task_act(TakeTask(by="ada"))
        (task,) = command("calls", "list", "--json").json["tasks"]
        assert (task["task"], task["taken_by"], task["attempt"]) == ("T-C1-1", "ada", 1)
        assert task["owed"] == [{"amount": "100.00", "currency": "EUR"}]
        assert (task["phone"], task["due_at"]) == ("+49 1", "2026-03-10T09:00:00+01:00")
        assert "ada" in command("calls", "list").out

    def test_are_none_once_the_customer_paid(self, called: Record, command: Command) -> None:
        called.pay("100.00")
        assert command("calls", "list").out == "Nobody is to be phoned.\n"
        assert command("calls", "list", "--json").json == {"tasks": []}


class TestTakenTask:
    def test_is_one_persons_at_a_time(self, called: Record) -> None:
        assert called.task_act(TakeTask(by="ada")) == ""
        assert called.task_act(TakeTask(by="ada")) == ""
        refused = "the call task is already taken by ada"
        assert called.task_act(TakeTask(by="ben")) == refused
        assert called.call(CallOutcome(outcome=Outcome.NO_ANSWER, by="ben")) == refused
        assert called.task_act(say.ReleaseTask(by="ben")) == ""
        assert called.task_act(TakeTask(by="ben")) == ""

    def test_is_free_again_once_it_was_worked(self, called: Record, command: Command) -> None:
        called.task_act(TakeTask(by="ada"))
        assert called.call(CallOutcome(outcome=Outcome.NO_ANSWER, by="ada")) == ""
        (task,) = command("calls", "list", "--json").json["tasks"]
        assert (task["taken_by"], task["attempt"]) == ("", 2)

    def test_is_taken_by_somebody(self, called: Record) -> None:
        assert "expected a name" in called.task_act(TakeTask())


class TestPay:
    def test_records_money_while_temporal_is_away(self, record: Record, command: Command) -> None:
        record.invoice()
        ended = command("pay", "I1", "60.00", "--id", "B-7", "--by", "ada")
        assert ended.status == 0
        assert ended.out == (
            "Payment B-7 recorded: 60.00 EUR on invoice I1, 40.00 EUR is still owed.\n"
            "Temporal is away, or no worker ever ran there: "
            "the worker tells the workflows when it comes up.\n"
        )
        event = command("timeline", "I1", "--json").json["events"][-1]
        assert (event["event"], event["reference"], event["actor"]) == (
            "payment_received",
            "B-7",
            "ada",
        )

    def test_below_zero_went_back(self, record: Record, command: Command) -> None:
        record.invoice()
        record.pay("100.00")
        assert "100.00 EUR is still owed" in command("pay", "I1", "-100.00").out

    def test_with_a_known_id_changes_nothing_and_says_so(
        self, record: Record, command: Command
    ) -> None:
        record.invoice()
        record.pay("60.00", ref="B-7")
        ended = command("pay", "I1", "60.00", "--id", "B-7")
        assert ended.out.startswith("Payment B-7 is recorded already; nothing was changed.")
        assert command("status", "I1", "--json").json["balance"]["amount"] == "40.00"

    def test_with_a_known_id_of_other_money_is_refused(
        self, record: Record, command: Command
    ) -> None:
        record.invoice()
        record.pay("60.00", ref="B-7")
        ended = command("pay", "I1", "61.00", "--id", "B-7")
        assert ended.status == 2
        assert "recorded already with another content: 60.00 EUR on invoice I1" in ended.err

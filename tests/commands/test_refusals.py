"""Nonsense is refused with one sentence and status 2, an outage with one and status 3."""

import pytest

from models import messages as say
from tests.commands.conftest import Command
from tests.commands.record import Record


def named_by_words(value: object) -> str:
    """A test is called what is typed in it."""
    return " ".join(value)[:60] if isinstance(value, list) else "refused"


# Every command with words it understands; the keys are recorded where they can be.
ACTS = [
    ["pause", "I1"],
    ["pause", "--customer", "C1"],
    ["resume", "I1"],
    ["resume", "--customer", "C1"],
    ["settle", "I1"],
    ["promise", "I1", "--by", "2026-03-20"],
    ["dispute", "I1"],
    ["dispute-outcome", "I1", "rejected"],
    ["due", "I1", "2026-03-20"],
    ["write-off", "I1"],
    ["cancel", "I1"],
    ["set-address", "C1", "new@example.com"],
    ["set-phone", "C1", "+49 30 23125000"],
    ["record-letter", "C1"],
    ["retry", "C1"],
]
READS = [
    ["status"],
    ["status", "I1"],
    ["status", "--customer", "C1"],
    ["why", "I1"],
    ["timeline", "I1"],
    ["timeline", "--customer", "C1"],
    ["preview", "C1"],
    ["calls", "list"],
]
NONSENSE = [
    # Keys nobody has
    (["pause", "X"], "no invoice 'X' is recorded"),
    (["pause", "--customer", "X"], "no customer 'X' is recorded"),
    (["settle", "X"], "no invoice 'X' is recorded"),
    (["pay", "X", "1.00"], "no invoice 'X' is recorded"),
    (["approve-case", "C-9"], "no case 'C-9' is recorded"),
    (["calls", "take", "T-9"], "no call task 'T-9' is recorded"),
    (["calls", "release", "T-9"], "no call task 'T-9' is recorded"),
    (["calls", "outcome", "T-9", "paid"], "no call task 'T-9' is recorded"),
    (["status", "X"], "no invoice 'X' is recorded"),
    (["status", "--customer", "X"], "no customer 'X' is recorded"),
    (["why", "X"], "no invoice 'X' is recorded"),
    (["timeline", "X"], "no invoice 'X' is recorded"),
    (["preview", "X"], "no customer 'X' is recorded"),
    (["set-address", "X", "a@example.com"], "no customer 'X' is recorded"),
    (["set-phone", "X", "+49 30 23125000"], "no customer 'X' is recorded"),
    # Both, or neither
    (["pause"], "expected an invoice's number, or --customer"),
    (["resume", "I1", "--customer", "C1"], "expected an invoice's number, or --customer"),
    (["status", "I1", "--customer", "C1"], "not both"),
    (["timeline"], "expected an invoice's number, or --customer"),
    (["timeline", "I1", "--csv", "x.csv", "--json"], "not both"),
    # Days
    (["pause", "I1", "--until", "tomorrow"], "'tomorrow' is no date"),
    (["pause", "I1", "--until", "20261224"], "'20261224' is no date"),
    (["promise", "I1", "--by", "2026-02-30"], "'2026-02-30' is no date"),
    (["promise", "I1"], "--by"),
    (["due", "I1", "9999-12-31"], "'9999-12-31' is no date"),
    (["pay", "I1", "1.00", "--on", "2026-03-03"], "has not come yet"),
    # Amounts
    (["pay", "I1", "0.00"], "'0.00' is nothing"),
    (["pay", "I1", "1.005"], "more decimals than the 2 that EUR has"),
    (["pay", "I1", "1,50"], "no amount"),
    (["pay", "I1", "--", "--5"], "no amount"),
    (["pay", "Y1", "1.5"], "more decimals than the 0 that JPY has"),
    (["pay", "I1", "1.00", "--id", " "], "names no payment"),
    (["dispute-outcome", "I1", "upheld", "--credit", "1e3"], "no amount"),
    (["dispute-outcome", "I1", "upheld", "--credit", "-1.00"], "credit-minor"),
    # Words
    (["dispute-outcome", "I1", "maybe"], "maybe"),
    (["calls", "outcome", "T-9", "shrug"], "shrug"),
    (["preview", "C1", "--level", "4"], "--level"),
    (["preview", "C1", "--out", "mail.docx"], ".docx"),
    (["completion", "cmd"], "cmd"),
    (["pause", "I1", "--wait", "0"], "--wait"),
    (["pause", "I1", "--reason", "x" * 1001], "reason"),
    (["pause", "I1", "--key", "x" * 201], "key"),
    (["pause", "I1", "--nonsense"], "--nonsense"),
    (["set-address", "C1", "x"], "email"),
    (["set-phone", "C1", "1"], "phone"),
    (["calls"], "command"),
    # Nothing to write about
    (["preview", "C1"], "--level N shows how"),
    (["preview", "C2"], "no invoice of the customer is due"),
]


@pytest.mark.parametrize(("words", "named"), NONSENSE, ids=named_by_words)
def test_nonsense_is_refused_in_one_sentence_and_nothing_is_recorded(
    words: list[str], named: str, record: Record, command: Command
) -> None:
    record.invoice()
    record.invoice("Y1", amount="5.00", customer="C2", currency="JPY")
    ended = command(*words)
    assert ended.status == 2
    assert named in ended.err
    assert (ended.err.count("\n"), ended.out) == (1, "")
    assert command("timeline", "I1", "--json").json["events"][1:] == []


OVER = [
    (["pause", "I1"], "the invoice is no longer open, there is nothing to pause"),
    (["resume", "I1"], "the invoice is not paused"),
    (["settle", "I1"], "the invoice is no longer open"),
    (["promise", "I1", "--by", "2026-03-20"], "nothing is left to promise"),
    (["dispute", "I1"], "there is nothing to dispute"),
    (["dispute-outcome", "I1", "upheld"], "the invoice is not disputed"),
    (["due", "I1", "2026-03-20"], "the invoice is no longer open"),
    (["write-off", "I1"], "the invoice is no longer open"),
    (["cancel", "I1"], "the invoice is no longer open"),
]


@pytest.mark.parametrize(("words", "named"), OVER, ids=named_by_words)
def test_act_on_a_settled_invoice_is_refused_by_the_record_without_temporal(
    words: list[str], named: str, record: Record, command: Command
) -> None:
    record.invoice()
    record.pay("100.00")
    ended = command(*words)
    assert ended.status == 2
    assert named in ended.err


@pytest.mark.parametrize("words", ACTS, ids=" ".join)
def test_act_while_temporal_is_away_is_said_with_status_3(
    words: list[str], record: Record, command: Command
) -> None:
    record.invoice()
    ended = command(*words)
    assert ended.status == 3
    assert ended.err == "Temporal at 127.0.0.1:1 cannot be reached (TEMPORAL_ADDRESS)\n"


@pytest.mark.parametrize("words", [*ACTS, *READS, ["pay", "I1", "1.00"]], ids=" ".join)
def test_database_that_is_away_is_said_with_status_3(
    words: list[str], command: Command, no_record: None
) -> None:
    ended = command(*words)
    assert ended.status == 3
    assert "DUELY_DATABASE_URL" in ended.err
    assert (ended.err.count("\n"), ended.out) == (1, "")


class TestKey:
    def test_of_an_act_that_was_done_changes_nothing_and_says_so(
        self, record: Record, command: Command
    ) -> None:
        record.invoice()
        record.act(say.Settle(key="K"))
        ended = command("settle", "I1", "--key", "K")
        assert (ended.status, ended.err) == (0, "")
        assert "already under key K; nothing was changed" in ended.out

    def test_of_an_act_that_was_refused_is_refused_again(
        self, record: Record, command: Command
    ) -> None:
        record.invoice()
        record.act(say.Resume(key="K"))
        ended = command("resume", "I1", "--key", "K")
        assert (ended.status, ended.err) == (2, "the invoice is not paused\n")

    def test_of_another_act_is_refused(self, record: Record, command: Command) -> None:
        record.invoice()
        record.act(say.Dispute(key="K"))
        ended = command("settle", "I1", "--key", "K")
        assert ended.status == 2
        assert "key K names another act" in ended.err


CLOSED = [
    (["calls", "take", "T-C1-1"], "the call task is closed"),
    (["calls", "release", "T-C1-1"], "nobody has taken the call task"),
    (["calls", "outcome", "T-C1-1", "paid"], "not about any open invoice any more"),
]


@pytest.mark.parametrize(("words", "named"), CLOSED, ids=named_by_words)
def test_act_on_a_closed_call_task_is_refused_by_the_record(
    words: list[str], named: str, called: Record, command: Command
) -> None:
    called.pay("100.00")
    ended = command(*words)
    assert ended.status == 2
    assert named in ended.err


def test_moment_to_call_back_that_is_none_is_refused(called: Record, command: Command) -> None:
    ended = command("calls", "outcome", "T-C1-1", "call_back", "--at", "three o'clock")
    assert ended.status == 2
    assert "is no moment" in ended.err

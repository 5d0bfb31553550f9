"""Files of debits: which debits stand in one, that none stands in two, and that a crash loses none."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from lxml import etree

from activities.debit_files import make_files, next_moment, prepare, sent_on
from activities.journal import Journal
from models.tables import CollectionRecord, HoldRecord, InvoiceRecord
from rules.errors import Unreachable
from tests.debits.builders import BANK
from tests.debits.ledger import BERLIN, DAY, MORNING, NOON, DebitBooks

LATER = datetime(2026, 3, 5, 12, 30, tzinfo=UTC)


def said(path: Path, element: str) -> list[str]:
    return [one.text or "" for one in etree.parse(path).iter("{*}" + element)]


def test_debits_that_have_to_be_there_today_are_in_one_file(books: DebitBooks) -> None:
    first, second = books.debited("R-1", "R-2")
    [path] = books.write()
    assert path.name == "house-2026-03-04-house-260304-1.xml"
    assert said(path, "EndToEndId") == [first, second]
    assert said(path, "Ustrd") == ["R-1 Farbtreu Shop", "R-2 Farbtreu Shop"]
    [file] = books.debit_files()
    assert (file.debits, file.total_minor, file.scheme) == (2, 20_000, "core")
    assert file.written_at == NOON
    attempt = books.attempt(first)
    assert (attempt.file, attempt.batch) == ("house-260304-1", "house-260304-1-1")
    assert [one.reference for one in books.events("debit_file_written")] == ["house-260304-1"]


def test_debit_of_a_later_day_waits_for_a_later_file(books: DebitBooks) -> None:
    books.invoice("R-1")
    key = books.debit("R-1", books.mandate(), day=date(2026, 3, 6))
    assert books.write() == []
    [path] = books.write(LATER)
    assert said(path, "EndToEndId") == [key]


def test_writing_again_makes_no_second_file(books: DebitBooks) -> None:
    books.debited("R-1")
    [path] = books.write()
    assert books.write() == [path]
    assert len(books.debit_files()) == 1


def test_second_file_of_a_day_has_another_name(books: DebitBooks) -> None:
    books.debited("R-1")
    books.write()
    [key] = books.debited("R-2")
    _, second = books.write()
    assert said(second, "EndToEndId") == [key]
    assert said(second, "MsgId") == ["house-260304-2"]


def test_each_scheme_has_a_file_of_its_own(books: DebitBooks) -> None:
    books.invoice("R-1", customer="C1")
    books.invoice("R-2", customer="C2")
    books.debit("R-1", books.mandate("C1"))
    books.debit("R-2", books.mandate("C2", scheme="b2b"))
    assert [said(path, "LclInstrm") and said(path, "Cd")[1] for path in books.write()] == [
        "CORE",
        "B2B",
    ]


def test_each_bank_has_a_file_of_its_own(books: DebitBooks) -> None:
    other = replace(BANK, name="other")
    books.creditor = replace(books.creditor, banks=(BANK, other))
    books.invoice("R-1", customer="C1")
    books.invoice("R-2", customer="C2")
    books.invoice("R-3", customer="C3")
    first = books.debit("R-1", books.mandate("C1"))
    second = books.debit("R-2", books.mandate("C2", bank="other"))
    gone = books.debit("R-3", books.mandate("C3", bank="no longer ours"))
    [path] = books.write(bank=other)
    assert said(path, "EndToEndId") == [second]
    assert said(books.write()[0], "EndToEndId") == [first, gone]


@pytest.mark.parametrize(
    "values",
    [{"iban": ""}, {"provider": "stripe"}, {"kind": "card"}],
)
def test_what_no_file_carries_is_in_none(books: DebitBooks, values: dict[str, str]) -> None:
    books.invoice("R-1")
    key = books.debit("R-1", books.mandate(**values))
    assert books.write() == []
    assert books.attempt(key).state == "pending"


# --- what is not debited any more ----------------------------------------------------------------


def test_debit_of_an_invoice_that_was_paid_meanwhile_is_taken_back(books: DebitBooks) -> None:
    [key] = books.debited("R-1")
    with books.database.transaction() as session:  # a payment that takes nothing back itself
        session.get_one(InvoiceRecord, "R-1").balance_minor = 4_000
    assert books.write() == []
    assert books.attempt(key).state == "withdrawn"


@pytest.mark.parametrize("invoice", ["R-1", None])
def test_debit_of_an_invoice_that_a_person_holds_is_taken_back(
    books: DebitBooks, invoice: str | None
) -> None:
    [key] = books.debited("R-1")
    [free] = books.debited("R-2")
    with books.database.transaction() as session:
        session.add(
            HoldRecord(
                customer_id="C-R-1", invoice_number=invoice, kind="dispute", begins_at=MORNING
            )
        )
    [path] = books.write()
    assert said(path, "EndToEndId") == [free]
    assert books.attempt(key).state == "withdrawn"


def test_debit_of_a_mandate_that_was_withdrawn_is_taken_back(books: DebitBooks) -> None:
    books.invoice("R-1")
    key = books.debit("R-1", books.mandate(state="withdrawn"))
    assert books.write() == []
    assert books.attempt(key).state == "withdrawn"


def test_debit_that_is_too_late_for_its_day_is_taken_back_and_not_moved(books: DebitBooks) -> None:
    [key] = books.debited("R-1")
    assert books.write(LATER) == []
    assert books.attempt(key).state == "withdrawn"


def test_run_is_planned_by_what_its_bank_wants_by_now(books: DebitBooks) -> None:
    slower = replace(BANK, lead_days=2, cut_off=time(10, 0))
    books.creditor = replace(books.creditor, banks=(slower,))
    [key] = books.debited("R-1")
    assert books.write(bank=slower) == []
    assert books.attempt(key).state == "withdrawn"
    run = books.run("R-1")
    assert (run.state, run.lead_days, run.cut_off) == ("open", 2, "10:00")


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"signed_on": None}, "its mandate has no date of signature"),
        ({"reference": "ÄÖÜ"}, "its mandate has no reference of up to 35 of SEPA's signs"),
        ({"holder": "\U0001f389"}, "it has no holder's name or no text"),
        ({"holder": "\x01//"}, "it has no holder's name or no text"),
    ],
)
def test_debit_that_cannot_stand_in_a_file_keeps_no_other_out(
    books: DebitBooks, values: dict[str, object], why: str
) -> None:
    [good] = books.debited("R-1")
    books.invoice("R-2", customer="C2")
    books.debit("R-2", books.mandate("C2", **values))
    [path] = books.write()
    assert said(path, "EndToEndId") == [good]
    [trouble] = books.troubles()
    assert (trouble.trouble, trouble.reference, trouble.detail) == ("collection", "R-2", why)


# --- sequence types ------------------------------------------------------------------------------


def test_only_a_mandates_first_debit_is_its_first(books: DebitBooks) -> None:
    books.invoice("R-1")
    books.invoice("R-2")
    method = books.mandate()
    first, second = books.debit("R-1", method), books.debit("R-2", method)
    [path] = books.write()
    assert said(path, "SeqTp") == ["FRST", "RCUR"]
    assert said(path, "EndToEndId") == [first, second]
    assert books.method(method).last_used_on == DAY
    books.invoice("R-3")
    books.debit("R-3", method)
    assert said(books.write()[-1], "SeqTp") == ["RCUR"]


def test_first_debit_that_was_refused_is_followed_by_a_first(books: DebitBooks) -> None:
    books.invoice("R-1")
    books.invoice("R-2")
    method = books.mandate()
    books.debit("R-1", method)
    books.write()
    with books.database.transaction() as session:
        session.get_one(CollectionRecord, "collect:R-1:1").state = "failed_soft"
    books.debit("R-2", method)
    assert said(books.write()[-1], "SeqTp") == ["FRST"]


def test_mandate_for_one_debit_is_one_off(books: DebitBooks) -> None:
    books.invoice("R-1")
    books.debit("R-1", books.mandate(frequency="one_off"))
    assert said(books.write()[0], "SeqTp") == ["OOFF"]


# --- crashes -------------------------------------------------------------------------------------


def test_file_made_before_a_crash_is_handed_over_after_it(books: DebitBooks) -> None:
    books.debited("R-1")
    with books.database.transaction() as session:
        make_files(books.at(session, NOON), books.creditor, BANK, books.store)
    assert books.files() == []
    [path] = books.write()
    assert said(path, "MsgId") == ["house-260304-1"]


def test_crash_right_before_handing_over_hands_over_once(books: DebitBooks) -> None:
    books.debited("R-1")
    with books.database.transaction() as session:
        [message] = make_files(books.at(session, NOON), books.creditor, BANK, books.store)
    with books.database.transaction() as session:
        prepare(books.at(session, NOON), message, books.store, books.folder)
    assert books.files() == []
    assert len(books.write()) == 1


def test_crash_right_after_handing_over_hands_nothing_over_again(books: DebitBooks) -> None:
    """The bank's software has taken the file away before that it was there could be recorded."""
    books.debited("R-1")
    with books.database.transaction() as session:
        [message] = make_files(books.at(session, NOON), books.creditor, BANK, books.store)
    with books.database.transaction() as session:
        prepare(books.at(session, NOON), message, books.store, books.folder)
    books.folder.hand_over("house-2026-03-04-house-260304-1.xml")
    [path] = books.files()
    path.unlink()
    assert books.write() == []
    assert books.debit_files()[0].written_at == NOON


def test_folder_that_is_not_there_leaves_the_file_for_later(books: DebitBooks) -> None:
    books.debited("R-1")
    books.outbox.rmdir()
    with pytest.raises(Unreachable, match=r"DUELY_DEBIT_FILES.* cannot be written to"):
        books.write()
    books.outbox.mkdir()
    assert len(books.write()) == 1


# --- when ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-03-04T08:00", "2026-03-04T13:30"),
        ("2026-03-04T13:30", "2026-03-04T13:55"),
        ("2026-03-04T13:55", "2026-03-05T13:30"),
        ("2026-04-02T15:00", "2026-04-07T13:30"),  # Easter lies between
        ("2026-03-28T10:00", "2026-03-30T13:30"),  # and a clock change
    ],
)
def test_next_file_is_made_shortly_before_a_target_days_cut_off(now: str, then: str) -> None:
    assert next_moment(BANK, _local(now)) == _local(then)


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-03-04T14:00", date(2026, 3, 4)),
        ("2026-03-04T14:01", date(2026, 3, 5)),
        ("2026-03-07T09:00", date(2026, 3, 9)),
    ],
)
def test_file_after_the_cut_off_counts_for_the_next_target_day(now: str, day: date) -> None:
    assert sent_on(BANK, _local(now)) == day


def _local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def test_debit_that_is_recorded_while_a_file_is_made_is_left_to_the_next(
    books: DebitBooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its customer is not locked: what is decided about it meanwhile would not be seen."""
    [first] = books.debited("R-1")
    books.invoice("R-2", customer="C2")
    other = books.debit("R-2", books.mandate("C2"), state="withdrawn")

    def lock(journal: Journal, *customers: str) -> None:
        if customers == ("C-R-1",):
            journal.session.get_one(CollectionRecord, other).state = "pending"
            journal.session.flush()

    monkeypatch.setattr(Journal, "lock", lock)
    [path] = books.write()
    assert said(path, "EndToEndId") == [first]
    monkeypatch.undo()
    assert said(books.write()[-1], "EndToEndId") == [other]

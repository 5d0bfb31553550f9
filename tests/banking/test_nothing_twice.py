"""One movement in several files, formats and periods is recorded once; two equal ones stay two."""

from collections.abc import Callable
from itertools import combinations_with_replacement
from pathlib import Path

import pytest

from activities.unmatched import assign
from commands.import_told import import_text
from models.tables import EntryState, PaymentRecord
from tests.banking.books import Books
from tests.banking.files import Batch, Paid, camt, mt940, table

ONE = Paid(12_345, "Rechnung R-4711 Müller & Söhne", e2e="E-77", name="Müller & Söhne")
WITHOUT_ID = Paid(5_000, "Invoice R-1 thank you very much", name="Ann Payer")
NAMED = Paid(700, "R-9", ref="BANK-1")
PLAIN = Paid(-250)  # a fee of which the bank says nothing
ALL = [ONE, WITHOUT_ID, NAMED, PLAIN]

Writer = Callable[[Path, list[Paid]], Path]


def notification(path: Path, lines: list[Paid]) -> Path:
    return camt(path, lines, notification=True)


FORMATS: list[Writer] = [camt, notification, mt940, table]


def test_same_bytes_again_change_nothing(books: Books, tmp_path: Path) -> None:
    path = camt(tmp_path / "a.xml", ALL)
    books.take(path)
    before = books.rows()
    [file] = books.take(path).bank
    assert file.again
    assert books.rows() == before


def test_entry_of_nothing_waits_for_nobody(books: Books, tmp_path: Path) -> None:
    taken = books.take(camt(tmp_path / "a.xml", [Paid(0, "balance brought forward"), WITHOUT_ID]))
    assert [one.state for one in books.entries()] == [EntryState.SET_ASIDE, EntryState.OPEN]
    assert taken.decided is not None
    assert taken.decided.listed == 1


def test_statement_that_says_one_name_twice_says_that_it_counts_once(
    books: Books, tmp_path: Path
) -> None:
    taken = books.take(camt(tmp_path / "a.xml", [NAMED, NAMED]))
    assert books.amounts() == [700]
    [line] = [line for line in import_text(taken) if "counted once" in line]
    assert line == "a.xml:   said again under one reference of the bank's, counted once: 1 payment"
    assert not any("another file" in line for line in import_text(taken))


def test_one_file_twice_in_a_call_is_recorded_once(books: Books, tmp_path: Path) -> None:
    path = camt(tmp_path / "a.xml", ALL)
    books.take(path, path)
    assert len(books.entries()) == len(ALL)


@pytest.mark.parametrize(("first", "second"), list(combinations_with_replacement(FORMATS, 2)))
def test_same_entries_in_any_two_formats_are_recorded_once(
    books: Books, tmp_path: Path, first: Writer, second: Writer
) -> None:
    told = [ONE, WITHOUT_ID, NAMED]
    books.take(first(tmp_path / "a", told))
    [file] = books.take(second(tmp_path / "b", told[::-1])).bank
    assert books.amounts() == [700, 5_000, 12_345]
    assert [(one.new, one.known) for one in file.statements] == [(0, 3)]


@pytest.mark.parametrize("write", FORMATS)
def test_two_equal_payments_stay_two_however_often_they_are_told(
    books: Books, tmp_path: Path, write: Writer
) -> None:
    books.take(write(tmp_path / "a", [WITHOUT_ID, WITHOUT_ID]))
    books.take(write(tmp_path / "b", [WITHOUT_ID, WITHOUT_ID, NAMED]))
    books.take(mt940(tmp_path / "c", [WITHOUT_ID, WITHOUT_ID]))
    assert books.amounts() == [700, 5_000, 5_000]


def test_statement_that_tells_of_one_more_adds_that_one(books: Books, tmp_path: Path) -> None:
    books.take(notification(tmp_path / "a", [WITHOUT_ID]))
    books.take(camt(tmp_path / "b", [WITHOUT_ID, WITHOUT_ID]))
    assert books.amounts() == [5_000, 5_000]


def test_period_covered_twice_adds_what_is_new(books: Books, tmp_path: Path) -> None:
    later = Paid(99, "R-12", day="2026-03-04")
    books.take(camt(tmp_path / "a", ALL))
    books.take(camt(tmp_path / "b", [*ALL, later]))
    assert books.amounts() == sorted([*(one.amount for one in ALL), 99])


def test_one_name_of_the_banks_twice_in_a_statement_is_one(books: Books, tmp_path: Path) -> None:
    books.take(camt(tmp_path / "a", [NAMED, NAMED]))
    assert books.amounts() == [700]


def test_one_name_on_another_day_is_one(books: Books, tmp_path: Path) -> None:
    books.take(camt(tmp_path / "a", [NAMED]))
    books.take(mt940(tmp_path / "b", [Paid(700, "R-9", day="2026-03-04", ref="BANK-1")]))
    assert books.amounts() == [700]


def test_one_name_with_another_amount_is_for_a_person(books: Books, tmp_path: Path) -> None:
    books.invoice("R-9", 701)
    books.take(camt(tmp_path / "a", [NAMED]))
    books.take(camt(tmp_path / "b", [Paid(701, "R-9", ref="BANK-1")]))
    second = books.entries()[1]
    assert (second.state, second.unmatched_minor) == (EntryState.OPEN, 701)
    assert second.reason == "It may be the same money as entry 1 of a."


def test_another_text_payer_or_id_is_other_money(books: Books, tmp_path: Path) -> None:
    books.take(camt(tmp_path / "a", [Paid(text="R-1 of May", iban="DE02120300000000202051")]))
    books.take(camt(tmp_path / "b", [Paid(text="R-2 of May", iban="DE02120300000000202051")]))
    books.take(mt940(tmp_path / "c", [Paid(text="R-1 of May", iban="DE02500105170137075030")]))
    assert books.amounts() == [10_000] * 3


def test_entry_that_says_nothing_may_be_known_and_waits(books: Books, tmp_path: Path) -> None:
    books.take(camt(tmp_path / "a", [PLAIN]))
    [file] = books.take(mt940(tmp_path / "b", [PLAIN])).bank
    assert file.statements[0].doubtful == 1
    assert books.entries()[1].rule == "maybe_same"


BATCH = Batch((Paid(100, "R-1"), Paid(200, "R-2"), Paid(300, "R-3")), ref="SAMMEL-1")
TOTAL = Batch(BATCH.parts, ref="SAMMEL-1", apart=False)


@pytest.mark.parametrize("write", [camt, mt940])
def test_batch_that_comes_apart_later_counts_once(
    books: Books, tmp_path: Path, write: Callable[[Path, list[Batch]], Path]
) -> None:
    books.take(write(tmp_path / "a", [TOTAL]))
    books.take(camt(tmp_path / "b", [BATCH], notification=True))
    assert books.amounts() == [100, 200, 300]
    assert books.states()[EntryState.TAKEN_APART] == 1
    books.take(write(tmp_path / "c", [TOTAL]))
    books.take(camt(tmp_path / "d", [BATCH]))
    assert books.amounts() == [100, 200, 300]


@pytest.mark.parametrize("write", [camt, mt940])
def test_total_of_a_batch_that_is_known_apart_adds_nothing(
    books: Books, tmp_path: Path, write: Callable[[Path, list[Batch]], Path]
) -> None:
    books.take(camt(tmp_path / "a", [BATCH], notification=True))
    books.take(write(tmp_path / "b", [TOTAL]))
    assert books.amounts() == [100, 200, 300]


def test_batch_that_a_person_dealt_with_stays_one(books: Books, tmp_path: Path) -> None:
    books.invoice("R-77", 600)
    books.take(camt(tmp_path / "a", [TOTAL]))
    with books.database.transaction() as session:
        assign(books.journal(session), 1, [("R-77", None)], key="k")
    [file] = books.take(camt(tmp_path / "b", [BATCH], notification=True)).bank
    assert file.statements[0].as_one == 3
    assert books.amounts() == [600]


def test_payment_of_a_payments_file_is_not_booked_again(books: Books, tmp_path: Path) -> None:
    books.invoice("R-9", 1_000)
    books.pay("BANK-1", "R-9", 700)
    books.take(camt(tmp_path / "a", [NAMED]))
    [entry] = books.entries()
    assert (entry.state, entry.unmatched_minor) == (EntryState.MATCHED, 0)
    assert books.balance("R-9") == 300
    with books.database.transaction() as session:
        paid = session.get_one(PaymentRecord, "BANK-1")
        assert (paid.entry, paid.entry_minor) == (entry.id, 700)


def test_row_of_a_payments_file_that_the_bank_said_is_not_booked_again(
    books: Books, tmp_path: Path
) -> None:
    books.invoice("R-9", 500)
    books.invoice("R-10", 500)
    books.take(camt(tmp_path / "a", [Paid(700, "for R-9 and R-10, in part", ref="BANK-1")]))
    with books.database.transaction() as session:
        assign(books.journal(session), 1, [("R-9", 400), ("R-10", 300)], key="k")
    books.pay("BANK-1", "R-9", 400)
    assert (books.balance("R-9"), books.balance("R-10")) == (100, 200)

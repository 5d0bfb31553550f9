"""camt.053 and .054 of debits: what came, in one or in a batch, and what went back; each once."""

from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import permutations
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import Session
from sqlmodel import select as select_records

from activities import unmatched
from activities.banking.narrowing import narrow_ledger
from activities.examined_record import books as examined
from activities.matching import entry_of, ledger_of
from models.tables import METADATA, BankEntryRecord, EntryState
from rules.matching import match
from rules.returns import REASONS, Reason
from tests.banking.files import Batch, Line, Paid, camt, mt940
from tests.debits.conftest import OneEngine
from tests.debits.files import Said, pain002
from tests.debits.ledger import DebitBooks, Outcome, assert_follows

MESSAGE = "house-260304-1"
BATCH = f"{MESSAGE}-1"
DAY = "2026-03-05"


def came(key: str, amount: int = 10_000) -> Paid:
    return Paid(amount, e2e=key, day=DAY, ref=f"C{key}")


def back(key: str, amount: int = -10_000, code: str = "AC04", day: str = "2026-03-09") -> Paid:
    return Paid(amount, e2e=key, day=day, code=code, ref=f"B{key}")


def summed(*keys: str, amount: int = 10_000, name: str = BATCH) -> Batch:
    """A credit that nobody takes apart."""
    return Batch(tuple(came(key, amount) for key in keys), apart=False, name=name, ref="S")


def every_cent(books: DebitBooks) -> None:
    """Entries = allocated + credit + unmatched; nothing is booked twice."""
    with books.database.transaction() as session:
        went = _went(session)
        assert [*examined(session)] == []
    for one in books.entries():
        if one.state not in (EntryState.TAKEN_APART, EntryState.SET_ASIDE):
            assert went[one.id] + one.unmatched_minor == one.amount_minor, one.reason


def _went(session: Session) -> Counter[int | None]:
    went: Counter[int | None] = Counter()
    for table, minor in (("payment", "entry_minor"), ("credit", "amount_minor")):
        columns = METADATA.tables[table].c
        query = select(columns.entry, columns[minor]).where(columns.entry.is_not(None))
        for entry, part in session.connection().execute(query):
            went[entry] += part
    return went


# --- what came -----------------------------------------------------------------------------------


def test_credit_of_one_debit_is_its_success(books: DebitBooks, tmp_path: Path) -> None:
    one, other = books.debited("R-1", "R-2")
    books.write()
    books.take(camt(tmp_path / "a.xml", [came(one)]))
    assert (books.attempt(one).state, books.balance("R-1")) == ("succeeded", 0)
    assert (books.attempt(other).state, books.balance("R-2")) == ("pending", 10_000)
    [paid], [entry] = books.payments("R-1"), books.entries()
    assert (paid.payment_id, paid.source, paid.entry) == (one, "collection", entry.id)
    assert (entry.state, entry.rule) == ("matched", "collection")
    every_cent(books)


def test_same_credit_in_another_file_is_no_second_money(books: DebitBooks, tmp_path: Path) -> None:
    [key] = books.debited("R-1")
    books.write()
    books.take(camt(tmp_path / "a.xml", [came(key)], notification=True))
    books.take(camt(tmp_path / "b.xml", [came(key)]))
    books.take(mt940(tmp_path / "c.sta", [came(key)]))
    assert len(books.payments("R-1")) == 1
    every_cent(books)


def test_credit_of_another_amount_is_for_a_person(books: DebitBooks, tmp_path: Path) -> None:
    [key] = books.debited("R-1")
    books.write()
    books.take(camt(tmp_path / "a.xml", [came(key, 9_000)]))
    [entry] = books.entries()
    assert entry.reason == f"debit {key} was of 100.00 EUR, and 90.00 EUR came"
    assert books.attempt(key).state == "pending"
    every_cent(books)


def test_batch_that_is_booked_as_one_is_all_its_debits(books: DebitBooks, tmp_path: Path) -> None:
    keys = books.debited("R-1", "R-2", "R-3")
    books.write()
    books.take(camt(tmp_path / "a.xml", [summed(*keys)]))
    assert {books.attempt(key).state for key in keys} == {"succeeded"}
    [entry] = books.entries()
    assert (entry.batch, entry.reason) == (BATCH, f"is our batch {BATCH} of 3 debits")
    assert {books.payments(name)[0].entry for name in ("R-1", "R-2", "R-3")} == {entry.id}
    every_cent(books)


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("NONREF", f"KREF+{BATCH}?21SVWZ+SAMMELGUTSCHRIFT"),
        (BATCH, "SAMMELGUTSCHRIFT"),
    ],
)
def test_batch_in_mt940_is_known_by_the_name_that_the_bank_gives(
    books: DebitBooks, tmp_path: Path, reference: str, words: str
) -> None:
    keys = books.debited("R-1", "R-2")
    books.write()
    path = mt940(tmp_path / "a.sta", [summed(*keys)])
    text = path.read_text("utf-8").replace("NTRFNONREF", f"NDDT{reference}")
    path.write_text(text.replace("SAMMELGUTSCHRIFT", words), "utf-8")
    books.take(path)
    assert {books.attempt(key).state for key in keys} == {"succeeded"}
    every_cent(books)


def test_batch_without_those_that_were_refused_is_the_others(
    books: DebitBooks, tmp_path: Path
) -> None:
    keys = books.debited("R-1", "R-2", "R-3")
    books.write()
    books.take(pain002(tmp_path / "p.xml", MESSAGE, Said("RJCT", "AC04", keys[0])))
    books.take(camt(tmp_path / "a.xml", [summed(*keys[1:])]))
    assert [books.attempt(key).state for key in keys] == ["failed_hard", "succeeded", "succeeded"]
    every_cent(books)


def test_batch_of_another_sum_is_for_a_person_and_moves_nothing(
    books: DebitBooks, tmp_path: Path
) -> None:
    keys = books.debited("R-1", "R-2")
    books.write()
    books.take(camt(tmp_path / "a.xml", [summed(keys[0], amount=19_950)]))
    [entry] = books.entries()
    assert entry.reason == (
        f"of our batch {BATCH} 2 debits of 200.00 EUR were awaited, and 199.50 EUR came"
    )
    assert {books.attempt(key).state for key in keys} == {"pending"}
    every_cent(books)


def test_person_who_assigns_a_batch_has_its_debits_succeed(
    books: DebitBooks, tmp_path: Path
) -> None:
    keys = books.debited("R-1", "R-2")
    books.write()
    books.take(camt(tmp_path / "a.xml", [summed(keys[0], amount=10_000)]))
    [entry] = books.entries()
    with books.database.transaction() as session:
        unmatched.assign(books.journal(session), entry.id or 0, [("R-1", None)], key="k")
    assert [books.attempt(key).state for key in keys] == ["succeeded", "pending"]
    assert [paid.payment_id for paid in books.payments("R-1")] == [keys[0]]
    assert books.entries()[0].state == "matched"
    every_cent(books)


def test_batch_that_is_told_apart_is_each_of_its_debits(books: DebitBooks, tmp_path: Path) -> None:
    keys = books.debited("R-1", "R-2")
    books.write()
    parts = tuple(came(key) for key in keys)
    books.take(camt(tmp_path / "a.xml", [summed(*keys)]))
    books.take(camt(tmp_path / "b.xml", [Batch(parts, name=BATCH, ref="S")], notification=True))
    assert {books.attempt(key).state for key in keys} == {"succeeded"}
    assert books.balance("R-1") == books.balance("R-2") == 0
    every_cent(books)


# --- what went back ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def returned(one_engine: OneEngine, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    """A statement on which a debit goes back after its success for every reason of the table."""
    folder = tmp_path_factory.mktemp("returned")
    books = one_engine.begin(folder)
    keys = dict(zip(REASONS, books.debited(*REASONS), strict=True))
    books.write()
    books.take(camt(folder / "a.xml", [came(key) for key in keys.values()]))
    books.take(camt(folder / "b.xml", [back(key, code=code) for code, key in keys.items()]))
    every_cent(books)
    return {code: books.outcome(code) for code in REASONS}


@pytest.mark.parametrize("reason", REASONS.values(), ids=REASONS)
def test_return_after_success_does_what_the_table_says_of_its_reason(
    returned: dict[str, Outcome], reason: Reason
) -> None:
    found = returned[reason.code]
    assert found.attempt.state == "succeeded"
    assert found.attempt.returned_on == date(2026, 3, 9)
    assert found.attempt.return_code == reason.code
    assert_follows(found, reason)


def test_return_whose_reason_nobody_knows_is_booked_and_asks_a_person(
    books: DebitBooks, tmp_path: Path
) -> None:
    [key] = books.debited("R-1")
    books.write()
    books.take(camt(tmp_path / "a.xml", [came(key), back(key, code="XX99")]))
    assert books.balance("R-1") == 10_000
    assert "reason XX99 is not known" in {one.detail for one in books.troubles()}
    every_cent(books)


def test_return_with_charges_takes_back_the_debit_only(books: DebitBooks, tmp_path: Path) -> None:
    [key] = books.debited("R-1")
    books.write()
    path = camt(tmp_path / "a.xml", [came(key), back(key, -10_350)])
    charges = '<Chrgs><Rcrd><Amt Ccy="EUR">3.50</Amt><CdtDbtInd>DBIT</CdtDbtInd></Rcrd></Chrgs>'
    text = path.read_text("utf-8").replace("<RtrInf>", f"{charges}<RtrInf>")
    path.write_text(text, "utf-8")
    books.take(path)
    assert books.balance("R-1") == 10_000
    assert [paid.amount_minor for paid in books.payments("R-1")] == [10_000, -10_000]
    assert books.attempt(key).returned_on == date(2026, 3, 9)


def test_return_in_any_order_and_twice_is_the_same(books: DebitBooks, tmp_path: Path) -> None:
    """The credit, the return, and both again: in whatever order files come in."""
    lines: dict[str, list[Line]] = {}
    for number, order in enumerate(permutations(("came", "back", "both"))):
        [key] = books.debited(f"R-{number}")
        books.write()
        lines = {"came": [came(key)], "back": [back(key)], "both": [came(key), back(key)]}
        for name in order:
            notification = name != "both"
            path = tmp_path / f"{number}-{name}.xml"
            books.take(camt(path, lines[name], notification=notification))
        assert books.balance(f"R-{number}") == 10_000, order
        amounts = [paid.amount_minor for paid in books.payments(f"R-{number}")]
        assert amounts == [10_000, -10_000], order
        every_cent(books)


def test_return_before_its_batch_came_leaves_the_batch_whole(
    books: DebitBooks, tmp_path: Path
) -> None:
    keys = books.debited("R-1", "R-2")
    books.write()
    books.take(camt(tmp_path / "a.xml", [back(keys[0])]))
    assert books.attempt(keys[0]).return_code == "AC04"
    books.take(camt(tmp_path / "b.xml", [summed(*keys)]))
    assert (books.balance("R-1"), books.balance("R-2")) == (10_000, 0)
    assert {one.state for one in books.entries()} == {"matched"}
    every_cent(books)


def test_second_return_of_a_debit_takes_nothing_of_a_later_one(
    books: DebitBooks, tmp_path: Path
) -> None:
    [key] = books.debited("R-1")
    books.write()
    books.take(camt(tmp_path / "a.xml", [came(key), back(key, code="AM04")]))
    again = books.debit("R-1", "M-C-R-1-1")
    books.write()
    second = Paid(-10_000, e2e=key, day="2026-03-11", code="AM04", ref="ANOTHER")
    books.take(camt(tmp_path / "b.xml", [came(again), second]))
    assert books.balance("R-1") == 0
    assert books.attempt(again).returned_on is None
    assert books.entries()[-1].reason == f"debit {key} went back before"
    every_cent(books)


def test_return_that_names_its_invoice_only_is_known_as_the_debits(
    books: DebitBooks, tmp_path: Path
) -> None:
    [key] = books.debited("2026-0001")
    books.write()
    lines = [came(key), Paid(-10_000, "RETURN 2026-0001", day="2026-03-09", code="AC04", ref="X")]
    books.take(camt(tmp_path / "a.xml", lines))
    assert (books.attempt(key).return_code, books.balance("2026-0001")) == ("AC04", 10_000)


def test_return_of_a_debit_that_was_refused_is_for_a_person(
    books: DebitBooks, tmp_path: Path
) -> None:
    [key] = books.debited("R-1")
    books.write()
    books.take(pain002(tmp_path / "p.xml", MESSAGE, Said("RJCT", "AC04", key)))
    books.take(camt(tmp_path / "a.xml", [back(key)]))
    assert books.entries()[0].reason == f"debit {key} was refused before any money of it came"
    assert books.balance("R-1") == 10_000
    every_cent(books)


def test_mandate_for_one_debit_is_used_up_once_it_came(books: DebitBooks, tmp_path: Path) -> None:
    books.invoice("R-1")
    method = books.mandate(frequency="one_off")
    key = books.debit("R-1", method)
    books.write()
    books.take(camt(tmp_path / "a.xml", [came(key)]))
    assert books.method(method).state == "used_up"


def test_verdict_of_a_page_is_that_of_the_whole_ledger(books: DebitBooks, tmp_path: Path) -> None:
    keys = books.debited("2026-0001", "2026-0002", "2026-0003")
    books.write()
    lines: list[Line] = [
        came(keys[0]),
        summed(*keys, amount=9_000),
        back(keys[1]),
        came(keys[2], 5_000),
    ]
    books.take(camt(tmp_path / "a.xml", lines))
    with books.database.transaction() as session:
        whole = ledger_of(books.journal(session))
        records = session.exec(select_records(BankEntryRecord)).all()
        looks = [replace(entry_of(one), amount=one.amount_minor) for one in records]
        gone = replace(looks[0], amount=-10_000, is_return=True)
        looks += [gone, replace(gone, end_to_end_id="", remittance="RETURN 2026-0001")]
        verdicts = [match(look, narrow_ledger(session, look)) for look in looks]
        assert verdicts == [match(look, whole) for look in looks]
    assert {verdict.rule for verdict in verdicts} == {"doubt", "return"}
    assert [len(verdict.debits) for verdict in verdicts[-2:]] == [1, 1]

"""pain.002: what the bank refuses moves exactly the debits it speaks of; what it accepts moves none."""

from pathlib import Path

import pytest

from models.settings import HOME
from rules.returns import REASONS, Consequence, Reason
from tests.debits.conftest import OneEngine
from tests.debits.files import Said, pain002
from tests.debits.ledger import DebitBooks, Outcome, assert_follows

MESSAGE = "house-260304-1"
STATES = {Consequence.RETRY: "failed_soft"} | dict.fromkeys(
    (Consequence.CORRECT, Consequence.OUR_FAULT), "rejected"
)


def example(name: str) -> Path:
    """One of the shared statements."""
    path = HOME.parent / "shared" / "data" / "statements" / name
    if not path.exists():
        pytest.skip("the shared data is not beside this tree")
    return path


@pytest.fixture(scope="module")
def refused(one_engine: OneEngine, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    """A bank that refuses a debit for every reason of the table, in one file; and one it does not."""
    folder = tmp_path_factory.mktemp("refused")
    books = one_engine.begin(folder)
    keys = books.debited(*REASONS, "other")
    books.write()
    orders = (Said("RJCT", code, key) for code, key in zip(REASONS, keys, strict=False))
    books.take(pain002(folder / "a.xml", MESSAGE, *orders))
    return {name: books.outcome(name) for name in (*REASONS, "other")}


@pytest.mark.parametrize("reason", REASONS.values(), ids=REASONS)
def test_refused_order_does_what_the_table_says_of_its_reason(
    refused: dict[str, Outcome], reason: Reason
) -> None:
    found = refused[reason.code]
    state = STATES.get(reason.consequence, "failed_hard")
    assert (found.attempt.state, found.attempt.code) == (state, reason.code)
    assert_follows(found, reason)


def test_order_beside_the_refused_ones_is_under_way(refused: dict[str, Outcome]) -> None:
    assert refused["other"].attempt.state == "pending"


def test_answer_that_came_before_changes_nothing_again(books: DebitBooks, tmp_path: Path) -> None:
    [key] = books.debited("R-1")
    books.write()
    books.take(pain002(tmp_path / "a.xml", MESSAGE, Said("RJCT", "AM04", key)))
    before = books.rows()
    books.take(pain002(tmp_path / "b.xml", MESSAGE, Said("RJCT", "MD07", key)))
    assert books.attempt(key).code == "AM04"
    changed = {name for name, count in books.rows().items() if count != before[name]}
    assert changed == {"bank_file", "payment_status"}


@pytest.mark.parametrize("status", ["ACTC", "ACCP", "ACSP", "ACSC", "ACWC", "PART", "PDNG"])
def test_what_the_bank_accepts_is_not_money_yet(
    books: DebitBooks, tmp_path: Path, status: str
) -> None:
    [key] = books.debited("R-1")
    books.write()
    said = Said(status)
    books.take(pain002(tmp_path / "a.xml", MESSAGE, Said(status, name=key), whole=said, batch=said))
    assert books.attempt(key).state == "pending"
    assert books.debit_files()[0].status == status
    assert [one.detail for one in books.events("debit_file_answered")] == [status]


def test_file_that_is_refused_refuses_every_debit_in_it(books: DebitBooks, tmp_path: Path) -> None:
    one, two = books.debited("R-1", "R-2")
    books.write()
    [later] = books.debited("R-3")
    books.write()
    books.take(pain002(tmp_path / "a.xml", MESSAGE, whole=Said("RJCT", "FF01")))
    assert {books.attempt(key).state for key in (one, two)} == {"rejected"}
    assert books.attempt(later).state == "pending"
    assert [file.status for file in books.debit_files()] == ["RJCT", ""]


def test_order_without_a_name_is_known_by_its_amount_where_one_alone_has_it(
    books: DebitBooks, tmp_path: Path
) -> None:
    small, large = books.debited("R-1", amount=1_000) + books.debited("R-2", amount=2_000)
    books.write()
    batch = Said("PART", name=f"{MESSAGE}-1")
    books.take(
        pain002(tmp_path / "a.xml", MESSAGE, Said("RJCT", "AC04", amount="20.00"), batch=batch)
    )
    assert [books.attempt(key).state for key in (small, large)] == ["pending", "failed_hard"]


def test_order_without_a_name_of_an_amount_that_two_have_moves_neither(
    books: DebitBooks, tmp_path: Path
) -> None:
    keys = books.debited("R-1", "R-2")
    books.write()
    batch = Said("PART", name=f"{MESSAGE}-1")
    books.take(
        pain002(tmp_path / "a.xml", MESSAGE, Said("RJCT", "AC04", amount="100.00"), batch=batch)
    )
    assert {books.attempt(key).state for key in keys} == {"pending"}


def test_reason_that_nobody_knows_changes_nothing_and_asks_a_person(
    books: DebitBooks, tmp_path: Path
) -> None:
    [key] = books.debited("R-1")
    books.write()
    books.take(pain002(tmp_path / "a.xml", MESSAGE, Said("RJCT", "XX99", key)))
    assert books.attempt(key).state == "pending"
    [trouble] = books.troubles()
    assert (trouble.reference, trouble.detail) == ("R-1", "reason XX99 is not known")
    assert [one.detail for one in books.events("unknown_reason")] == ["XX99"]


def test_answer_to_nothing_we_sent_is_said_and_changes_nothing(
    books: DebitBooks, tmp_path: Path
) -> None:
    [key] = books.debited("R-1")
    books.write()
    refused = Said("RJCT", "AC04", "not ours")
    path = pain002(tmp_path / "a.xml", "NOT OURS", refused, whole=Said("RJCT", "AC04"))
    [file] = books.take(path).bank
    assert file.strangers == 2  # the order, and the file
    assert books.attempt(key).state == "pending"
    assert [one.detail for one in books.events("answer_to_no_order")] == ["2"]


# --- the shared examples -------------------------------------------------------------------------


def test_example_that_was_accepted_moves_nothing(books: DebitBooks) -> None:
    message = books.sent("20110102-0000001")
    books.invoice("R-1")
    key = books.debit("R-1", books.mandate(), file=message, batch=f"{message}-1")
    books.take(example("corporatejs_pain.002.001.03_01_accepted-technical-check.xml"))
    assert books.attempt(key).state == "pending"
    assert [file.status for file in books.debit_files()] == ["ACTC"]


def test_example_of_some_refused_moves_one_order_and_one_whole_batch(books: DebitBooks) -> None:
    message, batch = books.sent("MsgId_110610"), "20140102-123456-"
    of_batch = {"TEST PMT": "01", "A": "01", "B": "02", "C": "02", "D": "03", "E": "04"}
    for name, number in of_batch.items():
        books.invoice(name, customer=f"C-{name}")
        method = books.mandate(f"C-{name}")
        books.debit(name, method, key=name, file=message, batch=batch + number)
    path = example("corporatejs_pain.002.001.03_04_accepted-and-rejected-payments.xml")
    [file] = books.take(path).bank
    states = {name: (books.attempt(name).state, books.attempt(name).code) for name in of_batch}
    assert states == {
        "TEST PMT": ("rejected", "NARR"),
        "A": ("pending", ""),
        "B": ("rejected", "DT01"),
        "C": ("rejected", "DT01"),
        "D": ("pending", ""),
        "E": ("pending", ""),
    }
    assert file.strangers == 0
    assert {one.reference for one in books.troubles()} == {"TEST PMT", "B", "C"}


def test_example_of_a_refused_file_moves_all_of_it(books: DebitBooks) -> None:
    message, other = books.sent("MsgId_20140108-00004"), "another"
    for name in ("A", "B"):
        books.invoice(name, customer=f"C-{name}")
    books.debit("A", books.mandate("C-A"), key="A", file=message, batch="20140108-123456-01")
    books.debit("B", books.mandate("C-B"), key="B", file=message, batch=other)
    [untouched] = books.debited("R-1")
    books.write()
    books.take(example("corporatejs_pain.002.001.03_05_rejected-payment-material.xml"))
    assert [(books.attempt(key).state, books.attempt(key).code) for key in ("A", "B")] == [
        ("rejected", "DT01"),
        ("rejected", "DT01"),
    ]
    assert books.attempt(untouched).state == "pending"

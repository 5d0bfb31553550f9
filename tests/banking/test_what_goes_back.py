"""Money that goes back: the debt stands again, whatever was done with the payment meanwhile."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import permutations
from pathlib import Path

import pytest
from sqlalchemy import func, select

from activities import allocating
from activities import books as bookings
from activities.credit import add_line, all_credit
from activities.facts import ladder_for
from activities.journal import Journal
from activities.refunding import Wanted, request
from activities.unmatched import assign, credit_entry
from models.tables import METADATA, BankEntryRecord, EntryState, InvoiceRecord, RefundRecord
from rules.case import Status
from rules.errors import UserMistake
from rules.matching import Rule, Share
from tests.banking.books import Books
from tests.banking.files import Paid, camt

_OUTBOX = METADATA.tables["outbox"]
R = "2024-00101"
PAYMENT = Paid(10_000, f"Rechnung {R}", ref="B1", e2e="E1")
RETURN = Paid(-10_000, f"Rechnung {R}", day="2026-03-04", ref="B2", e2e="E1", code="AC04")
UNMARKED = Paid(-10_000, "zurueck", day="2026-03-04", ref="B2", e2e="E1")


def put(books: Books, folder: Path, *lines: Paid) -> None:
    number = len(list(folder.glob("*.xml")))
    books.take(camt(folder / f"{number}.xml", lines))


def by_hand(books: Books, act: Callable[[Journal], object]) -> None:
    with books.database.transaction() as session:
        act(books.journal(session))


def credits(books: Books) -> dict[str, int]:
    with books.database.transaction() as session:
        return {customer: minor.minor for customer, minor in all_credit(session)}


def end(books: Books, status: Status, key: str = "end") -> None:
    def act(journal: Journal) -> None:
        invoice = journal.session.get_one(InvoiceRecord, R)
        ladder = ladder_for(journal.session, invoice.policy)
        bookings.end(journal, ladder, invoice, status, key)

    by_hand(books, act)


def stands(books: Books, number: str = R) -> tuple[int, str]:
    with books.database.transaction() as session:
        invoice = session.get_one(InvoiceRecord, number)
        return invoice.balance_minor, invoice.status


def troubles(books: Books) -> list[str]:
    """What waits for a person at the customer."""
    with books.database.transaction() as session:
        return sorted(books.journal(session).all_troubles("C1"))


@pytest.mark.parametrize("back", [RETURN, UNMARKED])
@pytest.mark.parametrize("order", [*permutations(range(3))])
def test_debt_stands_again_in_any_order_of_files(
    books: Books, tmp_path: Path, back: Paid, order: tuple[int, ...]
) -> None:
    """The third thing that comes is the invoice itself."""
    things: list[Callable[[], object]] = [
        lambda: put(books, tmp_path, PAYMENT),
        lambda: put(books, tmp_path, back),
        lambda: books.invoice(R),
    ]
    for which in order:
        things[which]()
    put(books, tmp_path, Paid(1, "another day", day="2026-03-02"))
    assert stands(books) == (10_000, "open")
    books.pay("B1", R, 10_000)
    books.pay("B2", R, -10_000)
    assert stands(books) == (10_000, "open")


def test_workflow_hears_of_the_return_last(books: Books, tmp_path: Path) -> None:
    books.invoice(R)
    put(books, tmp_path, RETURN)
    put(books, tmp_path, PAYMENT)
    with books.database.transaction() as session:
        query = select(_OUTBOX.c.signal).where(_OUTBOX.c.workflow_id == f"invoice:{R}")
        heard = list(session.scalars(query.order_by(_OUTBOX.c.id)))
    assert heard[-2:] == ["payment_recorded", "payment_returned"]


def test_what_was_forgiven_is_owed_again(books: Books, tmp_path: Path) -> None:
    """A discount was not earned where the money went back; paid once more, it may be again."""
    books.invoice(R)
    put(books, tmp_path, Paid(9_800, "thanks", ref="B1", e2e="E1"))
    by_hand(books, lambda journal: _with_discount(journal, 9_800, 200))
    assert stands(books) == (0, "settled")
    put(books, tmp_path, Paid(-9_800, R, day="2026-03-04", ref="B2", e2e="E1", code="AC04"))
    assert stands(books) == (10_000, "open")
    put(books, tmp_path, Paid(10_000, R, day="2026-03-05", ref="B3"))
    assert (stands(books), credits(books)) == ((0, "settled"), {})


def test_forgiven_part_of_an_overpaid_invoice_stays_while_nothing_is_owed(
    books: Books, tmp_path: Path
) -> None:
    books.invoice(R)
    put(books, tmp_path, Paid(9_800, "thanks", ref="B1"))
    by_hand(books, lambda journal: _with_discount(journal, 9_800, 200))
    put(books, tmp_path, Paid(500, f"Rechnung {R}", ref="B2", e2e="E2"))
    put(books, tmp_path, Paid(-500, R, day="2026-03-04", ref="B3", e2e="E2", code="AC04"))
    assert (stands(books), credits(books)) == ((0, "settled"), {})


def _with_discount(journal: Journal, amount: int, forgiven: int) -> None:
    entry = journal.session.get_one(BankEntryRecord, 1)
    share = Share(R, amount, forgiven)
    allocating.allocate(journal, entry, [share], rule=Rule.NUMBER, reason="as the policy lets go")


def test_written_off_debt_is_owed_again_and_nobody_is_reminded(
    books: Books, tmp_path: Path
) -> None:
    books.invoice(R)
    put(books, tmp_path, Paid(4_000, f"Rechnung {R}", e2e="E1"))
    end(books, Status.WRITTEN_OFF)
    put(books, tmp_path, Paid(-4_000, R, day="2026-03-04", e2e="E1", code="AC04"))
    assert (stands(books), troubles(books)) == ((4_000, "written_off"), ["owed_again"])


@pytest.mark.parametrize("then", ["written off", "paid"])
def test_debt_owed_again_needs_nobody_once_nothing_is_owed(
    books: Books, tmp_path: Path, then: str
) -> None:
    books.invoice(R)
    put(books, tmp_path, Paid(4_000, f"Rechnung {R}", e2e="E1"))
    end(books, Status.WRITTEN_OFF)
    put(books, tmp_path, Paid(-4_000, R, day="2026-03-04", e2e="E1", code="AC04"))
    put(books, tmp_path, Paid(1_000, f"Rechnung {R}", e2e="E2"))
    assert (stands(books), troubles(books)) == ((3_000, "written_off"), ["owed_again"])
    if then == "paid":
        put(books, tmp_path, Paid(3_000, f"Rechnung {R}", e2e="E3"))
    else:
        end(books, Status.WRITTEN_OFF, "end again")
    assert (stands(books), troubles(books)) == ((0, "written_off"), [])


def test_nothing_is_owed_on_a_cancelled_invoice(books: Books, tmp_path: Path) -> None:
    books.invoice(R)
    put(books, tmp_path, Paid(4_000, f"Rechnung {R}", e2e="E1"))
    end(books, Status.CANCELLED)
    put(books, tmp_path, Paid(-4_000, R, day="2026-03-04", e2e="E1", code="AC04"))
    assert stands(books) == (0, "cancelled")


def test_payment_of_several_goes_back_from_each(books: Books, tmp_path: Path) -> None:
    numbers = (R, "2024-00102", "2024-00103")
    for number in numbers:
        books.invoice(number)
    put(books, tmp_path, Paid(30_000, " ".join(numbers), e2e="E1"))
    put(books, tmp_path, Paid(-30_000, "", day="2026-03-04", e2e="E1", code="AC04"))
    assert [stands(books, number) for number in numbers] == [(10_000, "open")] * 3


def test_credit_that_came_for_no_invoice_goes_down(books: Books, tmp_path: Path) -> None:
    books.invoice(R)
    put(books, tmp_path, Paid(7_000, "hello", e2e="E7"))
    by_hand(books, lambda journal: credit_entry(journal, 1, "C1", None, key="k"))
    put(books, tmp_path, Paid(-7_000, "", day="2026-03-04", e2e="E7", code="AC04"))
    assert (credits(books), books.states()) == ({}, {EntryState.MATCHED: 2})


def test_credit_that_was_used_goes_back_only_by_a_persons_word(
    books: Books, tmp_path: Path
) -> None:
    books.invoice(R)
    put(books, tmp_path, Paid(7_000, "hello", e2e="E7"))
    by_hand(books, lambda journal: credit_entry(journal, 1, "C1", None, key="k"))
    by_hand(books, lambda journal: credit_entry_back(journal, 1_000))
    put(books, tmp_path, Paid(-7_000, "", day="2026-03-04", e2e="E7", code="AC04"))
    assert books.entries()[-1].state == EntryState.OPEN
    with pytest.raises(UserMistake, match=r"has 60\.00 EUR of credit"):
        by_hand(books, lambda journal: credit_entry(journal, 2, "C1", None, key="all"))
    by_hand(books, lambda journal: credit_entry(journal, 2, "C1", 6_000, key="part"))
    assert (credits(books), books.entries()[-1].unmatched_minor) == ({}, -1_000)


def credit_entry_back(journal: Journal, amount: int) -> None:
    add_line(journal, ("C1", None, "EUR"), -amount, "set_off")


def test_person_cannot_take_back_more_than_was_paid(books: Books, tmp_path: Path) -> None:
    books.invoice(R)
    put(books, tmp_path, Paid(4_000, f"Rechnung {R}"))
    put(books, tmp_path, Paid(-9_000, "back", day="2026-03-04", code="AC04"))
    with pytest.raises(UserMistake, match=r"only 40\.00 EUR was paid"):
        by_hand(books, lambda journal: assign(journal, 2, [(R, None)], key="k"))
    by_hand(books, lambda journal: assign(journal, 2, [(R, 4_000)], key="k"))
    assert stands(books) == (10_000, "open")


def test_return_under_an_id_of_two_customers_is_the_payers(books: Books, tmp_path: Path) -> None:
    ours, theirs = "DE02120300000000202051", "DE02500105170137075030"
    books.invoice(R)
    books.invoice("2024-00102", customer="C2")
    put(books, tmp_path, Paid(10_000, R, e2e="RENT", iban=ours))
    put(books, tmp_path, Paid(10_000, "2024-00102", e2e="RENT", iban=theirs))
    back = Paid(-10_000, "", day="2026-03-04", e2e="RENT", code="AC04")
    put(books, tmp_path, back)
    assert books.entries()[-1].state == EntryState.OPEN
    put(books, tmp_path, replace(back, day="2026-03-05", iban=ours))
    assert books.entries()[-1].reason.endswith(f"payment of {R}")


def test_entry_on_the_list_is_the_money_of_a_payments_file_that_comes_later(
    books: Books, tmp_path: Path
) -> None:
    books.invoice(R)
    put(books, tmp_path, Paid(10_000, "hello", ref="B1"))
    books.pay("B1", R, 10_000)
    [entry] = books.entries()
    assert (entry.rule, entry.unmatched_minor, stands(books)) == ("same_money", 0, (0, "settled"))


def _refund(books: Books, folder: Path) -> None:
    """30.00 too much is paid back under the key `R1`."""
    books.invoice(R)
    put(books, folder, Paid(13_000, f"Rechnung {R}"))

    def act(journal: Journal) -> None:
        refund, _ = request(journal, Wanted(R, 3_000, "k"))
        refund.key = "R1"

    by_hand(books, act)


LEFT = Paid(-3_000, "refund", day="2026-03-05", e2e="R1", ref="L1")
CAME_BACK = Paid(3_000, "refund", day="2026-03-06", e2e="R1", ref="L2", code="AC04")


@pytest.mark.parametrize("order", [(LEFT, CAME_BACK), (CAME_BACK, LEFT)])
def test_refund_that_came_back_is_credit_again_in_any_order_of_files(
    books: Books, tmp_path: Path, order: tuple[Paid, ...]
) -> None:
    _refund(books, tmp_path)
    for line in order:
        put(books, tmp_path, line)
    assert (credits(books), books.states()) == ({"C1": 3_000}, {EntryState.MATCHED: 3})
    with books.database.transaction() as session:
        [refund] = session.scalars(select(RefundRecord))
        assert refund.state == "failed"


def test_refund_that_left_twice_is_on_the_list(books: Books, tmp_path: Path) -> None:
    _refund(books, tmp_path)
    put(books, tmp_path, LEFT)
    put(books, tmp_path, Paid(-3_000, "refund", day="2026-03-06", e2e="R1", ref="L3"))
    last = books.entries()[-1]
    assert (last.state, last.unmatched_minor) == (EntryState.OPEN, -3_000)
    assert "left the account already" in last.reason


def test_same_files_again_change_no_row(books: Books, tmp_path: Path) -> None:
    books.invoice(R)
    put(books, tmp_path, RETURN)
    put(books, tmp_path, PAYMENT)
    before = books.rows()
    books.take(*sorted(tmp_path.glob("*.xml")))
    assert books.rows() == before
    with books.database.transaction() as session:
        assert session.scalar(select(func.count()).select_from(BankEntryRecord)) == 2
    assert books.entries()[0].booked_on == date(2026, 3, 4)

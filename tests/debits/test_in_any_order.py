"""What is said of debits in another order than anybody wants: no money is lost sight of, no run stays open
without an end, nothing is debited twice."""

from datetime import date

from sqlmodel import select

from activities import collecting
from activities.acts import record_act
from activities.facts import case_of
from gateways.payments import CollectionAnswer, CollectionStatus
from models.messages import ChangeDueDate, RecordAct
from models.tables import CollectionRecord, CollectionRunRecord, PositionRecord
from rules.case import What, collection_move, next_step
from tests.debits.ledger import NOON, DebitBooks

CAME = CollectionAnswer(CollectionStatus.SUCCEEDED)


def refused(code: str) -> CollectionAnswer:
    return CollectionAnswer(CollectionStatus.DECLINED_HARD, code)


def hear(books: DebitBooks, key: str, answer: CollectionAnswer) -> str:
    with books.database.transaction() as session:
        return collecting.hear(books.at(session, NOON), key, answer)


def goes_back(books: DebitBooks, key: str, code: str, invoice: str = "R-1") -> None:
    books.pay(f"back:{key}", invoice, -10_000)
    with books.database.transaction() as session:
        collecting.came_back(books.at(session, NOON), key, code, NOON.date())


def act(books: DebitBooks, wanted: ChangeDueDate) -> str:
    with books.database.transaction() as session:
        asked = RecordAct(
            invoice_number="R-1", customer_id="C-R-1", act=wanted, key=wanted.key, came_in=NOON
        )
        return record_act(books.at(session, NOON), asked).refused


def runs(books: DebitBooks) -> list[str]:
    """Of all invoices, "INVOICE METHOD STATE"."""
    with books.database.transaction() as session:
        found = session.exec(select(CollectionRunRecord)).all()
        return sorted(f"{one.invoice_number} {one.method} {one.state}" for one in found)


def two_tries(books: DebitBooks) -> tuple[str, str]:
    """The first was said to have failed, the second is under way; another mandate is on file."""
    books.invoice("R-1")
    method = books.mandate()
    books.mandate(iban="DE89370400440532013000")
    tries = books.debit("R-1", method, state="failed_soft"), books.debit("R-1", method)
    books.write()
    return tries


def test_late_success_of_a_try_loses_no_sight_of_the_next(books: DebitBooks) -> None:
    first, second = two_tries(books)
    hear(books, first, CAME)
    assert runs(books) == ["R-1 M-C1-1 open"]
    hear(books, second, CAME)
    assert runs(books) == ["R-1 M-C1-1 succeeded"]
    assert [one.payment_id for one in books.payments("R-1")] == [first, second]


def test_late_success_of_a_try_is_enough_where_the_next_fails(books: DebitBooks) -> None:
    first, second = two_tries(books)
    hear(books, first, CAME)
    hear(books, second, refused("AM04"))
    assert [one for one in runs(books) if one.endswith("open")] == []


def test_return_of_a_try_begins_nothing_while_the_next_is_under_way(books: DebitBooks) -> None:
    first, second = two_tries(books)
    hear(books, first, CAME)
    goes_back(books, first, "AC04")
    assert runs(books) == ["R-1 M-C1-1 open"]
    hear(books, second, refused("AC04"))
    assert runs(books) == ["R-1 M-C1-1 failed", "R-1 M-C1-2 open"]


def test_debit_refused_for_its_form_waits_for_nobody_once_its_invoice_is_paid(
    books: DebitBooks,
) -> None:
    [key] = books.debited("R-1")
    books.write()
    books.pay("P1", "R-1", 10_000)
    hear(books, key, refused("FF01"))
    assert runs(books) == ["R-1 M-C-R-1-1 withdrawn"]
    books.pay("P2", "R-1", -10_000)
    with books.database.transaction() as session:
        facts, ladder = case_of(session, "R-1", NOON)
    assert next_step(facts, ladder, NOON).what is What.STAGE


def test_debit_whose_carrier_is_connected_no_more_stays_under_way(books: DebitBooks) -> None:
    [key] = books.debited("R-1")
    books.mandate("C-R-1", iban="DE89370400440532013000")
    hear(books, key, CollectionAnswer(CollectionStatus.NOT_CONNECTED))
    assert (books.attempt(key).state, len(runs(books))) == ("pending", 1)
    [trouble] = books.troubles()
    assert trouble.detail == "nobody is connected who could say what became of it"


def test_try_by_hand_without_a_reason_uses_up_no_mandate(books: DebitBooks) -> None:
    [key] = books.debited("R-1")
    with books.database.transaction() as session:
        session.get_one(CollectionRunRecord, ("R-1", 1)).cause = "by_hand"
    hear(books, key, refused("MS03"))
    assert books.method("M-C-R-1-1").state == "active"


def test_return_without_a_reason_after_the_handover_uses_up_no_mandate(books: DebitBooks) -> None:
    [key] = books.debited("R-1")
    hear(books, key, CAME)
    with books.database.transaction() as session:
        session.get_one(PositionRecord, "R-1").handed_over_on = date(2026, 3, 5)
    goes_back(books, key, "MS03")
    assert books.method("M-C-R-1-1").state == "active"


def test_request_given_up_for_lost_that_arrived_is_under_way(books: DebitBooks) -> None:
    [key] = books.debited("R-1")
    with books.database.transaction() as session:
        session.get_one(CollectionRecord, key).state = "withdrawn"
        session.get_one(CollectionRunRecord, ("R-1", 1)).state = "withdrawn"
    hear(books, key, CollectionAnswer(CollectionStatus.PENDING))
    assert books.attempt(key).state == "withdrawn"  # only queued: no bank has it
    hear(books, key, CollectionAnswer(CollectionStatus.PENDING, "", "pi_1"))
    assert (books.attempt(key).state, runs(books)) == ("pending", ["R-1 M-C-R-1-1 open"])


def test_due_date_stays_once_a_bank_has_the_debit(books: DebitBooks) -> None:
    [key] = books.debited("R-1")
    later = ChangeDueDate(by="anna", key="1", due_date=date(2026, 4, 2))
    books.write()
    assert "is under way" in act(books, later)
    hear(books, key, refused("AM04"))
    assert act(books, later.model_copy(update={"key": "2"})) == ""
    with books.database.transaction() as session:
        facts, ladder = case_of(session, "R-1", NOON)
    move = collection_move(facts, ladder, NOON)
    assert move is not None
    assert move.day == date(2026, 4, 2)

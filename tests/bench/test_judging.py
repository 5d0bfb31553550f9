"""The judge finds nothing where the truth was recorded, and finds every kind of mistake."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from random import Random

import pytest
from sqlmodel import Session, SQLModel, col, create_engine, select

from bench.bank import ACCOUNTS, currency_of
from bench.judging import Verdict, judge
from bench.ledger import Ledger, make_ledger
from bench.open_items import OpenItems
from bench.tale import tell
from bench.truth import FOR_A_PERSON, Meaning, Payment
from models.tables import CreditRecord, InvoiceRecord, PaymentRecord
from models.tables.bank import BankEntryRecord, EntryState

NOW = datetime(2024, 7, 1, tzinfo=UTC)
Saboteur = Callable[[Session, list[Payment]], None]


class Oracle:
    """Records what is true, as the program would record what it decided."""

    def __init__(self, session: Session, ledger: Ledger) -> None:
        self.session = session
        self.items = OpenItems(Random(0), ledger)
        self.credit: dict[str, int] = dict.fromkeys(ledger.invoices, 0)

    def record(self, at: int, payment: Payment) -> None:
        entry = self._entry(at, payment)
        for number, amount in payment.truth.shares.items():
            self._pay(at, number, amount)
        rest = payment.truth.total - sum(payment.truth.shares.values())
        if rest:
            customer = min(payment.truth.customers)
            self._credit(customer, rest, entry=at)
        self.session.add(entry)

    def _entry(self, at: int, payment: Payment) -> BankEntryRecord:
        states = {
            Meaning.PAYS: EntryState.MATCHED,
            Meaning.NOT_OURS: EntryState.SET_ASIDE,
            Meaning.FOR_A_PERSON: EntryState.OPEN,
        }
        state = states[payment.truth.meaning]
        return BankEntryRecord(
            id=at,
            statement=1,
            account=ACCOUNTS[payment.account],
            booked_on=payment.day,
            value_date=payment.day,
            currency=currency_of(payment.account),
            amount_minor=payment.amount,
            bank_reference=payment.bank_reference,
            state=state.value,
            unmatched_minor=0 if state is EntryState.MATCHED else payment.amount,
            recorded_at=NOW,
        )

    def _pay(self, at: int, number: str, amount: int) -> None:
        invoice = self.items.ledger.invoices[number]
        owed = self.items.balance[number]
        taken_back = min(-amount, self.credit[number])
        allocated = min(amount, owed) if amount > 0 else amount + taken_back
        self.items.balance[number] -= allocated
        self.credit[number] += amount - allocated
        self.session.add(
            PaymentRecord(
                payment_id=f"{at}-{number}",
                invoice_number=number,
                value_date=NOW.date(),
                booked_on=NOW.date(),
                currency=invoice.currency,
                amount_minor=amount,
                allocated_minor=allocated,
                source="bank",
                entry=at,
                recorded_at=NOW,
            )
        )
        if amount != allocated:
            customer = invoice.customer.customer_id
            self._credit(customer, amount - allocated, payment=f"{at}-{number}")

    def _credit(
        self, customer: str, amount: int, *, payment: str | None = None, entry: int | None = None
    ) -> None:
        self.session.add(
            CreditRecord(
                customer_id=customer,
                payment_id=payment,
                entry=entry,
                currency="EUR",
                amount_minor=amount,
                recorded_at=NOW,
            )
        )


@pytest.fixture(scope="module")
def payments() -> list[Payment]:
    ledger = _ledger()
    told = tell(Random(11), ledger, 500)
    for at, payment in enumerate(told):
        payment.bank_reference = f"R{at}"
    return told


def _ledger() -> Ledger:
    return make_ledger(Random(11), invoices=750, customers=75)


@pytest.fixture
def truth_recorded(payments: list[Payment]) -> Iterator[Session]:
    engine = create_engine("sqlite://")
    SQLModel.metadata.create_all(engine)
    with Session(engine) as session:
        ledger = _ledger()
        oracle = Oracle(session, ledger)
        for at, payment in enumerate(payments):
            oracle.record(at, payment)
        for invoice in ledger.invoices.values():
            session.add(
                InvoiceRecord(
                    number=invoice.number,
                    customer_id=invoice.customer.customer_id,
                    policy="p",
                    issue_date=invoice.issued,
                    due_date=invoice.due,
                    currency=invoice.currency,
                    amount_minor=invoice.amount,
                    balance_minor=oracle.items.balance[invoice.number],
                    content="",
                    recorded_at=NOW,
                )
            )
        session.flush()
        yield session
    engine.dispose()


def test_truth_recorded_has_nothing_wrong(truth_recorded: Session, payments: list[Payment]) -> None:
    judgement = judge(truth_recorded, payments)
    wrong = [one for one in judgement.judged if one.verdict is Verdict.WRONG]
    assert wrong == []
    assert judgement.strangers == []
    listed = sum(payment.truth.meaning is Meaning.FOR_A_PERSON for payment in payments)
    assert judgement.count(Verdict.LISTED) == listed > 0
    assert judgement.count(Verdict.AUTOMATIC) == len(payments) - listed


def _first(payments: list[Payment], kind: str) -> int:
    return next(at for at, payment in enumerate(payments) if payment.kind == kind)


def _paid_for(session: Session, entry: int) -> PaymentRecord:
    return session.exec(select(PaymentRecord).where(PaymentRecord.entry == entry)).one()


def another_invoice(session: Session, payments: list[Payment]) -> None:
    paid = _paid_for(session, _first(payments, "number"))
    other = select(InvoiceRecord).where(InvoiceRecord.number != paid.invoice_number)
    paid.invoice_number = session.exec(other).all()[0].number


def a_cent_too_much(session: Session, payments: list[Payment]) -> None:
    _paid_for(session, _first(payments, "part")).allocated_minor += 1


def recorded_twice(session: Session, payments: list[Payment]) -> None:
    at = _first(payments, "number")
    paid = _paid_for(session, at).model_dump()
    entry = session.get_one(BankEntryRecord, at).model_dump()
    session.add(BankEntryRecord(**{**entry, "id": 10_000}))
    session.add(PaymentRecord(**{**paid, "payment_id": "again", "entry": 10_000}))


def not_recorded(session: Session, payments: list[Payment]) -> None:
    session.delete(session.get_one(BankEntryRecord, _first(payments, "fee")))


def a_customers_money_set_aside(session: Session, payments: list[Payment]) -> None:
    at = _first(payments, "number")
    session.delete(_paid_for(session, at))
    session.get_one(BankEntryRecord, at).state = EntryState.SET_ASIDE.value


def a_fee_allocated(session: Session, payments: list[Payment]) -> None:
    _paid_for(session, _first(payments, "number")).entry = _first(payments, "fee")


def doubt_guessed_away(session: Session, payments: list[Payment]) -> None:
    at = next(at for at, payment in enumerate(payments) if payment.truth is FOR_A_PERSON)
    session.get_one(BankEntryRecord, at).state = EntryState.MATCHED.value


def a_strangers_credit(session: Session, payments: list[Payment]) -> None:
    paid = _paid_for(session, _first(payments, "paid twice"))
    query = select(CreditRecord).where(CreditRecord.payment_id == paid.payment_id)
    session.exec(query).one().customer_id = "somebody"


def a_part_let_go(session: Session, payments: list[Payment]) -> None:
    at = _first(payments, "part")
    row = _paid_for(session, at).model_dump()
    changed = {"payment_id": "gone", "source": "small_difference", "allocated_minor": 2}
    session.add(PaymentRecord(**{**row, **changed}))


def an_entry_of_nobody(session: Session, payments: list[Payment]) -> None:
    entry = session.get_one(BankEntryRecord, _first(payments, "fee")).model_dump()
    session.add(BankEntryRecord(**{**entry, "id": 10_000, "bank_reference": "made up"}))


@pytest.mark.parametrize(
    "sabotage",
    [
        another_invoice,
        a_cent_too_much,
        recorded_twice,
        not_recorded,
        a_customers_money_set_aside,
        a_fee_allocated,
        doubt_guessed_away,
        a_strangers_credit,
        a_part_let_go,
        an_entry_of_nobody,
    ],
)
def test_one_mistake_is_found(
    sabotage: Saboteur, truth_recorded: Session, payments: list[Payment]
) -> None:
    sabotage(truth_recorded, payments)
    truth_recorded.flush()
    assert judge(truth_recorded, payments).count(Verdict.WRONG) >= 1


def test_what_was_left_to_a_person_is_neither_wrong_nor_automatic(
    truth_recorded: Session, payments: list[Payment]
) -> None:
    before = judge(truth_recorded, payments).count(Verdict.AUTOMATIC)
    at = _first(payments, "number")
    truth_recorded.delete(_paid_for(truth_recorded, at))
    entry = truth_recorded.get_one(BankEntryRecord, at)
    entry.state, entry.unmatched_minor = EntryState.OPEN.value, entry.amount_minor
    truth_recorded.flush()
    judgement = judge(truth_recorded, payments)
    assert judgement.count(Verdict.WRONG) == 0
    assert judgement.count(Verdict.AUTOMATIC) == before - 1


def test_every_entry_of_the_bank_is_held_against_one_payment(
    truth_recorded: Session, payments: list[Payment]
) -> None:
    entries = truth_recorded.exec(select(col(BankEntryRecord.id))).all()
    found = [one.found for one in judge(truth_recorded, payments).judged]
    assert {entry.id for one in found for entry in one.entries} == set(entries)
    assert all(len(one.entries) == 1 for one in found)

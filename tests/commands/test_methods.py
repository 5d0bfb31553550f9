"""Payment methods and debits as typed: what is told, and what is refused with nothing changed."""

from datetime import date
from pathlib import Path

import pytest
from sqlmodel import Session, create_engine, select

from models.tables import CollectionRecord, PaymentMethodRecord
from rules.collecting import Try
from rules.methods import MethodKind, Provider
from tests.commands.conftest import Command
from tests.commands.record import Record
from tests.methods.builders import IBAN, OTHER_IBAN

MANDATE = ("--iban", IBAN, "--reference", "MAND-1", "--signed-on", "2026-01-05")


@pytest.fixture
def customer(record: Record) -> Record:
    """A customer who owes an invoice, with nothing on file."""
    record.invoice()
    return record


def states(record: Record) -> dict[str, str]:
    with Session(create_engine(record.url)) as session:
        return {one.number: one.state for one in session.exec(select(PaymentMethodRecord))}


def test_a_mandate_is_added_listed_and_withdrawn(customer: Record, command: Command) -> None:
    added = command("method-add", "C1", *MANDATE)
    assert added.status == 0
    assert "Method M-C1-1 is on file, and preferred: DE89…3000." in added.out
    assert "Temporal is away" in added.out
    listed = command("methods", "C1")
    assert "DE89…3000" in listed.out
    assert "2029-01-05" in listed.out
    assert IBAN not in listed.out
    withdrawn = command("method-withdraw", "M-C1-1", "--reason", "moved away")
    assert "Method M-C1-1 is withdrawn: nothing is debited by it any more." in withdrawn.out
    (found,) = command("methods", "C1", "--json").json["methods"]
    assert (found["state"], found["reason"]) == ("withdrawn", "moved away")
    assert found["why_not"] == "its payer withdrew it"
    assert IBAN not in str(found)


def test_a_card_and_by_hand_are_added_and_preferred(customer: Record, command: Command) -> None:
    assert command("method-add", "C1", *MANDATE).status == 0
    card = ("--card", "pm_1", "--provider-customer", "cus_1", "--brand", "visa")
    assert (
        "M-C1-2 is on file: visa." in command("method-add", "C1", *card, "--expires", "2028-05").out
    )
    assert "M-C1-3 is on file: by hand." in command("method-add", "C1", "--by-hand").out
    assert "M-C1-2 is the preferred one" in command("method-prefer", "M-C1-2").out
    found = {one["number"]: one for one in command("methods", "C1", "--json").json["methods"]}
    assert [found[f"M-C1-{n}"]["preferred"] for n in (1, 2, 3)] == [False, True, False]
    assert found["M-C1-2"]["lapses_on"] == "2028-05-31"
    assert "M-C1-1 is deleted" in command("method-delete", "M-C1-1").out


def test_what_ended_is_said_and_stays_so(customer: Record, command: Command) -> None:
    command("method-add", "C1", *MANDATE)
    command("method-delete", "M-C1-1")
    again = command("method-withdraw", "M-C1-1")
    assert (again.status, "had ended already, it was taken off file" in again.out) == (0, True)
    added = command("method-add", "C1", *MANDATE)
    assert (added.status, added.out) == (2, "")
    assert "never used again, it was taken off file: expected a new one" in added.err
    assert states(customer) == {"M-C1-1": "deleted"}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["method-add", "C9", "--by-hand"], "no customer 'C9' is recorded"),
        (["method-add", "C1"], "--reference: is empty, expected the mandate's reference"),
        (["method-add", "C1", "--card", "pm_1", "--by-hand"], "expected one of a mandate"),
        (
            ["method-add", "C1", "--iban", "DE88370400440532013000", "--reference", "A"],
            "--iban: is no valid IBAN",
        ),
        (["method-add", "C1", *MANDATE, "--bic", "BNPAFRPP"], "--bic: BNPAFRPP is a bank in FR"),
        (["method-add", "C1", *MANDATE, "--notice-days", "0"], "expected 1 to 90 days"),
        (["method-add", "C1", "--card", "pm_1", "--expires", "05/28"], "--expires: '05/28'"),
        (
            ["method-add", "C1", *MANDATE[:-1], "2026-12-24"],
            "signed on 2026-12-24 is in the future",
        ),
        (["method-withdraw", "M-9"], "no payment method 'M-9' is recorded"),
        (["method-prefer", "M-9"], "no payment method 'M-9' is recorded"),
        (["methods", "C9"], "no customer 'C9' is recorded"),
        (["collections", "I9"], "no invoice 'I9' is recorded"),
        (["collections", "--csv", "x.csv", "--json"], "not both"),
        (["collect-now", "I9"], "no invoice 'I9' is recorded"),
        (["collection-retry", "I9"], "no invoice 'I9' is recorded"),
    ],
)
def test_nonsense_is_refused_and_nothing_is_recorded(
    customer: Record, command: Command, words: list[str], says: str
) -> None:
    ended = command(*words)
    assert (ended.status, ended.out) == (2, "")
    assert says in ended.err
    assert states(customer) == {}


def test_another_account_under_one_reference_is_refused(customer: Record, command: Command) -> None:
    command("method-add", "C1", *MANDATE)
    ended = command("method-add", "C1", "--iban", OTHER_IBAN, *MANDATE[2:])
    assert ended.status == 2
    assert "withdraw it, then add the new one" in ended.err


def test_debits_are_listed_with_what_became_of_them(
    customer: Record, command: Command, tmp_path: Path
) -> None:
    card = customer.method(kind=MethodKind.CARD, token="pm_1", provider=Provider.STRIPE)
    with customer.writing() as journal:
        for attempt, (state, code) in enumerate(
            [(Try.FAILED_SOFT, "AM04"), (Try.SUCCEEDED, "")], start=1
        ):
            journal.session.add(
                CollectionRecord(
                    key=f"collect:I1:{attempt}",
                    invoice_number="I1",
                    attempt=attempt,
                    method=card,
                    day=date(2026, 3, 2 + attempt),
                    amount_minor=10000,
                    currency="EUR",
                    state=state.value,
                    code=code,
                    started_at=journal.now,
                )
            )
    told = command("collections", "I1")
    assert "not paid: there was not enough money in the account" in told.out
    first, second = command("collections", "--json").json["collections"]
    assert {first["state"], second["state"]} == {"failed_soft", "succeeded"}
    file = tmp_path / "debits.csv"
    assert "2 debits written" in command("collections", "I1", "--csv", str(file)).out
    assert file.read_text("utf-8").splitlines()[1] == (
        "collect:I1:1,2026-03-03,I1,100.00,EUR,M-C1-1,failed_soft,AM04,"
        "not paid: there was not enough money in the account"
    )


def test_nothing_debited_is_said(customer: Record, command: Command) -> None:
    assert command("collections", "I1").out == "Nothing of invoice I1 was debited.\n"
    assert command("methods", "C1").out == "Customer C1 has no payment method on file.\n"

"""Payment methods on file, and the debits by them."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated

import typer

from activities import method_list, methods
from activities.journal import Journal
from activities.method_choice import method_of
from activities.method_list import MethodLine
from activities.zones import newest_zone
from commands.at_hand import (
    database_at_hand,
    known_customer,
    known_method,
    login_name,
    now,
    the_record,
)
from commands.options import (
    AsJson,
    By,
    CustomerKey,
    Reason,
    day,
)
from commands.payments import delivered
from commands.printing import NOT_TOLD, say, show_json, show_table
from gateways.method_rows import wanted_method
from models.tables import PaymentMethodRecord
from rules.clock import REAL_TIME
from rules.errors import UserMistake
from rules.methods import (
    ENDED,
    Brand,
    Frequency,
    MethodKind,
    MethodState,
    Provider,
    Scheme,
    Wanted,
)

app = typer.Typer()
MethodNumber = Annotated[str, typer.Argument(help="The method's number.", metavar="METHOD")]
_OPTIONS = {"token": "card", "expires_on": "expires"}  # whose names are others than the columns'


@dataclass(frozen=True)
class Typed:
    """Options as a row of a methods file; one that is wrong is said by its option's name."""

    values: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")

    def mistake(self, name: str, message: str) -> UserMistake:
        option = _OPTIONS.get(name, name.replace("_", "-"))
        return UserMistake(f"--{option}: {message}")


@app.command("methods")
def show(customer: CustomerKey, as_json: AsJson = False) -> None:
    """List a customer's payment methods: those on file and those that ended."""
    with the_record() as session:
        known_customer(session, customer)
        today = now().astimezone(newest_zone(session)).date()
        found = method_list.lines_of(session, customer, today)
    if as_json:
        show_json({"methods": found})
    elif not found:
        say(f"Customer {customer} has no payment method on file.")
    else:
        head = ("method", "kind", "account", "reference", "state", "last used", "lapses", "why not")
        show_table(head, map(_cells, found))


def _cells(one: MethodLine) -> tuple[str, ...]:
    state = one.state.replace("_", " ")
    return (
        one.number,
        one.agreed,
        one.shown,
        one.reference,
        f"{state}, preferred" if one.preferred and one.is_on_file else state,
        str(one.last_used_on or ""),
        str(one.lapses_on or ""),
        one.why_not,
    )


@app.command("method-add")
def add(
    customer: CustomerKey,
    iban: Annotated[str, typer.Option(help="The account that a mandate is about.")] = "",
    bic: Annotated[str, typer.Option(help="Its bank; needed outside the EEA.")] = "",
    reference: Annotated[str, typer.Option(help="The mandate's reference.")] = "",
    signed_on: Annotated[
        date | None, typer.Option(parser=day, metavar="DATE", help="When it was signed.")
    ] = None,
    scheme: Annotated[
        Scheme | None, typer.Option(help="Which SEPA debit was agreed: core if left out.")
    ] = None,
    sequence: Annotated[
        Frequency | None, typer.Option(help="For many debits (recurrent) or for one.")
    ] = None,
    holder: Annotated[str, typer.Option(help="Whose account or card, if another's.")] = "",
    notice_days: Annotated[
        str,
        typer.Option(metavar="DAYS", help="Agreed days between announcement and debit; 14."),
    ] = "",
    bank: Annotated[str, typer.Option(help="Which of our banks debits; the first.")] = "",
    card: Annotated[
        str, typer.Option(metavar="TOKEN", help="A card, by Stripe's name of it.")
    ] = "",
    provider_customer: Annotated[str, typer.Option(help="The customer's name at Stripe.")] = "",
    brand: Annotated[Brand | None, typer.Option(help="The card's scheme.")] = None,
    expires: Annotated[
        str, typer.Option(metavar="MONTH", help="The card's last month, like 2028-05.")
    ] = "",
    by_hand: Annotated[bool, typer.Option("--by-hand", help="They pay by transfer.")] = False,
    preferred: Annotated[
        bool, typer.Option("--preferred", help="Debit by this one before all others.")
    ] = False,
    by: By = "",
) -> None:
    """Put a payment method on file: a mandate, a card, or that they pay by hand."""
    if [bool(iban or reference), bool(card), by_hand].count(True) > 1:
        raise UserMistake("expected one of a mandate (--reference), --card and --by-hand")
    words = {
        "kind": MethodKind.BY_HAND if by_hand else MethodKind.CARD if card else MethodKind.MANDATE,
        "iban": iban,
        "bic": bic,
        "reference": reference,
        "signed_on": str(signed_on or ""),
        "scheme": scheme or "",
        "sequence": sequence or "",
        "holder": holder,
        "notice_days": notice_days,
        "bank": bank,
        "provider": Provider.STRIPE if card else Provider.BANK,
        "token": card,
        "provider_customer": provider_customer,
        "brand": brand or "",
        "expires_on": expires,
        "preferred": "yes" if preferred else "",
    }
    _add(customer, wanted_method(Typed(words)), by)


def _add(customer: str, wanted: Wanted, by: str) -> None:
    def work(journal: Journal) -> str:
        known_customer(journal.session, customer)
        record = methods.add(journal, customer, wanted)
        if record.state != MethodState.ACTIVE:
            ended = ENDED[MethodState(record.state)]
            raise UserMistake(
                f"method {record.number} is this one and never used again, {ended}: expected a new one"
            )
        preferred = ", and preferred" if record.preferred else ""
        return f"Method {record.number} is on file{preferred}: {method_of(record).shown}."

    _record(work, by)


@app.command("method-withdraw")
def withdraw(number: MethodNumber, reason: Reason = "", by: By = "") -> None:
    """Record that the payer took a mandate back: nothing is debited by it any more."""
    _record(lambda journal: _end(journal, number, methods.withdraw, reason), by)


@app.command("method-delete")
def delete(number: MethodNumber, reason: Reason = "", by: By = "") -> None:
    """Take a payment method off file: it is never used again."""
    _record(lambda journal: _end(journal, number, methods.delete, reason), by)


@app.command("method-prefer")
def prefer(number: MethodNumber, by: By = "") -> None:
    """Debit by this method before all others; by none, where it says that they pay by hand."""

    def work(journal: Journal) -> str:
        known_method(journal.session, number)
        methods.prefer(journal, number)
        return f"Method {number} is the preferred one."

    _record(work, by)


def _end(
    journal: Journal,
    number: str,
    ending: Callable[[Journal, str, str], PaymentMethodRecord],
    reason: str,
) -> str:
    was = known_method(journal.session, number).state
    record = ending(journal, number, reason)
    if was != MethodState.ACTIVE:
        ended = ENDED[MethodState(was)]
        return f"Method {number} had ended already, {ended}; nothing was changed."
    return f"Method {number} is {record.state}: nothing is debited by it any more."


def _record(work: Callable[[Journal], str], by: str) -> None:
    """One transaction; the sentence that says what was recorded; and the workflows are told."""
    with database_at_hand() as database:
        with database.transaction() as session:
            told = work(Journal(session, now(), REAL_TIME, by or login_name()))
        say(told)
        if not asyncio.run(delivered(database)):
            say(f"{NOT_TOLD}.")

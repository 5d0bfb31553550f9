"""What people ask of an invoice: pause, resume, settle, promise, dispute, due, write off, cancel."""

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import Annotated

import typer

from activities.acts import refusal, standing_of
from activities.asking import Wanted, was_done
from activities.facts import case_of
from commands.asking import ask, said, say_it_was_done
from commands.at_hand import known_invoice, now, the_record
from commands.customer_acts import ask_customer
from commands.options import (
    PATIENCE,
    By,
    Key,
    Number,
    NumberOrNone,
    OfCustomer,
    Reason,
    Wait,
    day,
)
from models import messages as say
from models.messages import Case, InvoiceAct
from models.tables import InvoiceRecord
from rules.case import is_over
from rules.errors import UserMistake
from rules.money import parse_minor

app = typer.Typer()


class DisputeEnd(StrEnum):
    """What became of a dispute."""

    REJECTED = "rejected"
    UPHELD = "upheld"


@app.command("pause")
def pause(
    number: NumberOrNone = "",
    customer: OfCustomer = "",
    until: Annotated[
        date | None,
        typer.Option(parser=day, metavar="DATE", help="It ends as this day begins."),
    ] = None,
    reason: Reason = "",
    by: By = "",
    key: Key = "",
    wait: Wait = PATIENCE,
) -> None:
    """Have the ladder of an invoice or of a whole customer wait; the debt stays."""
    act = said(by, key, reason).of(say.Pause, until=until)
    end = f"until {until}" if until else "until somebody resumes it"
    _of_one_or_all(number, customer, act, wait, f"is paused {end}")


@app.command("resume")
def resume(
    number: NumberOrNone = "",
    customer: OfCustomer = "",
    reason: Reason = "",
    by: By = "",
    key: Key = "",
    wait: Wait = PATIENCE,
) -> None:
    """End a pause: the ladder goes on, its windows moved by the paused days."""
    _of_one_or_all(number, customer, said(by, key, reason).of(say.Resume), wait, "is resumed")


@app.command("settle")
def settle(
    number: Number, reason: Reason = "", by: By = "", key: Key = "", wait: Wait = PATIENCE
) -> None:
    """Record that the whole balance was paid by hand, with the reason: the ladder ends."""
    ask_invoice(number, said(by, key, reason).of(say.Settle), wait, "is settled")


@app.command("promise")
def promise(
    number: Number,
    promised: Annotated[
        date,
        typer.Option("--by", parser=day, metavar="DATE", help="The day they promised to pay by."),
    ],
    reason: Reason = "",
    by: Annotated[str, typer.Option("--as", help="Who asks; your login name where left out.")] = "",
    key: Key = "",
    wait: Wait = PATIENCE,
) -> None:
    """Record a customer's promise to pay by a day: the ladder waits through it and its grace."""
    act = said(by, key, reason).of(say.Promise, day=promised)
    ask_invoice(number, act, wait, f"is promised by {promised}")


@app.command("dispute")
def dispute(
    number: Number, reason: Reason = "", by: By = "", key: Key = "", wait: Wait = PATIENCE
) -> None:
    """Record that the customer disputes an invoice: the ladder waits for the outcome."""
    ask_invoice(number, said(by, key, reason).of(say.Dispute), wait, "is disputed")


@app.command("dispute-outcome")
def dispute_outcome(
    number: Number,
    outcome: Annotated[
        DisputeEnd, typer.Argument(metavar="rejected|upheld", help="Whether they were right.")
    ],
    credit: Annotated[
        str,
        typer.Option(
            metavar="AMOUNT", help="Credit this much of an upheld one; without it it is cancelled."
        ),
    ] = "",
    reason: Reason = "",
    by: By = "",
    key: Key = "",
    wait: Wait = PATIENCE,
) -> None:
    """Record what became of a dispute: rejected, the ladder goes on; upheld, it is credited."""
    upheld = outcome is DisputeEnd.UPHELD

    def act(invoice: InvoiceRecord) -> say.DisputeOutcome:
        minor = amount(credit, invoice.currency) if credit else None
        given = said(by, key, reason)
        return given.of(say.DisputeOutcome, upheld=upheld, credit_minor=minor)

    credited = f" with a credit of {credit}" if credit else ", it is cancelled"
    done = f"was disputed rightly{credited}" if upheld else "was disputed wrongly, it goes on"
    ask_invoice(number, act, wait, done)


@app.command("due")
def due(
    number: Number,
    on: Annotated[
        date, typer.Argument(parser=day, metavar="DATE", help="The day it is due on now.")
    ],
    reason: Reason = "",
    by: By = "",
    key: Key = "",
    wait: Wait = PATIENCE,
) -> None:
    """Change an invoice's due date; only before its first notice."""
    act = said(by, key, reason).of(say.ChangeDueDate, due_date=on)
    ask_invoice(number, act, wait, f"is due on {on}")


@app.command("write-off")
def write_off(
    number: Number, reason: Reason = "", by: By = "", key: Key = "", wait: Wait = PATIENCE
) -> None:
    """Give an invoice's debt up: the ladder ends."""
    ask_invoice(number, said(by, key, reason).of(say.WriteOff), wait, "is written off")


@app.command("approve-write-off")
def approve_write_off(
    number: Number, reason: Reason = "", by: By = "", key: Key = "", wait: Wait = PATIENCE
) -> None:
    """Say yes, as another person, to a write-off or a cancellation over the limit."""
    act = said(by, key, reason).of(say.ApproveWriteOff)
    ask_invoice(number, act, wait, "is given up, as was proposed")


@app.command("decline-write-off")
def decline_write_off(
    number: Number, reason: Reason = "", by: By = "", key: Key = "", wait: Wait = PATIENCE
) -> None:
    """Say no, as another person, to a write-off or a cancellation over the limit."""
    act = said(by, key, reason).of(say.DeclineWriteOff)
    ask_invoice(number, act, wait, "is not given up, its ladder goes on")


@app.command("cancel")
def cancel(
    number: Number, reason: Reason = "", by: By = "", key: Key = "", wait: Wait = PATIENCE
) -> None:
    """Cancel an invoice that was wrong: the ladder ends."""
    ask_invoice(number, said(by, key, reason).of(say.Cancel), wait, "is cancelled")


def amount(text: str, currency: str) -> int:
    """A typed amount in minor units. Raises UserMistake with what was expected."""
    try:
        return parse_minor(text, currency)
    except ValueError as error:
        raise UserMistake(str(error)) from error


def _of_one_or_all(
    number: str, customer: str, act: say.Pause | say.Resume, wait: float, done: str
) -> None:
    if bool(number) == bool(customer):
        raise UserMistake("expected an invoice's number, or --customer with a customer's key")
    if number:
        ask_invoice(number, act, wait, done)
    else:
        ask_customer(customer, act, wait, done)


def ask_invoice(
    number: str, act: InvoiceAct | Callable[[InvoiceRecord], InvoiceAct], wait: float, done: str
) -> None:
    """Judged by the record first where the invoice is over: its workflow has ended and says no more."""
    with the_record() as session:
        invoice = known_invoice(session, number)
        chosen = act(invoice) if callable(act) else act
        start = Case(
            invoice_number=number,
            customer_id=invoice.customer_id,
            amount=invoice.amount_minor,
            currency=invoice.currency,
            due_date=invoice.due_date,
        )
        wanted = Wanted(start, chosen, chosen.name)
        if was_done(session, wanted):
            return say_it_was_done(wanted)
        facts, ladder = case_of(session, number, now())
        standing = standing_of(facts, ladder, now())
        if is_over(facts) and (refused := refusal(chosen, standing, invoice.issue_date)):
            raise UserMistake(refused)
    return ask(wanted, wait, f"Invoice {number} {done}.")

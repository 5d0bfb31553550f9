"""A payment typed by hand: recorded as one row of a payments file is."""

import asyncio
from datetime import date
from typing import Annotated
from uuid import uuid4

import typer
from sqlmodel import Session
from temporalio.service import RPCError

from activities.database import Database
from activities.facts import ladder_for
from activities.intake import Taken, take_payments
from activities.journal import Journal
from activities.post import deliver
from commands.acts import amount
from commands.at_hand import database_at_hand, known_invoice, login_name, now
from commands.options import By, Number, day
from commands.printing import NOT_TOLD, say
from gateways.ledger_fields import LONGEST_KEY, shown
from models.tables import PaymentRecord
from rules.clock import REAL_TIME
from rules.errors import Unreachable, UserMistake
from rules.ledger import PaymentRow
from rules.money import Money
from worker import connect

app = typer.Typer()

# An amount below 0 begins as an option does.
_NEGATIVE_NUMBERS = {"ignore_unknown_options": True}


@app.command("pay", context_settings=_NEGATIVE_NUMBERS)
def pay(
    number: Number,
    text: Annotated[
        str,
        typer.Argument(
            metavar="AMOUNT", help="In the invoice's currency, like 60.00; below 0: it went back."
        ),
    ],
    on: Annotated[
        date | None,
        typer.Option(parser=day, metavar="DATE", help="The bank's day; today where left out."),
    ] = None,
    payment_id: Annotated[
        str, typer.Option("--id", help="The bank's reference: the same one is recorded once.")
    ] = "",
    by: By = "",
) -> None:
    """Record money that came in, or went back, as an import of one row does."""
    chosen = _checked_id(payment_id) if payment_id else f"typed:{uuid4()}"
    with database_at_hand() as database:
        with database.transaction() as session:
            told = _record(session, number, text, on, chosen, by or login_name())
        say(told)
        if not asyncio.run(delivered(database)):
            say(f"{NOT_TOLD}.")


def _checked_id(payment_id: str) -> str:
    """As in a payments file. Raises UserMistake."""
    fits = len(payment_id) <= LONGEST_KEY and payment_id.isprintable()
    if not fits or payment_id != payment_id.strip():
        raise UserMistake(
            f"--id {shown(payment_id)} names no payment, expected at most {LONGEST_KEY} "
            "characters without a space at either end"
        )
    return payment_id


def _record(
    session: Session, number: str, text: str, on: date | None, payment_id: str, by: str
) -> str:
    """One transaction; the sentence that says what was recorded."""
    invoice = known_invoice(session, number)
    journal = Journal(session, now(), REAL_TIME, by)
    journal.lock(invoice.customer_id)
    session.refresh(invoice)  # as it is now that nobody else may change it
    moved = Money(amount(text, invoice.currency), invoice.currency)
    if moved.minor == 0:
        raise UserMistake(f"{shown(text)} is nothing, expected an amount")
    today = ladder_for(session, invoice.policy).today(now())
    booked = on or today
    if booked > today:
        raise UserMistake(f"--on {booked} has not come yet, expected a day up to {today}")
    known = session.get(PaymentRecord, payment_id)
    if known is not None:
        return _known(known, number, moved)
    row = PaymentRow(payment_id, booked, number, invoice.currency, moved.minor)
    take_payments(journal, [row], Taken())
    left = Money(invoice.balance_minor, invoice.currency)
    return f"Payment {payment_id} recorded: {moved} on invoice {number}, {left} is still owed."


def _known(known: PaymentRecord, number: str, moved: Money) -> str:
    """Raises UserMistake where the id stands for other money."""
    was = Money(known.amount_minor, known.currency)
    if (known.invoice_number, was) != (number, moved):
        raise UserMistake(
            f"payment {known.payment_id} is recorded already with another content: {was} "
            f"on invoice {known.invoice_number}"
        )
    return f"Payment {known.payment_id} is recorded already; nothing was changed."


async def delivered(database: Database) -> bool:
    """Tell the workflows what was recorded; False where Temporal is away."""
    try:
        await deliver(database, await connect())
    except (Unreachable, RPCError):
        return False
    return True

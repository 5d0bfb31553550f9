"""What people ask of a customer: a mended address, a letter, another try, a yes for the lawyer."""

from typing import Annotated

import typer

from activities.asking import Wanted, was_done
from commands.asking import ask, said, say_it_was_done
from commands.at_hand import known_case, known_customer, the_record
from commands.options import PATIENCE, By, CustomerKey, Key, Reason, Wait
from models import messages as say
from models.messages import Customer, CustomerAct

app = typer.Typer()


@app.command("set-address")
def set_address(
    customer: CustomerKey,
    email: Annotated[
        str, typer.Argument(metavar="EMAIL", help="The address notices go to from now on.")
    ],
    reason: Reason = "",
    by: By = "",
    key: Key = "",
    wait: Wait = PATIENCE,
) -> None:
    """Mend a customer's e-mail address: what waited for it is tried again."""
    act = said(by, key, reason).of(say.SetAddress, email=email)
    ask_customer(customer, act, wait, "has another e-mail address")


@app.command("record-letter")
def record_letter(
    customer: CustomerKey,
    reason: Reason = "",
    by: By = "",
    key: Key = "",
    wait: Wait = PATIENCE,
) -> None:
    """Record that a letter went today instead of a notice that could not be sent."""
    act = said(by, key, reason).of(say.RecordLetter)
    ask_customer(customer, act, wait, "was sent a letter, and its day counts")


@app.command("retry")
def retry(
    customer: CustomerKey,
    reason: Reason = "",
    by: By = "",
    key: Key = "",
    wait: Wait = PATIENCE,
) -> None:
    """Try again what waits for a person at this customer."""
    ask_customer(customer, said(by, key, reason).of(say.Retry), wait, "is tried again")


@app.command("approve-case")
def approve_case(
    case: Annotated[str, typer.Argument(help="The case's number.", metavar="CASE")],
    reason: Reason = "",
    by: By = "",
    key: Key = "",
    wait: Wait = PATIENCE,
) -> None:
    """Say yes to a proposed case: it leaves for the lawyer."""
    act = said(by, key, reason).of(say.ApproveCase, case=case)
    with the_record() as session:
        customer_id = known_case(session, case).customer_id
    ask_customer(customer_id, act, wait, f"goes to the lawyer with case {case}")


def ask_customer(customer_id: str, act: CustomerAct, wait: float, done: str) -> None:
    """An act for a customer's workflow, which runs only from the first overdue invoice on."""
    with the_record() as session:
        known_customer(session, customer_id)
        wanted = Wanted(Customer(customer_id=customer_id), act, act.name)
        if was_done(session, wanted):
            return say_it_was_done(wanted)
    return ask(wanted, wait, f"Customer {customer_id} {done}.")

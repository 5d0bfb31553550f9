"""What people ask of a customer: a mended address or number, a letter, another try, a yes."""

from datetime import date
from typing import Annotated

import typer

from activities.asking import Wanted, was_done
from commands.asking import ask, said, say_it_was_done
from commands.at_hand import known_case, known_customer, the_record
from commands.options import PATIENCE, By, CustomerKey, Key, Reason, Wait, day
from models import messages as say
from models.messages import Customer, CustomerAct

app = typer.Typer()
CaseNumber = Annotated[str, typer.Argument(help="The case's number.", metavar="CASE")]


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


@app.command("set-phone")
def set_phone(
    customer: CustomerKey,
    number: Annotated[
        str, typer.Argument(metavar="NUMBER", help="Where people phone from now on.")
    ],
    reason: Reason = "",
    by: By = "",
    key: Key = "",
    wait: Wait = PATIENCE,
) -> None:
    """Mend a customer's telephone number: the calls that waited for it go on."""
    act = said(by, key, reason).of(say.SetPhone, phone=number)
    ask_customer(customer, act, wait, "has another telephone number")


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


@app.command("send-now")
def send_now(
    customer: CustomerKey,
    reason: Reason = "",
    by: By = "",
    key: Key = "",
    wait: Wait = PATIENCE,
) -> None:
    """Send what is due for a notice today instead of on its planned day, where its window is open."""
    act = said(by, key, reason).of(say.SendNow)
    ask_customer(customer, act, wait, "is sent a notice now; the planned day does nothing more")


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
    case: CaseNumber,
    reason: Reason = "",
    by: By = "",
    key: Key = "",
    wait: Wait = PATIENCE,
) -> None:
    """Say yes to a proposed case: it leaves for the lawyer."""
    act = said(by, key, reason).of(say.ApproveCase, case=case)
    ask_customer(_customer_of(case), act, wait, f"goes to the lawyer with case {case}")


@app.command("decline-case")
def decline_case(
    case: CaseNumber,
    invoices: Annotated[
        list[str] | None,
        typer.Option(
            "--invoice", help="Leave out this one alone; again for more.", metavar="NUMBER"
        ),
    ] = None,
    until: Annotated[
        date | None,
        typer.Option(parser=day, metavar="DATE", help="Ask again from this day on; in 30 days."),
    ] = None,
    reason: Reason = "",
    by: By = "",
    key: Key = "",
    wait: Wait = PATIENCE,
) -> None:
    """Say no to a proposed case, or to invoices of it: they wait, and somebody is asked again."""
    numbers = tuple(invoices or ())
    act = said(by, key, reason).of(say.DeclineCase, case=case, invoice_numbers=numbers, until=until)
    left = f"keeps {', '.join(numbers)}" if numbers else "keeps all invoices"
    ask_customer(_customer_of(case), act, wait, f"{left} of case {case} for now")


@app.command("lawyer-told")
def lawyer_told(
    case: CaseNumber,
    reason: Reason = "",
    by: By = "",
    key: Key = "",
    wait: Wait = PATIENCE,
) -> None:
    """Record that the lawyer was told what has changed since a case was handed over."""
    act = said(by, key, reason).of(say.LawyerTold, case=case)
    ask_customer(_customer_of(case), act, wait, f"has case {case} corrected with the lawyer")


def _customer_of(case: str) -> str:
    with the_record() as session:
        return known_case(session, case).customer_id


def ask_customer(customer_id: str, act: CustomerAct, wait: float, done: str) -> None:
    """An act for a customer's workflow, which runs only from the first overdue invoice on."""
    with the_record() as session:
        known_customer(session, customer_id)
        wanted = Wanted(Customer(customer_id=customer_id), act, act.name)
        if was_done(session, wanted):
            return say_it_was_done(wanted)
    return ask(wanted, wait, f"Customer {customer_id} {done}.")

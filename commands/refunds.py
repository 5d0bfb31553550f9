"""Money that goes back: refunds, their proof, and the credit they are paid from."""

import asyncio
from datetime import date
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer
from sqlmodel import Session, col, select

from activities import refunding
from activities.asking import Wanted, was_done
from activities.credit import all_credit, set_off
from activities.database import Database
from activities.facts import ladder_for
from activities.journal import Journal
from activities.refunding import Wanted as WantedRefund
from commands.acts import amount
from commands.asking import ask, said, say_it_was_done
from commands.at_hand import (
    database_at_hand,
    known_customer,
    known_invoice,
    known_refund,
    login_name,
    now,
    the_record,
)
from commands.options import PATIENCE, AsJson, By, CustomerKey, Key, Number, Reason, Wait, day
from commands.payments import delivered
from commands.printing import NOT_TOLD, say, show_json, show_table
from gateways.files import FolderStore, safe_name, write_whole
from models.messages import Refund, RefundAct, RefundDone, RetryRefund
from models.settings import load_settings
from models.tables import InvoiceRecord, RefundRecord
from models.tables.base import by_text
from rules.clock import REAL_TIME
from rules.errors import UserMistake
from rules.money import Money
from rules.refunds import RefundState, refuse_done

app = typer.Typer()
RefundNumber = Annotated[str, typer.Argument(help="The refund's number.", metavar="REFUND")]
_SAYS = {
    RefundState.REQUESTED: "waits to be paid back",
    RefundState.SENT: "under way",
    RefundState.BY_HAND: "to be done by hand",
    RefundState.CONFIRMED: "paid back",
    RefundState.FAILED: "failed, it is credit again",
}


@app.command("refund")
def refund(
    number: Number,
    text: Annotated[
        str, typer.Argument(metavar="AMOUNT", help="In the invoice's currency, like 20.00.")
    ],
    payment_id: Annotated[
        str, typer.Option("--payment", help="The payment it is of; the newest with enough left.")
    ] = "",
    reason: Reason = "",
    by: By = "",
    key: Key = "",
) -> None:
    """Pay back what was paid too much, or for goods that came back: credit first."""
    request_key = f"refund:{number}/{key or uuid4()}"
    with database_at_hand() as database:
        with database.transaction() as session:
            invoice = known_invoice(session, number)
            journal = Journal(session, now(), REAL_TIME, by or login_name())
            wanted = WantedRefund(
                invoice.number, amount(text, invoice.currency), request_key, payment_id, reason
            )
            found, is_new = refunding.request(journal, wanted)
            money = Money(found.amount_minor, found.currency)
            told = f"Refund {found.number} of {money} on invoice {number} is requested"
        if not is_new:
            say(f"That was asked already: refund {found.number}; nothing was changed.")
            return
        say(f"{told}, of payment {found.payment_id}.")
        _deliver(database)


@app.command("refund-done")
def refund_done(
    number: RefundNumber,
    reference: Annotated[
        str, typer.Option(help="The acquirer's reference (ARN), or the bank's of the transfer.")
    ],
    on: Annotated[
        date | None,
        typer.Option(parser=day, metavar="DATE", help="The day it was paid; now where left out."),
    ] = None,
    reason: Reason = "",
    by: By = "",
    key: Key = "",
    wait: Wait = PATIENCE,
) -> None:
    """Record that a person paid a refund back: its proof is made and sent."""
    act = said(by, key, reason).of(RefundDone, reference=reference, day=on)
    with the_record() as session:
        found = known_refund(session, number)
        if refused := _refused(session, found, act):
            raise UserMistake(refused)
    _ask(number, act, wait, "is paid back, and its proof goes to the customer")


def _refused(session: Session, refund: RefundRecord, act: RefundDone) -> str:
    """Judged by the record first where only the record is asked: its workflow may have ended."""
    wanted = Wanted(Refund(refund=refund.number, customer_id=refund.customer_id), act, act.name)
    if was_done(session, wanted):
        return ""
    policy = session.get_one(InvoiceRecord, refund.invoice_number).policy
    ladder = ladder_for(session, policy)
    return refuse_done(
        RefundState(refund.state),
        act.reference,
        day=act.day,
        asked=ladder.today(refund.requested_at),
        today=ladder.today(now()),
    )


@app.command("refund-retry")
def refund_retry(
    number: RefundNumber, reason: Reason = "", by: By = "", key: Key = "", wait: Wait = PATIENCE
) -> None:
    """Try a refund again that failed, or send a proof that could not be sent."""
    _ask(number, said(by, key, reason).of(RetryRefund), wait, "is tried again")


def _ask(number: str, act: RefundAct, wait: float, done: str) -> None:
    with the_record() as session:
        found = known_refund(session, number)
        start = Refund(refund=found.number, customer_id=found.customer_id)
        wanted = Wanted(start, act, act.name)
        if was_done(session, wanted):
            return say_it_was_done(wanted)
    return ask(wanted, wait, f"Refund {number} {done}.")


@app.command("refunds")
def refunds(as_json: AsJson = False) -> None:
    """List every refund with its state, the newest first."""
    with the_record() as session:
        order = (col(RefundRecord.requested_at).desc(), by_text(col(RefundRecord.number)))
        found = session.exec(select(RefundRecord).order_by(*order)).all()
    if as_json:
        show_json([_told(one) for one in found])
    elif not found:
        say("No refund is recorded.")
    else:
        columns = ("refund", "invoice", "amount>", "state", "reference", "proof")
        show_table(columns, [_row(one) for one in found])


def _row(one: RefundRecord) -> tuple[str, ...]:
    return (
        one.number,
        one.invoice_number,
        str(Money(one.amount_minor, one.currency)),
        _SAYS[RefundState(one.state)],
        one.reference,
        "sent" if one.mailed_at else "made" if one.document else "",
    )


def _told(one: RefundRecord) -> dict[str, object]:
    return {
        "refund": one.number,
        "customer": one.customer_id,
        "invoice": one.invoice_number,
        "payment": one.payment_id,
        "amount": Money(one.amount_minor, one.currency),
        "state": RefundState(one.state),
        "reference": one.reference,
        "code": one.code,
        "requested_at": one.requested_at,
        "done_on": one.done_on,
        "proof": one.document,
        "proof_sent_at": one.mailed_at,
    }


@app.command("proof")
def proof(
    number: RefundNumber,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Where to; REFUND.pdf here.")
    ] = None,
) -> None:
    """Download the proof of a refund as PDF."""
    with the_record() as session:
        key = known_refund(session, number).document
    if not key:
        raise UserMistake(f"refund {number} has no proof yet, it is made once it was paid back")
    try:
        content = FolderStore(load_settings().documents_dir).get(key)
    except FileNotFoundError as error:
        raise UserMistake(
            f"the proof of refund {number} is gone from DUELY_DOCUMENTS_DIR"
        ) from error
    target = out or Path(f"{safe_name(number)}.pdf")
    write_whole(target, content)
    say(f"The proof of refund {number} is in {target}.")


@app.command("credit")
def credit(as_json: AsJson = False) -> None:
    """List what customers have with us as credit."""
    with the_record() as session:
        found = all_credit(session)
    if as_json:
        show_json([{"customer": customer, "credit": money} for customer, money in found])
    elif not found:
        say("No customer has credit.")
    else:
        show_table(("customer", "credit>"), [(customer, str(money)) for customer, money in found])


@app.command("credit-apply")
def credit_apply(
    customer: CustomerKey,
    number: Number,
    text: Annotated[
        str,
        typer.Argument(metavar="[AMOUNT]", help="As much as there is and is owed, if left out."),
    ] = "",
    by: By = "",
    key: Key = "",
) -> None:
    """Set a customer's credit off against an open invoice of theirs."""
    with database_at_hand() as database:
        with database.transaction() as session:
            known_customer(session, customer)
            invoice = known_invoice(session, number)
            if invoice.customer_id != customer:
                raise UserMistake(f"invoice {number} is not customer {customer}'s")
            journal = Journal(session, now(), REAL_TIME, by or login_name())
            wanted = amount(text, invoice.currency) if text else None
            moved = set_off(journal, invoice, wanted, f"credit:{number}/{key or uuid4()}")
            left = Money(invoice.balance_minor, invoice.currency)
        if moved is None:
            say(f"That was done already under key {key}; nothing was changed.")
            return
        say(f"{moved} of credit pays invoice {number}, {left} is still owed.")
        _deliver(database)


def _deliver(database: Database) -> None:
    if not asyncio.run(delivered(database)):
        say(f"{NOT_TOLD}.")

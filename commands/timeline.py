"""What happened to an invoice or a customer, in order; as a table, as JSON, or as the file of a run."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from sqlmodel import Session

from activities.event_log import Event, events_of
from activities.timeline import rows, write_timeline
from commands.at_hand import known_customer, known_invoice, the_record
from commands.options import AsJson, NumberOrNone, OfCustomer
from commands.printing import say, show_json, show_table
from rules.errors import UserMistake

app = typer.Typer()


@app.command("timeline")
def timeline(
    number: NumberOrNone = "",
    customer: OfCustomer = "",
    csv: Annotated[
        Path | None, typer.Option("--csv", help="Write the timeline's events to this file.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show all that happened to an invoice or to a customer, in order."""
    if bool(number) == bool(customer):
        raise UserMistake("expected an invoice's number, or --customer with a customer's key")
    if csv is not None and as_json:
        raise UserMistake("expected --csv or --json, not both")
    with the_record() as session:
        customer_id = _customer_of(session, number, customer)
        if csv is not None:
            return _write(session, csv, number, customer)
        found = events_of(session, customer_id, number)
    if as_json:
        return show_json({"events": found})
    head = ("at", "invoice", "event", "level>", "amount>", "balance>", "reference", "by", "detail")
    return show_table(head, map(_cells, found))


def _customer_of(session: Session, number: str, customer: str) -> str:
    if number:
        return known_invoice(session, number).customer_id
    return known_customer(session, customer).customer_id


def _write(session: Session, file: Path, number: str, customer: str) -> None:
    found = list(rows(session, invoice=number, customer=customer))
    with file.open("w", encoding="utf-8", newline="") as target:
        count = write_timeline(target, found)
    say(f"{count} events written to {file}.")


def _cells(one: Event) -> list[str]:
    return list(_cell(one))


def _cell(one: Event) -> Iterator[str]:
    yield f"{one.at:%Y-%m-%d %H:%M}"
    yield one.invoice_number
    yield one.event
    yield "" if one.level is None else str(one.level)
    yield f"{one.amount} {one.currency}".strip()
    yield one.balance
    yield one.reference
    yield one.actor
    yield one.detail

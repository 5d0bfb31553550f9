"""Debits: made now, tried again, what became of them."""

import csv
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from activities import method_list
from activities.method_list import AttemptLine
from commands.acts import ask_invoice
from commands.asking import said
from commands.at_hand import known_invoice, the_record
from commands.options import PATIENCE, AsJson, By, Key, Number, NumberOrNone, Reason, Wait
from commands.printing import say, show_json, show_table
from models.messages import CollectNow, DebitOutcome, RetryCollection
from rules.errors import UserMistake
from rules.money import decimal_text

app = typer.Typer()


class Became(StrEnum):
    """What a person knows of a debit."""

    PAID = "paid"
    FAILED = "failed"


@app.command("collect-now")
def collect_now(
    number: Number,
    method: Annotated[
        str, typer.Option("--method", metavar="METHOD", help="By this one; the chosen one.")
    ] = "",
    reason: Reason = "",
    by: By = "",
    key: Key = "",
    wait: Wait = PATIENCE,
) -> None:
    """Debit an invoice now; what has to be announced is announced first."""
    act = said(by, key, reason).of(CollectNow, method=method)
    ask_invoice(number, act, wait, "is debited as soon as it may be")


@app.command("collection-retry")
def collection_retry(
    number: Number, reason: Reason = "", by: By = "", key: Key = "", wait: Wait = PATIENCE
) -> None:
    """Say that what a debit waited for is corrected: it is tried again."""
    act = said(by, key, reason).of(RetryCollection)
    ask_invoice(number, act, wait, "is debited again as soon as it may be")


@app.command("collection-outcome")
def collection_outcome(
    number: Number,
    became: Annotated[Became, typer.Argument(help="What became of the debit under way.")],
    code: Annotated[str, typer.Option(metavar="CODE", help="The bank's reason, as AC04.")] = "",
    reason: Reason = "",
    by: By = "",
    key: Key = "",
    wait: Wait = PATIENCE,
) -> None:
    """Say what became of a debit of which nobody else has said it."""
    act = said(by, key, reason).of(DebitOutcome, paid=became is Became.PAID, code=code)
    ask_invoice(number, act, wait, f"has its debit recorded as {became}")


@app.command("collections")
def collections(
    number: NumberOrNone = "",
    file: Annotated[
        Path | None, typer.Option("--csv", help="Write the debits to this file.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the debits of an invoice, or all of them, with what became of each."""
    if file is not None and as_json:
        raise UserMistake("expected --csv or --json, not both")
    with the_record() as session:
        if number:
            known_invoice(session, number)
        found = method_list.attempts(session, number)
    if as_json:
        show_json({"collections": found})
    elif file is not None:
        _write(file, found)
    elif not found:
        say(f"Nothing of invoice {number} was debited." if number else "Nothing was debited yet.")
    else:
        head = ("day", "invoice", "attempt>", "amount>", "method", "account", "code", "what became")
        show_table(head, map(_attempt_cells, found))


def _attempt_cells(one: AttemptLine) -> tuple[str, ...]:
    said_so = f"{one.said} (by hand)" if one.by_hand else one.said
    return (
        str(one.day),
        one.invoice,
        str(one.attempt),
        str(one.amount),
        one.method,
        one.shown,
        one.code,
        said_so,
    )


_COLUMNS = ("key", "day", "invoice_number", "amount", "currency", "method", "state", "code", "said")


def _write(file: Path, found: list[AttemptLine]) -> None:
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(_COLUMNS)
        for one in found:
            amount = decimal_text(one.amount.minor, one.amount.currency)
            money = (amount, one.amount.currency)
            writer.writerow(
                (one.key, one.day, one.invoice, *money, one.method, one.state, one.code, one.said)
            )
    say(f"{len(found)} debits written to {file}.")

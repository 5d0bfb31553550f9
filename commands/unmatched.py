"""Money that nobody could place: what waits, and what a person says of it."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Annotated
from uuid import uuid4

import typer

from activities import unmatched as money
from activities.journal import Journal
from activities.unmatched import Told, Unmatched
from commands.acts import amount
from commands.at_hand import database_at_hand, login_name, now, the_record
from commands.options import AsJson, By, Key, Reason
from commands.payments import delivered
from commands.printing import NOT_TOLD, say, show_json
from rules.clock import REAL_TIME

app = typer.Typer()

Entry = Annotated[int, typer.Argument(help="The entry's id, as `unmatched` shows it.", min=1)]
Part = Annotated[
    str,
    typer.Argument(
        metavar="AMOUNT",
        help="In the entry's currency; all that is left where left out.",
        show_default=False,
    ),
]


@app.command("unmatched")
def unmatched(as_json: AsJson = False) -> None:
    """Show what came in on the bank's statements and nobody could place, with what it may pay."""
    with the_record() as session:
        found = money.unmatched(Journal(session, now(), REAL_TIME))
    if as_json:
        return show_json({"unmatched": found})
    if not found:
        return say("Nothing waits: every entry of the bank's is matched or set aside.")
    for one in found:
        for line in _lines(one):
            say(line)
    return say(f"{len(found)} on the list. Say what each is: assign, credit-entry or set-aside.")


def _lines(one: Unmatched) -> Iterator[str]:
    part = f" of {one.amount}" if one.unmatched != one.amount else ""
    yield f"Entry {one.id} of {one.booked_on}: {one.unmatched}{part}, {one.party or 'nobody named'}"
    if one.text:
        yield f"    {one.text}"
    if one.reason:
        yield f"    On the list because: {one.reason}"
    for candidate in one.candidates:
        yield f"    It may pay {candidate.invoice_number} ({candidate.balance}): {candidate.reason}"


@app.command("assign")
def assign(
    entry: Entry,
    number: Annotated[str, typer.Argument(metavar="INVOICE", help="The invoice that it pays.")],
    text: Part = "",
    by: By = "",
    key: Key = "",
) -> None:
    """Give an entry's money to an invoice; again with another invoice for what is left."""

    def do(journal: Journal, key: str) -> Told:
        given = _minor(journal, entry, text)
        return money.assign(journal, entry, [(number, given)], key=key)

    _say(entry, f"is assigned to invoice {number}", by, key, do)


@app.command("credit-entry")
def credit_entry(
    entry: Entry,
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER", help="The customer's key.")],
    text: Part = "",
    by: By = "",
    key: Key = "",
) -> None:
    """Keep an entry's money as a customer's credit: it came for no invoice. What went back is no more."""

    def do(journal: Journal, key: str) -> Told:
        given = _minor(journal, entry, text)
        return money.credit_entry(journal, entry, customer, given, key=key)

    _say(entry, f"is credit of customer {customer}", by, key, do)


@app.command("set-aside")
def set_aside(entry: Entry, reason: Reason = "", by: By = "", key: Key = "") -> None:
    """Take an entry off the list: it is no customer's money."""

    def do(journal: Journal, key: str) -> Told:
        return money.set_aside(journal, entry, reason, key=key)

    _say(entry, "is set aside", by, key, do)


def _minor(journal: Journal, entry: int, text: str) -> int | None:
    return amount(text, money.known_entry(journal, entry).currency) if text else None


def _say(entry: int, done: str, by: str, key: str, do: Callable[[Journal, str], Told]) -> None:
    """One transaction, then word to the workflows it concerns."""
    with database_at_hand() as database:
        with database.transaction() as session:
            journal = Journal(session, now(), REAL_TIME, by or login_name())
            told = do(journal, key or str(uuid4()))
        if told.again:
            return say(f"That was done already under key {key}; nothing was changed.")
        left = f", {told.left} of it is still nobody's" if told.left.minor else ""
        say(f"Entry {entry} {done}{left}.")
        if not asyncio.run(delivered(database)):
            say(f"{NOT_TOLD}.")
    return None

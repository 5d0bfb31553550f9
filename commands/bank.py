"""Our accounts at banks: how far their statements reach, and which of them are out of use."""

import asyncio
from typing import Annotated

import typer

from activities.banking.age import accounts, retire
from activities.journal import Journal
from commands.at_hand import database_at_hand, login_name, now, the_record
from commands.options import AsJson, By
from commands.payments import delivered
from commands.printing import NOT_TOLD, say, show_json, show_table
from gateways.ledger_fields import shown
from rules.clock import REAL_TIME
from rules.errors import UserMistake
from rules.identity import same_account

app = typer.Typer()


@app.command("bank")
def bank(as_json: AsJson = False) -> None:
    """Show every account a statement was imported of, and the newest day it tells of."""
    with the_record() as session:
        found = accounts(session)
    if as_json:
        return show_json({"accounts": found})
    if not found:
        return say("No statement was ever imported: notices wait for none.")
    rows = [
        (", ".join(one.names), str(one.until), "out of use" if one.retired else "") for one in found
    ]
    return show_table(("account", "statements until", ""), rows)


@app.command("bank-retire")
def bank_retire(
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="As `bank` shows it.")],
    by: By = "",
) -> None:
    """Have an account count as out of use: notices no longer wait for its statements."""
    with database_at_hand() as database:
        with database.transaction() as session:
            mine = next(
                (one for one in accounts(session) if account and same_account(one.name, account)),
                None,
            )
            if mine is None:
                raise UserMistake(f"no statement of account {shown(account)} was imported")
            if not mine.retired:
                retire(Journal(session, now(), REAL_TIME, by or login_name()), mine)
        say(f"Account {mine.name} is out of use; a statement of a later day brings it back.")
        if not asyncio.run(delivered(database)):
            say(f"{NOT_TOLD}.")

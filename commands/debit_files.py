"""Files of debits for our banks: which there are, and one written now instead of before the cut-off."""

import asyncio
from typing import Annotated

import typer
from sqlmodel import Session, col, select

from activities.debit_files import hand_over, make_files, not_written, prepare
from activities.journal import Journal
from commands.at_hand import database_at_hand, login_name, now, the_record
from commands.options import AsJson, By
from commands.payments import delivered
from commands.printing import say, show_json, show_table
from gateways.creditor_file import read_creditor
from gateways.debit_folder import DebitFolder
from gateways.files import FolderStore
from gateways.ledger_fields import shown
from models.settings import Settings, load_settings
from models.tables import DebitFileRecord
from rules.clock import REAL_TIME
from rules.creditor import Creditor, DebitingBank
from rules.debit_files import counted
from rules.errors import UserMistake
from rules.money import Money

app = typer.Typer()


@app.command("debit-files")
def debit_files(
    write: Annotated[
        str,
        typer.Option(
            "--write", metavar="BANK", help="Write what has to be at this bank by its next cut-off."
        ),
    ] = "",
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Show the files of debits that were written for our banks, or write what waits for one now."""
    if write:
        return _write(load_settings(), write, by or login_name())
    with the_record() as session:
        found = _files(session)
    if as_json:
        return show_json({"files": [_plain(file) for file in found]})
    if not found:
        return say("No file of debits was ever written.")
    rows = [
        (file.message, file.bank, str(file.day), str(file.debits), str(_total(file)), _stands(file))
        for file in found
    ]
    return show_table(("file", "bank", "day", "debits>", "sum>", ""), rows)


def _files(session: Session) -> list[DebitFileRecord]:
    """The newest first."""
    query = select(DebitFileRecord).order_by(
        col(DebitFileRecord.day).desc(), col(DebitFileRecord.sequence).desc()
    )
    return list(session.exec(query))


def _total(file: DebitFileRecord) -> Money:
    return Money(file.total_minor, file.currency)


def _stands(file: DebitFileRecord) -> str:
    """The bank's last word on it as a whole; what it says of single debits is at their invoices."""
    if file.written_at is None:
        return "not handed over yet"
    return f"the bank says {file.status}" if file.status else "handed over"


def _plain(file: DebitFileRecord) -> dict[str, object]:
    return {
        "file": file.message,
        "bank": file.bank,
        "scheme": file.scheme,
        "day": file.day,
        "debits": file.debits,
        "sum": _total(file),
        "name": file.name,
        "status": file.status,
        "written_at": file.written_at,
    }


def _write(settings: Settings, name: str, by: str) -> None:
    if settings.debit_files is None:
        raise UserMistake("DUELY_DEBIT_FILES names no folder, expected where files of debits go")
    creditor = read_creditor(settings.creditor)
    bank = _known(creditor, name)
    store, folder = FolderStore(settings.documents_dir), DebitFolder(settings.debit_files)
    with database_at_hand() as database:
        moment = now()
        with database.transaction() as session:
            make_files(Journal(session, moment, REAL_TIME, by), creditor, bank, store)
        with database.transaction() as session:
            waiting = not_written(Journal(session, moment, REAL_TIME, by), bank.name)
        for message in waiting:
            with database.transaction() as session:
                prepare(Journal(session, moment, REAL_TIME, by), message, store, folder)
            with database.transaction() as session:
                file = hand_over(Journal(session, moment, REAL_TIME, by), message, folder)
                say(f"{file.name}: {counted(file.debits)}, {_total(file)}.")
        if not waiting:
            say(f"Nothing has to be at {bank.name} by its next cut-off.")
        asyncio.run(delivered(database))


def _known(creditor: Creditor, name: str) -> DebitingBank:
    for bank in creditor.banks:
        if bank.name == name:
            return bank
    known = ", ".join(bank.name for bank in creditor.banks) or "a [[bank]] in the creditor's file"
    raise UserMistake(f"bank {shown(name)} takes no debits, expected {known}")

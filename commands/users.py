"""Accounts of those who work at the console: the first one and the later ones."""

import sys
from typing import Annotated

import typer

from activities import staff_accounts
from commands.at_hand import now, the_record
from commands.options import AsJson
from commands.printing import say, show_json, show_table
from gateways.passwords import Passwords
from rules.errors import UserMistake
from rules.staff import SHORTEST_PASSWORD, Role, refuse_password, refuse_username

app = typer.Typer(help="Who may log in at the staff console.")

Name = Annotated[str, typer.Argument(help="The name they log in with.", metavar="NAME")]
FromStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input.")
]


@app.command("add")
def add(
    name: Name,
    role: Annotated[
        Role, typer.Option(help="lead, staff, or auditor, who only reads.")
    ] = Role.STAFF,
    password_stdin: FromStdin = False,
) -> None:
    """Make an account. The password is asked for twice and not shown."""
    if refused := refuse_username(name):
        raise UserMistake(refused)
    password = _password(from_stdin=password_stdin)
    with the_record() as session:
        staff_accounts.add_account(session, Passwords(), name, role, password, now())
    say(f"{name} may log in, as {role}.")


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the accounts, with their roles and when they were last used."""
    with the_record() as session:
        found = staff_accounts.accounts(session)
    if as_json:
        return show_json({"users": found})
    if not found:
        return say("Nobody may log in yet: user add makes the first account.")
    head = ("name", "role", "made", "last seen", "")
    return show_table(head, map(_cells, found))


def _cells(account: staff_accounts.Account) -> tuple[str, ...]:
    seen = f"{account.last_seen:%Y-%m-%d %H:%M} UTC" if account.last_seen else "never"
    disabled = "disabled" if account.disabled_at else ""
    return account.username, account.role, f"{account.made_at:%Y-%m-%d}", seen, disabled


@app.command("disable")
def disable(name: Name) -> None:
    """Disable an account: their sessions end at once. A new password enables it again."""
    with the_record() as session:
        staff_accounts.disable_account(session, name, now())
    say(f"{name} may log in no more.")


@app.command("role")
def role(name: Name, role: Annotated[Role, typer.Argument(help="lead, staff or auditor.")]) -> None:
    """Give an account another role, in force with its next click."""
    with the_record() as session:
        staff_accounts.change_role(session, name, role)
    say(f"{name} is {role} now.")


@app.command("password")
def password(name: Name, password_stdin: FromStdin = False) -> None:
    """Set a new password: sessions end, wrong tries are forgotten, a disabled account is enabled."""
    chosen = _password(from_stdin=password_stdin)
    with the_record() as session:
        staff_accounts.change_password(session, Passwords(), name, chosen, now())
    say(f"{name} has a new password.")


def _password(*, from_stdin: bool) -> str:
    """Typed twice without being shown, or one line of standard input. Raises UserMistake."""
    if from_stdin:
        chosen = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        asked = f"Password, {SHORTEST_PASSWORD} characters or more"
        chosen = str(typer.prompt(asked, hide_input=True, confirmation_prompt=True))
    else:
        raise UserMistake("nobody can type a password here, expected --password-stdin")
    if refused := refuse_password(chosen):
        raise UserMistake(refused)
    return chosen

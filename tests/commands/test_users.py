"""`duely user`: accounts of those who work at the console."""

import io

import pytest
from sqlalchemy import create_engine
from sqlmodel import Session

from gateways.passwords import Passwords
from models.tables import StaffUserRecord
from tests.commands.conftest import Command, Ended
from tests.commands.record import Record

PASSWORD = "correct horse battery"


@pytest.fixture
def add(command: Command, monkeypatch: pytest.MonkeyPatch) -> Command:
    """`user add NAME --password-stdin`, with a password that is piped in."""

    def run(*words: str) -> Ended:
        password = words[-1] if words[-1].startswith("=") else f"={PASSWORD}"
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{password[1:]}\n"))
        named = [word for word in words if not word.startswith("=")]
        return command("user", *named, "--password-stdin")

    return run


def test_first_account_is_made_and_its_password_kept_as_a_hash(
    add: Command, command: Command, record: Record
) -> None:
    assert add("add", "anna", "--role", "lead").out == "anna may log in, as lead.\n"
    with Session(create_engine(record.url)) as session:
        kept = session.get_one(StaffUserRecord, "anna").password
    assert kept.startswith("$argon2id$")
    assert Passwords().fits(PASSWORD, kept)
    (account,) = command("user", "list", "--json").json["users"]
    assert (account["username"], account["role"], account["last_seen"]) == ("anna", "lead", None)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("add", "anna"), "anna has an account already"),
        (("add", "Anna K"), "a name is 1 to 40 of a-z"),
        (("add", "ben", "=short"), "expected a password of 12 to 200 characters"),
        (("password", "ben"), "nobody called 'ben' has an account"),
    ],
)
def test_nonsense_is_refused_and_makes_no_account(
    words: tuple[str, ...], why: str, add: Command, command: Command
) -> None:
    add("add", "anna")
    ended = add(*words)
    assert (ended.status, ended.err.count("\n")) == (2, 1)
    assert why in ended.err
    assert len(command("user", "list", "--json").json["users"]) == 1


def test_password_is_not_typed_where_nobody_can(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    ended = command("user", "add", "anna")
    assert (ended.status, ended.err) == (
        2,
        "nobody can type a password here, expected --password-stdin\n",
    )


def test_account_is_changed_disabled_and_enabled_again(add: Command, command: Command) -> None:
    add("add", "anna")
    assert command("user", "role", "anna", "auditor").out == "anna is auditor now.\n"
    assert command("user", "disable", "anna").out == "anna may log in no more.\n"
    assert "is disabled already" in command("user", "disable", "anna").err
    assert "disabled" in command("user", "list").out
    assert add("password", "anna").out == "anna has a new password.\n"
    (account,) = command("user", "list", "--json").json["users"]
    assert (account["role"], account["disabled_at"]) == ("auditor", None)

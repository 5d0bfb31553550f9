"""Accounts of those who work at the console. Every change of one is said in the log.

Functions of one transaction; `now` is the real time, on whatever calendar the ladders run.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from gateways.passwords import Passwords
from gateways.phone_numbers import dialable
from models.tables import LoginTryRecord, StaffSessionRecord, StaffUserRecord
from models.tables.base import by_text
from rules.errors import UserMistake
from rules.staff import Role, refuse_password, refuse_username

log = logging.getLogger("duely.console")


@dataclass(frozen=True)
class Account:
    """`last_seen` is when one of their sessions was last used, None: never."""

    username: str
    role: Role
    made_at: datetime
    disabled_at: datetime | None
    last_seen: datetime | None


def add_account(
    session: Session, passwords: Passwords, username: str, role: Role, password: str, now: datetime
) -> None:
    """Raises UserMistake for a name or a password that will not do, or a name that is taken."""
    _refuse(refuse_username(username) or refuse_password(password))
    if session.get(StaffUserRecord, username) is not None:
        raise UserMistake(f"{username} has an account already, expected a name that is free")
    kept = passwords.kept(password)
    session.add(StaffUserRecord(username=username, role=role.value, password=kept, made_at=now))
    log.info("account %s made, role %s", username, role.value)


def disable_account(session: Session, username: str, now: datetime) -> None:
    """Their sessions end with it. Raises UserMistake where there is none, or it is disabled."""
    user = _known(session, username)
    if user.disabled_at is not None:
        raise UserMistake(f"the account of {username} is disabled already")
    user.disabled_at = now
    end_sessions(session, username, now)
    log.info("account %s disabled", username)


def change_role(session: Session, username: str, role: Role) -> None:
    """In force with their next click. Raises UserMistake where there is no such account."""
    _known(session, username).role = role.value
    log.info("account %s has role %s", username, role.value)


def change_password(
    session: Session, passwords: Passwords, username: str, password: str, now: datetime
) -> None:
    """A new password ends every session, enables a disabled account, and forgets wrong tries.
    Raises UserMistake for a password that will not do, or where there is no such account."""
    user = _known(session, username)
    _refuse(refuse_password(password))
    user.password = passwords.kept(password)
    user.disabled_at = None
    end_sessions(session, username, now)
    wrong = select(LoginTryRecord).where(
        col(LoginTryRecord.username) == username, col(LoginTryRecord.was_right).is_(False)
    )
    for one in session.exec(wrong):
        session.delete(one)
    log.info("account %s has a new password", username)


def set_phone(session: Session, username: str, number: str) -> None:
    """Where a click rings them; an empty number: nowhere. Raises UserMistake for a number that is
    not to be dialled, or where there is no such account."""
    user = _known(session, username)
    user.phone = dialable(number) if number.strip() else ""
    log.info("account %s has %s telephone number", username, "a" if user.phone else "no")


def end_sessions(session: Session, username: str, now: datetime) -> None:
    query = select(StaffSessionRecord).where(
        col(StaffSessionRecord.username) == username, col(StaffSessionRecord.ended_at).is_(None)
    )
    for one in session.exec(query):
        one.ended_at = now


def accounts(session: Session) -> Sequence[Account]:
    """Every account, by name."""
    seen: dict[str, datetime] = {}
    for one in session.exec(select(StaffSessionRecord)):
        seen[one.username] = max(one.seen_at, seen.get(one.username, one.seen_at))
    users = session.exec(select(StaffUserRecord).order_by(by_text(StaffUserRecord.username)))
    return [
        Account(u.username, Role(u.role), u.made_at, u.disabled_at, seen.get(u.username))
        for u in users
    ]


def _known(session: Session, username: str) -> StaffUserRecord:
    user = session.get(StaffUserRecord, username)
    if user is None:
        raise UserMistake(f"nobody called {username!r} has an account")
    return user


def _refuse(why: str) -> None:
    if why:
        raise UserMistake(why)

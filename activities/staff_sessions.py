"""Who is logged in at the console, who may try to, and what they had typed when a session ended.

Functions of one transaction; `now` is the real time. A browser has a token of 256 random bits, the
database only its SHA-256.
"""

import hashlib
import hmac
import json
import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Session, col, select

from models.tables import KeptFormRecord, LoginTryRecord, StaffSessionRecord, StaffUserRecord
from rules.staff import AT_MOST, Role, session_is_over
from rules.throttling import KNOWN_FOR, REMEMBERED, wait_of_account, wait_of_address

log = logging.getLogger("duely.console")

_SEEN_TO_THE = timedelta(minutes=1)  # a session in use is written once a minute, not at every click
_FORGOTTEN_AFTER = timedelta(days=30)


@dataclass(frozen=True)
class Signed:
    """Whose session a token is. `is_over`: they have to log in again before they do anything."""

    username: str
    role: Role
    is_over: bool


def digest(token: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def csrf_of(token: str) -> str:
    """What every form of a session carries: known only to who has the token, and not the token."""
    return hmac.digest(token.encode(), b"csrf", "sha256").hex()


def begin_session(session: Session, username: str, now: datetime) -> str:
    """A new token, never one that somebody had before logging in. Sessions long over are forgotten
    with it."""
    long_over = col(StaffSessionRecord.began_at) < now - _FORGOTTEN_AFTER
    session.exec(delete(StaffSessionRecord).where(long_over))
    token = secrets.token_urlsafe(32)
    session.add(
        StaffSessionRecord(token=digest(token), username=username, began_at=now, seen_at=now)
    )
    log.info("%s logged in", username)
    return token


def signed_in(session: Session, token: str, now: datetime) -> Signed | None:
    """Whose token it is, or was; None for one that nobody had. Noted as used."""
    found = session.get(StaffSessionRecord, digest(token)) if token else None
    if found is None:
        return None
    user = session.get_one(StaffUserRecord, found.username)
    ended = found.ended_at is not None or user.disabled_at is not None
    is_over = ended or session_is_over(began=found.began_at, seen=found.seen_at, now=now)
    if not is_over and now - found.seen_at >= _SEEN_TO_THE:
        found.seen_at = now
    return Signed(user.username, Role(user.role), is_over)


def end_session(session: Session, token: str, now: datetime) -> None:
    """Logged out; a token of nobody ends nothing."""
    found = session.get(StaffSessionRecord, digest(token))
    if found is not None and found.ended_at is None:
        found.ended_at = now
        log.info("%s logged out", found.username)


# --- tries ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Try:
    """A password about to be checked: `wait` until it may be, zero: now, as try number `id`."""

    wait: timedelta
    id: int | None = None


def begin_try(session: Session, username: str, address: str, now: datetime) -> Try:
    """Whether a password may be checked now (rules/throttling.py). Until it was, it counts as wrong:
    many at once get no further than one after the other. Tries that count no more are forgotten."""
    session.exec(delete(LoginTryRecord).where(col(LoginTryRecord.at) < now - KNOWN_FOR))
    wait = _wait(session, username, address, now)
    if wait:
        return Try(wait)
    noted = LoginTryRecord(username=username, address=address, was_right=False, at=now)
    session.add(noted)
    session.flush()
    return Try(wait, noted.id)


def end_try(session: Session, one: Try, *, was_right: bool) -> None:
    noted = session.get(LoginTryRecord, one.id)
    if noted is not None and was_right:
        noted.was_right = True
    elif noted is not None:
        log.warning("a wrong password or name from %s", noted.address)


def _wait(session: Session, username: str, address: str, now: datetime) -> timedelta:
    is_known = _came_in_from(session, username, address, now)
    of_account = _wrong(session, now, username=username, address=address if is_known else "")
    of_address = _wrong(session, now, address=address)
    return max(wait_of_account(of_account, now), wait_of_address(of_address, now))


def _came_in_from(session: Session, username: str, address: str, now: datetime) -> bool:
    query = select(LoginTryRecord.id).where(
        col(LoginTryRecord.username) == username,
        col(LoginTryRecord.address) == address,
        col(LoginTryRecord.was_right).is_(True),
        col(LoginTryRecord.at) > now - KNOWN_FOR,
    )
    return session.exec(query.limit(1)).first() is not None


def _wrong(
    session: Session, now: datetime, *, username: str = "", address: str = ""
) -> Sequence[datetime]:
    """When wrong passwords were given, for an account, from an address, or both."""
    query = select(LoginTryRecord.at).where(
        col(LoginTryRecord.was_right).is_(False), col(LoginTryRecord.at) > now - REMEMBERED
    )
    if username:
        query = query.where(col(LoginTryRecord.username) == username)
    if address:
        query = query.where(col(LoginTryRecord.address) == address)
    return session.exec(query).all()


# --- forms ---------------------------------------------------------------------------------------


def keep_form(
    session: Session, username: str, page: str, fields: Mapping[str, str], now: datetime
) -> str:
    """Keep what somebody typed into a page whose session had ended; a name for the login page to
    carry. What nobody came back for is forgotten with it."""
    session.exec(delete(KeptFormRecord).where(col(KeptFormRecord.kept_at) < now - AT_MOST))
    name = secrets.token_urlsafe(16)
    session.add(
        KeptFormRecord(
            key=digest(name),
            username=username,
            page=page,
            fields=json.dumps(dict(fields)),
            kept_at=now,
        )
    )
    return name


def kept_form(session: Session, name: str, username: str, page: str) -> dict[str, str]:
    """What was typed there, by the same person into the same page; {} for anything else."""
    found = session.get(KeptFormRecord, digest(name)) if name else None
    if found is None or (found.username, found.page) != (username, page):
        return {}
    fields: dict[str, str] = json.loads(found.fields)
    return fields

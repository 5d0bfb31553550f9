"""Who works at the console: roles, names, passwords, and how long a session lasts."""

import re
from datetime import datetime, timedelta
from enum import StrEnum

IDLE = timedelta(minutes=30)  # a session nobody uses ends
AT_MOST = timedelta(hours=12)  # and every session ends: a day's work
SHORTEST_PASSWORD = 12  # characters; no other rule (NIST SP 800-63B, 3.1.1.2)
LONGEST_PASSWORD = 200

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")


class Role(StrEnum):
    """What somebody may do. Each role may all that the one before it may."""

    AUDITOR = "auditor"  # reads
    STAFF = "staff"  # reads and acts
    LEAD = "lead"  # and decides what needs a second person

    def includes(self, needed: "Role") -> bool:
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(needed)


def refuse_username(name: str) -> str:
    """Why nobody can be called that; "" where they can. Names stand in events and logs."""
    if _USERNAME.fullmatch(name):
        return ""
    return (
        "a name is 1 to 40 of a-z, 0-9, dot, dash and underscore, and begins with a letter or digit"
    )


def refuse_password(password: str) -> str:
    """Why a password will not do; "" where it will."""
    if SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        return ""
    return f"expected a password of {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters"


def session_is_over(*, began: datetime, seen: datetime, now: datetime) -> bool:
    """Nobody used it for too long, or it has lasted as long as any may."""
    return now >= seen + IDLE or now >= began + AT_MOST

"""Who works at the console: accounts, sessions, tries to log in, forms whose session had ended."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.tables.base import UtcDateTime


class StaffUserRecord(SQLModel, table=True):
    """`role` is a `rules.staff.Role`; `password` an argon2 hash with its salt and parameters;
    `phone` in E.164, where a click rings them ("" for nowhere)."""

    __tablename__ = "staff_user"

    username: str = Field(primary_key=True)
    role: str
    password: str
    made_at: datetime = Field(sa_type=UtcDateTime)
    disabled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    phone: str = ""


class StaffSessionRecord(SQLModel, table=True):
    """`token` is the SHA-256 of what the browser has: who reads this table cannot come in by it.
    `seen_at` is when it was last used, to the minute."""

    __tablename__ = "staff_session"

    token: str = Field(primary_key=True)
    username: str = Field(foreign_key="staff_user.username", index=True)
    began_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class LoginTryRecord(SQLModel, table=True):
    """One password given. `username` as typed, also of nobody."""

    __tablename__ = "login_try"

    id: int | None = Field(default=None, primary_key=True)
    username: str = Field(index=True)
    address: str = Field(index=True)
    was_right: bool
    at: datetime = Field(sa_type=UtcDateTime)


class KeptFormRecord(SQLModel, table=True):
    """What somebody had typed when their session had ended: theirs alone, until they are back.
    `key` is the SHA-256 of what the login page carries; `fields` JSON."""

    __tablename__ = "kept_form"

    key: str = Field(primary_key=True)
    username: str = Field(foreign_key="staff_user.username", index=True)
    page: str
    fields: str
    kept_at: datetime = Field(sa_type=UtcDateTime)

"""Customers: who owes, and how they are reached."""

from datetime import date
from typing import Any

from sqlalchemy import String
from sqlmodel import Field, SQLModel

from rules.searching import name_key


def _search_key(context: Any) -> str:
    row = context.get_current_parameters()
    return name_key(row["name"], row["customer_id"])


class CustomerRecord(SQLModel, table=True):
    """`first_morning` is the customer's day in the backlog of an import, None where it was in none.
    `search_key` is made of the name, which never changes, with the row (`rules.searching`)."""

    __tablename__ = "customer"

    customer_id: str = Field(primary_key=True)
    name: str
    email: str = ""
    phone: str = ""
    language: str = ""
    country: str = ""
    first_morning: date | None = Field(default=None, index=True)
    search_key: str = Field(
        default=None,
        sa_type=String,
        nullable=False,
        sa_column_kwargs={"default": _search_key, "server_default": ""},
    )

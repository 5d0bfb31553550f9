"""Customers: who owes, and how they are reached."""

from datetime import date

from sqlmodel import Field, SQLModel


class CustomerRecord(SQLModel, table=True):
    """`first_morning` is the customer's day in the backlog of an import, None where it was in none."""

    __tablename__ = "customer"

    customer_id: str = Field(primary_key=True)
    name: str
    email: str = ""
    phone: str = ""
    language: str = ""
    country: str = ""
    first_morning: date | None = Field(default=None, index=True)

"""Customers: who owes, and how they are reached."""

from sqlmodel import Field, SQLModel


class CustomerRecord(SQLModel, table=True):
    __tablename__ = "customer"

    customer_id: str = Field(primary_key=True)
    name: str
    email: str = ""
    phone: str = ""
    language: str = ""
    country: str = ""

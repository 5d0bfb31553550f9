"""Telephone calls made by click: who rang whom about which task, and how far each leg has come."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.tables.base import UtcDateTime


class PhoneCallRecord(SQLModel, table=True):
    """One call. No number is kept: the employee's and the customer's stand with them.

    `key` is the click's, so that a double click rings once. `sid` is the provider's id of the
    employee's leg, "" until it is known. `customer_state` "" until that leg has begun.
    `answered_at`, `ended_at` and `seconds` are the customer's leg's; where it never began, `ended_at` is
    the employee's. `reason` says why a call was not made, or is in doubt.
    """

    __tablename__ = "phone_call"
    __table_args__ = {
        "sqlite_autoincrement": True
    }  # callbacks carry the id: it is never used again

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    task: str = Field(foreign_key="call_task.task", index=True)
    customer_id: str = Field(foreign_key="customer.customer_id", index=True)
    called_by: str
    sid: str = ""
    employee_state: str
    customer_state: str = ""
    in_doubt: bool = False
    reason: str = ""
    started_at: datetime = Field(sa_type=UtcDateTime)
    heard_at: datetime = Field(sa_type=UtcDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    seconds: int | None = None

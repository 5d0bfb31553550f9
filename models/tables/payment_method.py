"""Payment methods: how a customer's invoices may be collected, and since when or until when."""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.tables.base import UtcDateTime
from rules.methods import Brand, Frequency, MethodState, Provider, Scheme


class PaymentMethodRecord(SQLModel, table=True):
    """Fields as in `rules.methods.Method`. `reason` and `actor` say why and by whom it ended."""

    __tablename__ = "payment_method"
    __table_args__ = (UniqueConstraint("customer_id", "sequence"),)

    number: str = Field(primary_key=True)
    customer_id: str = Field(foreign_key="customer.customer_id", index=True)
    sequence: int
    kind: str
    state: str = MethodState.ACTIVE.value
    preferred: bool = False
    provider: str = Provider.BANK.value
    reference: str = Field(default="", index=True)
    iban: str = ""
    bic: str = ""
    holder: str = ""
    signed_on: date | None = None
    scheme: str = Scheme.CORE.value
    frequency: str = Frequency.RECURRENT.value
    token: str = Field(default="", index=True)
    provider_customer: str = ""
    brand: str = Brand.OTHER.value
    instrument: str = Field(default="", index=True)
    expires_on: date | None = None
    notice_days: int = 0
    bank: str = ""
    last_used_on: date | None = None
    reason: str = ""
    actor: str = ""
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

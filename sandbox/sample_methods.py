"""How the sample ledger's customers may be debited: mandates, a card, and one who pays by hand.

Nobody has these accounts: they are the examples that banks and registrars print. What follows the
"+" tells the sandbox bank what to do (sandbox/bank.py).
"""

from dataclasses import dataclass
from datetime import date

COLUMNS = (
    "customer_id",
    "kind",
    "reference",
    "iban",
    "bic",
    "signed_on",
    "scheme",
    "sequence",
    "notice_days",
    "provider",
    "token",
    "brand",
    "expires_on",
    "preferred",
)


@dataclass(frozen=True, kw_only=True)
class SampleMethod:
    """One row, its fields named as the columns of a methods file (docs/ledger-files.md)."""

    kind: str = "mandate"
    reference: str = ""
    iban: str = ""
    bic: str = ""
    signed_on: date | None = None
    scheme: str = ""
    sequence: str = ""
    notice_days: int | None = None
    provider: str = ""
    token: str = ""
    brand: str = ""
    expires_on: str = ""
    preferred: str = "yes"

    def row(self, customer_id: str) -> tuple[str, ...]:
        values = (customer_id, *(getattr(self, name) for name in COLUMNS[1:]))
        return tuple("" if value is None else str(value) for value in values)


METHODS = {
    "C-1001": SampleMethod(kind="by_hand"),
    "C-1004": SampleMethod(
        kind="card",
        provider="stripe",
        token="pm_1QxPerrin4242+ok",  # noqa: S106 # no secret: a card's name at a provider
        brand="visa",
        expires_on="2028-05",
    ),
    "C-1015": SampleMethod(
        reference="FT-2052+code:AM04:1",
        iban="DE02500105170137075030",
        bic="INGDDEFFXXX",
        signed_on=date(2025, 3, 17),
        scheme="core",
        notice_days=5,
    ),
    "C-1022": SampleMethod(
        reference="FT-2063+return:4:AM04:1",
        iban="DE02701500000000594937",
        bic="SSKMDEMMXXX",
        signed_on=date(2024, 11, 4),
        scheme="core",
        notice_days=5,
    ),
    "C-1025": SampleMethod(
        reference="FT-2071+delay:2",
        iban="IE29AIBK93115212345678",
        bic="AIBKIE2D",
        signed_on=date(2025, 9, 1),
        scheme="core",
    ),
    "C-1031": SampleMethod(
        reference="FT-2079+code:AC04",
        iban="DE88100900001234567892",
        bic="BEVODEBBXXX",
        signed_on=date(2025, 6, 30),
        scheme="b2b",
        notice_days=1,
    ),
}


def never_pays(reference: str) -> bool:
    """Whether the bank declines every debit by a mandate."""
    return reference.endswith("+code:AC04")

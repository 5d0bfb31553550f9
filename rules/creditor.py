"""Who the money is owed to, as every letter shows it."""

from dataclasses import dataclass
from datetime import time


@dataclass(frozen=True)
class RefundsShown:
    """How a refund shows on the customer's statement: which name, which (virtual) IBAN, each "" for
    the creditor's own; and within how many business days."""

    statement_name: str = ""
    statement_iban: str = ""
    arrives_within: int = 5


@dataclass(frozen=True)
class DebitingBank:
    """One of our banks that takes debits as files. They have to be there by `cut_off`, a local time of
    `timezone`, `lead_days` TARGET days before the money moves; `version` is the message it reads."""

    name: str
    iban: str
    bic: str = ""
    lead_days: int = 1
    cut_off: time = time(14, 0)
    timezone: str = "Europe/Berlin"  # TARGET's own clock
    version: str = "pain.008.001.08"


@dataclass(frozen=True)
class Creditor:
    """One creditor file, checked. `logo` is an absolute path or ""; mails go out as `sender`.

    `site_name` is the shop as its customers know it, "" for `name`. `banks` take debits; a method
    that names none is debited by the first.
    """

    name: str
    address: tuple[str, ...]
    country: str
    tax_id: str
    iban: str
    bic: str
    creditor_identifier: str
    sender: str
    reply_to: str
    phone: str = ""
    logo: str = ""
    site_name: str = ""
    refunds: RefundsShown = RefundsShown()
    banks: tuple[DebitingBank, ...] = ()

    def bank(self, name: str) -> DebitingBank | None:
        """The bank of a name, the first for "" and for one that is not ours any more; None for none."""
        named = [bank for bank in self.banks if bank.name == name]
        return next(iter(named or self.banks), None)

    @property
    def site(self) -> str:
        return self.site_name or self.name

    @property
    def statement_name(self) -> str:
        return self.refunds.statement_name or self.name

    @property
    def statement_iban(self) -> str:
        return self.refunds.statement_iban or self.iban

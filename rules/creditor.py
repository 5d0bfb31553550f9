"""Who the money is owed to, as every letter shows it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RefundsShown:
    """How a refund shows on the customer's statement: which name, which (virtual) IBAN, each "" for
    the creditor's own; and within how many business days."""

    statement_name: str = ""
    statement_iban: str = ""
    arrives_within: int = 5


@dataclass(frozen=True)
class Creditor:
    """One creditor file, checked. `logo` is an absolute path or ""; mails go out as `sender`.

    `site_name` is the shop as its customers know it, "" for `name`.
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

    @property
    def site(self) -> str:
        return self.site_name or self.name

    @property
    def statement_name(self) -> str:
        return self.refunds.statement_name or self.name

    @property
    def statement_iban(self) -> str:
        return self.refunds.statement_iban or self.iban

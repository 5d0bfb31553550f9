"""Who the money is owed to, as every letter shows it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Creditor:
    """One creditor file, checked. `logo` is an absolute path or ""; mails go out as `sender`."""

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

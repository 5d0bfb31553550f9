"""What is true of a payment: whose money it is, and for which debts it was meant.

What the payer designates counts first (BGB 366). So a payment's truth is what was meant, not what a
program could have known; where nobody could know, it is for a person.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from rules.money import Money


class Meaning(StrEnum):
    PAYS = "pays"
    FOR_A_PERSON = "for a person"
    NOT_OURS = "not ours"


@dataclass(frozen=True, kw_only=True)
class Truth:
    """`shares` is how much of the money an invoice may take, in its own currency, below 0 for money
    that went back; `credit` what of `total` becomes credit of one of the `customers`. What is still
    owed on a `forgiven` invoice may be let go as discount or small difference.
    """

    meaning: Meaning
    shares: dict[str, int] = field(default_factory=dict)
    total: int = 0
    credit: int = 0
    customers: frozenset[str] = frozenset()
    forgiven: dict[str, int] = field(default_factory=dict)


NOT_OURS = Truth(meaning=Meaning.NOT_OURS)
FOR_A_PERSON = Truth(meaning=Meaning.FOR_A_PERSON)


@dataclass(kw_only=True)
class Payment:
    """One movement of money as the payer and the bank make it, before it is written to a file.

    `amount` is in minor units of the account's currency, negative where money left. `text` is what
    the payer wrote. `account` is the index of our account. `gross` is what was sent, where the bank
    took `charges` of it or it was sent in another currency. `kind` is the noise it stands for.
    """

    kind: str
    day: date
    account: int
    amount: int
    truth: Truth
    text: str = ""
    party: str = ""
    party_account: str = ""
    end_to_end: str = ""
    creditor_reference: str = ""
    mandate: str = ""
    return_code: str = ""
    is_reversal: bool = False
    charges: int = 0
    gross: Money | None = None
    bank_reference: str = ""
    wrap: int = 0
    batch: str = ""
    transaction: str = "166"  # the German banks' business code; camt's codes follow from it

    @property
    def is_return(self) -> bool:
        return bool(self.return_code) or self.is_reversal

"""A small ledger, and money for it."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from rules.matching import Claim, Entry, Ledger, Rule, Share, Terms, Verdict, match
from rules.money import Money

DAY = date(2026, 3, 2)


def claim(number: str, balance: int = 10_000, customer: str = "ACME", **others: object) -> Claim:
    """An invoice due a week ago; `balance` minor units are owed, and that is its amount unless
    said."""
    given: dict[str, Any] = {
        "currency": "EUR",
        "amount": balance,
        "issue_date": DAY - timedelta(days=37),
        "due_date": DAY - timedelta(days=7),
        **others,
    }
    return Claim(number=number, customer_id=customer, balance=balance, **given)


def ledger(*claims: Claim, accounts: dict[str, str] | None = None) -> Ledger:
    """`accounts`: known accounts with their customer. Every customer is called as its id."""
    made = Ledger()
    for one in claims:
        made.add(one)
        made.add_name(f"{one.customer_id} GmbH", one.customer_id)
    for account, customer in (accounts or {}).items():
        made.add_account(account, customer)
    return made


def money(text: str, amount: int = 10_000, **others: object) -> Entry:
    """An entry with a remittance text."""
    given: dict[str, Any] = {
        "currency": "EUR",
        "booked_on": DAY,
        "value_date": DAY,
        **others,
    }
    return Entry(key=1, amount=amount, remittance=text, **given)


def paid(verdict: Verdict) -> Sequence[tuple[str, int]]:
    return [(share.invoice_number, share.amount) for share in verdict.shares]


__all__ = [
    "DAY",
    "Claim",
    "Entry",
    "Ledger",
    "Money",
    "Rule",
    "Share",
    "Terms",
    "Verdict",
    "claim",
    "ledger",
    "match",
    "money",
    "paid",
]

"""What the bank brought to the console's creditor: matched, set aside, and left for a person."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from bench.debts import Debt, Debtor
from bench.hours import at
from bench.rows import Rows
from bench.vocabulary import LANGUAGE, NOTHING, PHRASES, SUPPLIERS
from models.tables import (
    BankEntryRecord,
    BankFileRecord,
    BankStatementRecord,
    EntryState,
    PayerAccountRecord,
)
from rules.statements import FileFormat

_ACCOUNT = "DE02120300000000202051"
_LISTED = 0.003  # entries left to a person, for each open invoice
_SET_ASIDE = 0.002


@dataclass
class Bank:
    """Entries by day of booking; `entry_of` is the number of the one that paid an invoice."""

    entry_of: dict[str, int] = field(default_factory=dict)
    _count: int = 0
    _rows: list[tuple[date, dict[str, object]]] = field(default_factory=list)

    def pay(self, rng: Random, debt: Debt) -> None:
        """An entry whose every cent found its invoice."""
        assert debt.paid_on is not None, "what was paid has a day"
        self.entry_of[debt.invoice.number] = self._count + 1
        self._add(
            debt.paid_on,
            debt.invoice.currency,
            debt.paid,
            _said(rng, debt),
            debt,
            state=EntryState.MATCHED,
            rule="number",
            reason=f"invoice {debt.invoice.number} is named and the amount is its balance",
        )

    def leave(self, rng: Random, debt: Debt, day: date) -> None:
        """An entry that nobody could place: no number in it, and an amount that says nothing."""
        amount = max(1, debt.invoice.amount - rng.choice((0, 100, 1234, debt.invoice.amount // 3)))
        words = rng.choice(NOTHING).format(d=day, p="030 23125 100", o="4711", c="")
        reason = "no invoice is named, and more than one could be meant"
        self._add(day, debt.invoice.currency, amount, words, debt, rule="", reason=reason)

    def set_aside(self, rng: Random, day: date) -> None:
        who = rng.choice(SUPPLIERS)
        why = {"state": EntryState.SET_ASIDE, "rule": "not ours", "reason": "money that went out"}
        self._add(day, "EUR", -rng.randint(500, 90_000), f"Rechnung {who}", None, **why)

    def put_into(self, rows: Rows) -> None:
        """One file and one statement for each day and currency."""
        by_statement: dict[tuple[date, str], list[dict[str, object]]] = defaultdict(list)
        for day, row in self._rows:
            by_statement[day, str(row["currency"])].append(row)
        for number, ((day, currency), entries) in enumerate(sorted(by_statement.items()), 1):
            _add_statement(rows, number, day, currency, entries)

    def _add(
        self, day: date, currency: str, amount: int, text: str, debt: Debt | None, **decided: str
    ) -> None:
        self._count += 1
        payer = debt.invoice.customer if debt else None
        is_decided = "state" in decided
        entry = {
            "id": self._count,
            "account": _ACCOUNT,
            "booked_on": day,
            "value_date": day,
            "currency": currency,
            "amount_minor": amount,
            "bank_reference": f"B{self._count:010}",
            "remittance": text,
            "party_name": payer.name if payer else "",
            "party_account": payer.accounts[0] if payer else "",
            "unmatched_minor": 0 if is_decided else amount,
            "recorded_at": at(day, 20),
            "decided_at": at(day, 20) if is_decided else None,
        }
        self._rows.append((day, entry | decided))


def make_bank(rng: Random, debtors: Iterable[Debtor], today: date) -> Bank:
    """Nine payments in ten came by the bank; of the latest days, some are nobody's yet."""
    bank = Bank()
    everything = [debt for debtor in debtors for debt in debtor.debts]
    for debt in everything:
        if debt.paid and rng.random() < 0.9:
            bank.pay(rng, debt)
    owed = [debt for debt in everything if not debt.is_over]
    for debt in rng.sample(owed, max(5, int(len(owed) * _LISTED))):
        bank.leave(rng, debt, today - timedelta(rng.randint(0, 12)))
    for _ in range(max(5, int(len(owed) * _SET_ASIDE))):
        bank.set_aside(rng, today - timedelta(rng.randint(0, 90)))
    return bank


def add_accounts(rows: Rows, debtor: Debtor, today: date) -> None:
    """An account is known where it has paid."""
    if any(debt.paid for debt in debtor.debts):
        for account in debtor.customer.accounts:
            rows.add(
                PayerAccountRecord,
                account=account,
                customer_id=debtor.customer.customer_id,
                recorded_at=at(today, 0),
            )


def _said(rng: Random, debt: Debt) -> str:
    number, customer = debt.invoice.number, debt.invoice.customer
    phrase = rng.choice(PHRASES[LANGUAGE[customer.country]])
    known = {"n": number, "c": customer.customer_id, "d": debt.invoice.issued, "a": "", "o": "4711"}
    return phrase.format(**known, p="030 23125 100")


def _add_statement(
    rows: Rows, number: int, day: date, currency: str, entries: list[dict[str, object]]
) -> None:
    name = f"{day:%Y%m%d}-{currency}.xml"
    digest = hashlib.sha256(name.encode()).hexdigest()
    rows.add(
        BankFileRecord,
        digest=digest,
        name=name,
        format=FileFormat.CAMT053.value,
        recorded_at=at(day, 20),
    )
    rows.add(
        BankStatementRecord,
        id=number,
        file=digest,
        account=_ACCOUNT,
        currency=currency,
        entries=len(entries),
        total_minor=sum(int(str(entry["amount_minor"])) for entry in entries),
    )
    for line, entry in enumerate(entries, 1):
        rows.add(BankEntryRecord, statement=number, line=line, **entry)

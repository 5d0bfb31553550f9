"""The company's own system, as a stand-in: brings each day's invoices and payments on their day."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from pathlib import Path

from sqlmodel import Session
from temporalio.client import Client

from activities.database import Database
from activities.facts import ladder_of
from activities.intake import Taken, record_policy, take_invoices, take_payments
from activities.journal import Journal
from activities.method_intake import take_methods
from activities.post import deliver
from gateways.policy_files import read_policy
from gateways.toml_files import TomlDocument
from rules.clock import Clock
from rules.days import local_moment
from rules.ladder import Ladder
from rules.ledger import InvoiceRow, LedgerFile, MethodRow, PaymentRow
from rules.policy import Policy

HOUR = time(0, 5)  # far from the policy's hour


@dataclass
class Day:
    """What a ledger brings on one day."""

    invoices: list[InvoiceRow] = field(default_factory=list)
    methods: list[MethodRow] = field(default_factory=list)
    payments: list[PaymentRow] = field(default_factory=list)


def days_of(files: Sequence[LedgerFile]) -> dict[date, Day]:
    """A ledger by the day each row counts on: a payment dated before its invoice, on the day of
    issue (ladder.md, "Files a run reads and writes"). It is played from its first day: a ladder
    that other books began is begun here anew (docs/ledger-files.md, "level")."""
    days: dict[date, Day] = defaultdict(Day)
    issued = {row.number: row.issue_date for file in files for row in file.invoices}
    for row in (row for file in files for row in file.invoices):
        anew = replace(row, level=0, last_notice_on=None) if row.level else row
        days[row.issue_date].invoices.append(anew)
    for payment in (row for file in files for row in file.payments):
        counts_on = max(payment.date, issued[payment.invoice_number])
        days[counts_on].payments.append(replace(payment, date=counts_on))
    first: dict[str, date] = {}
    for row in (row for file in files for row in file.invoices):
        key = row.customer.customer_id
        first[key] = min(row.issue_date, first.get(key, row.issue_date))
    for method in (row for file in files for row in file.methods):
        days[first[method.customer_id]].methods.append(method)
    return dict(sorted(days.items()))


def take_day(journal: Journal, day: Day, policy: Policy) -> None:
    """Record what a day brings, in the order of an import."""
    taken = Taken()
    take_invoices(journal, "the ledger", day.invoices, policy.digest, taken)
    take_methods(journal, [LedgerFile("the ledger", methods=tuple(day.methods))])
    take_payments(journal, day.payments, taken)


class Feeder:
    """Records a ledger day by day, as an import does, when business time reaches the day."""

    def __init__(self, files: Sequence[LedgerFile], policy: Path) -> None:
        """Raises FileMistake for the policy."""
        self.policy: Policy = read_policy(policy)
        self.ladder: Ladder = ladder_of(self.policy)
        self.days = days_of(files)
        self._policy_text = TomlDocument.from_path(policy).text

    async def feed(self, database: Database, client: Client, clock: Clock) -> None:
        """Returns when the last day was brought."""
        for day, brought in self.days.items():
            moment = clock.temporal(local_moment(day, HOUR, self.ladder.zone))
            await asyncio.sleep((moment - datetime.now(UTC)).total_seconds())
            await self.bring(database, client, clock, brought)

    async def bring(self, database: Database, client: Client, clock: Clock, day: Day) -> None:
        """Record what a day brings in one transaction, and tell the workflows."""

        def record(session: Session) -> None:
            journal = Journal(session, clock.business(datetime.now(UTC)), clock)
            record_policy(journal, self.policy, self._policy_text)
            take_day(journal, day, self.policy)

        await database.run(record)
        await deliver(database, client)

"""A whole database for the console: as a creditor has it after some months, made in seconds."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from random import Random
from time import perf_counter

from sqlalchemy import Engine
from sqlmodel import Session

from activities.creditors import record_creditor
from activities.database import Database
from activities.intake import record_policy
from activities.journal import Journal
from activities.migrations import migrate
from activities.staff_accounts import add_account
from bench.debts import Debtor, make_debtors
from bench.hours import at
from bench.records import Papers, Pen
from bench.rows import Rows, bulk_engine, settle
from bench.statements import Bank, add_accounts, make_bank
from gateways.creditor_file import read_creditor
from gateways.passwords import Passwords
from gateways.policy_files import read_policy
from models.settings import Settings
from rules.clock import REAL_TIME
from rules.staff import Role

PASSWORD = "nothing hangs on this one"  # noqa: S105 # of accounts that live as long as the measuring
USERS = 20
_AT_ONCE = 500  # customers


def fill(url: str, *, invoices: int, customers: int, today: date, seed: int) -> float:
    """So many open invoices of so many customers, and the people who work there. In seconds."""
    began = perf_counter()
    rng = Random(seed)
    debtors = make_debtors(rng, today, invoices=invoices, customers=customers)
    bank = make_bank(rng, debtors, today)
    papers = _house(url, today)
    engine = bulk_engine(url)
    try:
        _put(engine, rng, debtors, bank, papers, today)
    finally:
        engine.dispose()
    return perf_counter() - began


def user(number: int) -> str:
    """The name of one of `USERS`, counted from 1. The last is a lead, the last but one reads."""
    return f"user{number}"


def _house(url: str, today: date) -> Papers:
    """The schema, the policy, the creditor, the staff: as the programs make them."""
    settings = Settings(database_url=url)
    policy = read_policy(settings.policy)
    now = at(today, 6)
    database = Database(url)
    try:
        migrate(database.engine)
        with database.transaction() as session:
            journal = Journal(session, now, REAL_TIME)
            record_policy(journal, policy, settings.policy.read_text("utf-8"))
            creditor = record_creditor(journal, read_creditor(settings.creditor))
            _add_staff(session, today)
        return Papers(policy.digest, creditor)
    finally:
        database.close()


class _OnePassword(Passwords):
    """Everybody has the same one here, and it is hashed once: a hash takes its time on purpose."""

    @cache  # noqa: B019 # lives as long as the making
    def kept(self, password: str) -> str:
        return super().kept(password)


def _add_staff(session: Session, today: date) -> None:
    passwords = _OnePassword()
    roles = {USERS: Role.LEAD, USERS - 1: Role.AUDITOR}
    for number in range(1, USERS + 1):
        role = roles.get(number, Role.STAFF)
        add_account(session, passwords, user(number), role, PASSWORD, at(today, 6))


def _put(
    engine: Engine, rng: Random, debtors: list[Debtor], bank: Bank, papers: Papers, today: date
) -> None:
    with engine.begin() as connection:
        for rows in _written(rng, debtors, bank, papers, today):
            rows.put(connection)
        settle(connection)


def _written(
    rng: Random, debtors: list[Debtor], bank: Bank, papers: Papers, today: date
) -> Iterator[Rows]:
    """A part at a time: memory holds no more."""
    rows = Rows()
    bank.put_into(rows)
    yield rows
    for place, debtor in enumerate(debtors, 1):
        Pen(rows, rng, papers, today, bank.entry_of, debtor).write()
        add_accounts(rows, debtor, today)
        if place % _AT_ONCE == 0 or place == len(debtors):
            yield rows

"""What one entry may pay is found without the whole ledger, and is what the whole ledger says."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from random import Random

import pytest
from sqlmodel import Session, col, create_engine, select

from activities.banking.narrowing import narrow_ledger
from activities.journal import Journal
from activities.matching import entry_of, ledger_of
from bench.filling import fill
from bench.hours import at
from models.tables import BankEntryRecord, InvoiceRecord, RefundRecord
from rules.clock import REAL_TIME
from rules.matching import Entry, Ledger, match
from rules.money import Money

TODAY = date(2026, 3, 10)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    url = f"sqlite:///{tmp_path_factory.mktemp('narrow') / 'duely.db'}"
    fill(url, invoices=400, customers=30, today=TODAY, seed=8)
    engine = create_engine(url)
    with Session(engine) as found:
        yield found
    engine.dispose()


@pytest.fixture(scope="module")
def whole(session: Session) -> Ledger:
    return ledger_of(Journal(session, at(TODAY, 9), REAL_TIME))


def _entries(session: Session) -> Iterator[Entry]:
    """Recorded ones, and what they could have said instead: numbers whole, cut, mistyped, together."""
    rng = Random(4)
    entries = [entry_of(one) for one in session.exec(select(BankEntryRecord))]
    invoices = session.exec(select(InvoiceRecord).order_by(col(InvoiceRecord.number))).all()
    keys = list(session.exec(select(RefundRecord.key)))
    for entry in rng.sample(entries, 14):
        one, two = rng.sample(invoices, 2)
        number = one.number
        mistyped = number[:-2] + number[-1] + number[-2]
        texts = (
            entry.remittance,
            number,
            f"Rechnung {number[-4:]}",
            f"RE {mistyped}",
            f"{number} / {two.number[-3:]}",
            f"{number} und {two.number}",
            number.replace("0", ""),
        )
        for text in texts:
            amount = rng.choice((one.balance_minor, one.amount_minor, 4711))
            yield replace(entry, remittance=text, amount=amount, currency=one.currency)
        yield replace(entry, remittance=number, amount=-one.amount_minor, is_return=True)
        yield replace(entry, references=(number,), original=Money(one.balance_minor, "EUR"))
        yield replace(entry, end_to_end_id=rng.choice(keys), is_return=True)


def test_verdict_is_that_of_the_whole_ledger(session: Session, whole: Ledger) -> None:
    entries = list(_entries(session))
    verdicts = {entry: match(entry, narrow_ledger(session, entry)) for entry in entries}
    assert len({verdict.rule for verdict in verdicts.values()}) >= 5
    assert sum(bool(verdict.candidates) for verdict in verdicts.values()) > 15
    for entry, verdict in verdicts.items():
        assert verdict == match(entry, whole), entry

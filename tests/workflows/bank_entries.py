"""Movements on our account, as an imported statement leaves them on the record."""

from activities.journal import Journal
from models.tables import BankEntryRecord, BankFileRecord, BankStatementRecord, RefundRecord
from tests.workflows.house import House


async def bank_says(house: House) -> None:
    """A debit of 20.00 with the refund's key, and its return."""
    refund = await house.get(RefundRecord, "F-C1-1")

    def write(journal: Journal) -> None:
        add = journal.session.add
        add(BankFileRecord(digest="d", name="f", format="camt.053", recorded_at=journal.now))
        journal.session.flush()
        add(BankStatementRecord(id=1, file="d", account="A", currency="EUR"))
        journal.session.flush()
        for number, minor in ((1, -2000), (2, 2000)):
            add(
                BankEntryRecord(
                    id=number,
                    statement=1,
                    account="A",
                    booked_on=refund.requested_at.date(),
                    value_date=refund.requested_at.date(),
                    currency="EUR",
                    amount_minor=minor,
                    bank_reference=f"BANK-{number}",
                    end_to_end_id=refund.key,
                    unmatched_minor=0,
                    recorded_at=journal.now,
                )
            )

    await house.record(write)

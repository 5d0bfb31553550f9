"""Our banks that take debits, on the record: what a run of collecting is planned by."""

from collections.abc import Sequence

from sqlalchemy import delete
from sqlmodel import Session, col, select

from activities import replanning
from activities.journal import Journal
from models.tables import DebitingBankRecord
from rules.creditor import DebitingBank


def record_banks(journal: Journal, banks: Sequence[DebitingBank]) -> None:
    """Have the record say what the creditor's file says, and every debit to come planned by it: also
    one that was imported before any worker knew a bank. Safe to repeat: every row is written anew."""
    session = journal.session
    session.connection().execute(delete(DebitingBankRecord))
    for place, bank in enumerate(banks):
        session.add(
            DebitingBankRecord(
                name=bank.name,
                place=place,
                lead_days=bank.lead_days,
                cut_off=f"{bank.cut_off:%H:%M}",
                timezone=bank.timezone,
            )
        )
    session.flush()
    replanning.go_by_banks(journal)


def recorded_banks(session: Session) -> list[str]:
    """Their names, the first one's first."""
    query = select(DebitingBankRecord.name).order_by(col(DebitingBankRecord.place))
    return list(session.exec(query))

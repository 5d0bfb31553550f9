"""How old bank data is: notices wait for a statement that tells who has paid meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func
from sqlmodel import Session, col, select

from activities.journal import Journal
from models.tables import BankStatementRecord, EventRecord, RetiredAccountRecord
from rules.identity import one_of_each
from rules.ladder import Ladder

NOTICE_WAITS = "notice_waits"


@dataclass(frozen=True)
class AccountOfOurs:
    """An account by the names its files give it; `until` is the last day a statement speaks of.
    `retired`: nobody uses it any more, its age holds nothing back."""

    names: tuple[str, ...]
    until: date
    retired: bool = False

    @property
    def name(self) -> str:
        return self.names[0]


def accounts(session: Session) -> list[AccountOfOurs]:
    """Every account that a statement was imported of, those without news longest first."""
    query = (
        select(BankStatementRecord.account, func.max(BankStatementRecord.until))
        .where(
            col(BankStatementRecord.is_notification).is_(False),
            col(BankStatementRecord.until).is_not(None),
        )
        .group_by(col(BankStatementRecord.account))
    )
    newest = {name: until for name, until in session.exec(query) if until is not None}
    retired = {one.account: one.until for one in session.exec(select(RetiredAccountRecord))}
    found = []
    for names in one_of_each(newest):
        until = max(newest[name] for name in names)
        gone = max((retired[name] for name in names if name in retired), default=None)
        found.append(AccountOfOurs(tuple(names), until, gone is not None and until <= gone))
    return sorted(found, key=lambda one: (one.until, one.name))


def oldest_in_use(session: Session) -> date | None:
    """The newest day of the account that is without news the longest; None where no statement was
    ever imported, or no account is in use."""
    return min((one.until for one in accounts(session) if not one.retired), default=None)


def waits_since(session: Session, ladders: Sequence[Ladder], today: date) -> date | None:
    """The day that bank data ends, where it is too old to remind on by one of these policies; asks
    nothing of the database where no policy minds."""
    if not any(ladder.policy.bank_data_max_age for ladder in ladders):
        return None
    until = oldest_in_use(session)
    return until if until is not None and is_too_old(until, ladders, today) else None


def is_too_old(until: date, ladders: Sequence[Ladder], today: date) -> bool:
    """Whether more business days have passed than the strictest of these policies allows."""
    minding = [ladder for ladder in ladders if ladder.policy.bank_data_max_age]
    return any(
        ladder.days.add(until, ladder.policy.bank_data_max_age) < today for ladder in minding
    )


def note_wait(journal: Journal, customer_id: str, until: date) -> None:
    """Say once for each wait that a customer's notices wait, and for what."""
    known = select(EventRecord.id).where(
        col(EventRecord.customer_id) == customer_id,
        col(EventRecord.event) == NOTICE_WAITS,
        col(EventRecord.reference) == until.isoformat(),
    )
    if journal.session.exec(known.limit(1)).first() is None:
        detail = f"bank data ends on {until}, older than the policy allows"
        journal.log_customer(NOTICE_WAITS, customer_id, reference=until.isoformat(), detail=detail)


def tell_who_waited(journal: Journal, before: date | None) -> None:
    """Bank data reaches further than before: those whose notices waited for it look again."""
    if before is None:
        return
    journal.session.flush()
    now = oldest_in_use(journal.session)
    if now is not None and now <= before:
        return
    reference = col(EventRecord.reference)
    query = select(EventRecord.customer_id).where(
        col(EventRecord.event) == NOTICE_WAITS, reference >= before.isoformat()
    )
    if now is not None:
        query = query.where(reference < now.isoformat())
    for customer_id in sorted(set(journal.session.exec(query))):
        journal.tell_customer(customer_id, "bank_data")


def retire(journal: Journal, account: AccountOfOurs) -> None:
    """Nobody uses the account any more; a later statement brings it back. Safe to repeat."""
    before = oldest_in_use(journal.session)
    for name in account.names:
        journal.session.merge(
            RetiredAccountRecord(
                account=name, until=account.until, actor=journal.actor, recorded_at=journal.now
            )
        )
    journal.log_customer("account_retired", "", detail=f"its statements end on {account.until}")
    tell_who_waited(journal, before)

"""Give a bank entry's money to invoices, or to a customer as credit: booked once, said, remembered.

Safe to repeat: a payment has a key of its entry and invoice, and what of an entry is given away is
recorded beside it in the same transaction.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import func
from sqlmodel import Session, col, select

from activities import books
from activities.credit import add_line, take_back
from activities.facts import ladder_for
from activities.journal import Journal
from models import names
from models.tables import (
    BankEntryRecord,
    EntryState,
    InvoiceRecord,
    PayerAccountRecord,
    PaymentRecord,
)
from rules.matching import Rule, Share
from rules.money import Money


def allocate(
    journal: Journal,
    entry: BankEntryRecord,
    shares: Sequence[Share],
    *,
    rule: str,
    reason: str,
    learn: bool = False,
) -> None:
    """Book an entry's money on invoices, and decide the entry.

    Shares are in their invoices' currencies; where that is not the entry's, they use all of it up.
    `learn`: its payer's account is the customer's from now on. What shares leave over stays
    unmatched.
    """
    invoices = _locked(journal, shares)
    taken = _taken(entry, shares, invoices)
    for share, of_entry in zip(shares, taken, strict=True):
        key = _payment_key(journal.session, entry, alone=len(shares) == 1)
        _book(journal, entry, invoices[share.invoice_number], share, key, of_entry)
    _decide(journal, entry, sum(taken), rule=rule, reason=reason)
    customers = {invoice.customer_id for invoice in invoices.values()}
    if learn and len(customers) == 1:
        remember_account(journal, entry.party_account, customers.pop())


def credit(
    journal: Journal,
    entry: BankEntryRecord,
    customer_id: str,
    amount: int,
    *,
    reason: str,
    rule: str = Rule.PERSON,
) -> None:
    """Money that came for no invoice is the customer's credit; below 0, what went back of it is no
    more. `amount` in the entry's currency, of which the customer has so much (`credit_in`)."""
    journal.lock(customer_id)
    if amount > 0:
        add_line(journal, (customer_id, None, entry.currency), amount, "bank", entry=entry.id)
        event, detail = "credited", f"{Money(amount, entry.currency)} came in for no invoice"
    else:
        take_back(journal, customer_id, Money(-amount, entry.currency), entry.id)
        event, detail = "credit_returned", f"{Money(-amount, entry.currency)} of credit went back"
    journal.log_customer(event, customer_id, reference=f"entry:{entry.id}", detail=detail)
    _decide(journal, entry, amount, rule=rule, reason=reason)


def decided(
    journal: Journal,
    entry: BankEntryRecord,
    used: int | None = None,
    *,
    rule: str,
    reason: str,
) -> None:
    """All of an entry, or (`used`) so much of it, is somebody's, as its own booking says."""
    used = entry.unmatched_minor if used is None else used
    _decide(journal, entry, used, rule=rule, reason=reason)


def set_aside(journal: Journal, entry: BankEntryRecord, *, rule: str, reason: str) -> None:
    """What is left of an entry is no customer's money."""
    _say(journal, entry, EntryState.SET_ASIDE, rule=rule, reason=reason)


def same_money(journal: Journal, payment_ids: Sequence[str]) -> None:
    """Payments of a payments file that an entry, nobody's so far, has under the bank's name: one
    money, once."""
    query = (
        select(BankEntryRecord, PaymentRecord)
        .join(PaymentRecord, col(PaymentRecord.payment_id) == col(BankEntryRecord.bank_reference))
        .where(
            col(PaymentRecord.payment_id).in_(payment_ids),
            col(PaymentRecord.entry).is_(None),
            col(PaymentRecord.amount_minor) == col(BankEntryRecord.unmatched_minor),
            col(BankEntryRecord.amount_minor) == col(BankEntryRecord.unmatched_minor),
            col(PaymentRecord.currency) == col(BankEntryRecord.currency),
            col(BankEntryRecord.state).in_((EntryState.OPEN.value, EntryState.SET_ASIDE.value)),
            col(BankEntryRecord.actor) == "",
        )
        .order_by(col(BankEntryRecord.id))
    )
    for entry, paid in journal.session.exec(query).all():
        if paid.entry is None:
            paid.entry, paid.entry_minor = entry.id, paid.amount_minor
            reason = f"Recorded since as payment {paid.payment_id} of {paid.invoice_number}."
            decided(journal, entry, rule=Rule.SAME_MONEY, reason=reason)


def keep_on_the_list(journal: Journal, entry: BankEntryRecord, *, rule: str, reason: str) -> None:
    """Nobody can be sure: it waits for a person, or for what other files bring."""
    if (entry.rule, entry.reason) != (rule, reason) or entry.decided_at is None:
        _say(journal, entry, EntryState.OPEN, rule=rule, reason=reason)


def remember_account(journal: Journal, account: str, customer_id: str) -> None:
    known = journal.session.get(PayerAccountRecord, (account, customer_id))
    if account and known is None:
        journal.session.add(
            PayerAccountRecord(account=account, customer_id=customer_id, recorded_at=journal.now)
        )
        journal.session.flush()


def _locked(journal: Journal, shares: Sequence[Share]) -> dict[str, InvoiceRecord]:
    get = journal.session.get_one
    numbers = [share.invoice_number for share in shares]
    journal.lock(*{get(InvoiceRecord, number).customer_id for number in numbers})
    return {number: get(InvoiceRecord, number) for number in numbers}


def _taken(
    entry: BankEntryRecord, shares: Sequence[Share], invoices: Mapping[str, InvoiceRecord]
) -> list[int]:
    """What each share takes of the entry, in the entry's currency; of another currency all of it,
    in proportion."""
    if all(invoices[share.invoice_number].currency == entry.currency for share in shares):
        return [share.amount for share in shares]
    whole = sum(share.amount for share in shares)
    taken = [entry.unmatched_minor * share.amount // whole for share in shares]
    return [*taken[:-1], entry.unmatched_minor - sum(taken[:-1])]


def _book(
    journal: Journal,
    entry: BankEntryRecord,
    invoice: InvoiceRecord,
    share: Share,
    key: str,
    of_entry: int,
) -> None:
    day = max(entry.value_date, invoice.issue_date)
    moves = [books.Money(key, day, share.amount, entry=entry.id, entry_minor=of_entry)]
    if share.forgiven:
        moves.append(
            books.Money(
                f"{key}:forgiven", day, share.forgiven, source=books.FORGIVEN, event="credited"
            )
        )
    take_money(journal, invoice, moves)


def _payment_key(session: Session, entry: BankEntryRecord, *, alone: bool) -> str:
    """The bank's reference, where it names this one payment and no other; else the entry's own."""
    reference = entry.bank_reference
    if alone and reference and session.get(PaymentRecord, reference) is None:
        return reference
    query = select(func.count()).where(col(PaymentRecord.entry) == entry.id)
    return f"entry:{entry.id}:{session.exec(query).one() + 1}"


def take_money(journal: Journal, invoice: InvoiceRecord, moves: Sequence[books.Money]) -> None:
    """Book what moved on one invoice on one day, and tell its workflow where that changes anything."""
    before = invoice.status
    books.book(journal, ladder_for(journal.session, invoice.policy), invoice, moves)
    if "open" in (before, invoice.status):
        returned = any(move.amount < 0 for move in moves)
        signal = names.PAYMENT_RETURNED if returned else names.PAYMENT_RECORDED
        journal.tell_invoice(invoice, signal, moves[-1].payment_id)


def _decide(journal: Journal, entry: BankEntryRecord, used: int, *, rule: str, reason: str) -> None:
    entry.unmatched_minor -= used
    state = EntryState.OPEN if entry.unmatched_minor else EntryState.MATCHED
    _say(journal, entry, state, rule=rule, reason=reason)


def _say(
    journal: Journal, entry: BankEntryRecord, state: EntryState, *, rule: str, reason: str
) -> None:
    entry.state, entry.rule, entry.reason = state.value, rule, reason
    entry.actor, entry.decided_at = journal.actor, journal.now

"""Match what is on the list: read what is known, decide each entry by the rules, book what they say."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Subquery, func, select
from sqlmodel import Session, col
from sqlmodel import select as select_records

from activities import allocating, debits_on_account, refunding
from activities.books import FORGIVEN
from activities.credit import credit_in
from activities.database import let_go
from activities.facts import ladder_for
from activities.journal import Journal
from models.tables import (
    METADATA,
    BankEntryRecord,
    EntryState,
    PayerAccountRecord,
    RefundRecord,
)
from rules.matching import Candidate, Claim, Entry, Ledger, Rule, Share, Terms, Verdict, match
from rules.money import Money
from rules.policy import Policy

_INVOICE = METADATA.tables["invoice"]
_PAYMENT = METADATA.tables["payment"]
_ENTRY = METADATA.tables["bank_entry"]
_CREDIT = METADATA.tables["credit"]
_CUSTOMER = METADATA.tables["customer"]

# What teaches whose account it is: the payer said whose invoice it pays.
_DESIGNATED = (Rule.REFERENCE, Rule.NUMBER, Rule.NUMBERS)
_PERSONS = (Rule.PERSON.value, Rule.MAYBE_SAME.value)  # what is left of these is for a person alone
_MONEY = ("bank", "collection", "manual")  # sources of what came in
_MOST_TIMES = 4  # money may wait for money that waits for it: a return for its payment
_AT_ONCE = 500  # entries read and let go again, so that a large file stays small in memory


@dataclass
class Matched:
    """What matching did: entries by the rule that decided, and those left on the list."""

    rules: Counter[str] = field(default_factory=Counter)

    @property
    def on_the_list(self) -> int:
        return self.rules[Rule.DOUBT]

    @property
    def set_aside(self) -> int:
        return self.rules[Rule.NOT_OURS]

    @property
    def matched(self) -> int:
        return self.rules.total() - self.on_the_list - self.set_aside


def match_open(journal: Journal) -> Matched:
    """Decide every entry on the list, those of an earlier day first, payments before returns.

    Tried again while that brings something: a new payer's account, a return's own payment.
    """
    ledger = ledger_of(journal)
    waiting = _waiting(journal)
    since = _first_day(journal, waiting)
    done = Matched()
    for _ in range(_MOST_TIMES):
        left = _try_all(journal, ledger, waiting, done)
        if len(left) == len(waiting):
            break
        waiting = left
    done.rules[Rule.DOUBT] = len(left) if waiting else 0
    _look_again(journal, ledger, since, done)
    return done


def _look_again(journal: Journal, ledger: Ledger, since: date, done: Matched) -> None:
    """What left the account and was none of ours may undo a payment that came in a later file; none
    of a day before `since`, the first one that was waited for."""
    journal.session.flush()
    query = select_records(BankEntryRecord).where(
        col(BankEntryRecord.state) == EntryState.SET_ASIDE.value,
        col(BankEntryRecord.rule) == Rule.NOT_OURS.value,
        col(BankEntryRecord.actor) == "",
        col(BankEntryRecord.booked_on) >= since,
    )
    for record in journal.session.exec(query.order_by(col(BankEntryRecord.id))).all():
        if match(entry_of(record), ledger).rule is Rule.RETURN:
            done.rules[_decide(journal, ledger, record).rule] += 1


def _waiting(journal: Journal) -> list[int]:
    journal.session.flush()
    query = (
        select(_ENTRY.c.id)
        .where(_ENTRY.c.state == EntryState.OPEN.value, _ENTRY.c.rule.not_in(_PERSONS))
        .order_by(_ENTRY.c.booked_on, _ENTRY.c.amount_minor < 0, _ENTRY.c.id)
    )
    return list(journal.session.connection().execute(query).scalars())


def _first_day(journal: Journal, waiting: Sequence[int]) -> date:
    """They stand in the order of their days."""
    if not waiting:
        return date.max
    query = select(_ENTRY.c.booked_on).where(_ENTRY.c.id == waiting[0])
    first: date = journal.session.connection().execute(query).scalar_one()
    return first


def _try_all(journal: Journal, ledger: Ledger, waiting: Sequence[int], done: Matched) -> list[int]:
    left = []
    for first in range(0, len(waiting), _AT_ONCE):
        keys = waiting[first : first + _AT_ONCE]
        query = select_records(BankEntryRecord).where(col(BankEntryRecord.id).in_(keys))
        records = {record.id: record for record in journal.session.exec(query)}
        for key in keys:
            verdict = _decide(journal, ledger, records[key])
            if verdict.rule is Rule.DOUBT:
                left.append(key)
            else:
                done.rules[verdict.rule] += 1
        let_go(journal.session, records.values())
    return left


def _decide(journal: Journal, ledger: Ledger, record: BankEntryRecord) -> Verdict:
    entry = entry_of(record)
    verdict = match(entry, ledger)
    if verdict.debits:
        return _take_debits(journal, ledger, record, verdict)
    if verdict.shares:
        learn = verdict.rule in _DESIGNATED and entry.amount > 0
        allocating.allocate(
            journal, record, verdict.shares, rule=verdict.rule, reason=verdict.reason, learn=learn
        )
        _learn(ledger, entry, verdict, learn=learn)
        _set_charges_aside(journal, record, verdict)
    elif verdict.refund:
        return _take_refund(journal, record, verdict)
    elif verdict.credit_of:
        return _take_credit_back(journal, record, verdict)
    elif verdict.rule is Rule.NOT_OURS:
        allocating.set_aside(journal, record, rule=verdict.rule, reason=verdict.reason)
    else:
        allocating.keep_on_the_list(journal, record, rule=verdict.rule, reason=verdict.reason)
    return verdict


def _take_debits(
    journal: Journal, ledger: Ledger, record: BankEntryRecord, verdict: Verdict
) -> Verdict:
    """Of our own debits, what came and what went back; the ledger knows both from then on."""
    for debit in verdict.debits:
        if not debit.is_booked:
            ledger.give([Share(debit.invoice_number, debit.amount)])
            ledger.add_payment("", (Share(debit.invoice_number, debit.amount),))
    if verdict.rule is Rule.RETURN:
        debits_on_account.went_back(journal, record, verdict.shares, verdict.debits, verdict.reason)
        ledger.give(verdict.shares)
        _set_charges_aside(journal, record, verdict)
    else:
        debits_on_account.came(journal, record, verdict.debits, verdict.reason)
    for debit in debits_on_account.read(journal, [one.key for one in verdict.debits]):
        ledger.add_debit(debit)
    return verdict


def _take_refund(journal: Journal, record: BankEntryRecord, verdict: Verdict) -> Verdict:
    assert record.id is not None, "it is recorded"
    refund = journal.session.get_one(RefundRecord, verdict.refund)
    if record.amount_minor < 0:
        why_not = refunding.left_the_bank(journal, refund, record.id)
    else:
        why_not = refunding.came_back(journal, refund, record.id, record.return_code)
    if why_not:
        return _leave(journal, record, why_not)
    allocating.decided(journal, record, rule=verdict.rule, reason=verdict.reason)
    return verdict


def _take_credit_back(journal: Journal, record: BankEntryRecord, verdict: Verdict) -> Verdict:
    """Only where it is still there: credit that was used cannot go back by itself."""
    customer = verdict.credit_of
    if credit_in(journal.session, customer, record.currency).minor < -verdict.credit:
        return _leave(journal, record, f"{verdict.reason}, which has been used since")
    allocating.credit(
        journal, record, customer, verdict.credit, rule=verdict.rule, reason=verdict.reason
    )
    _set_charges_aside(journal, record, verdict)
    return verdict


def _set_charges_aside(journal: Journal, record: BankEntryRecord, verdict: Verdict) -> None:
    if verdict.rule is Rule.RETURN and record.unmatched_minor:
        reason = f"{verdict.reason}; the rest are charges"
        allocating.set_aside(journal, record, rule=Rule.RETURN, reason=reason)


def _leave(journal: Journal, record: BankEntryRecord, why: str) -> Verdict:
    allocating.keep_on_the_list(journal, record, rule=Rule.DOUBT, reason=why)
    return Verdict(rule=Rule.DOUBT, reason=why)


def _learn(ledger: Ledger, entry: Entry, verdict: Verdict, *, learn: bool) -> None:
    ledger.give(verdict.shares)
    if entry.amount > 0:
        ledger.add_payment(entry.end_to_end_id, verdict.shares)
    customers = {ledger[share.invoice_number].customer_id for share in verdict.shares}
    if learn and entry.party_account and len(customers) == 1:
        ledger.add_account(entry.party_account, customers.pop())


def candidates_of(
    journal: Journal, entries: Iterable[BankEntryRecord]
) -> dict[int, tuple[Candidate, ...]]:
    """What each entry on the list may pay, the likeliest first, by its number. What is known is read
    once; for one alone, `banking.narrowing` reads less."""
    ledger = ledger_of(journal)
    looks = [entry_of(record) for record in entries]
    return {look.key: match(look, ledger).candidates for look in looks}


def entry_of(record: BankEntryRecord) -> Entry:
    assert record.id is not None, "it is recorded"
    original = record.original_minor
    return Entry(
        key=record.id,
        amount=record.unmatched_minor,
        currency=record.currency,
        booked_on=record.booked_on,
        value_date=record.value_date,
        references=tuple(record.creditor_references.splitlines()),
        end_to_end_id=record.end_to_end_id,
        remittance=record.remittance,
        party_name=record.party_name,
        party_account=record.party_account,
        is_return=record.is_return,
        charges=abs(record.charges_minor),
        original=Money(original, record.original_currency) if original is not None else None,
        transactions=record.transactions,
        batch=record.batch,
    )


def ledger_of(journal: Journal) -> Ledger:
    """All that is recorded, as matching looks at it."""
    journal.session.flush()
    ledger = Ledger()
    for claim in _claims(journal):
        ledger.add(claim)
    for known in journal.session.exec(select_records(PayerAccountRecord)):
        ledger.add_account(known.account, known.customer_id)
    names = select(_CUSTOMER.c.name, _CUSTOMER.c.customer_id)
    for name, customer_id in journal.session.connection().execute(names):
        ledger.add_name(name, customer_id)
    for refund in journal.session.exec(select_records(RefundRecord).where(RefundRecord.key != "")):
        ledger.add_refund(refund.key, refund.number, refund.amount_minor)
    for order, shares in _orders(journal):
        ledger.add_payment(order, shares)
    for debit in debits_on_account.read(journal):
        ledger.add_debit(debit)
    for order, customer_id, amount in _credited(journal):
        ledger.add_credit(order, customer_id, amount)
    return ledger


def _credited(journal: Journal) -> Iterable[tuple[str, str, int]]:
    """What became credit and paid no invoice, with the end-to-end id it came under."""
    query = (
        select(_ENTRY.c.end_to_end_id, _CREDIT.c.customer_id, _CREDIT.c.amount_minor)
        .join_from(_CREDIT, _ENTRY, _ENTRY.c.id == _CREDIT.c.entry)
        .where(_CREDIT.c.reason == "bank", _ENTRY.c.end_to_end_id != "")
    )
    return [tuple(row) for row in journal.session.connection().execute(query)]


def _claims(journal: Journal) -> Iterable[Claim]:
    """Plain rows: a ledger has a hundred thousand of them."""
    paid, forgiven = (_sums(*sources) for sources in (_MONEY, (FORGIVEN,)))
    columns = ("number", "customer_id", "currency", "issue_date", "due_date", "policy")
    query = select(
        *(_INVOICE.c[name] for name in columns),
        _INVOICE.c.amount_minor,
        _INVOICE.c.balance_minor,
        func.coalesce(paid.c.minor, 0).label("paid"),
        func.coalesce(forgiven.c.minor, 0).label("forgiven"),
    )
    for sums in (paid, forgiven):
        query = query.outerjoin(sums, sums.c.invoice_number == _INVOICE.c.number)
    for row in journal.session.connection().execute(query):
        yield claim_of(journal.session, row, int(row.paid), int(row.forgiven))


def claim_of(session: Session, invoice: Any, paid: int, forgiven: int = 0) -> Claim:
    """An invoice as matching looks at it; `paid` is what came in for it, `forgiven` what a policy let
    go of."""
    policy = ladder_for(session, invoice.policy).policy
    return Claim(
        number=invoice.number,
        customer_id=invoice.customer_id,
        currency=invoice.currency,
        amount=invoice.amount_minor,
        balance=invoice.balance_minor,
        issue_date=invoice.issue_date,
        due_date=invoice.due_date,
        paid=paid,
        forgiven=forgiven,
        terms=_terms(policy, invoice.currency),
    )


def _sums(*sources: str) -> Subquery:
    """What was booked on each invoice from these sources."""
    return (
        select(_PAYMENT.c.invoice_number, func.sum(_PAYMENT.c.amount_minor).label("minor"))
        .where(_PAYMENT.c.source.in_(sources))
        .group_by(_PAYMENT.c.invoice_number)
        .subquery()
    )


@cache
def _terms(policy: Policy, currency: str) -> Terms:
    return Terms(
        discount_percent=policy.discount_percent,
        discount_days=policy.discount_days,
        small_difference=policy.small_difference_in(currency),
    )


def _orders(journal: Journal) -> Iterable[tuple[str, tuple[Share, ...]]]:
    """What each payment recorded so far was for, with the end-to-end id it came under; a debit's is
    known by the debit."""
    query = (
        select(
            _PAYMENT.c.payment_id,
            _PAYMENT.c.entry,
            _PAYMENT.c.source,
            _PAYMENT.c.invoice_number,
            _PAYMENT.c.amount_minor,
            func.coalesce(_ENTRY.c.end_to_end_id, "").label("order"),
        )
        .outerjoin(_ENTRY, _ENTRY.c.id == _PAYMENT.c.entry)
        .where(_PAYMENT.c.source.in_(("bank", "collection")), _PAYMENT.c.amount_minor > 0)
        .order_by(_PAYMENT.c.recorded_at, _PAYMENT.c.entry)
    )
    found: dict[object, list[Share]] = defaultdict(list)
    orders: dict[object, str] = {}
    for row in journal.session.connection().execute(query):
        is_debit = row.source == "collection"
        key = row.payment_id if row.entry is None or is_debit else row.entry
        found[key].append(Share(row.invoice_number, row.amount_minor))
        orders[key] = "" if is_debit else row.order
    return [(orders[key], tuple(shares)) for key, shares in found.items()]

"""What was recorded for each payment, held against what is true of it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from sqlmodel import Session, select

from bench.bank import TAKEN_APART
from bench.truth import Meaning, Payment, Truth
from models.tables import CreditRecord, InvoiceRecord, PaymentRecord
from models.tables.bank import BankEntryRecord, EntryState

_LET_GO = ("discount", "small_difference")  # sources of what is no money but is not owed any more


class Verdict(StrEnum):
    AUTOMATIC = "automatic"
    LISTED = "left to a person"
    WRONG = "wrong"


@dataclass
class Found:
    """What the database says of one payment: all entries that are it, and what came of them."""

    entries: list[BankEntryRecord] = field(default_factory=list)
    shares: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    credits: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    let_go: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def unmatched(self) -> int:
        return sum(entry.unmatched_minor for entry in self.entries)

    @property
    def states(self) -> set[str]:
        return {entry.state for entry in self.entries}

    def __str__(self) -> str:
        rules = ", ".join(sorted({entry.rule or "no rule" for entry in self.entries}))
        parts = [f"{number} {amount}" for number, amount in self.shares.items()]
        parts += [f"credit of {customer} {amount}" for customer, amount in self.credits.items()]
        parts += [f"let go {number} {amount}" for number, amount in self.let_go.items()]
        states = "/".join(sorted(self.states)) or "not recorded"
        return f"{states}: {', '.join(parts) or 'nothing allocated'} ({rules})"


@dataclass(frozen=True)
class Judged:
    payment: Payment
    found: Found
    verdict: Verdict
    why: str


@dataclass
class Judgement:
    """Every payment's verdict, and entries that are no payment at all."""

    judged: list[Judged]
    strangers: list[BankEntryRecord]

    def count(self, verdict: Verdict) -> int:
        strangers = len(self.strangers) if verdict is Verdict.WRONG else 0
        return strangers + sum(one.verdict is verdict for one in self.judged)


def judge(session: Session, payments: Sequence[Payment]) -> Judgement:
    """Reads the whole record once."""
    found, strangers = _recorded(session, payments)
    invoices = session.exec(select(InvoiceRecord)).all()
    owed = {invoice.number: invoice.balance_minor for invoice in invoices}
    judged = []
    for at, payment in enumerate(payments):
        verdict, why = _verdict(payment, found[at], owed)
        judged.append(Judged(payment, found[at], verdict, why))
    return Judgement(judged, strangers)


def _recorded(
    session: Session, payments: Sequence[Payment]
) -> tuple[list[Found], list[BankEntryRecord]]:
    by_reference = {p.bank_reference: at for at, p in enumerate(payments) if p.bank_reference}
    by_day: dict[tuple[date, int], int] = {
        (p.day, amount): at
        for at, p in enumerate(payments)
        if not p.bank_reference
        for amount in _amounts(p)
    }
    found = [Found() for _ in payments]
    whose: dict[int, Found] = {}
    strangers = []
    for entry in session.exec(select(BankEntryRecord)).all():
        at = by_reference.get(entry.bank_reference, by_reference.get(entry.booking_reference))
        if at is None and not entry.bank_reference:
            at = by_day.get((entry.booked_on, entry.amount_minor))
        if at is None or entry.id is None:
            strangers.append(entry)
            continue
        found[at].entries.append(entry)
        whose[entry.id] = found[at]
    _add_money(session, whose)
    return found, strangers


def _amounts(payment: Payment) -> set[int]:
    """What one of its entries may be of: all of it, or what was sent and the charges, apart."""
    return {payment.amount, payment.amount + payment.charges, -payment.charges} - {0}


def _add_money(session: Session, whose: Mapping[int, Found]) -> None:
    paid_by: dict[str, Found] = {}
    for payment in session.exec(select(PaymentRecord)).all():
        if payment.entry is None or payment.entry not in whose:
            continue
        one = paid_by[payment.payment_id] = whose[payment.entry]
        kept = one.let_go if payment.source in _LET_GO else one.shares
        kept[payment.invoice_number] += payment.allocated_minor
    for credit in session.exec(select(CreditRecord)).all():
        by_entry = whose.get(credit.entry) if credit.entry is not None else None
        holder = by_entry or paid_by.get(credit.payment_id or "")
        if holder is not None:
            holder.credits[credit.customer_id] += credit.amount_minor


def _verdict(payment: Payment, found: Found, owed: Mapping[str, int]) -> tuple[Verdict, str]:
    if not found.entries:
        return _verdict_of_nothing(payment)
    shares = {number: amount for number, amount in found.shares.items() if amount}
    credits = {customer: amount for customer, amount in found.credits.items() if amount}
    truth = _in_full(payment, found)
    if truth.meaning is not Meaning.PAYS:
        return _verdict_of_nobodys(truth, found, moved=bool(shares or credits or found.let_go))
    mistake = _mistake(truth, shares, credits, found.let_go, owed)
    if mistake:
        return Verdict.WRONG, mistake
    if found.states <= {EntryState.SET_ASIDE}:
        return Verdict.WRONG, "was set aside, and is a customer's money"
    if sum(shares.values()) + sum(credits.values()) == truth.total and _is_decided(payment, found):
        return Verdict.AUTOMATIC, ""
    return Verdict.LISTED, ""


def _verdict_of_nothing(payment: Payment) -> tuple[Verdict, str]:
    """A batch whose transactions came first need not be recorded; everything else must be."""
    if payment.truth is TAKEN_APART:
        return Verdict.AUTOMATIC, ""
    return Verdict.WRONG, "is not recorded"


def _in_full(payment: Payment, found: Found) -> Truth:
    """Where the charges are an entry of their own, what was sent is the payer's money."""
    apart = [e for e in found.entries if e.amount_minor == -payment.charges]
    whole = payment.amount + payment.charges
    if not payment.charges or not apart or payment.amount < 0:
        return payment.truth
    return replace(payment.truth, shares=dict.fromkeys(payment.truth.shares, whole), total=whole)


def _verdict_of_nobodys(truth: Truth, found: Found, *, moved: bool) -> tuple[Verdict, str]:
    if moved:
        return Verdict.WRONG, f"is {truth.meaning}, and was allocated"
    if EntryState.OPEN in found.states:
        return Verdict.LISTED, ""
    if truth.meaning is Meaning.FOR_A_PERSON:
        return Verdict.WRONG, "is for a person, and was taken from the list"
    return Verdict.AUTOMATIC, ""


def _mistake(
    truth: Truth,
    shares: Mapping[str, int],
    credits: Mapping[str, int],
    let_go: Mapping[str, int],
    owed: Mapping[str, int],
) -> str:
    """The first share that is not where it belongs, in words; "" where every one is."""
    sign = -1 if truth.total < 0 else 1
    for number, amount in shares.items():
        if sign * amount > sign * truth.shares.get(number, 0) or sign * amount < 0:
            return f"{number} was given {amount}, true is {truth.shares.get(number, 0)}"
    for number, amount in let_go.items():
        if amount > truth.forgiven.get(number, 0):
            return f"{number} was let off {amount}, true is {truth.forgiven.get(number, 0)}"
    for customer, amount in credits.items():
        if customer not in truth.customers:
            return f"{customer} was given a credit of {amount}, and did not pay"
        if truth.total > 0 and amount > truth.credit and any(owed[n] for n in truth.shares):
            return f"{customer} was given a credit of {amount}, true is {truth.credit}"
    if sign * (sum(shares.values()) + sum(credits.values())) > sign * truth.total:
        return f"more than {truth.total} was given in all"
    return ""


def _is_decided(payment: Payment, found: Found) -> bool:
    """Nothing of it is left to ask about; a return's charges may be."""
    left = abs(found.unmatched)
    return EntryState.OPEN not in found.states and left in (0, payment.charges)


def shown(truth: Truth) -> str:
    """A truth in words, for the author of what was judged."""
    if truth.meaning is not Meaning.PAYS:
        return str(truth.meaning)
    parts = [f"{number} {amount}" for number, amount in truth.shares.items()]
    if truth.credit:
        parts.append(f"of it credit {truth.credit}")
    return ", ".join(parts)


def by_kind(judged: Iterable[Judged]) -> dict[str, list[Judged]]:
    found: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        found[one.payment.kind].append(one)
    return dict(sorted(found.items()))

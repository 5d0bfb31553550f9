"""A file of debits for one of our banks: what stands in it, how it is named, and what cannot stand in it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from enum import StrEnum

from rules.creditor import DebitingBank
from rules.days import DAY, BusinessDays
from rules.methods import Frequency, Scheme
from rules.money import Money

EURO = "EUR"  # the only currency of SEPA
_LARGEST = 99_999_999_999  # minor units: eleven digits, as the scheme's amounts have
_MANDATE = re.compile(r"[A-Za-z0-9+?/:().,'-][A-Za-z0-9+?/:().,' -]{0,34}")


class SequenceType(StrEnum):
    """Which debit of its mandate it is, by the scheme's own code."""

    FIRST = "FRST"
    RECURRENT = "RCUR"
    ONE_OFF = "OOFF"


@dataclass(frozen=True, kw_only=True)
class Debit:
    """One debit as the bank reads it. `key` is its end-to-end id, `mandate` the mandate's reference,
    `holder` whose account `iban` is, `text` what stands on their statement; `day` a TARGET day."""

    key: str
    amount: Money
    mandate: str
    signed_on: date
    iban: str
    bic: str
    holder: str
    text: str
    sequence: SequenceType
    day: date


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Debits of one sequence type and day: what the bank books as one. `identifier` is our own name of
    it (payment information id)."""

    identifier: str
    sequence: SequenceType
    day: date
    debits: tuple[Debit, ...]


@dataclass(frozen=True, kw_only=True)
class DebitFile:
    """One file: one bank, one scheme. `made_at` is the moment of its making, in UTC."""

    message: str
    made_at: datetime
    bank: DebitingBank
    creditor: str
    creditor_identifier: str
    scheme: Scheme
    batches: tuple[Batch, ...]

    @property
    def debits(self) -> tuple[Debit, ...]:
        return tuple(debit for batch in self.batches for debit in batch.debits)

    @property
    def total(self) -> int:
        """In minor units."""
        return sum(debit.amount.minor for debit in self.debits)


def counted(debits: int) -> str:
    """`1 debit`, `2 debits`."""
    return "1 debit" if debits == 1 else f"{debits} debits"


def message_id(bank: str, day: date, number: int) -> str:
    """A file's name for the bank, at most 35 signs; `number` counts the bank's files from 1."""
    return f"{bank}-{day:%y%m%d}-{number}"


def file_name(bank: str, day: date, message: str) -> str:
    return f"{bank}-{day}-{message}.xml"


def batches(message: str, debits: Iterable[Debit]) -> tuple[Batch, ...]:
    """Debits by sequence type and day, each batch with a name of its own; in an order that does not
    depend on the one they came in."""
    found: dict[tuple[date, SequenceType], list[Debit]] = {}
    for debit in sorted(debits, key=lambda debit: debit.key):
        found.setdefault((debit.day, debit.sequence), []).append(debit)
    return tuple(
        Batch(identifier=f"{message}-{number}", sequence=kind, day=day, debits=tuple(mine))
        for number, ((day, kind), mine) in enumerate(sorted(found.items()), 1)
    )


def sequence_of(frequency: Frequency, *, was_debited: bool) -> SequenceType:
    """`was_debited`: the mandate has a debit that was not rejected, in this file or one before."""
    if frequency is Frequency.ONE_OFF:
        return SequenceType.ONE_OFF
    return SequenceType.RECURRENT if was_debited else SequenceType.FIRST


def why_not(*, amount: Money, mandate: str, signed_on: date | None, holder: str, text: str) -> str:
    """Why a debit cannot stand in a file, in words; "" where it can."""
    if amount.currency != EURO:
        return f"it is in {amount.currency}, and SEPA knows {EURO} only"
    if not 0 < amount.minor <= _LARGEST:
        return f"{amount} is no amount that SEPA debits"
    if not _MANDATE.fullmatch(mandate):
        return "its mandate has no reference of up to 35 of SEPA's signs"
    if signed_on is None:
        return "its mandate has no date of signature"
    if not holder.strip() or not text.strip():
        return "it has no holder's name or no text"
    return ""


def submission_day(day: date, lead_days: int, target: BusinessDays) -> date:
    """The TARGET day on which a debit of `day` has to be at the bank."""
    for _ in range(lead_days):
        day = target.back(day - DAY)
    return day


def cut_off_in(ours: tzinfo, cut_off: time, theirs: tzinfo) -> time:
    """A bank's hour on our clock; the earlier one, where the two change their clocks on other days."""
    days = (date(2026, 1, 15), date(2026, 7, 15))
    return min(datetime.combine(day, cut_off, theirs).astimezone(ours).time() for day in days)


def first_day(sent_on: date, lead_days: int, target: BusinessDays) -> date:
    """The first day on which a file that is sent on a day can still have debits."""
    return (
        target.forward(sent_on)
        if lead_days == 0
        else target.add(target.forward(sent_on), lead_days)
    )

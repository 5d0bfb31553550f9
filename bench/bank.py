"""What the bank makes of payments: references, batches, statements by day, and what it sends twice."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from random import Random

from bench.stories import CURRENCIES, EURO, EURO_MT940, FRANC
from bench.truth import Meaning, Payment, Truth

ACCOUNTS = ("DE89370400440532013000", "DE12500105170648489890", "CH9300762011623852957")
MT940_NAME = "50010517/0648489890"  # what the second bank calls our account
CHANGEOVER = date(2024, 5, 6)  # until then camt.053.001.02, then .08


class Detail(StrEnum):
    """Where a batch's single transactions are."""

    INSIDE = "inside"
    ELSEWHERE = "elsewhere"  # in a camt.054


@dataclass
class Line:
    """One booking: a payment, or a batch of them."""

    payments: list[Payment]
    reference: str = ""
    detail: Detail = Detail.INSIDE

    @property
    def is_batch(self) -> bool:
        return len(self.payments) > 1

    @property
    def amount(self) -> int:
        return sum(payment.amount for payment in self.payments)


@dataclass
class Sheet:
    """One statement of one account. `opening` in minor units; `copy` counts how often it is sent."""

    account: int
    days: tuple[date, ...]
    number: int
    opening: int
    lines: list[Line] = field(default_factory=list)
    copy: int = 0

    @property
    def closing(self) -> int:
        return self.opening + sum(line.amount for line in self.lines)


@dataclass
class Bank:
    """All sheets in the order of their days, and what is also sent in another way."""

    sheets: list[Sheet]
    notices: list[Sheet]  # camt.054: of batches that have no details, and of single bookings
    again: list[Sheet]  # the same lines once more: as camt.053, or a week's
    as_mt940: list[Sheet]  # a camt account's day in the other format

    def batches(self) -> dict[str, Payment]:
        """Batches without details, by reference: their money is told elsewhere."""
        return {
            line.reference: _told_elsewhere(sheet, line)
            for sheet in self.sheets
            for line in sheet.lines
            if line.is_batch and line.detail is Detail.ELSEWHERE
        }


TAKEN_APART = Truth(meaning=Meaning.NOT_OURS)


def keep_books(rng: Random, payments: Sequence[Payment]) -> Bank:
    """Sheets for every day and account. Gives payments their references: most have one."""
    _refer(rng, payments)
    sheets: list[Sheet] = []
    by_day: dict[tuple[date, int], list[Payment]] = defaultdict(list)
    for payment in payments:
        by_day[payment.day, payment.account].append(payment)
    balances = [rng.randint(10**6, 10**8) for _ in ACCOUNTS]
    numbers = [0 for _ in ACCOUNTS]
    for (day, account), todays in sorted(by_day.items(), key=lambda item: item[0]):
        numbers[account] += 1
        sheet = Sheet(account, (day,), numbers[account], balances[account])
        sheet.lines = list(_lines(rng, sheet, todays))
        balances[account] = sheet.closing
        sheets.append(sheet)
    camt = [sheet for sheet in sheets if sheet.account != EURO_MT940]
    return Bank(
        sheets,
        [notice for sheet in camt if (notice := _notice(rng, sheet)).lines],
        [*_again(rng, camt), *_week(camt)],
        [_copy(s) for s in rng.sample(_without_batch(camt), min(3, len(_without_batch(camt))))],
    )


def _refer(rng: Random, payments: Sequence[Payment]) -> None:
    """One in ten has no reference, if day and amount tell it from every other."""
    seen: dict[tuple[date, int], int] = defaultdict(int)
    for payment in payments:
        seen[payment.day, payment.amount] += 1
    for at, payment in enumerate(payments):
        if seen[payment.day, payment.amount] > 1 or rng.random() < 0.9:
            payment.bank_reference = f"{payment.day:%y%m%d}{rng.choice('ABC')}{at:07d}"


def _lines(rng: Random, sheet: Sheet, payments: list[Payment]) -> Iterator[Line]:
    """Collections are booked together, and in Switzerland what came in by itself, too."""
    together = [p for p in payments if _goes_in_a_batch(p)]
    if len(together) > 1:
        detail = Detail.ELSEWHERE if rng.random() < 0.5 else Detail.INSIDE
        mark = f"SAMMLER{sheet.account}{sheet.days[0]:%y%m%d}"
        for at, payment in enumerate(together):
            payment.bank_reference = payment.bank_reference or f"{mark}N{at}"
            payment.batch = mark
        yield Line(together, mark, detail)
    else:
        together = []
    for payment in payments:
        if not payment.batch:
            yield Line([payment], payment.bank_reference)


def _goes_in_a_batch(payment: Payment) -> bool:
    plain = payment.gross is None and payment.amount > 0
    swiss = payment.account == FRANC and payment.kind in ("number", "creditor reference")
    return plain and (payment.kind == "collection" or swiss)


def _notice(rng: Random, sheet: Sheet) -> Sheet:
    """A camt.054 with the batches that lack details, and a few bookings that the sheet has too."""
    notice = replace(sheet, lines=[])
    for line in sheet.lines:
        lacks = line.is_batch and line.detail is Detail.ELSEWHERE
        if lacks or (not line.is_batch and line.amount > 0 and rng.random() < 0.03):
            notice.lines.append(replace(line, detail=Detail.INSIDE))
    return notice


def _again(rng: Random, sheets: list[Sheet]) -> list[Sheet]:
    return [_copy(sheet) for sheet in rng.sample(sheets, min(3, len(sheets)))]


def _copy(sheet: Sheet) -> Sheet:
    return replace(sheet, copy=sheet.copy + 1)


def _week(sheets: list[Sheet]) -> list[Sheet]:
    """Three days of the first account once more, on one sheet: a period covered twice."""
    ours = [sheet for sheet in sheets if sheet.account == EURO][3:6]
    if not ours:
        return []
    days = tuple(day for sheet in ours for day in sheet.days)
    lines = [line for sheet in ours for line in sheet.lines]
    return [Sheet(EURO, days, 900, ours[0].opening, lines, copy=1)]


def _without_batch(sheets: list[Sheet]) -> list[Sheet]:
    """Sheets whose every line the older format can say."""
    return [
        sheet
        for sheet in sheets
        if not any(line.is_batch or line.payments[0].gross for line in sheet.lines)
    ]


def _told_elsewhere(sheet: Sheet, line: Line) -> Payment:
    return Payment(
        kind="batch without details",
        day=sheet.days[0],
        account=sheet.account,
        amount=line.amount,
        truth=TAKEN_APART,
        bank_reference=line.reference,
    )


def currency_of(account: int) -> str:
    return CURRENCIES[account]

"""Fields 61, 60 and 62 of MT940: what carries money. Their grammar is the mt-940 library's.

Its reader of whole files is not used: it gives the statements of a file as one, knows no lines, and
skips a field it does not know. Its patterns know what many banks write; each has to match wholly.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from mt940.tags import BalanceBase, Statement, StatementASNB, StatementGLS, Tag

from gateways.ledger_fields import shown
from gateways.statements.mt940_layout import Field
from gateways.statements.texts import minor
from rules.errors import Place
from rules.money import Money

_LINES: Sequence[Tag] = (Statement(), StatementGLS(), StatementASNB())
_BALANCE = BalanceBase()
_GOES_ON = re.compile(r"(?!//)[^A-Z\s]", re.IGNORECASE)
_AMOUNT = re.compile(r"\d*,?\d*")
# Some banks fill an amount with more noughts than the field has room for.
_NOUGHTS = re.compile(r"(\A\d{6}(?:\d{4}| {4})?[A-Z]{1,3}|\A[CD]\d{6}[A-Z]{3})0+(?=\d)", re.I)
_CENTURY = 80  # SWIFT: years from 80 on are of the century before


@dataclass(frozen=True, kw_only=True)
class Line:
    """One field 61. `amount` is signed; `booked_on` is None where only the value date is told;
    `extra` is what follows on further lines."""

    amount: int
    value_date: date
    booked_on: date | None
    is_reversal: bool
    kind: str
    customer_reference: str
    bank_reference: str
    extra: str


@dataclass(frozen=True, kw_only=True)
class Balance:
    money: Money
    on: date


def line_of(field: Field, currency: str) -> Line:
    """Raises FileMistake."""
    first, *rest = field.value.split("\n")
    extra = " ".join(filter(None, map(str.strip, rest)))
    written = _NOUGHTS.sub(r"\1", first)
    found = _matched(field, "\n".join(filter(None, [written, extra])), _LINES)
    value_date = _last_day_at(field, found["year"], found["month"], found["day"])
    mark = found["status"].upper()
    if mark not in ("C", "D", "RC", "RD"):
        raise field.mistake(f"{shown(mark)} is no direction, expected C, D, RC or RD")
    amount = _minor(field, found["amount"], currency)
    kind, reference = found["id"].strip(), found["customer_reference"].strip()
    if f"{kind}{reference}" == "NONREF":  # of banks that leave the kind out
        kind, reference = "", "NONREF"
    return Line(
        amount=amount if mark in ("C", "RD") else -amount,
        value_date=value_date,
        booked_on=_entry_date(field, value_date, found["entry_month"], found["entry_day"]),
        is_reversal=len(mark) == 2,
        kind=kind,
        customer_reference=reference,
        bank_reference=found["bank_reference"].strip(),
        extra=found["extra_details"].strip(),
    )


def balance_of(field: Field, currency: str = "") -> Balance:
    """`currency` is the statement's, for a bank that names it once. Raises FileMistake."""
    value = field.value.strip()
    if currency and value[7:8].isdigit():
        value = f"{value[:7]}{currency}{value[7:]}"
    value = _NOUGHTS.sub(r"\1", value)
    found = _matched(field, value, [_BALANCE])
    written = found["status"] + found["year"] + found["month"] + found["day"]
    if value.upper() != f"{written}{found['currency']}{found['amount']}".upper():
        raise field.mistake(f"{shown(value)} has more after its amount, expected nothing")
    stated = found["currency"].upper()
    amount = _minor(field, found["amount"], stated)
    on = _last_day_at(field, found["year"], found["month"], found["day"])
    negative = found["status"].upper() == "D"
    return Balance(money=Money(-amount if negative else amount, stated), on=on)


def _matched(field: Field, value: str, tags: Sequence[Tag]) -> dict[str, str]:
    """The parts by the first pattern that fits. An amount goes to its end: patterns would take the
    5 of 5.00 and call the rest a reference."""
    for tag in tags:
        found = tag.re.match(value)
        if found and not _GOES_ON.match(value, found.end("amount")):
            return {name: text or "" for name, text in found.groupdict().items()}
    raise field.mistake(f"{shown(value)} cannot be read, expected field {field.tag} of MT940")


def _minor(field: Field, text: str, currency: str) -> int:
    if not _AMOUNT.fullmatch(text) or text in ("", ","):
        raise field.mistake(f"{shown(text)} is no amount, expected digits and a comma like 1234,50")
    place = Place(field.file, field.line, f":{field.tag}:")
    return minor(text.replace(",", "."), currency, place)


def _day(field: Field, year: str, month: str, day: str) -> date:
    """YYMMDD; raises FileMistake where there is no such day."""
    full = int(year) + (1900 if int(year) >= _CENTURY else 2000)
    try:
        return date(full, int(month), int(day))
    except ValueError as error:
        found = f"{year}{month}{day} is no day, expected YYMMDD"
        raise field.mistake(found) from error


def _last_day_at(field: Field, year: str, month: str, day: str) -> date:
    """Some banks end a month on its 31st, or February on its 30th: the last day it has."""
    if not 1 <= int(month) <= 12 or not 28 < int(day) <= 31:
        return _day(field, year, month, day)
    first = _day(field, year, month, "01")
    next_month = (first + timedelta(days=31)).replace(day=1)
    return min(first + timedelta(days=int(day) - 1), next_month - timedelta(days=1))


def _entry_date(field: Field, value_date: date, month: str, day: str) -> date | None:
    """MMDD, of the year that brings it nearest to the value date: they part around New Year."""
    if not (month.strip() and day.strip()):
        return None
    days = []
    for year in (value_date.year - 1, value_date.year, value_date.year + 1):
        try:
            days.append(date(year, int(month), int(day)))
        except ValueError:  # 29 February of another year
            continue
    if not days:
        raise field.mistake(f"{month}{day} is no day, expected the booking date as MMDD")
    return min(days, key=lambda found: abs(found - value_date))

"""MT940, the bank statement of SWIFT, in the dialects of several countries."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from stdnum import iban

from gateways.statements.mt940_layout import Field, Message, messages
from gateways.statements.mt940_line import Balance, Line, balance_of, line_of
from gateways.statements.mt940_movements import movements
from gateways.statements.mt940_text import Words, words_of, words_of_ns
from gateways.statements.texts import LONGEST_ACCOUNT, account, reference
from rules.errors import FileMistake, Place
from rules.statements import Began, Booking, Statement

_GERMAN_ACCOUNT = re.compile(r"(\d{8})/0*(\d{1,10})(?:[A-Z]{3})?")
_IBAN_AND_CURRENCY = re.compile(r"([A-Z]{2}\d{2}[A-Z0-9]{11,30}?)[ /]?[A-Z]{3}")


def read_mt940(path: Path, *, max_bytes: int) -> Iterator[Began | Booking | Statement]:
    """Statements with their bookings. Raises FileMistake before the first where anything is wrong:
    a file of this format is small enough to be read first."""
    found = messages(path, max_bytes=max_bytes)
    if not found:
        raise FileMistake(
            Place(str(path)), "holds no statement, expected one that begins with :20:"
        )
    for parts in [list(_statement(message)) for message in found]:
        yield from parts


def _statement(message: Message) -> Iterator[Began | Booking | Statement]:
    _refuse_interim(message)
    opening = balance_of(_needed(message, "opening balance", "60F", "60M"))
    last, closing = _closing(message, opening)
    owner, number = _needed(message, "account", "25", "25P"), message.first("28C", "28")
    began = Began(
        account=_owner(owner),
        currency=opening.money.currency,
        identifier=named.value.strip() if (named := message.first("20")) else "",
        number=number.value.strip() if number else "",
    )
    yield began
    bookings = list(_named_once(_bookings(message.fields, opening, closing)))
    yield from bookings
    ended = _ended(began, opening, last, closing, bookings)
    if last and message.is_unfinished and not ended.adds_up:
        raise last.mistake("does not add up and its line does not end, the file may be cut")
    yield ended


def _refuse_interim(message: Message) -> None:
    """MT942 tells of a day that is not over: all of it comes again in the statement, or never."""
    report = message.first("34F", "13D", "13", "90C", "90D")
    if report and message.first("60F", "60M") is None:
        found = "this is MT942, a report within the day of what is not final"
        raise report.mistake(f"{found}, expected the statement of the day (MT940)")


def _closing(message: Message, opening: Balance) -> tuple[Field | None, Balance]:
    """The closing balance and its field. Some banks give none: then the statement must have an end,
    as it cannot be told from a cut one, and no day of it lies behind its closing."""
    if message.is_ended and message.first("62F", "62M") is None:
        return None, replace(opening, on=date.max)
    last = _needed(message, "closing balance", "62F", "62M")
    return last, balance_of(last, opening.money.currency)


def _ended(
    began: Began,
    opening: Balance,
    last: Field | None,
    closing: Balance,
    bookings: Sequence[Booking],
) -> Statement:
    differ = closing.money.currency != opening.money.currency
    days = [booking.booked_on for booking in bookings]
    return Statement(
        account=began.account,
        currency=began.currency,
        identifier=began.identifier,
        number=began.number,
        opening=opening.money.minor,
        closing=None if differ or last is None else closing.money.minor,
        since=min([opening.on, *days]),
        until=closing.on if last and closing.on >= opening.on else max([opening.on, *days]),
        entries=len(bookings),
        total=sum(booking.amount for booking in bookings),
        balances_differ=differ,
        note=f"the closing balance is in {closing.money.currency}" if differ else "",
    )


def _needed(message: Message, what: str, *tags: str) -> Field:
    found = message.first(*tags)
    if found is None:
        expected = f"has no {what}, or is cut, expected :{tags[0]}:"
        raise message.fields[0].mistake(f"this statement {expected}")
    return found


def _owner(field: Field) -> str:
    """The account. What Germany writes as bank code and number is told as its IBAN, so that it is
    one account in every format; a currency that is appended is left out."""
    value = account(field.value).lstrip("/")
    if len(value) > LONGEST_ACCOUNT:
        raise field.mistake(f"has {len(value)} characters, expected an account")
    if german := _GERMAN_ACCOUNT.fullmatch(value):
        number = f"{german[1]}{german[2]:0>10}"
        return f"DE{iban.calc_check_digits('DE00' + number)}{number}"
    appended = _IBAN_AND_CURRENCY.fullmatch(value)
    if appended and iban.is_valid(appended[1]):
        return appended[1]
    return value


def _bookings(fields: Sequence[Field], opening: Balance, closing: Balance) -> Iterator[Booking]:
    """A field 86 belongs to the 61 right before it; one after a balance is the statement's."""
    for position, field in enumerate(fields):
        if field.tag == "61":
            words = _words_after(fields[position + 1 : position + 3])
            line = line_of(field, opening.money.currency)
            yield _booking(field, line, words, opening, closing)


def _words_after(fields: Sequence[Field]) -> Words:
    """Of the 86 that follows, or of the NS of banks that have it instead."""
    for field in fields:
        if field.tag == "86":
            return words_of(field.value)
        if field.tag != "NS":
            break
    return words_of_ns(fields[0].value) if fields and fields[0].tag == "NS" else Words()


def _booking(field: Field, line: Line, words: Words, opening: Balance, closing: Balance) -> Booking:
    """Without a day of its own, a line was booked on its value date, or by the closing balance."""
    booked_on = line.booked_on or line.value_date
    is_ahead = line.booked_on is None and opening.on <= closing.on < line.value_date
    currency, name = opening.money.currency, reference(line.bank_reference)
    return Booking(
        amount=line.amount,
        booked_on=closing.on if is_ahead else booked_on,
        value_date=line.value_date,
        movements=movements(line, words, currency=currency, name=name),
        reference=name,
        line=field.line,
        note="no booking date, taken from the closing balance" if is_ahead else "",
    )


def _named_once(bookings: Iterator[Booking]) -> Iterator[Booking]:
    """A name that several lines of a statement share names none of them."""
    found = list(bookings)
    times = Counter(booking.reference for booking in found)
    for booking in found:
        if times[booking.reference] == 1:
            yield booking
        else:
            parts = (replace(part, bank_reference="") for part in booking.movements)
            yield replace(booking, reference="", movements=tuple(parts))

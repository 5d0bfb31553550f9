"""MT940, the bank statement of SWIFT, in the dialects of several countries."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from stdnum import iban

from gateways.statements.mt940_layout import Field, Message, messages
from gateways.statements.mt940_line import Balance, Line, balance_of, line_of
from gateways.statements.mt940_text import Words, iban_in, words_of
from gateways.statements.texts import RETURN_CODES, account, bank_charges, reason_in, reference
from rules.errors import FileMistake, Place
from rules.money import Money, parse_minor
from rules.statements import Began, Booking, Movement, Party, Statement

_GERMAN_ACCOUNT = re.compile(r"(\d{8})/0*(\d{1,10})(?:[A-Z]{3})?")
_IBAN_AND_CURRENCY = re.compile(r"([A-Z]{2}\d{2}[A-Z0-9]{11,30}?)[ /]?[A-Z]{3}")
_BACK = re.compile(r"RETOURE|R(UE|Ü)CKLASTSCHR|R(UE|Ü)CKBELAST|R(UE|Ü)CKGABE|\bRETURN|STORNO", re.I)
_BESIDES = re.compile(r"/(OCMT|CHGS)/([A-Z]{3})(\d+(?:,\d*)?)")


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
    opening = balance_of(_needed(message, "opening balance", "60F", "60M"))
    closing = balance_of(_needed(message, "closing balance", "62F", "62M"))
    owner, number = _needed(message, "account", "25", "25P"), message.first("28C", "28")
    began = Began(
        account=_owner(owner.value),
        currency=opening.money.currency,
        identifier=message.fields[0].value.strip(),
        number=number.value.strip() if number else "",
    )
    yield began
    bookings = list(_named_once(_bookings(message.fields, opening, closing)))
    yield from bookings
    yield _ended(began, opening, closing, bookings)


def _ended(
    began: Began, opening: Balance, closing: Balance, bookings: Sequence[Booking]
) -> Statement:
    differ = closing.money.currency != opening.money.currency
    days = [booking.booked_on for booking in bookings]
    return Statement(
        account=began.account,
        currency=began.currency,
        identifier=began.identifier,
        number=began.number,
        opening=opening.money.minor,
        closing=None if differ else closing.money.minor,
        since=min([opening.on, *days]),
        until=closing.on if closing.on >= opening.on else max([opening.on, *days]),
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


def _owner(text: str) -> str:
    """The account. What Germany writes as bank code and number is told as its IBAN, so that it is
    one account in every format; a currency that is appended is left out."""
    value = account(text)
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
            after = fields[position + 1] if position + 1 < len(fields) else None
            words = words_of(after.value if after and after.tag == "86" else "")
            line = line_of(field, opening.money.currency)
            yield _booking(field, line, words, opening, closing)


def _booking(field: Field, line: Line, words: Words, opening: Balance, closing: Balance) -> Booking:
    """Without a day of its own, a line was booked on its value date, or by the closing balance."""
    booked_on = line.booked_on or line.value_date
    is_ahead = line.booked_on is None and opening.on <= closing.on < line.value_date
    currency, name = opening.money.currency, reference(line.bank_reference)
    return Booking(
        amount=line.amount,
        booked_on=closing.on if is_ahead else booked_on,
        value_date=line.value_date,
        movements=_parts(_movement(line, words, currency, name), words, currency),
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


def _movement(line: Line, words: Words, currency: str, name: str) -> Movement:
    returned = _is_return(line, words)
    reasons = f"{words.heading}\n{words.remittance}\n{line.extra}"
    besides = _besides(line)
    charged = besides.get("CHGS")
    original = besides.get("OCMT")
    return Movement(
        amount=line.amount,
        bank_reference=name,
        end_to_end_id=words.end_to_end_id or _given(line),
        mandate=words.mandate,
        creditor_references=tuple(filter(None, (words.creditor_reference,))),
        remittance=words.remittance or _besides_account(line.extra) or words.heading,
        party=_party(words.party, line.extra),
        return_code=(words.return_code or reason_in(reasons)) if returned else "",
        is_return=returned,
        charges=charged.minor if charged and charged.currency == currency else 0,
        original=_signed(original, line.amount) if original else None,
    )


def _given(line: Line) -> str:
    """Field 61's own reference is the payer's, but for what only says where to look for it."""
    value = reference(line.customer_reference)
    return "" if value.upper() in ("EREF", "KREF", "PREF", "MARF", "CSID", "OTHR") else value


def _is_return(line: Line, words: Words) -> bool:
    """What came back: marked as reversed (RC, RD), as returned item, or by its code or words."""
    if line.is_reversal or line.kind[1:] == "RTI" or words.code in RETURN_CODES:
        return True
    if words.return_code or _BACK.search(words.heading):
        return True
    return line.amount < 0 and bool(_BACK.match(words.remittance))


def _parts(movement: Movement, words: Words, currency: str) -> tuple[Movement, ...]:
    """A returned debit that was booked with the banks' charges, where both amounts are told."""
    gross, charged = _stated(words.original, currency), _stated(words.compensation, currency)
    if not movement.is_return or not gross or not charged or gross + charged != -movement.amount:
        return (movement,)
    return replace(movement, amount=-gross), bank_charges(-charged)


def _stated(text: str, currency: str) -> int | None:
    """OAMT+ and COAM+ as banks write them: 12,34, or EUR 12,34."""
    value = text.removeprefix(currency).strip().removesuffix(currency).strip()
    try:
        return parse_minor(value.replace(",", ".").rstrip("."), currency)
    except ValueError:
        return None


def _besides(line: Line) -> dict[str, Money]:
    found = {}
    for word, currency, amount in _BESIDES.findall(line.extra):
        minor = _stated(amount, currency)
        if minor:
            found[word] = Money(minor, currency)
    return found


def _signed(money: Money, amount: int) -> Money:
    return money if amount > 0 else Money(-money.minor, money.currency)


def _besides_account(extra: str) -> str:
    return "" if iban_in(extra) else extra


def _party(party: Party, extra: str) -> Party:
    return Party(
        name=party.name,
        account=party.account or iban_in(extra),
        on_behalf_of=party.on_behalf_of,
    )

"""One statement of camt in one currency: its entries as bookings, and what it says at its end."""

from collections.abc import Set
from datetime import date

from gateways.statements import camt_fields as field
from gateways.statements.camt_balances import Balances, balances_of
from gateways.statements.camt_movements import movements
from gateways.statements.nodes import Node
from gateways.statements.texts import LONGEST_ACCOUNT, account
from gateways.statements.xml import CREATED
from rules.statements import Began, Booking, Statement

_NO_CURRENCY = "XXX"  # ISO 4217: no currency is involved


class Reading:
    """The entries of one statement in one currency."""

    def __init__(self, head: Node, entry: Node | None, *, is_notification: bool) -> None:
        """`entry` is the first one: its currency counts, an account need not name any."""
        self._balances_before = head
        self.began = Began(
            account=_account(head),
            currency=_currency(head, entry),
            identifier=head.value("Id"),
            number=head.value("ElctrncSeqNb", "LglSeqNb"),
            is_notification=is_notification,
        )
        self._fallback_day = _day_of_statement(head)
        self._entries = self._total = self._left_out = 0
        self._days: list[date] = []

    def booking(self, entry: Node) -> Booking | None:
        """None for what is not booked yet: it comes again, or never. Raises FileMistake."""
        if not field.is_booked(entry):
            self._left_out += 1
            return None
        amount = self._amount(entry)
        booked_on, value_date, note = self._when(entry)
        split = movements(
            entry, amount=amount, currency=self.began.currency, owner=self.began.account
        )
        self._count(amount, booked_on)
        return Booking(
            amount=amount,
            booked_on=booked_on,
            value_date=value_date,
            movements=split.movements,
            reference=field.bank_reference(entry),
            line=entry.line,
            note="; ".join(filter(None, (note, split.note))),
        )

    def statement(self, end: Node, currencies: Set[str]) -> Statement:
        """`currencies` are those that the entries of the whole statement have."""
        found = balances_of(end, self.began.currency, besides=currencies)
        return Statement(
            account=self.began.account,
            currency=self.began.currency,
            identifier=self.began.identifier,
            number=self.began.number,
            opening=found.opening.minor if found.opening else None,
            closing=found.closing.minor if found.closing else None,
            since=self._since(found, end),
            until=self._until(found, end),
            is_notification=self.began.is_notification,
            entries=self._entries,
            total=self._total,
            balances_differ=bool(found.foreign),
            note=self._note(found, end, currencies),
        )

    def _amount(self, entry: Node) -> int:
        stated, sign = entry.first("Amt"), field.sign(entry)
        if stated is None:
            raise entry.mistake("has no amount, expected Amt")
        money = field.money(stated)
        if sign is None or money.minor < 0:
            expected = "expected an amount of 0 or more with CdtDbtInd CRDT or DBIT"
            raise entry.mistake(f"does not say whether the money came or went, {expected}")
        return money.minor * sign

    def _when(self, entry: Node) -> tuple[date, date, str]:
        booked_on, value_date = field.day(entry, "BookgDt"), field.day(entry, "ValDt")
        if booked_on:
            return booked_on, value_date or booked_on, ""
        if value_date:
            return value_date, value_date, "no booking date, taken from the value date"
        if self._fallback_day is None:
            raise entry.mistake("has no date, and its statement has none, expected BookgDt")
        day = self._fallback_day
        return day, day, "no date, taken from the statement"

    def _count(self, amount: int, booked_on: date) -> None:
        self._entries += 1
        self._total += amount
        if not self._days:
            self._days = [booked_on, booked_on]
        self._days = [min(self._days[0], booked_on), max(self._days[1], booked_on)]

    def _since(self, found: Balances, end: Node) -> date | None:
        opening = found.opening.on if found.opening and found.opening.kind == "OPBD" else None
        stated = opening or field.day(end, "FrToDt/FrDtTm", "FrToDt/FrDt")
        return stated or (self._days[0] if self._days else None)

    def _until(self, found: Balances, end: Node) -> date | None:
        """The balance's day before the stated period: that may end at the next day's 00:00."""
        closing = found.closing.on if found.closing else None
        last = self._days[1] if self._days else None
        return closing or last or field.day(end, "FrToDt/ToDtTm", "FrToDt/ToDt", "CreDtTm")

    def _note(self, found: Balances, end: Node, currencies: Set[str]) -> str:
        notes = []
        if self._left_out:
            them = (
                "1 entry that is" if self._left_out == 1 else f"{self._left_out} entries that are"
            )
            notes.append(f"{them} not booked, left out")
        if len(currencies) > 1:
            notes.append(f"one of {len(currencies)} currencies of the bank's statement")
        if found.foreign:
            notes.append(f"a balance is in {found.foreign}, not in {self.began.currency}")
        named = end.value("Acct/Ccy")
        if named and named not in currencies:
            notes.append(f"the account is said to be in {named[:10]}")
        return "; ".join(notes)


def _account(head: Node) -> str:
    paths = ("IBAN", "Othr/Id", "BBAN", "PrtryAcct/Id", "UPIC")
    stated = head.first(*(f"Acct/Id/{path}" for path in paths))
    found = account(head.value(*(f"Acct/Id/{path}" for path in paths)))
    if stated and len(found) > LONGEST_ACCOUNT:
        raise stated.mistake(f"has {len(found)} characters, expected an account")
    if not found:
        raise head.mistake("names no account before its entries, expected Acct with an Id")
    return found


def _currency(head: Node, entry: Node | None) -> str:
    """What moves counts before what the account is said to be in."""
    stated = (entry.first("Amt") if entry else None) or head.first("Bal/Amt")
    moved = stated.attributes.get("Ccy", "") if stated else ""
    named = head.value("Acct/Ccy")
    return (moved or named) if entry else (named or moved or _NO_CURRENCY)


def _day_of_statement(head: Node) -> date | None:
    """For entries without any date: the closing balance's, else the period's, else the file's."""
    for balance in head.all("Bal"):
        if balance.value("Tp/CdOrPrtry/Cd") in ("CLBD", "ITBD"):
            return field.day(balance, "Dt")
    return field.day(head, "FrToDt/ToDtTm", "CreDtTm", CREATED)

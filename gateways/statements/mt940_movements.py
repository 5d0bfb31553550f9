"""The movements of one line of MT940: what fields 61 and 86 say of it together."""

import re
from dataclasses import replace

from gateways.statements.mt940_line import Line
from gateways.statements.mt940_text import Words, iban_in
from gateways.statements.texts import RETURN_CODES, bank_charges, reason_in, reference
from rules.money import Money, parse_minor
from rules.statements import Movement, Party

_BACK = re.compile(r"RETOURE|R(UE|Ü)CKLASTSCHR|R(UE|Ü)CKBELAST|R(UE|Ü)CKGABE|\bRETURN|STORNO", re.I)
_BESIDES = re.compile(r"/(OCMT|CHGS)/([A-Z]{3})(\d+(?:,\d*)?)")


def movements(line: Line, words: Words, *, currency: str, name: str) -> tuple[Movement, ...]:
    """They add up to the line's amount. `name` is the bank's own of it."""
    return _parts(_movement(line, words, currency, name), words, currency)


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
        batch=words.batch,
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

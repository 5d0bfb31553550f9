"""The movements a camt entry is made of: one for each of its transactions where they add up."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from gateways.statements import camt_fields as field
from gateways.statements.camt_amounts import gross_of_return, shares
from gateways.statements.nodes import Node
from gateways.statements.texts import bank_charges
from rules.money import Money
from rules.statements import Movement, Party

_MOST_TRANSACTIONS = 10**9  # fits the record's column; no bank's batch comes near


@dataclass(frozen=True, kw_only=True)
class Split:
    """The movements, and what had to be decided to find them."""

    movements: tuple[Movement, ...]
    note: str = ""


def movements(entry: Node, *, amount: int, currency: str, owner: str) -> Split:
    """Their amounts add up to `amount`. `owner` is the statement's own account."""
    details = entry.all("NtryDtls/TxDtls")
    if not details:
        return Split(movements=(_alone(entry, amount=amount, currency=currency, owner=owner),))
    found = shares(entry, details, amount=amount, currency=currency)
    if found is None and len(details) > 1:
        return _undivided(entry, details, amount=amount, currency=currency)
    amounts = found.amounts if found else (amount,)
    parts = [
        part
        for detail, share in zip(details, amounts, strict=True)
        for part in _parts(entry, detail, amount=share, currency=currency, owner=owner)
    ]
    charged = found.charged if found else 0
    if charged:
        parts.append(bank_charges(charged))
    return Split(movements=_told_apart(entry, parts, len(details)), note=_note(details, charged))


def _note(details: Sequence[Node], charged: int) -> str:
    if not charged:
        return ""
    what = "transactions are" if len(details) > 1 else "transaction is"
    return f"the {what} before the bank's charges, which are a movement of their own"


def _parts(
    entry: Node, detail: Node, *, amount: int, currency: str, owner: str
) -> Iterator[Movement]:
    """One movement; of a return that was booked with charges, the payment and the charges."""
    whole = _movement(entry, detail, amount=amount, currency=currency, owner=owner)
    gross = None
    if whole.is_return:
        gross = gross_of_return(detail, amount=amount, charged=whole.charges, currency=currency)
    if gross is None:
        yield whole
        return
    yield replace(whole, amount=gross, charges=0)
    yield bank_charges(amount - gross)


def _movement(entry: Node, detail: Node, *, amount: int, currency: str, owner: str) -> Movement:
    returned = field.is_return(entry, detail)
    return Movement(
        amount=amount,
        bank_reference=field.bank_reference(detail),
        end_to_end_id=field.end_to_end_id(detail),
        mandate=detail.value("Refs/MndtId"),
        creditor_references=field.creditor_references(detail),
        remittance=field.remittance(detail) or field.bank_text(entry, detail),
        party=field.party(detail, amount=amount, returned=returned, owner=owner),
        return_code=field.return_code(detail) if returned else "",
        is_return=returned,
        charges=field.charges(detail, currency),
        original=_original(detail, amount=amount, currency=currency),
        batch=field.batch(entry, detail),
    )


def _original(detail: Node, *, amount: int, currency: str) -> Money | None:
    for path in ("AmtDtls/InstdAmt/Amt", "Amt", "AmtDtls/TxAmt/Amt"):
        found = field.money_or_none(detail.first(path))
        if found and found.minor and found.currency != currency:
            return Money(found.minor if amount > 0 else -found.minor, found.currency)
    return None


def _alone(entry: Node, *, amount: int, currency: str, owner: str) -> Movement:
    """The entry tells of no transaction: what it says itself is all there is."""
    movement = _movement(entry, entry, amount=amount, currency=currency, owner=owner)
    return replace(movement, transactions=_batched(entry) or 1)


def _told_apart(entry: Node, parts: Sequence[Movement], details: int) -> tuple[Movement, ...]:
    """A single transaction may be named by its entry; a name that several share names none."""
    if details == 1:
        name = parts[0].bank_reference or field.bank_reference(entry)
        first = replace(parts[0], bank_reference=name, transactions=_batched(entry) or 1)
        return (first, *parts[1:])
    times = Counter(part.bank_reference for part in parts)
    return tuple(
        replace(part, bank_reference="") if times[part.bank_reference] > 1 else part
        for part in parts
    )


def _batched(entry: Node) -> int:
    """How many transactions the bank says a batch has; 0 where it does not."""
    counts = [node.text for node in entry.all("NtryDtls/Btch/NbOfTxs")]
    found = (int(text) for text in counts if text.isascii() and text.isdigit() and len(text) < 10)
    return min(sum(found), _MOST_TRANSACTIONS)


def _undivided(entry: Node, details: Sequence[Node], *, amount: int, currency: str) -> Split:
    """All the words of the transactions, and none of their amounts."""
    parts = [_movement(entry, detail, amount=0, currency=currency, owner="") for detail in details]
    codes = {part.return_code for part in parts}
    movement = Movement(
        amount=amount,
        bank_reference=field.bank_reference(entry),
        creditor_references=tuple(ref for part in parts for ref in part.creditor_references),
        remittance="\n".join(dict.fromkeys(p.remittance for p in parts if p.remittance)),
        party=Party(),
        return_code=codes.pop() if len(codes) == 1 else "",
        is_return=all(part.is_return for part in parts),
        charges=field.charges(entry, currency),
        transactions=max(len(details), _batched(entry)),
        batch=field.batch(entry, entry),
    )
    note = f"the {len(details)} transactions do not add up to the entry, so it was left whole"
    return Split(movements=(movement,), note=note)

"""Whether an amount is what some invoices come to: to the cent, with discount, nearly, or once more."""

from collections.abc import Callable, Sequence
from datetime import date
from itertools import combinations

from rules.matching.values import Claim, Share

MOST_FOR_SUBSETS = 12  # 4,096 sums; more named invoices are not taken apart

Fit = tuple[Share, ...]


def fit(claims: Sequence[Claim], amount: int, day: date) -> Fit | None:
    """How the amount is spread over exactly these invoices; None where it does not come out."""
    ways: tuple[Callable[[Sequence[Claim], int, date], Fit | None], ...] = (
        _whole,
        _those_open,
        _once_more,
        _discounted,
        _nearly,
    )
    return next((found for way in ways if (found := way(claims, amount, day))), None)


def _whole(claims: Sequence[Claim], amount: int, day: date) -> Fit | None:
    """Every invoice is owed, and the amount is their balances."""
    if any(not c.is_open for c in claims) or sum(c.balance for c in claims) != amount:
        return None
    return tuple(Share(c.number, c.balance) for c in claims)


def _those_open(claims: Sequence[Claim], amount: int, day: date) -> Fit | None:
    """Some were paid before, and the amount is what the others still owe."""
    still = [c for c in claims if c.is_open]
    return _whole(still, amount, day) if still and len(still) < len(claims) else None


def _once_more(claims: Sequence[Claim], amount: int, day: date) -> Fit | None:
    """The amount is what the invoices were made out for, some of it having been paid before: that
    becomes the customer's credit."""
    if sum(c.amount for c in claims) != amount:
        return None
    return tuple(Share(c.number, c.amount) for c in claims)


def _discounted(claims: Sequence[Claim], amount: int, day: date) -> Fit | None:
    """Each invoice is paid less its discount. One alone may take less than it was allowed."""
    still = [c for c in claims if c.is_open]
    if len(still) != len(claims) or not any(c.discount_on(day) for c in still):
        return None
    missing = sum(c.balance for c in still) - amount
    if len(still) == 1 and 0 < missing <= still[0].discount_on(day):
        return (Share(still[0].number, amount, missing),)
    if missing != sum(c.discount_on(day) for c in still):
        return None
    return tuple(Share(c.number, c.balance - c.discount_on(day), c.discount_on(day)) for c in still)


def _nearly(claims: Sequence[Claim], amount: int, day: date) -> Fit | None:
    """What is missing is as small as every policy concerned lets go; it is taken off the largest."""
    still = [c for c in claims if c.is_open]
    missing = sum(c.balance for c in still) - amount
    if not still or not 0 < missing <= min(c.terms.small_difference for c in still):
        return None
    largest = max(still, key=lambda c: (c.balance, c.number))
    if largest.balance <= missing:
        return None
    return tuple(
        Share(c.number, c.balance - missing, missing)
        if c is largest
        else Share(c.number, c.balance)
        for c in still
    )


def has_exact_part(claims: Sequence[Claim], amount: int) -> bool:
    """Whether some of the invoices, not all, come to exactly this amount."""
    if len(claims) > MOST_FOR_SUBSETS:
        return True  # too many to say that none does
    return any(
        sum(c.balance for c in part) == amount
        for size in range(1, len(claims))
        for part in combinations(claims, size)
    )


def in_turn(claims: Sequence[Claim], amount: int) -> Fit:
    """Spread over invoices in the order given; what is left over stays on the last as credit."""
    shares, left = [], amount
    for claim in claims:
        part = min(left, claim.balance)
        shares.append(Share(claim.number, part))
        left -= part
    if left:
        shares[-1] = Share(shares[-1].invoice_number, shares[-1].amount + left)
    return tuple(share for share in shares if share.amount)

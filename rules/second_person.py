"""What one person wants given up and another one has to agree to: over which amount, and who may."""

from decimal import Decimal

from rules.money import Money, exponent

DECLINED_FOR = 30  # days that a declined case's invoices wait before somebody is asked again


def needs_another(owed: Money, limit: Decimal | None) -> bool:
    """Whether giving this much up needs another person's yes. `limit` counts in whole units of the
    invoice's currency; None: nothing does."""
    return limit is not None and Decimal(owed.minor).scaleb(-exponent(owed.currency)) > limit


def is_same_person(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()


def refuse_proposal(by: str, standing_by: str | None, owed: Money) -> str:
    """Why it cannot be proposed; "" where it can. `standing_by` proposed it before, None: nobody."""
    if not by.strip():
        return f"giving up {owed} needs another person's yes: say who asks (by)"
    if standing_by is not None:
        return f"{standing_by} has proposed that already, another person says yes or no to it"
    return ""


def refuse_decision(by: str, proposed_by: str | None, *, what: str) -> str:
    """Why this person may not say yes or no; "" where they may. `proposed_by` None: nothing stands."""
    if proposed_by is None:
        return f"nobody has proposed to give {what} up"
    if not by.strip():
        return "another person has to decide, say who does (by)"
    if is_same_person(by, proposed_by):
        return f"{proposed_by} proposed it, another person has to decide"
    return ""


def refuse_more(owed: Money, proposed: Money) -> str:
    """A yes is for no more than was proposed."""
    if owed.minor <= proposed.minor:
        return ""
    return (
        f"{owed} is owed by now and {proposed} was proposed: decline it, and have it proposed anew"
    )

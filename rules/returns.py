"""Why a debit failed or came back, and what follows (domain.md, section 3, "R-code" and "Cards")."""

from dataclasses import dataclass
from enum import StrEnum


class Consequence(StrEnum):
    RETRY = "retry"  # soft: again by the same method, on the policy's days
    NO_RETRY = "no_retry"  # this debit never again by this method; others of it may
    NEW_METHOD = "new_method"  # nothing ever again by this method: a new one is needed
    STOP_METHOD = "stop_method"  # the same, and what is under way by it dies too
    DECEASED = "deceased"  # all automatic mail stops, a person decides
    OUR_FAULT = "our_fault"  # an alarm; nothing is said to the customer
    CORRECT = "correct"  # form or routing: waits until a person has corrected it


@dataclass(frozen=True)
class Reason:
    """`words` complete "The debit failed: ...". `retries`: at most so many more, None: as many as the
    policy has; where they are used up, it is as hard as `afterwards` says."""

    code: str
    words: str
    consequence: Consequence
    retries: int | None = None
    afterwards: Consequence = Consequence.NO_RETRY


def _all(
    words: str, consequence: Consequence, *codes: str, retries: int | None = None
) -> dict[str, Reason]:
    return {code: Reason(code, words, consequence, retries) for code in codes}


REASONS: dict[str, Reason] = {
    **_all(
        "there was not enough money in the account", Consequence.RETRY, "AM04", "AM06", retries=2
    ),
    **_all("the bank gave no reason", Consequence.RETRY, "MS03", retries=2),
    **_all("the payer refused it or wanted the money back", Consequence.NO_RETRY, "MS02", "MD06"),
    **_all("the payer's bank blocks it", Consequence.NO_RETRY, "SL01"),
    **_all(
        "the account is wrong, closed or blocked",
        Consequence.NEW_METHOD,
        "AC01",
        "AC04",
        "AC06",
        "AC13",
        "AG01",
    ),
    **_all("there is no valid mandate", Consequence.STOP_METHOD, "MD01"),
    **_all("the payer has died", Consequence.DECEASED, "MD07"),
    **_all("it was sent twice", Consequence.OUR_FAULT, "AM05"),
}


def reason_of(code: str) -> Reason | None:
    """What a code means; None for one that nobody here knows."""
    return REASONS.get(code)

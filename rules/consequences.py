"""What follows where a debit failed or came back, whoever says so: a bank, a card's scheme, a provider."""

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


def same(
    words: str,
    consequence: Consequence,
    *codes: str,
    retries: int | None = None,
    afterwards: Consequence = Consequence.NO_RETRY,
) -> dict[str, Reason]:
    """Rows of a table that differ by their code only."""
    return {code: Reason(code, words, consequence, retries, afterwards) for code in codes}

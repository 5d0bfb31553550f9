"""What a customer is told of why a debit failed: true, short, and nothing that shames anybody."""

from enum import StrEnum

from rules.methods import MethodKind
from rules.returns import Consequence, reason_of


class Why(StrEnum):
    """Each is a sentence in `templates/debit_failed_words.j2`."""

    NOT_THEN = "not_then"  # no funds: the bank did not pay it that day, more is nobody's business
    UNSAID = "unsaid"
    REFUSED = "refused"
    BLOCKED = "blocked"
    ACCOUNT = "account"
    CARD = "card"
    MANDATE = "mandate"


_CODES = {
    "AM04": Why.NOT_THEN,
    "AM06": Why.NOT_THEN,
    "insufficient_funds": Why.NOT_THEN,
    "MS02": Why.REFUSED,
    "MD06": Why.REFUSED,
    "SL01": Why.BLOCKED,
}


def why_told(code: str, kind: MethodKind) -> Why:
    """By the code itself, else by what follows from it; a code nobody knows says nothing."""
    if code in _CODES:
        return _CODES[code]
    reason = reason_of(code)
    if reason is None:
        return Why.UNSAID
    if reason.consequence is Consequence.NEW_METHOD:
        return Why.CARD if kind is MethodKind.CARD else Why.ACCOUNT
    if reason.consequence is Consequence.STOP_METHOD:
        return Why.CARD if kind is MethodKind.CARD else Why.MANDATE
    return Why.UNSAID

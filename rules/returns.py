"""Why a debit failed or came back, and what follows (domain.md, section 3, "R-code" and "Cards")."""

from rules.card_codes import CARD_REASONS
from rules.consequences import Consequence, Reason, same
from rules.status_codes import STATUS_REASONS

__all__ = ["REASONS", "Consequence", "Reason", "reason_of"]

# SEPA's reasons of a return, reject or refund: every row of the table in domain.md.
REASONS: dict[str, Reason] = {
    **same(
        "there was not enough money in the account", Consequence.RETRY, "AM04", "AM06", retries=2
    ),
    **same(  # then as hard: never again on that mandate (ladder.md, "collection failed, hard")
        "the bank gave no reason",
        Consequence.RETRY,
        "MS03",
        retries=2,
        afterwards=Consequence.NEW_METHOD,
    ),
    **same("the payer refused it or wanted the money back", Consequence.NO_RETRY, "MS02", "MD06"),
    **same("the payer's bank blocks it", Consequence.NO_RETRY, "SL01"),
    **same(
        "the account is wrong, closed or blocked",
        Consequence.NEW_METHOD,
        *("AC01", "AC04", "AC06", "AC13", "AG01"),
    ),
    **same("there is no valid mandate", Consequence.STOP_METHOD, "MD01"),
    **same("the payer has died", Consequence.DECEASED, "MD07"),
    **same("it was sent twice", Consequence.OUR_FAULT, "AM05"),
    **same("the bank does not know who sent it", Consequence.CORRECT, "BE05"),
    **same("the file's form is wrong", Consequence.CORRECT, "FF01"),
    **same("the bank's code is wrong", Consequence.CORRECT, "RC01"),
    **same(
        "what a regulation asks for is missing",
        Consequence.CORRECT,
        *("RR01", "RR02", "RR03", "RR04"),
    ),
    **same("our bank cannot be reached for debits", Consequence.CORRECT, "CNOR"),
    **same("the payer's bank cannot be reached for debits", Consequence.CORRECT, "DNOR"),
    **same("the kind of debit or its sequence is wrong", Consequence.CORRECT, "AG02"),
    **same("what it says of the mandate is wrong or missing", Consequence.CORRECT, "MD02"),
}

# Words of our own, and of a bank that knows no codes. What was refused for its form says nothing about
# the method.
_PLAIN: dict[str, Reason] = {
    **same("there was not enough money in the account", Consequence.RETRY, "no_funds"),
    **same("there is no such mandate", Consequence.NEW_METHOD, "unknown_mandate"),
    **same("it was refused", Consequence.NO_RETRY, "refused"),
}

# Each later table has what the ones before it do not: a code means one thing.
_TABLES = (REASONS, STATUS_REASONS, CARD_REASONS, _PLAIN)


def reason_of(code: str) -> Reason | None:
    """What follows a bank's or a provider's word; None for one that nobody knows."""
    return next((table[code] for table in _TABLES if code in table), None)

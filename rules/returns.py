"""Why a debit failed or came back, and what follows (domain.md, section 3, "R-code" and "Cards")."""

from rules.card_codes import CARD_REASONS
from rules.consequences import Consequence as Consequence
from rules.consequences import Reason as Reason


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
    """What a bank's or a provider's code means; None for one that nobody here knows."""
    return REASONS.get(code) or CARD_REASONS.get(code)

"""Every word of a card provider asks for what domain.md says of it."""

import pytest

from rules.card_codes import CARD_REASONS, is_soft
from rules.returns import REASONS, Consequence


@pytest.mark.parametrize(
    ("consequence", "codes"),
    [
        (Consequence.RETRY, "insufficient_funds try_again_later processing_error"),
        (Consequence.RETRY, "issuer_not_available generic_decline reenter_transaction"),
        (Consequence.NO_RETRY, "do_not_honor authentication_required customer_initiated"),
        (Consequence.NEW_METHOD, "stolen_card lost_card expired_card pickup_card"),
        (Consequence.NEW_METHOD, "restricted_card fraudulent invalid_account account_closed"),
        (Consequence.STOP_METHOD, "debit_not_authorized revocation_of_authorization"),
        (Consequence.OUR_FAULT, "duplicate_transaction duplicate"),
    ],
)
def test_word_has_the_consequence_of_its_kind(consequence: Consequence, codes: str) -> None:
    assert [CARD_REASONS[code].consequence for code in codes.split()] == [consequence] * len(
        codes.split()
    )


def test_what_is_soft_is_what_may_be_retried() -> None:
    soft = {code for code in CARD_REASONS if is_soft(code)}
    assert soft == {
        code for code, one in CARD_REASONS.items() if one.consequence is Consequence.RETRY
    }
    assert not is_soft("a_word_of_tomorrow")


def test_no_word_is_a_banks_code_and_each_stands_under_its_own_name() -> None:
    assert not set(CARD_REASONS) & set(REASONS)
    assert all(one.code == code for code, one in CARD_REASONS.items())
    assert all(one.words and one.words[0].islower() for one in CARD_REASONS.values())

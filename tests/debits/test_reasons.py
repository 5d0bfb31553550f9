"""Every row of the table in domain.md, section 3: what each reason of a bank's is followed by."""

import pytest

from rules.consequences import Consequence
from rules.returns import REASONS, reason_of
from rules.status_codes import STATUS_REASONS

ROWS = {
    "AM04 AM06": (Consequence.RETRY, 2),
    "MS03": (Consequence.RETRY, 2),
    "MS02 MD06 SL01": (Consequence.NO_RETRY, None),
    "AC01 AC04 AC06 AC13 AG01": (Consequence.NEW_METHOD, None),
    "MD01": (Consequence.STOP_METHOD, None),
    "MD07": (Consequence.DECEASED, None),
    "AM05": (Consequence.OUR_FAULT, None),
    "BE05 FF01 RC01 RR01 RR02 RR03 RR04 CNOR DNOR AG02 MD02": (Consequence.CORRECT, None),
}
EACH = [(code, *row) for codes, row in ROWS.items() for code in codes.split()]


@pytest.mark.parametrize(("code", "consequence", "retries"), EACH)
def test_reason_is_followed_by_what_the_table_says(
    code: str, consequence: Consequence, retries: int | None
) -> None:
    reason = REASONS[code]
    assert (reason.code, reason.consequence, reason.retries) == (code, consequence, retries)
    assert reason_of(code) is reason


def test_table_has_no_row_that_the_domain_does_not_know() -> None:
    assert set(REASONS) == {code for code, *_ in EACH}


def test_no_code_means_two_things() -> None:
    assert not set(REASONS) & set(STATUS_REASONS)
    assert all(reason.code == code for code, reason in STATUS_REASONS.items())


@pytest.mark.parametrize("code", ["NARR", "DT01", "AM01", "AM02", "AM12", "FF05", "TM01"])
def test_form_date_and_amount_are_for_a_person_to_correct(code: str) -> None:
    found = reason_of(code)
    assert found is not None
    assert found.consequence is Consequence.CORRECT


@pytest.mark.parametrize("code", ["", "XX99", "am04", "AM04 "])
def test_word_that_is_no_code_is_unknown(code: str) -> None:
    assert reason_of(code) is None

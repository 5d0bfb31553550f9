"""File names made of invoice numbers."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.papers import attachment_name


def test_plain_number_stands_in_the_name_as_it_is() -> None:
    assert attachment_name("0280670965") == "invoice-0280670965.pdf"


@pytest.mark.parametrize("number", ["2012/17", "../../etc/passwd", "", "ä", "a\r\nb", ".", "con:"])
def test_odd_number_makes_a_safe_name(number: str) -> None:
    assert re.fullmatch(r"invoice-[A-Za-z0-9._-]*[0-9a-f]{8}\.pdf", attachment_name(number))


@pytest.mark.parametrize("other", ["2012-17", "2012_17", "2012/17 ", "2012//17", "2012\\17"])
def test_similar_numbers_have_different_names(other: str) -> None:
    assert attachment_name("2012/17") != attachment_name(other)


def test_numbers_that_differ_in_case_differ_on_every_file_system() -> None:
    assert attachment_name("RE-1").lower() != attachment_name("re-1").lower()


def test_long_number_is_cut_and_stays_its_own() -> None:
    first, second = attachment_name("9" * 300 + "1"), attachment_name("9" * 300 + "2")
    assert first != second
    assert len(first) < 100


@given(st.lists(st.text(max_size=30), unique=True, max_size=8))
def test_different_numbers_never_share_a_name(numbers: list[str]) -> None:
    names = {attachment_name(number).lower() for number in numbers}
    assert len(names) == len(numbers)

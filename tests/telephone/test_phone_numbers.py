"""Numbers as people write them, and those that a click must never dial."""

import pytest

from gateways.phone_numbers import dialable
from rules.errors import UserMistake


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("030 / 23125-000", "DE", "+493023125000"),
        ("+49 30 23125 000", "", "+493023125000"),
        ("0049 30 23125000", "DE", "+493023125000"),
        ("+44 (0)20 7946 0958", "DE", "+442079460958"),
        ("044 668 18 00", "CH", "+41446681800"),
        ("0800 3301000", "DE", "+498003301000"),
    ],
)
def test_number_as_people_write_it_is_kept_as_networks_dial_it(
    text: str, country: str, number: str
) -> None:
    assert dialable(text, country) == number


@pytest.mark.parametrize(
    ("text", "country", "said"),
    [
        ("112", "DE", "an emergency number"),
        ("1 1 0", "DE", "an emergency number"),
        ("999", "GB", "an emergency number"),
        ("0900 1234567", "DE", "a premium or special one"),
        ("+49 1805 123456", "", "a premium or special one"),
        ("0700 12345678", "DE", "a premium or special one"),
        ("+979 1234 5678 9", "", "a premium or special one"),
        ("118 33", "DE", "none that exists"),
        ("+49 30 1", "", "none that exists"),
        ("030 23125000", "", "has no country's code"),
        ("ask for Petra", "DE", "cannot be read"),
        ("", "DE", "cannot be read"),
    ],
)
def test_number_that_is_not_to_be_dialled_is_refused(text: str, country: str, said: str) -> None:
    with pytest.raises(UserMistake, match=said) as mistake:
        dialable(text, country)
    assert not text or text not in str(mistake.value)

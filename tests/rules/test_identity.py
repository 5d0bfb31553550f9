"""Whether two movements are one: names, ids, texts as banks mangle them, accounts as they write them."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.batches import Sum, is_sum_of
from rules.identity import Same, Seen, claims, compare, one_of_each, said_twice, same_account

DAY = date(2026, 3, 3)
IBAN = "DE89370400440532013000"
BASE = Seen(account=IBAN, currency="EUR", booked_on=DAY, amount=100, family="camt")
SAID = replace(BASE, remittance="Rechnung 4711 Müller", party_name="Müller GmbH")


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({}, Same.ALIKE),
        ({"family": "mt940", "remittance": "RECHNUNG47\n11 Mueller"}, Same.LIKELY),
        ({"family": "mt940", "remittance": "Rechnung 4711 M?ller"}, Same.LIKELY),
        ({"family": "mt940", "remittance": "Rechnung 47"}, Same.LIKELY),
        ({"family": "mt940", "remittance": ""}, Same.LIKELY),  # by the payer's name
        ({"family": "mt940", "remittance": "", "party_name": ""}, Same.MAYBE),
        ({"family": "mt940", "remittance": "RE 4711"}, Same.MAYBE),  # the figures alone agree
        ({"family": "mt940", "remittance": "Rechnung 4712"}, Same.NO),
        ({"remittance": "Rechnung 4712"}, Same.NO),
        ({"party_account": "DE02120300000000202051"}, Same.LIKELY),
        ({"amount": 101}, Same.NO),
        ({"amount": -100}, Same.NO),
        ({"currency": "CHF"}, Same.NO),
        ({"booked_on": DAY + timedelta(days=1)}, Same.NO),
        ({"account": "DE02120300000000202051"}, Same.NO),
    ],
    ids=str,
)
def test_movement_told_otherwise(change: dict[str, Any], same: Same) -> None:
    other = replace(SAID, **change)
    assert compare(SAID, other) is same
    assert compare(other, SAID) is same


@pytest.mark.parametrize(
    ("mine", "theirs", "same"),
    [
        ({"bank_reference": "B1"}, {"bank_reference": "B1"}, Same.NAMED),
        ({"bank_reference": "B1"}, {"bank_reference": "B2"}, Same.NO),
        ({"bank_reference": "B1"}, {"bank_reference": "B2", "family": "mt940"}, Same.LIKELY),
        ({"bank_reference": "B1"}, {"bank_reference": "B1", "amount": 99}, Same.MAYBE),
        ({"bank_reference": "B1"}, {"bank_reference": "B1", "amount": -100}, Same.NO),
        ({"bank_reference": "B1", "is_own": False}, {"bank_reference": "B2"}, Same.ALIKE),
        ({"end_to_end_id": "E1"}, {"end_to_end_id": "E2"}, Same.NO),
        ({"end_to_end_id": "E1"}, {"end_to_end_id": "NOTPROVIDED"}, Same.LIKELY),
        ({"party_account": "DE1"}, {"party_account": "DE2"}, Same.NO),
    ],
    ids=str,
)
def test_names_and_ids_decide_before_texts(
    mine: dict[str, Any], theirs: dict[str, Any], same: Same
) -> None:
    one, other = replace(SAID, **mine), replace(SAID, **theirs)
    assert compare(one, other) is same


def test_structured_reference_is_found_in_the_text_of_another_format() -> None:
    one = replace(BASE, references="RF18539007547034")
    other = replace(BASE, family="mt940", remittance="RF18 5390 0754 7034")
    assert compare(one, other) is Same.LIKELY


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (IBAN, "37040044/532013000", True),
        (IBAN, "37040044/0532013000EUR", True),
        (IBAN, "COBADEFF/DE89370400440532013000", True),
        (IBAN, "DE89 3704 0044 0532 0130 00", True),
        (IBAN, "", True),
        (IBAN, "50040000/532013000", False),
        (IBAN, "2013000", False),
        (IBAN, "DE02120300000000202051", False),
        ("NL91ABNA0417164300", "417164300", True),
        ("37040044/532013000", "532013000", True),
        ("532013000", "532013001", False),
    ],
)
def test_account_as_banks_write_it(one: str, other: str, same: bool) -> None:
    assert same_account(one, other) is same
    assert same_account(other, one) is same


def test_ways_of_writing_an_account_come_together() -> None:
    found = one_of_each(["37040044/532013000", IBAN, "DE02120300000000202051"])
    assert found == [["DE02120300000000202051"], [IBAN, "37040044/532013000"]]


def test_said_twice_is_one_name_and_all_alike() -> None:
    named = replace(SAID, bank_reference="B1")
    assert said_twice(named, named)
    assert not said_twice(SAID, SAID)
    assert not said_twice(named, replace(named, remittance="another"))


seen = st.builds(
    Seen,
    account=st.just(IBAN),
    currency=st.just("EUR"),
    booked_on=st.just(DAY),
    amount=st.sampled_from([100, 200]),
    family=st.just("camt"),
    bank_reference=st.sampled_from(["", "B1"]),
    end_to_end_id=st.sampled_from(["", "E1", "E2"]),
    remittance=st.sampled_from(["", "R-1", "Rechnung R-1", "R-2"]),
)
statement = st.lists(seen, max_size=6)


@given(statement)
def test_statement_again_adds_nothing(told: list[Seen]) -> None:
    assert all(claim.same > Same.MAYBE for claim in claims(told, told))


@given(statement, statement)
def test_known_movement_is_claimed_once(new: list[Seen], known: list[Seen]) -> None:
    claimed = [claim.known for claim in claims(new, known) if claim.known is not None]
    assert len(claimed) == len(set(claimed))


@given(seen, st.integers(0, 4), st.integers(0, 4))
def test_equal_movements_are_as_many_as_the_most_that_one_statement_told(
    one: Seen, before: int, after: int
) -> None:
    found = claims([one] * after, [one] * before)
    new = sum(claim.same is Same.NO for claim in found)
    assert before + new == max(before, after)


@given(seen, seen)
def test_order_of_the_files_does_not_matter(one: Seen, other: Seen) -> None:
    assert compare(one, other) is compare(other, one)


WHOLE = Sum(account=IBAN, currency="EUR", booked_on=DAY, amount=600, transactions=3)
APART = replace(WHOLE, parts=3, transactions=1)


@pytest.mark.parametrize(
    ("whole", "apart", "same"),
    [
        ({}, {}, Same.LIKELY),
        ({"transactions": 1}, {}, Same.LIKELY),
        ({"transactions": 1, "party": True}, {}, Same.MAYBE),
        ({"transactions": 1, "party": True, "reference": "S"}, {"reference": "S"}, Same.NAMED),
        ({"transactions": 2}, {}, Same.NO),
        ({"amount": 601}, {}, Same.NO),
        ({"booked_on": DAY + timedelta(days=1)}, {}, Same.NO),
        ({"account": "DE02120300000000202051"}, {}, Same.NO),
        ({}, {"parts": 1}, Same.NO),
    ],
    ids=str,
)
def test_sum_of_a_batch(whole: dict[str, Any], apart: dict[str, Any], same: Same) -> None:
    mine, theirs = replace(WHOLE, **whole), replace(APART, **apart)
    assert is_sum_of(mine, theirs) is same

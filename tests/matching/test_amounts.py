"""Part, too much, discount, small differences, other currencies; and payers who name nothing."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from rules.matching import Rule, Share, Terms, match
from rules.matching.sums import in_turn
from rules.money import Money
from tests.matching.builders import DAY, claim, ledger, money, paid

FORGIVING = Terms(discount_percent=Decimal(2), discount_days=40, small_difference=50)


def test_part_of_what_is_owed_is_a_part_payment() -> None:
    verdict = match(money("2024-00123", 4_000), ledger(claim("2024-00123")))
    assert paid(verdict) == [("2024-00123", 4_000)]
    assert "part" in verdict.reason


def test_more_than_is_owed_goes_to_the_invoice_that_is_named() -> None:
    verdict = match(money("2024-00123", 12_000), ledger(claim("2024-00123")))
    assert paid(verdict) == [("2024-00123", 12_000)]


def test_invoice_paid_a_second_time_gets_it_as_credit() -> None:
    known = ledger(claim("2024-00123", 0, amount=10_000, paid=10_000))
    assert paid(match(money("2024-00123"), known)) == [("2024-00123", 10_000)]


def test_part_that_is_exactly_a_neighbours_balance_is_doubted() -> None:
    known = ledger(claim("2024-00123"), claim("2024-00124", 4_000, "OTHER"))
    assert match(money("2024-00123", 4_000), known).rule is Rule.DOUBT


def test_too_much_beside_a_second_unknown_number_is_doubted() -> None:
    known = ledger(claim("2024-00123"))
    assert match(money("2024-00123 2024-00999", 15_000), known).rule is Rule.DOUBT


def test_several_named_and_too_little_goes_to_what_is_due_first() -> None:
    older = claim("2024-00200", 3_000, due_date=DAY - timedelta(days=60))
    known = ledger(claim("2024-00123"), older)
    verdict = match(money("2024-00123 2024-00200", 5_000), known)
    assert paid(verdict) == [("2024-00200", 3_000), ("2024-00123", 2_000)]


def test_several_named_and_the_rest_is_anothers_balance_is_doubted() -> None:
    known = ledger(claim("2024-00123"), claim("2024-00200", 3_000), claim("2024-00300", 777))
    assert match(money("2024-00123 2024-00200", 13_777), known).rule is Rule.DOUBT
    assert paid(match(money("2024-00123 2024-00200", 13_778), known))


def test_several_named_and_one_exactly_paid_is_doubted() -> None:
    known = ledger(claim("2024-00123"), claim("2024-00200", 3_000))
    assert match(money("2024-00123 2024-00200", 3_000), known).rule is Rule.DOUBT


def test_discount_is_taken_within_its_days_only() -> None:
    known = ledger(claim("2024-00123", terms=FORGIVING))
    early = match(money("2024-00123", 9_800), known)
    assert early.shares == (Share("2024-00123", 9_800, 200),)
    late = money("2024-00123", 9_800, value_date=DAY + timedelta(days=10))
    assert match(late, known).shares == (Share("2024-00123", 9_800),)


def test_discount_is_taken_of_each_of_several() -> None:
    known = ledger(
        claim("2024-00123", terms=FORGIVING), claim("2024-00200", 5_000, terms=FORGIVING)
    )
    verdict = match(money("2024-00123 2024-00200", 14_700), known)
    assert verdict.shares == (Share("2024-00123", 9_800, 200), Share("2024-00200", 4_900, 100))


def test_small_difference_is_let_go_of_by_policy() -> None:
    strict, kind = Terms(), Terms(small_difference=50)
    for terms, forgiven in ((strict, 0), (kind, 50)):
        verdict = match(money("2024-00123", 9_950), ledger(claim("2024-00123", terms=terms)))
        assert verdict.shares == (Share("2024-00123", 9_950, forgiven),)


def test_other_currency_is_paid_by_the_amount_the_bank_says_it_was() -> None:
    known = ledger(claim("2024-00123", currency="USD"))
    told = money("2024-00123", 9_231, original=Money(10_000, "USD"))
    assert paid(match(told, known)) == [("2024-00123", 10_000)]
    assert match(money("2024-00123", 9_231), known).rule is Rule.DOUBT
    much = replace(told, original=Money(12_000, "USD"))
    assert match(much, known).rule is Rule.DOUBT


def test_known_account_and_one_exact_balance_are_enough() -> None:
    known = ledger(claim("2024-00123"), claim("2024-00200", 3_000), accounts={"DE1": "ACME"})
    verdict = match(money("danke", 3_000, party_account="DE1"), known)
    assert (verdict.rule, paid(verdict)) == (Rule.ACCOUNT, [("2024-00200", 3_000)])


def test_known_account_of_equal_balances_pays_the_older() -> None:
    older = claim("2024-00200", due_date=DAY - timedelta(days=60))
    known = ledger(claim("2024-00123"), older, accounts={"DE1": "ACME"})
    assert paid(match(money("", party_account="DE1"), known)) == [("2024-00200", 10_000)]


def test_known_account_and_the_sum_of_all_are_enough() -> None:
    known = ledger(claim("2024-00123"), claim("2024-00200", 3_000), accounts={"DE1": "ACME"})
    verdict = match(money("Sammelüberweisung", 13_000, party_account="DE1"), known)
    assert verdict.rule is Rule.TOTAL
    assert sorted(paid(verdict)) == [("2024-00123", 10_000), ("2024-00200", 3_000)]


def test_known_account_naming_a_number_nobody_has_is_doubted() -> None:
    known = ledger(claim("2024-00123"), accounts={"DE1": "ACME"})
    assert match(money("2025-77777", party_account="DE1"), known).rule is Rule.DOUBT


def test_known_account_and_an_amount_that_fits_nothing_is_doubted_with_candidates() -> None:
    known = ledger(claim("2024-00123"), accounts={"DE1": "ACME"})
    verdict = match(money("", 123, party_account="DE1"), known)
    assert [c.invoice_number for c in verdict.candidates] == ["2024-00123"]


def test_account_of_two_customers_names_neither() -> None:
    known = ledger(claim("2024-00123"), claim("2024-00777", customer="B"), accounts={"DE1": "ACME"})
    known.add_account("DE1", "B")
    assert match(money("", party_account="DE1"), known).rule is Rule.DOUBT


def test_amount_alone_is_never_enough() -> None:
    assert match(money("", party_name="Unknown"), ledger(claim("2024-00123"))).rule is Rule.DOUBT


def test_batch_nobody_takes_apart_is_paid_only_where_it_comes_out() -> None:
    known = ledger(claim("2024-00123"))
    assert match(money("2024-00123", 4_000, transactions=3), known).rule is Rule.DOUBT


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=9), st.integers(1, 10**10))
def test_amount_in_turn_is_spread_to_the_cent(balances: list[int], amount: int) -> None:
    claims = [claim(f"2024-{i:05}", balance) for i, balance in enumerate(balances)]
    shares = in_turn(claims, amount)
    assert sum(share.amount for share in shares) == amount
    assert all(share.amount > 0 for share in shares)

"""Money that goes back, and money that leaves for something else."""

from rules.matching import Ledger, Rule, Share, match
from tests.matching.builders import claim, ledger, money, paid


def after_a_payment(order: str = "E2E-1") -> Ledger:
    known = ledger(claim("2024-00123", 0, amount=10_000, paid=10_000))
    known.add_payment(order, (Share("2024-00123", 10_000),))
    return known


def test_return_under_the_payments_end_to_end_id_takes_it_back() -> None:
    verdict = match(money("", -10_000, end_to_end_id="E2E-1", is_return=True), after_a_payment())
    assert (verdict.rule, paid(verdict)) == (Rule.RETURN, [("2024-00123", -10_000)])


def test_return_with_charges_takes_back_what_was_paid() -> None:
    entry = money("", -10_350, end_to_end_id="E2E-1", is_return=True, charges=350)
    assert paid(match(entry, after_a_payment())) == [("2024-00123", -10_000)]


def test_return_that_names_the_invoice_takes_it_back() -> None:
    verdict = match(money("Retoure 2024-00123", -10_000, is_return=True), after_a_payment(""))
    assert paid(verdict) == [("2024-00123", -10_000)]


def test_money_that_leaves_and_names_a_payment_exactly_is_its_return() -> None:
    assert paid(match(money("2024-00123", -10_000), after_a_payment("")))
    assert match(money("2024-00123", -9_000), after_a_payment("")).rule is Rule.NOT_OURS


def test_supplier_whose_invoice_is_numbered_like_ours_is_none_of_ours() -> None:
    known = after_a_payment("")
    assert match(money("2024-00123", -10_000, party_name="Paketdienst"), known).rule is (
        Rule.NOT_OURS
    )
    known.add_account("DE1", "ACME")
    assert paid(match(money("2024-00123", -10_000, party_account="DE1"), known))


def test_return_before_its_payment_waits() -> None:
    known = ledger(claim("2024-00123"))
    assert match(money("2024-00123", -10_000, is_return=True), known).rule is Rule.DOUBT


def test_return_a_second_time_is_not_taken_back_again() -> None:
    known = after_a_payment()
    entry = money("2024-00123", -10_000, end_to_end_id="E2E-1", is_return=True)
    known.give(match(entry, known).shares)
    assert known["2024-00123"].balance == 10_000
    assert match(entry, known).rule is Rule.DOUBT


def test_supplier_is_none_of_ours() -> None:
    assert match(money("Miete Maerz", -50_000), after_a_payment()).rule is Rule.NOT_OURS


def test_refund_is_known_by_its_end_to_end_id() -> None:
    known = after_a_payment()
    known.add_refund("refund:F-1", "F-1", 500)
    assert match(money("", -500, end_to_end_id="refund:F-1"), known).refund == "F-1"
    assert match(money("", -400, end_to_end_id="refund:F-1"), known).rule is Rule.NOT_OURS
    back = match(money("", 500, end_to_end_id="refund:F-1", is_return=True), known)
    assert (back.rule, back.refund) == (Rule.REFUND, "F-1")


def test_return_of_money_that_became_credit_is_its_customers() -> None:
    known = ledger(claim("2024-00123"))
    known.add_credit("E2E-7", "ACME", 7_000)
    verdict = match(money("", -7_350, end_to_end_id="E2E-7", is_return=True, charges=350), known)
    assert (verdict.credit_of, verdict.credit) == ("ACME", -7_000)
    known.add_credit("E2E-7", "OTHER", 7_000)
    assert match(money("", -7_000, end_to_end_id="E2E-7", is_return=True), known).shares == ()


def test_return_leaves_owed_what_was_forgiven() -> None:
    known = ledger(claim("2024-00123"))
    known.give([Share("2024-00123", 9_800, 200)])
    known.give([Share("2024-00123", -9_800)])
    assert (known["2024-00123"].balance, known["2024-00123"].forgiven) == (10_000, 0)

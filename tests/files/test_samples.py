"""The samples are what they are shown for."""

from collections import Counter
from pathlib import Path

from gateways.ledger_files import read_ledger_files
from gateways.policy_files import read_policy
from rules.ledger import InvoiceRow, PaymentRow

SAMPLES = Path(__file__).parents[2] / "samples"


def ledger() -> tuple[tuple[InvoiceRow, ...], tuple[PaymentRow, ...]]:
    invoices, payments = read_ledger_files(
        [SAMPLES / "invoices.csv", SAMPLES / "payments.csv"],
        max_bytes=100_000,
        known_currency=lambda _: None,
    )
    return invoices.invoices, payments.payments


def test_sample_policies_are_right() -> None:
    assert read_policy(SAMPLES / "standard.toml").name == "standard"
    demo = read_policy(SAMPLES / "demo.toml")
    assert demo.name == "demo"
    assert len(demo.stages) == 6


def test_sample_standard_policy_is_the_one_of_the_ladder() -> None:
    shared = SAMPLES.parents[1] / "shared" / "policies" / "standard.toml"
    if shared.exists():
        assert read_policy(SAMPLES / "standard.toml") == read_policy(shared)


def test_sample_ledger_is_of_34_invoices_of_12_customers() -> None:
    invoices, _ = ledger()
    assert len(invoices) == 34
    assert len({row.customer.customer_id for row in invoices}) == 12
    assert {row.customer.country for row in invoices} == {"DE", "GB", "FR", "LT", "CH", "NL"}
    assert {row.currency for row in invoices} == {"EUR", "GBP", "CHF"}


def test_sample_customers_have_one_mandate_each_of_every_sort() -> None:
    invoices, _ = ledger()
    mandates = {(row.customer.customer_id, row.mandate) for row in invoices}
    assert Counter(mandate for _, mandate in mandates) == {
        "": 6,
        "ok": 2,
        "hard": 2,
        "soft:1": 1,
        "delay:2": 1,
    }


def test_sample_payments_are_full_part_too_much_and_returned() -> None:
    invoices, payments = ledger()
    owed = {row.number: row.amount_minor for row in invoices}
    shares = {
        "returned" if row.amount_minor < 0 else
        "part" if row.amount_minor < owed[row.invoice_number] else
        "too much" if row.amount_minor > owed[row.invoice_number] else "full"
        for row in payments
    }  # fmt: skip
    assert shares == {"full", "part", "too much", "returned"}
    rows_in_the_file = (SAMPLES / "payments.csv").read_text(encoding="utf-8").count("B-")
    assert rows_in_the_file == len(payments) + 1  # one stands there twice


def test_sample_addresses_are_nobodys() -> None:
    invoices, _ = ledger()
    assert all(row.customer.email.endswith(".example") for row in invoices)

"""The samples are what they are shown for."""

import re
from collections import Counter, defaultdict
from pathlib import Path

from gateways.ledger_files import read_ledger_files
from gateways.policy_files import read_policy
from rules.ledger import InvoiceRow, PaymentRow
from rules.methods import MethodKind
from sandbox.sample_customers import CUSTOMERS, Pays, Says
from sandbox.sample_ledger import write
from sandbox.sample_methods import METHODS

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


def test_sample_ledger_made_again_is_the_same_bytes(tmp_path: Path) -> None:
    write(tmp_path)
    for name in ("invoices.csv", "payments.csv", "methods.csv"):
        assert (tmp_path / name).read_bytes() == (SAMPLES / name).read_bytes()


def test_sample_ledger_is_of_120_invoices_of_40_customers_in_five_countries() -> None:
    invoices, _ = ledger()
    assert len(invoices) == 120
    assert len({row.customer.customer_id for row in invoices}) == 40
    assert {row.customer.country for row in invoices} == {"DE", "GB", "FR", "IE", "SE"}
    assert {row.currency for row in invoices} == {"EUR", "GBP", "SEK"}


def test_sample_customer_owes_in_two_currencies() -> None:
    invoices, _ = ledger()
    currencies = defaultdict(set)
    for row in invoices:
        currencies[row.customer.customer_id].add(row.currency)
    assert [key for key, several in currencies.items() if len(several) > 1] == ["C-1038"]


def test_sample_customers_are_debited_in_every_way() -> None:
    (file,) = read_ledger_files(
        [SAMPLES / "methods.csv"], max_bytes=100_000, known_currency=lambda _: None
    )
    by_kind = Counter(row.wanted.kind for row in file.methods)
    assert by_kind == {MethodKind.MANDATE: 4, MethodKind.CARD: 1, MethodKind.BY_HAND: 1}
    words = {row.wanted.reference.partition("+")[2] for row in file.methods}
    assert words == {"", "code:AM04:1", "return:4:AM04:1", "delay:2", "code:AC04"}


def test_sample_invoices_name_the_mandates_on_file() -> None:
    invoices, _ = ledger()
    named = {row.customer.customer_id: row.mandate for row in invoices if row.mandate}
    mandates = {key: one.reference for key, one in METHODS.items() if one.kind == "mandate"}
    assert named == mandates
    by_debit = {key for key, customer in CUSTOMERS.items() if customer.pays is Pays.BY_DEBIT}
    assert by_debit == {key for key, one in METHODS.items() if one.kind != "by_hand"}


def test_sample_customers_pay_and_speak_in_every_way() -> None:
    assert {customer.pays for customer in CUSTOMERS.values()} == set(Pays)
    assert {customer.says for customer in CUSTOMERS.values()} == set(Says)


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


# As the regulators keep them free: BNetzA 148/2021, Ofcom, ARCEP, ComReg, PTS.
KEPT_FREE = re.compile(
    r"\+49 30 23125 \d{3}|\+44 20 7946 0\d{3}|\+33 1 99 00 \d\d \d\d|\+353 20 91\d \d{4}|"
    r"\+46 8 465 004 \d\d"
)


def test_sample_telephone_numbers_are_nobodys_and_one_customer_has_none() -> None:
    invoices, _ = ledger()
    phones = {row.customer.customer_id: row.customer.phone for row in invoices}
    assert [key for key, phone in phones.items() if not phone] == ["C-1039"]
    assert [phone for phone in phones.values() if phone and not KEPT_FREE.fullmatch(phone)] == []

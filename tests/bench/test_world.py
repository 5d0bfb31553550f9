"""The made-up world is consistent with itself: its truth can be known, its files can be read."""

import re
import xml.etree.ElementTree as ET
from collections import Counter
from datetime import timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from stdnum import iban, iso11649

from bench import wording
from bench.bank import Bank, keep_books
from bench.files import write_files
from bench.ledger import Ledger, make_ledger
from bench.mt940 import write_mt940
from bench.open_items import OpenItems
from bench.stories import EURO_MT940
from bench.tale import BEGIN, STORIES, tell
from bench.truth import Meaning, Payment


@cache
def world(seed: int = 7) -> tuple[Ledger, list[Payment], Bank]:
    rng = Random(seed)
    ledger = make_ledger(rng, invoices=1800, customers=180)
    payments = tell(rng, ledger, 1200)
    return ledger, payments, keep_books(rng, payments)


def test_same_seed_is_the_same_world() -> None:
    one = make_ledger(Random(3), invoices=60, customers=9)
    other = make_ledger(Random(3), invoices=60, customers=9)
    assert tell(Random(5), one, 40) == tell(Random(5), other, 40)


def test_numbers_are_unique_and_of_five_schemes() -> None:
    ledger, *_ = world()
    schemes = Counter("".join("9" if c.isdigit() else c for c in n) for n in ledger.invoices)
    assert set(schemes) == {"9999-99999", "RE-9999/9999", "INV9999999", "9999999", "R9999.9999"}
    assert len(ledger.invoices) == 1800


def test_accounts_and_creditor_references_have_right_checksums() -> None:
    ledger, *_ = world()
    accounts = [account for customer in ledger.customers for account in customer.accounts]
    assert all(iban.is_valid(account, check_country=False) for account in accounts)
    references = [wording.creditor_reference(number) for number in ledger.invoices]
    assert all(iso11649.is_valid(reference) for reference in references)


def test_every_story_is_told() -> None:
    _, payments, _ = world()
    assert len({payment.kind for payment in payments}) > len(STORIES) * 3 / 4


def test_few_are_for_a_person() -> None:
    _, payments, _ = world()
    nobody_knows = sum(p.truth.meaning is Meaning.FOR_A_PERSON for p in payments)
    assert 0.015 < nobody_knows / len(payments) < 0.045


def test_true_shares_and_credit_are_the_money_that_came() -> None:
    ledger, payments, _ = world()
    for payment in payments:
        truth = payment.truth
        if truth.meaning is not Meaning.PAYS or payment.kind == "another currency":
            continue
        assert truth.total == payment.amount + (payment.charges if payment.amount < 0 else 0)
        named = sum(truth.shares.values())
        assert named <= truth.total <= named + truth.credit
        owners = {ledger.invoices[number].customer.customer_id for number in truth.shares}
        assert owners == truth.customers


def test_balances_never_leave_what_was_invoiced() -> None:
    ledger, payments, _ = world()
    paid: Counter[str] = Counter()
    for payment in payments:
        for number, amount in payment.truth.shares.items():
            paid[number] += amount
            assert paid[number] >= 0, payment
    assert any(paid[number] == ledger.invoices[number].amount for number in paid)


def test_typing_error_names_no_invoice_and_is_told_by_its_amount() -> None:
    ledger, payments, _ = world()
    wrong = [p for p in payments if p.kind == "typing error"]
    assert wrong
    for payment in wrong:
        (meant,) = payment.truth.shares
        assert meant not in re.split(r"[^0-9A-Za-z./-]+", payment.text)
        assert ledger.invoices[meant].amount == payment.amount


def test_typing_error_that_hits_another_means_its_own() -> None:
    ledger, payments, _ = world()
    for payment in (p for p in payments if p.kind == "typing error hits another"):
        (meant,) = payment.truth.shares
        words = re.split(r"[^0-9A-Z./-]+", payment.text.upper())
        named = [n for n in ledger.invoices if any(word.endswith(n) for word in words)]
        assert named
        assert meant not in named


def test_return_takes_back_what_was_paid_before() -> None:
    _, payments, _ = world()
    returns = [p for p in payments if p.is_return]
    assert returns
    for back in returns:
        (number,) = back.truth.shares
        before = [p for p in payments if p.truth.shares == {number: -back.truth.total}]
        assert any(p.day < back.day for p in before)


def test_sheets_follow_each_other_and_hold_every_payment_once() -> None:
    _, payments, bank = world()
    for account in range(3):
        mine = [sheet for sheet in bank.sheets if sheet.account == account]
        assert all(a.closing == b.opening for a, b in pairwise(mine))
    told = Counter(id(p) for sheet in bank.sheets for line in sheet.lines for p in line.payments)
    assert told == Counter(id(payment) for payment in payments)


def test_payments_without_reference_are_told_by_day_and_amount() -> None:
    _, payments, _ = world()
    without = [p for p in payments if not p.bank_reference]
    keys = Counter((p.day, p.amount) for p in payments)
    assert without
    assert all(keys[p.day, p.amount] == 1 for p in without)


def test_files_are_written_in_the_order_of_their_days(tmp_path: Path) -> None:
    *_, bank = world()
    paths = write_files(bank, tmp_path)
    days = [path.name[:8] for path in paths]
    assert days == sorted(days)
    assert len(set(paths)) == len(paths) == len(list(tmp_path.iterdir()))


def test_camt_files_have_the_sums_of_their_sheets(tmp_path: Path) -> None:
    *_, bank = world()
    write_files(bank, tmp_path)
    for path in tmp_path.glob("*camt.053*"):
        root = ET.parse(path).getroot()  # noqa: S314 # a file we have just written
        opening, closing = (_signed(balance) for balance in root.iterfind(".//{*}Bal"))
        entries = sum(_signed(entry) for entry in root.iterfind(".//{*}Ntry"))
        assert opening + entries == closing, path.name


def _signed(element: ET.Element) -> int:
    amount = element.findtext("{*}Amt", "").replace(".", "")
    return int(amount) * (-1 if element.findtext("{*}CdtDbtInd") == "DBIT" else 1)


def test_mt940_has_a_line_per_booking_and_none_that_ends_it_early(tmp_path: Path) -> None:
    *_, bank = world()
    for sheet in (sheet for sheet in bank.sheets if sheet.account == EURO_MT940):
        lines = write_mt940(sheet, tmp_path).read_bytes().decode("latin-1").split("\r\n")
        assert sum(line.startswith(":61:") for line in lines) == len(sheet.lines)
        assert [line for line in lines if line.startswith("-")] == ["-"]
        assert max(map(len, lines)) <= 75


@pytest.mark.parametrize("number", ["2024-00123", "RE-2024/1234", "INV0012345", "7310450"])
def test_rewritten_number_is_still_that_number(number: str) -> None:
    rng = Random(1)
    for _ in range(50):
        written = wording.rewritten(rng, number)
        assert wording.core(written) == wording.core(number) or (
            wording.core(wording.bare(written)).endswith(wording.core(wording.bare(number))[-4:])
        )


def test_mistyped_number_is_one_error_away() -> None:
    rng = Random(2)
    for _ in range(200):
        written = wording.mistyped(rng, "2024-00123")
        assert wording.bare("2024-00123") in set(wording.neighbours(wording.bare(written)))


def test_merged_numbers_keep_the_first_in_full() -> None:
    rng = Random(3)
    for _ in range(50):
        written = wording.merged(rng, ["2024-00123", "2024-00124"])
        assert written.startswith("2024-00123")
        assert written.endswith("124")


def test_disputed_invoice_is_paid_by_no_later_story() -> None:
    ledger = make_ledger(Random(4), invoices=40, customers=5)
    items = OpenItems(Random(4), ledger)
    first, *others = list(ledger.invoices.values())
    items.dispute([first], BEGIN)
    later = {i.number for _ in range(20) for i in items.some(BEGIN + timedelta(days=1))}
    assert first.number not in later
    assert later == {invoice.number for invoice in others}

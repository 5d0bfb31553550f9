"""What banks make of camt: each habit in a file of its own."""

from datetime import date
from pathlib import Path

import pytest

from rules.errors import FileMistake
from rules.money import Money
from rules.statements import Began, Booking, Party, Statement
from tests.statements.builders import (
    OWN,
    Entry,
    Stmt,
    Tx,
    balance,
    bookings,
    camt,
    camt053,
    camt054,
    movements,
    read,
    statements,
    tag,
)

PAYER = "NL91ABNA0417164300"
VERSIONS = (2, 3, 4, 8, 10, 13)


@pytest.mark.parametrize("version", VERSIONS)
def test_payment_reads_the_same_in_every_version(tmp_path: Path, version: int) -> None:
    tx = Tx(
        amount="100.00",
        reference="B-1",
        end_to_end="E-1",
        mandate="M-1",
        debtor="Ada & Söhne",
        debtor_account=PAYER,
        creditor="Us",
        creditor_account=OWN,
        remittance=["Invoice 2026-", "0001"],
        structured=["RF18539007547034"],
    )
    content = camt053(Entry(amount="100.00", txs=[tx]), version=version)
    [movement] = movements(tmp_path, content)
    assert movement.amount == 10_000
    assert (movement.bank_reference, movement.end_to_end_id, movement.mandate) == (
        "B-1",
        "E-1",
        "M-1",
    )
    assert movement.party == Party(name="Ada & Söhne", account=PAYER)
    assert movement.remittance == "Invoice 2026-\n0001"
    assert movement.creditor_references == ("RF18539007547034",)


def test_statement_is_handed_out_as_began_bookings_and_end(tmp_path: Path) -> None:
    content = camt053(Entry(amount="5.00"), Entry(amount="-2.00"), statement=Stmt(opening="1.00"))
    began, first, second, end = read(tmp_path, content)
    assert began == Began(account=OWN, currency="EUR", identifier="S-1", number="1")
    assert [b.amount for b in (first, second) if isinstance(b, Booking)] == [500, -200]
    assert isinstance(end, Statement)
    assert (end.opening, end.closing, end.total, end.entries) == (100, 400, 300, 2)
    assert end.adds_up is True
    assert end.since == end.until == date(2026, 1, 5)


def test_file_reads_the_same_twice(tmp_path: Path) -> None:
    content = camt053(Entry(amount="5.00", txs=[Tx(amount="5.00")]))
    assert read(tmp_path, content) == read(tmp_path, content)


def test_several_statements_keep_their_own_entries(tmp_path: Path) -> None:
    found = statements(
        tmp_path,
        camt(
            [Stmt(entries=[Entry(amount="1.00")]), Stmt(), Stmt(entries=[Entry(amount="2.00")] * 2)]
        ),
    )
    assert [(one.entries, one.total, one.adds_up) for one in found] == [
        (1, 100, True),
        (0, 0, True),
        (2, 400, True),
    ]


def test_closing_balance_that_differs_is_said(tmp_path: Path) -> None:
    [found] = statements(tmp_path, camt053(Entry(amount="5.00"), statement=Stmt(closing="6.00")))
    assert found.adds_up is False


def test_balance_without_direction_is_a_credit_unless_below_nought(tmp_path: Path) -> None:
    bare = tag("Tp", tag("CdOrPrtry", tag("Cd", "OPBD"))) + tag("Amt", "-3.00", Ccy="EUR")
    one = Stmt(opening="", closing="2.00", extra=tag("Bal", bare))
    [found] = statements(tmp_path, camt053(Entry(amount="5.00"), statement=one))
    assert (found.opening, found.adds_up) == (-300, True)


def test_pages_use_intermediate_balances(tmp_path: Path) -> None:
    pages = balance("ITBD", "1.00") + balance("ITBD", "6.00")
    one = Stmt(opening="", closing="", extra=pages)
    [found] = statements(tmp_path, camt053(Entry(amount="5.00"), statement=one))
    assert (found.opening, found.closing, found.adds_up) == (100, 600, True)


def test_previous_closing_balance_opens(tmp_path: Path) -> None:
    one = Stmt(opening="", closing="6.00", extra=balance("PRCD", "1.00", day="2026-01-02"))
    [found] = statements(tmp_path, camt053(Entry(amount="5.00"), statement=one))
    assert (found.opening, found.adds_up) == (100, True)


def test_balance_of_another_currency_never_adds_up(tmp_path: Path) -> None:
    one = Stmt(closing="", extra=balance("CLBD", "5.00", "SEK"))
    [found] = statements(tmp_path, camt053(Entry(amount="5.00"), statement=one))
    assert found.closing is None
    assert found.adds_up is False
    assert found.note == "a balance is in SEK, not in EUR"


def test_pending_entries_are_left_out_and_counted_in_words(tmp_path: Path) -> None:
    pending, booked = Entry(amount="9.00", status="PDNG"), Entry(amount="5.00")
    for version in (2, 8):
        content = camt053(pending, booked, version=version, statement=Stmt(closing="5.00"))
        [found] = statements(tmp_path, content)
        assert (found.entries, found.total, found.adds_up) == (1, 500, True)
        assert found.note == "1 entry that is not booked, left out"


def test_zeros_behind_the_currencys_decimals_do_not_count(tmp_path: Path) -> None:
    [found] = bookings(tmp_path, camt053(Entry(amount="27.05000")))
    assert found.amount == 2705


@pytest.mark.parametrize(
    ("amount", "why"),
    [("27.055", "more decimals"), ("1e3", "no amount"), ("12,50", "no amount"), ("", "no amount")],
)
def test_amount_that_would_lose_money_is_refused(tmp_path: Path, amount: str, why: str) -> None:
    content = camt053(Entry(amount="1.00"))
    broken = content.replace('<Ntry><Amt Ccy="EUR">1.00', f'<Ntry><Amt Ccy="EUR">{amount}')
    with pytest.raises(FileMistake, match=why):
        read(tmp_path, broken)


def test_entry_without_direction_is_refused_with_its_line(tmp_path: Path) -> None:
    content = camt053(Entry(amount="1.00"))
    at = content.index("<Ntry>")
    broken = content[:at] + content[at:].replace("<CdtDbtInd>CRDT</CdtDbtInd>", "")
    with pytest.raises(FileMistake, match="whether the money came or went") as caught:
        read(tmp_path, broken)
    assert caught.value.place.line == content.count("\n", 0, at) + 1


def test_each_currency_of_a_statement_is_told_as_one_of_its_own(tmp_path: Path) -> None:
    entries = [Entry(amount="1.00"), Entry(amount="2.00", currency="SEK"), Entry(amount="-0.25")]
    rest = Stmt(
        closing="0.75", extra=balance("OPBD", "7.00", "SEK") + balance("CLBD", "9.00", "SEK")
    )
    euros, kronor = statements(tmp_path, camt053(*entries, statement=rest))
    assert (euros.currency, euros.entries, euros.total, euros.adds_up) == ("EUR", 2, 75, True)
    assert (kronor.currency, kronor.entries, kronor.total, kronor.adds_up) == ("SEK", 1, 200, True)
    assert [b.amount for b in bookings(tmp_path, camt053(*entries, statement=rest))] == [
        *(100, -25),
        200,
    ]


def test_currency_without_balances_of_its_own_is_not_checked(tmp_path: Path) -> None:
    entries = [Entry(amount="1.00"), Entry(amount="2.00", currency="SEK")]
    found = statements(tmp_path, camt053(*entries, statement=Stmt(closing="1.00")))
    assert [(one.currency, one.adds_up, one.note) for one in found] == [
        ("EUR", True, "one of 2 currencies of the bank's statement"),
        ("SEK", None, "one of 2 currencies of the bank's statement"),
    ]


def test_currency_is_that_of_the_money_where_the_account_names_another(tmp_path: Path) -> None:
    [found] = statements(tmp_path, camt053(Entry(amount="1.00", currency="SEK")))
    assert (found.currency, found.note) == (
        "SEK",
        "a balance is in EUR, not in SEK; the account is said to be in EUR",
    )


def test_missing_account_is_refused(tmp_path: Path) -> None:
    content = camt053(Entry(amount="1.00"))
    with pytest.raises(FileMistake, match="names no account"):
        read(tmp_path, content.replace(OWN, " "))


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (Entry(amount="1.00", day="", value="2026-01-07"), date(2026, 1, 7)),
        (Entry(amount="1.00", day="", value=""), date(2026, 1, 5)),
    ],
)
def test_missing_booking_date_comes_from_what_is_there(
    tmp_path: Path, entry: Entry, expected: date
) -> None:
    [found] = bookings(tmp_path, camt053(entry))
    assert found.booked_on == expected
    assert "taken from" in found.note


def test_day_of_the_file_is_the_last_resort(tmp_path: Path) -> None:
    content = camt054(
        Entry(amount="1.00", day="", value=""), statement=Stmt(opening="", closing="")
    )
    of_statement = "<ElctrncSeqNb>1</ElctrncSeqNb>\n<CreDtTm>2026-01-05T20:00:00</CreDtTm>"
    assert of_statement in content
    [found] = bookings(tmp_path, content.replace(of_statement, ""))
    assert found.booked_on == date(2026, 1, 5)


def test_account_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileMistake, match="has 102 characters, expected an account"):
        read(tmp_path, camt053(Entry(amount="1.00"), statement=Stmt(account="DE" + "1" * 100)))


def test_amounts_whose_sum_is_too_large_are_refused(tmp_path: Path) -> None:
    entries = [Entry(amount="9999999999999.99")] * 2
    with pytest.raises(FileMistake, match="sum is larger than any this program keeps"):
        read(tmp_path, camt053(*entries, statement=Stmt(opening="", closing="")))


def test_signs_that_turn_a_text_around_are_left_out(tmp_path: Path) -> None:
    tx = Tx(amount="1.00", debtor="Ada\u202eecalevoL", remittance=["RE-1\u009b31m\u2066"])
    [found] = movements(tmp_path, camt053(Entry(amount="1.00", txs=[tx])))
    assert (found.party.name, found.remittance) == ("Ada ecalevoL", "RE-1 31m ")


def test_wrong_date_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileMistake, match="'2026-02-30' is no date"):
        read(tmp_path, camt053(Entry(amount="1.00", day="2026-02-30")))


def test_batch_is_taken_apart_where_its_transactions_add_up(tmp_path: Path) -> None:
    txs = [Tx(amount="60.00", reference="B-1"), Tx(amount="40.00", reference="B-2")]
    for version in VERSIONS:
        content = camt053(Entry(amount="100.00", batch="2", txs=txs), version=version)
        [found] = bookings(tmp_path, content)
        assert [(m.amount, m.bank_reference) for m in found.movements] == [
            (6000, "B-1"),
            (4000, "B-2"),
        ]
        assert found.note == ""


def test_batch_without_transactions_is_one_movement_of_many(tmp_path: Path) -> None:
    [found] = movements(tmp_path, camt053(Entry(amount="-100.00", batch="246", txs=[Tx()])))
    assert (found.amount, found.transactions) == (-10_000, 246)


def test_batch_that_does_not_add_up_stays_whole_and_keeps_all_words(tmp_path: Path) -> None:
    txs = [
        Tx(amount="60.00", remittance=["RE-1"], structured=["RF18539007547034"]),
        Tx(amount="41.00", remittance=["RE-2"]),
    ]
    [found] = bookings(tmp_path, camt053(Entry(amount="100.00", reference="B", txs=txs)))
    [movement] = found.movements
    assert (movement.amount, movement.transactions) == (10_000, 2)
    assert movement.remittance == "RE-1\nRE-2"
    assert movement.creditor_references == ("RF18539007547034",)
    assert movement.bank_reference == "B"
    assert "do not add up" in found.note


def test_transactions_of_several_details_add_up_together(tmp_path: Path) -> None:
    content = camt053(Entry(amount="100.00", txs=[Tx(amount="60.00"), Tx(amount="40.00")]))
    split = content.replace("</TxDtls>\n<TxDtls>", "</TxDtls></NtryDtls><NtryDtls><TxDtls>")
    assert split != content
    assert [m.amount for m in movements(tmp_path, split)] == [6000, 4000]


def test_name_that_several_transactions_share_names_none(tmp_path: Path) -> None:
    txs = [Tx(amount="60.00", reference="SAME"), Tx(amount="40.00", reference="SAME")]
    found = movements(tmp_path, camt053(Entry(amount="100.00", reference="SAME", txs=txs)))
    assert [m.bank_reference for m in found] == ["", ""]


def test_single_transaction_is_named_by_its_entry(tmp_path: Path) -> None:
    content = camt053(Entry(amount="1.00", reference="B", txs=[Tx(amount="1.00")]))
    [found] = movements(tmp_path, content)
    assert found.bank_reference == "B"


def test_sequence_number_of_an_entry_is_not_its_name(tmp_path: Path) -> None:
    [found] = bookings(tmp_path, camt053(Entry(amount="1.00", extra=tag("NtryRef", "1"))))
    assert (found.reference, found.movements[0].bank_reference) == ("", "")


@pytest.mark.parametrize("version", [2, 4, 8])
def test_charges_that_explain_the_difference_are_a_movement(tmp_path: Path, version: int) -> None:
    tx = Tx(amount="100.00", charges="3.00", remittance=["RE-1"])
    [found] = bookings(tmp_path, camt053(Entry(amount="97.00", txs=[tx]), version=version))
    payment, charge = found.movements
    assert (payment.amount, payment.remittance, payment.is_charges) == (10_000, "RE-1", False)
    assert (charge.amount, charge.remittance, charge.is_charges) == (-300, "Bank charges", True)
    assert "charges" in found.note


def test_charges_of_the_whole_batch_are_a_movement(tmp_path: Path) -> None:
    charged = tag("Chrgs", tag("TtlChrgsAndTaxAmt", "1.50", Ccy="EUR"))
    txs = [Tx(amount="60.00"), Tx(amount="40.00")]
    found = movements(tmp_path, camt053(Entry(amount="98.50", txs=txs, extra=charged)))
    assert [m.amount for m in found] == [6000, 4000, -150]


def test_charges_that_are_contained_only_inform(tmp_path: Path) -> None:
    [found] = movements(
        tmp_path, camt053(Entry(amount="97.00", txs=[Tx(amount="97.00", charges="3.00")]))
    )
    assert (found.amount, found.charges) == (9700, 300)


def test_foreign_payment_keeps_the_payers_amount(tmp_path: Path) -> None:
    tx = Tx(amount="97.00", instructed="105.25", instructed_currency="USD")
    [found] = movements(tmp_path, camt053(Entry(amount="97.00", txs=[tx])))
    assert (found.amount, found.original) == (9700, Money(10_525, "USD"))


def test_only_amount_in_a_foreign_currency_leaves_the_entrys(tmp_path: Path) -> None:
    tx = Tx(amount="105.25", currency="USD")
    [found] = movements(tmp_path, camt053(Entry(amount="-97.00", txs=[tx])))
    assert (found.amount, found.original) == (-9700, Money(-10_525, "USD"))


def test_returned_debit_names_the_payer_and_the_reason(tmp_path: Path) -> None:
    tx = Tx(
        amount="50.00",
        end_to_end="OUR-1",
        debtor="Ada",
        debtor_account=PAYER,
        creditor="Us",
        creditor_account=OWN,
        reason="AC04",
    )
    for version in VERSIONS:
        content = camt053(Entry(amount="-50.00", code="UPDD", txs=[tx]), version=version)
        [found] = movements(tmp_path, content)
        assert (found.amount, found.is_return, found.return_code) == (-5000, True, "AC04")
        assert found.party == Party(name="Ada", account=PAYER)
        assert found.end_to_end_id == "OUR-1"


def test_returned_debit_with_charges_on_top_is_the_payment_and_the_charges(tmp_path: Path) -> None:
    tx = Tx(amount="53.00", instructed="50.00", charges="3.00", reason="AM04")
    found = movements(tmp_path, camt053(Entry(amount="-53.00", txs=[tx]), version=2))
    assert [(m.amount, m.is_return, m.is_charges) for m in found] == [
        (-5000, True, False),
        (-300, False, True),
    ]


def test_reason_in_words_is_found_where_no_code_is_stated(tmp_path: Path) -> None:
    tx = Tx(amount="50.00", remittance=["Rueckgabe wegen MS03 von heute"])
    german = tag("BkTxCd", tag("Prtry", tag("Cd", "NRTI+109+00931") + tag("Issr", "DK")))
    [found] = movements(tmp_path, camt053(Entry(amount="-50.00", extra=german, txs=[tx])))
    assert (found.is_return, found.return_code) == (True, "MS03")


def test_reversal_keeps_the_direction_it_says(tmp_path: Path) -> None:
    [found] = movements(tmp_path, camt053(Entry(amount="-5.00", extra=tag("RvslInd", "true"))))
    assert (found.amount, found.is_return) == (-500, True)


def test_own_account_is_never_the_other_side(tmp_path: Path) -> None:
    tx = Tx(amount="5.00", debtor_account=OWN, creditor="Shop", creditor_account=PAYER)
    [found] = movements(tmp_path, camt053(Entry(amount="5.00", txs=[tx])))
    assert found.party == Party(name="Shop", account=PAYER)


def test_who_pays_for_another_is_told_with_both(tmp_path: Path) -> None:
    tx = Tx(amount="5.00", debtor="Factor AG")
    content = camt053(Entry(amount="5.00", txs=[tx]), version=2)
    content = content.replace("</Dbtr>", "</Dbtr>" + tag("UltmtDbtr", tag("Nm", "Bea")))
    [found] = movements(tmp_path, content)
    assert found.party == Party(name="Factor AG", on_behalf_of="Bea")


def test_reference_not_provided_is_none(tmp_path: Path) -> None:
    tx = Tx(amount="5.00", end_to_end="NOTPROVIDED")
    [found] = movements(tmp_path, camt053(Entry(amount="5.00", txs=[tx])))
    assert found.end_to_end_id == ""


def test_banks_own_words_count_only_where_the_payer_has_none(tmp_path: Path) -> None:
    silent = Entry(amount="5.00", text="GUTSCHRIFT RE-7", txs=[Tx(amount="5.00")])
    spoken = Entry(amount="5.00", text="GUTSCHRIFT", txs=[Tx(amount="5.00", remittance=["RE-8"])])
    found = movements(tmp_path, camt053(silent, spoken))
    assert [m.remittance for m in found] == ["GUTSCHRIFT RE-7", "RE-8"]


def test_invoices_named_apart_are_read_as_the_payers_words(tmp_path: Path) -> None:
    tx = Tx(amount="5.00", invoices=["2026-0001", "2026-0002"])
    [found] = movements(tmp_path, camt053(Entry(amount="5.00", txs=[tx])))
    assert found.remittance == "2026-0001\n2026-0002"


def test_notification_has_no_balances_and_proves_nothing(tmp_path: Path) -> None:
    [found] = statements(tmp_path, camt054(Entry(amount="5.00")))
    assert found.is_notification
    assert found.adds_up is None


def test_prefixes_byte_order_mark_and_other_encodings_read(tmp_path: Path) -> None:
    content = camt053(Entry(amount="5.00", txs=[Tx(amount="5.00", remittance=["Grüße"])]))
    prefixed = content.replace("xmlns=", "xmlns:a=").replace("<", "<a:").replace("<a:/", "</a:")
    prefixed = prefixed.replace("<a:?xml", "<?xml")
    latin = content.replace("UTF-8", "ISO-8859-1").encode("latin-1")
    wide = content.replace("UTF-8", "UTF-16").encode("utf-16")
    for variant in (
        prefixed.encode(),
        b"\xef\xbb\xbf" + content.encode(),
        latin,
        wide,
        b"\n " + content.encode(),
    ):
        [found] = movements(tmp_path, variant)
        assert (found.amount, found.remittance) == (500, "Grüße")


def test_message_in_an_envelope_with_a_business_header_reads(tmp_path: Path) -> None:
    content = camt053(Entry(amount="5.00")).partition("\n")[2]
    header = tag(
        "AppHdr", tag("BizMsgIdr", "1"), xmlns="urn:iso:std:iso:20022:tech:xsd:head.001.001.02"
    )
    [found] = movements(tmp_path, f"<Envelope>{header}{content}</Envelope>")
    assert found.amount == 500

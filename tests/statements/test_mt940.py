"""MT940 in the dialects of banks, one habit a test."""

from datetime import date
from pathlib import Path

import pytest

from rules.errors import FileMistake
from rules.money import Money
from rules.statements import Began, Booking, Party
from tests.statements.builders import (
    OWN,
    Line,
    Mt940,
    bookings,
    movements,
    mt940,
    read,
    statements,
)

PAYER = "NL91ABNA0417164300"


def test_statement_reads_with_balances_and_lines(tmp_path: Path) -> None:
    content = mt940(Line(amount="5.00", bank_reference="B1"), Line(amount="-2.50"))
    began, first, second, _ = read(tmp_path, content)
    assert began == Began(account=OWN, currency="EUR", identifier="STARTUMS", number="1/1")
    assert isinstance(first, Booking)
    assert isinstance(second, Booking)
    assert (first.amount, first.reference, first.line) == (500, "B1", 5)
    assert (second.amount, second.reference, second.line) == (-250, "", 6)
    [found] = statements(tmp_path, content)
    assert (found.opening, found.closing, found.adds_up) == (0, 250, True)


def test_several_statements_in_envelopes_read_one_by_one(tmp_path: Path) -> None:
    one = mt940(Line(amount="1.00"))
    wrapped = "".join(
        "{1:F01BANKDEFFXXXX0000000000}{2:I940BANKDEFFXXXXN}{4:\r\n"
        + one.replace("\n-\n", "\n-}\n").replace("\n", "\r\n")
        for _ in range(3)
    )
    found = statements(tmp_path, wrapped)
    assert [part.total for part in found] == [100, 100, 100]


def test_pages_of_one_statement_have_intermediate_balances(tmp_path: Path) -> None:
    first = mt940(Line(amount="1.00"), statement=Mt940(tags=("60F", "62M")))
    second = mt940(Line(amount="2.00"), statement=Mt940(opening="1.00", tags=("60M", "62F")))
    found = statements(tmp_path, first + second)
    assert [(one.opening, one.closing, one.adds_up) for one in found] == [
        (0, 100, True),
        (100, 300, True),
    ]


def test_german_bank_code_and_number_are_told_as_iban(tmp_path: Path) -> None:
    [found] = statements(tmp_path, mt940(statement=Mt940(account="37040044/532013000")))
    assert found.account == OWN


def test_currency_behind_the_account_is_left_out(tmp_path: Path) -> None:
    [found] = statements(tmp_path, mt940(statement=Mt940(account=f"{PAYER}EUR")))
    assert found.account == PAYER


def test_german_subfields_and_sepa_words_are_told_apart(tmp_path: Path) -> None:
    text = (
        "166?00SEPA-UEBERWEISUNG?109310?20EREF+AUFTRAG-2026-000000000?211"
        "?22MREF+M-77?23SVWZ+Rechnung 2026-00?2401 vom 3.1.?30ABNANL2A"
        f"?31{PAYER}?32ADA LOVELACE GESELLSCHAFT ?33MBH?34000"
    )
    [found] = movements(tmp_path, mt940(Line(amount="5.00", text=text)))
    assert found.end_to_end_id == "AUFTRAG-2026-0000000001"
    assert found.mandate == "M-77"
    assert found.remittance == "Rechnung 2026-00\n01 vom 3.1."
    assert found.party == Party(name="ADA LOVELACE GESELLSCHAFT MBH", account=PAYER)


def test_line_break_inside_a_mark_of_a_subfield_is_seen_through(tmp_path: Path) -> None:
    text = f"166?00GUTSCHRIFT?20SVWZ+RE-1?\n31{PAYER}?3\n2ADA"
    [found] = movements(tmp_path, mt940(Line(amount="5.00", text=text)))
    assert (found.remittance, found.party) == ("RE-1", Party(name="ADA", account=PAYER))


def test_payer_for_another_is_told(tmp_path: Path) -> None:
    text = "166?00GUTSCHRIFT?20SVWZ+RE-1?21ABWA+BEA?32FACTOR AG"
    [found] = movements(tmp_path, mt940(Line(amount="5.00", text=text)))
    assert found.party == Party(name="FACTOR AG", on_behalf_of="BEA")


def test_polish_marks_read_like_german_ones(tmp_path: Path) -> None:
    text = "020~00PRZELEW~20FAKTURA 7~38PL61109010140000071219812874~32HUTA"
    [found] = movements(tmp_path, mt940(Line(amount="5.00", text=text)))
    assert (found.remittance, found.party.account) == ("FAKTURA 7", "PL61109010140000071219812874")


def test_rabobank_words_and_account_in_the_second_line(tmp_path: Path) -> None:
    text = "/EREF/2026-1/BENM//NAME/ADA LOVE\nLACE/REMI/Factuur 2026-00\n01/ISDT/2026-01-05"
    line = Line(amount="5.00", kind="N541", reference="EREF", extra=PAYER, text=text)
    [found] = movements(tmp_path, mt940(line))
    assert found.party == Party(name="ADA LOVELACE", account=PAYER)
    assert (found.end_to_end_id, found.remittance) == ("2026-1", "Factuur 2026-00\n01")


def test_ing_packs_the_other_side_and_names_the_kind_of_text(tmp_path: Path) -> None:
    text = f"/EREF/E-1//CNTP/{PAYER}/INGBNL2A/ADA BV/AMSTERDAM//RE\nMI/USTD//Factuur 7/"
    [found] = movements(tmp_path, mt940(Line(amount="5.00", text=text)))
    assert found.party == Party(name="ADA BV", account=PAYER)
    assert (found.end_to_end_id, found.remittance) == ("E-1", "Factuur 7")


def test_ing_structured_reference_is_one(tmp_path: Path) -> None:
    text = f"/CNTP/{PAYER}/INGBNL2A/ADA BV///REMI/STRD/CUR/9001000000000001/"
    [found] = movements(tmp_path, mt940(Line(amount="5.00", text=text)))
    assert found.creditor_references == ("9001000000000001",)


def test_abn_amro_return_has_its_reason(tmp_path: Path) -> None:
    text = f"/TRTP/SEPA INCASSO/RTRN/MS03/IBAN/{PAYER}/NAME/ADA/MARF/M-1/REMI/RE-1/EREF/E-1"
    [found] = movements(tmp_path, mt940(Line(amount="-5.00", text=text)))
    assert (found.is_return, found.return_code, found.mandate) == (True, "MS03", "M-1")


def test_free_text_keeps_its_lines(tmp_path: Path) -> None:
    [found] = movements(tmp_path, mt940(Line(amount="5.00", text="BETALING\n FACTUUR 7 ")))
    assert found.remittance == "BETALING\nFACTUUR 7"


@pytest.mark.parametrize(
    "line",
    [
        Line(amount="-5.00", mark="RC"),
        Line(amount="5.00", mark="RD"),
        Line(amount="-5.00", kind="NRTI"),
        Line(amount="-5.00", text="109?00SEPA-LASTSCHRIFT?20SVWZ+RE-1 AC04"),
        Line(amount="-5.00", text="005?00RUECKLASTSCHRIFT?20RE-1"),
        Line(amount="-5.00", text="177?00BUCHUNG?20SVWZ+RETOURE SEPA-Lastschrift?21AC04"),
    ],
)
def test_what_comes_back_is_a_return(tmp_path: Path, line: Line) -> None:
    [found] = movements(tmp_path, mt940(line))
    assert found.is_return
    assert found.amount == int(float(line.amount) * 100)


def test_payer_who_writes_return_has_paid_all_the_same(tmp_path: Path) -> None:
    text = "166?00GUTSCHRIFT?20SVWZ+RETURN OF DEPOSIT"
    [found] = movements(tmp_path, mt940(Line(amount="5.00", text=text)))
    assert not found.is_return


def test_returned_debit_with_charges_is_the_payment_and_the_charges(tmp_path: Path) -> None:
    text = "109?00RUECKLASTSCHRIFT?20EREF+OUR-1?21COAM+3,00?22OAMT+50,00?23SVWZ+RETURN AM04"
    payment, charge = movements(tmp_path, mt940(Line(amount="-53.00", text=text)))
    assert (payment.amount, payment.return_code, payment.is_return) == (-5000, "AM04", True)
    assert (charge.amount, charge.is_charges) == (-300, True)


def test_original_amount_and_charges_stand_in_the_second_line(tmp_path: Path) -> None:
    line = Line(amount="97.00", extra="/OCMT/USD105,25//CHGS/EUR3,00/")
    [found] = movements(tmp_path, mt940(line))
    assert (found.original, found.charges) == (Money(10_525, "USD"), 300)


@pytest.mark.parametrize(
    ("day", "booked", "expected"),
    [
        ("251231", "0102", date(2026, 1, 2)),
        ("260102", "1231", date(2025, 12, 31)),
        ("260105", "", date(2026, 1, 5)),
    ],
)
def test_booking_date_is_of_the_year_nearest_to_the_value_date(
    tmp_path: Path, day: str, booked: str, expected: date
) -> None:
    [found] = bookings(tmp_path, mt940(Line(amount="5.00", day=day, booked=booked)))
    assert found.booked_on == expected


def test_value_date_ahead_is_booked_by_the_closing_balance(tmp_path: Path) -> None:
    [found] = bookings(tmp_path, mt940(Line(amount="5.00", day="260109", booked="")))
    assert (found.booked_on, found.value_date) == (date(2026, 1, 5), date(2026, 1, 9))
    assert "closing balance" in found.note


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1"])
def test_umlauts_read_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    content = mt940(Line(amount="5.00", text="166?20Grüße?32MÜLLER")).encode(encoding)
    [found] = movements(tmp_path, content)
    assert (found.remittance, found.party.name) == ("Grüße", "MÜLLER")


def test_time_at_the_begin_of_a_line_is_text(tmp_path: Path) -> None:
    [found] = movements(
        tmp_path, mt940(Line(amount="5.00", text="106?20CARD 04-2019T03:46\n:08 RE-1"))
    )
    assert found.remittance == "CARD 04-2019T03:46\n:08 RE-1"


@pytest.mark.parametrize("minutes", [":26:37 RE-1", ":12:11", ":20:15", ":61:"])
def test_time_wrapped_behind_its_hour_is_text_and_a_field_is_not(
    tmp_path: Path, minutes: str
) -> None:
    text = f"106?20CARD 12-09-2014T16\n{minutes}"
    if minutes == ":61:":
        with pytest.raises(FileMistake, match="cannot be read, expected field 61"):
            read(tmp_path, mt940(Line(amount="5.00", text=text)))
        return
    [found] = movements(tmp_path, mt940(Line(amount="5.00", text=text)))
    assert found.remittance == f"CARD 12-09-2014T16\n{minutes}"


def test_word_between_colons_is_text(tmp_path: Path) -> None:
    [found] = movements(tmp_path, mt940(Line(amount="5.00", text="166?20VERTR?21\n:KO:NR:4?32A")))
    assert (found.remittance, found.party.name) == ("VERTR\n:KO:NR:4", "A")


@pytest.mark.parametrize(
    ("kind", "bank_reference", "expected"), [("", "", ""), ("NMSC", "", ""), ("", "B-1", "B-1")]
)
def test_line_without_a_kind_has_no_reference_made_of_it(
    tmp_path: Path, kind: str, bank_reference: str, expected: str
) -> None:
    line = Line(amount="5.00", kind=kind, bank_reference=bank_reference)
    content = mt940(line).replace("NONREF//", "//")
    [found] = movements(tmp_path, content)
    assert (found.amount, found.end_to_end_id, found.bank_reference) == (500, "", expected)


def test_line_of_colons_without_an_hour_before_it_is_refused(tmp_path: Path) -> None:
    for before in ("CARD", "CARD 2016", "CARD 99"):
        with pytest.raises(FileMistake, match="begins no field of MT940"):
            read(tmp_path, mt940(Line(amount="5.00", text=f"106?20{before}\n:26:37 RE-1")))


def test_value_date_on_30_february_is_the_last_day_of_it(tmp_path: Path) -> None:
    [found] = bookings(tmp_path, mt940(Line(amount="5.00", day="260230", booked="0301")))
    assert (found.value_date, found.booked_on) == (date(2026, 2, 28), date(2026, 3, 1))


def test_noughts_before_an_amount_do_not_count(tmp_path: Path) -> None:
    content = mt940(Line(amount="5.00")).replace("EUR", "EUR" + "0" * 15)
    [found] = statements(tmp_path, content.replace("C5,00N", f"C{'0' * 15}5,00N"))
    assert (found.total, found.closing, found.adds_up) == (500, 500, True)


def test_report_within_the_day_is_refused_as_such(tmp_path: Path) -> None:
    content = mt940(Line(amount="5.00")).replace(":60F:C260105EUR0,00", ":34F:EURD0,00")
    with pytest.raises(FileMistake, match="this is MT942, a report within the day"):
        read(tmp_path, content)


def test_lines_without_a_statement_are_refused_with_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(FileMistake, match="stands before a statement has begun, expected :20:"):
        read(tmp_path, "\n:61:2601050105C5,00NTRFNONREF\n:86:RE-1\n")


@pytest.mark.parametrize(("account", "expected"), [(f"/{PAYER}", PAYER), ("1" * 101, None)])
def test_account_is_told_without_a_slash_and_never_endless(
    tmp_path: Path, account: str, expected: str | None
) -> None:
    content = mt940(statement=Mt940(account=account))
    if expected is None:
        with pytest.raises(FileMistake, match="has 101 characters, expected an account"):
            read(tmp_path, content)
        return
    assert [one.account for one in statements(tmp_path, content)] == [expected]


def test_statement_may_begin_with_its_account(tmp_path: Path) -> None:
    one = mt940(Line(amount="5.00")).replace(":20:STARTUMS\n", "")
    found = statements(tmp_path, f"ABNANL2A\n940\nABNANL2A\n{one}ABNANL2A\n940\n{one}")
    assert [(part.total, part.identifier) for part in found] == [(500, ""), (500, "")]


def test_currency_named_once_holds_for_the_closing_balance(tmp_path: Path) -> None:
    content = mt940(Line(amount="5.00")).replace("EUR5,00", "5,00")
    [found] = statements(tmp_path, content)
    assert (found.closing, found.adds_up) == (500, True)


def test_hyphen_between_balance_and_lines_is_passed_over(tmp_path: Path) -> None:
    content = mt940(Line(amount="5.00")).replace("EUR0,00\n", "EUR0,00\n-\n")
    [found] = statements(tmp_path, content)
    assert (found.total, found.adds_up) == (500, True)


def test_words_in_a_field_ns_are_read(tmp_path: Path) -> None:
    content = mt940(Line(amount="5.00", text="01RE-1\n02RE-2\n15ADA\n17GUTSCHRIFT"))
    [found] = movements(tmp_path, content.replace(":86:", ":NS:"))
    assert (found.remittance, found.party.name) == ("RE-1\nRE-2", "ADA")


def test_swedish_braces_read(tmp_path: Path) -> None:
    content = "ä4:\n" + mt940(Line(amount="5.00")).replace("\n-\n", "\n-å\n")
    [found] = statements(tmp_path, content)
    assert found.total == 500


def test_name_that_several_lines_share_names_none(tmp_path: Path) -> None:
    lines = [
        Line(amount="5.00", bank_reference="55555"),
        Line(amount="6.00", bank_reference="55555"),
    ]
    found = bookings(tmp_path, mt940(*lines))
    assert [(b.reference, b.movements[0].bank_reference) for b in found] == [("", ""), ("", "")]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ((":61:", ":6I:"), "begins no field of MT940"),
        ((":61:", ";61:"), "looks like money in the middle of a text"),
        (("\n:61:", " :61:"), "looks like money in the middle of a text|has more after"),
        (("C5,00N", "C5.00N"), "cannot be read, expected field 61"),
        (("C5,00N", "X5,00N"), "is no direction|cannot be read"),
        (("C5,00N", "C5,001N"), "more decimals"),
        (("2601050105C", "2613050105C"), "is no day"),
        ((":60F:", ":64:"), "has no opening balance"),
        ((":25:", ":21:"), "has no account"),
        (("EUR0,00", "EUX0,00"), "is no currency"),
    ],
)
def test_what_carries_money_and_cannot_be_read_is_refused(
    tmp_path: Path, change: tuple[str, str], why: str
) -> None:
    content = mt940(Line(amount="1.00", text="TEXT"), Line(amount="5.00", text="TEXT"))
    broken = content.replace(*change)
    assert broken != content
    with pytest.raises(FileMistake, match=why):
        read(tmp_path, ":20:A\n:25:B\n:60F:C260105EUR0,00\n:62F:C260105EUR0,00\n-\n" + broken)


def test_statement_without_closing_balance_must_have_an_end(tmp_path: Path) -> None:
    content = ":20:A\n:25:B\n:60F:C260105EUR0,00\n:61:2601060106C5,00NTRFA//B\n"
    (found,) = statements(tmp_path, content + "-\n")
    assert (found.entries, found.closing, found.adds_up) == (1, None, None)
    with pytest.raises(FileMistake, match="has no closing balance, or is cut"):
        read(tmp_path, content)


def test_hyphen_in_the_middle_is_no_end(tmp_path: Path) -> None:
    content = ":20:A\n:25:B\n:60F:C260105EUR0,00\n-\n:61:2601060106C5,00NTRFA//B\n"
    with pytest.raises(FileMistake, match="has no closing balance, or is cut"):
        read(tmp_path, content)


@pytest.mark.parametrize("end", ["-", "-}", "-}{5:}"])
def test_end_without_a_line_break_is_an_end(tmp_path: Path, end: str) -> None:
    content = mt940(Line(amount="5.00"), statement=Mt940(closing="7.00"))
    [found] = statements(tmp_path, content.removesuffix("-\n") + end)
    assert found.adds_up is False


def test_closing_balance_that_lost_digits_is_refused(tmp_path: Path) -> None:
    content = mt940(Line(amount="5.25")).removesuffix("\n-\n")
    assert statements(tmp_path, content)[0].adds_up
    with pytest.raises(FileMistake, match="does not add up and its line does not end"):
        read(tmp_path, content[:-1])


def test_refusal_names_the_line_and_logs_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    content = mt940(Line(amount="1.00"), Line(amount="5.00")).replace("C5,00N", "C?N")
    with pytest.raises(FileMistake, match="line 6, column :61:"):
        read(tmp_path, content)
    assert caplog.text == ""
    assert capfd.readouterr().err == ""

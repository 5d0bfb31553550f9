"""What our bank is given: valid by the scheme's XSD, the same bytes for the same debits, nothing lost."""

from dataclasses import replace
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest
import sepaxml
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from gateways.pain008 import write_pain008
from gateways.sepa_text import sepa_text
from rules.debit_files import DebitFile, SequenceType, message_id
from rules.errors import UserMistake
from rules.methods import Scheme
from tests.debits.builders import BANK, debit, debit_file

VERSIONS = ("pain.008.001.08", "pain.008.001.02")
FIRST, RECURRENT = SequenceType.FIRST, SequenceType.RECURRENT
SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/-?:().,'+ "


def _said(file: DebitFile, path: str) -> list[str]:
    document = etree.fromstring(write_pain008(file))
    space = {"p": etree.QName(document).namespace or ""}
    steps = "/".join(f"p:{step}" for step in path.split("/"))
    return [one.text or "" for one in document.iterfind(f".//{steps}", space)]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("scheme", Scheme)
def test_file_is_valid_by_the_schemes_own_xsd(version: str, scheme: Scheme) -> None:
    file = debit_file(
        debit(),
        debit("collect:R-2:1", 1, sequence=RECURRENT, bic="SPUEDE2UXXX"),
        bank=replace(BANK, version=version),
        scheme=scheme,
    )
    path = Path(str(files(sepaxml))) / "schemas" / f"{version}.xsd"
    etree.XMLSchema(etree.parse(path)).assertValid(etree.fromstring(write_pain008(file)))
    assert _said(file, "LclInstrm/Cd") == [scheme.value.upper()] * 2


def test_same_debits_in_any_order_are_the_same_bytes() -> None:
    one, two = debit(), debit("collect:R-2:1", day=date(2026, 3, 6))
    assert write_pain008(debit_file(one, two)) == write_pain008(debit_file(two, one))


def test_names_and_moment_are_the_ones_given() -> None:
    file = debit_file(debit(), debit("collect:R-2:1", sequence=RECURRENT), message="house-260303-1")
    assert _said(file, "MsgId") == ["house-260303-1"]
    assert _said(file, "CreDtTm") == ["2026-03-03T12:30:00Z"]
    assert _said(file, "PmtInfId") == ["house-260303-1-1", "house-260303-1-2"]


def test_batch_has_one_sequence_type_and_one_day() -> None:
    file = debit_file(
        debit("collect:A:1", 100),
        debit("collect:B:1", 200),
        debit("collect:C:1", 400, sequence=RECURRENT),
        debit("collect:D:1", 800, day=date(2026, 3, 6)),
    )
    assert _said(file, "SeqTp") == ["FRST", "RCUR", "FRST"]
    assert _said(file, "ReqdColltnDt") == ["2026-03-05", "2026-03-05", "2026-03-06"]
    assert _said(file, "PmtInf/CtrlSum") == ["3.00", "4.00", "8.00"]
    assert _said(file, "GrpHdr/CtrlSum") == ["15.00"]
    assert _said(file, "EndToEndId") == [f"collect:{name}:1" for name in "ABCD"]


def test_bank_gets_the_holder_the_mandate_and_the_text() -> None:
    file = debit_file(debit(text="R-1 — Büro 5"))
    assert _said(file, "Dbtr/Nm") == ["Mueller + Soehne"]
    assert _said(file, "MndtId") == ["M-100"]
    assert _said(file, "DtOfSgntr") == ["2025-01-02"]
    assert _said(file, "Ustrd") == ["R-1 -- Buero 5"]
    assert _said(file, "InstdAmt") == ["119.00"]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Łódź Žižkov", "Lodz Zizkov"),
        ("Αθήνα", "Athena"),
        ("//R-1//2/", "R-1/2"),
        ("a\nb\tc", "a b c"),
        ("x_y@z", "x-y(at)z"),
        ("😀", ""),
    ],
)
def test_text_is_written_in_the_signs_of_sepa(text: str, plain: str) -> None:
    assert sepa_text(text, 70) == plain


@settings(max_examples=60)
@given(st.text(max_size=300), st.integers(1, 140))
def test_any_text_becomes_one_that_every_bank_reads(text: str, longest: int) -> None:
    found = sepa_text(text, longest)
    assert set(found) <= set(SIGNS)
    assert len(found) <= longest
    assert "//" not in found
    assert sepa_text(found, longest) == found


def test_file_that_would_not_be_valid_never_leaves_and_says_no_account() -> None:
    wrong = replace(debit(), iban="XX not an account")
    with pytest.raises(UserMistake, match=r"file M1 would not be a pain\.008") as raised:
        write_pain008(debit_file(wrong))
    assert "not an account" not in str(raised.value)


def test_names_of_the_longest_bank_fit_the_scheme() -> None:
    message = message_id("a" * 16, date(2026, 12, 31), 99_999)
    file = debit_file(*(debit(f"collect:{n}:1", day=date(2026, 3, n)) for n in range(1, 12)))
    assert len(f"{message}-{len(file.batches)}") <= 35

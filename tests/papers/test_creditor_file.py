"""The creditor's file: read whole, or refused at the line that is wrong."""

import re
from datetime import time
from pathlib import Path

import pytest

from gateways.creditor_file import read_creditor
from rules.creditor import DebitingBank
from rules.errors import FileMistake

ROOT = Path(__file__).resolve().parents[2]
PNG = b"\x89PNG\r\n\x1a\n..."
GOOD = """\
name = "Farbtreu Proof GmbH"
address = ["Musterstraße 12", "70173 Stuttgart"]
country = "DE"
tax_id = "DE123456789"
iban = "DE89 3704 0044 0532 0130 00"
bic = "COBADEFFXXX"
creditor_identifier = "DE98 ZZZ 09999999999"
sender = "Farbtreu Proof <accounts@farbtreu.example>"
reply_to = "accounts@farbtreu.example"
phone = "+49 711 5550100"
logo = "logo.png"
"""
SHOP = """\
site_name = "Shop"
[refunds]
statement_name = "Shop - by Provider"
statement_iban = "DE02 1203 0000 0000 2020 51"
arrives_within = 2
"""


BANKS = """\
[[bank]]
name = "house"
iban = "DE89 3704 0044 0532 0130 00"
[[bank]]
name = "other"
iban = "DE02 1203 0000 0000 2020 51"
bic = "SPUEDE2UXXX"
lead_days = 2
cut_off = "09:30"
timezone = "Europe/Vilnius"
version = "pain.008.001.02"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "logo.png").write_bytes(PNG)
    return tmp_path


def write(folder: Path, text: str) -> Path:
    path = folder / "creditor.toml"
    path.write_text(text, "utf-8")
    return path


def mistake(folder: Path, text: str) -> FileMistake:
    with pytest.raises(FileMistake) as raised:
        read_creditor(write(folder, text))
    assert "\n" not in str(raised.value)
    return raised.value


def changed(key: str, value: str) -> str:
    """GOOD with one value, on the line where it was."""
    text = re.sub(rf"^{key} = .*$", lambda _: f"{key} = {value}", GOOD, flags=re.M)
    assert text != GOOD
    return text


def line_of(key: str) -> int:
    return [line.split(" ")[0] for line in GOOD.splitlines()].index(key) + 1


def test_sample_is_valid_and_has_its_logo() -> None:
    creditor = read_creditor(ROOT / "creditor.toml")
    assert creditor.iban == "DE89370400440532013000"
    assert Path(creditor.logo).is_absolute()
    assert Path(creditor.logo).read_bytes().startswith(b"\x89PNG")


def test_good_file_is_read_with_numbers_compact(folder: Path) -> None:
    creditor = read_creditor(write(folder, GOOD))
    assert creditor.address == ("Musterstraße 12", "70173 Stuttgart")
    assert creditor.creditor_identifier == "DE98ZZZ09999999999"
    assert creditor.logo == str((folder / "logo.png").resolve())


@pytest.mark.parametrize("key", ["phone", "logo"])
def test_optional_key_may_be_left_out_or_empty(folder: Path, key: str) -> None:
    without = re.sub(rf"^{key} = .*\n", "", GOOD, flags=re.M)
    assert getattr(read_creditor(write(folder, without)), key) == ""
    assert getattr(read_creditor(write(folder, changed(key, '""'))), key) == ""


@pytest.mark.parametrize("key", ["bic", "creditor_identifier"])
def test_numbers_that_not_everybody_has_may_be_empty(folder: Path, key: str) -> None:
    assert getattr(read_creditor(write(folder, changed(key, '""'))), key) == ""


@pytest.mark.parametrize(
    "key", ["name", "address", "country", "tax_id", "iban", "sender", "reply_to", "bic"]
)
def test_missing_key_is_named(folder: Path, key: str) -> None:
    found = mistake(folder, re.sub(rf"^{key} = .*\n", "", GOOD, flags=re.M))
    assert f"the key {key!r} is missing" in str(found)
    assert found.place.line == 1


def test_unknown_key_is_refused_on_its_line(folder: Path) -> None:
    found = mistake(folder, GOOD + 'ibann = "x"\n')
    assert found.place.line == 12
    assert "unknown key 'ibann'" in str(found)


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("name", "5", "is no text"),
        ("name", '""', "no line of text"),
        ("name", '"a\\nb"', "no line of text"),
        ("address", '"Musterstraße"', "is no list of lines"),
        ("address", "[]", "is no list of lines"),
        ("address", "[1]", "is no text"),
        ("country", '"Germany"', "expected two letters"),
        ("country", '"XX"', "expected two letters"),
        ("iban", '"DE89 3704 0044 0532 0130 01"', "is no valid IBAN"),
        ("iban", '"DE89 3704"', "is no valid IBAN"),
        ("iban", "89", "is no text"),
        ("bic", '"COBA"', "is no BIC"),
        ("creditor_identifier", '"DE97 ZZZ 09999999999"', "is no valid SEPA creditor identifier"),
        ("creditor_identifier", '"?"', "SEPA creditor identifier"),
        ("sender", '"Farbtreu Proof"', "is no mailbox"),
        ("sender", '"a@b"', "is no mailbox"),
        ("sender", '"a@b.example, c@d.example"', "is no mailbox"),
        ("sender", '"A <a@b.example> x"', "is no mailbox"),
        ("reply_to", '"ä@b.example"', "is no mailbox"),
        ("reply_to", '"a b@c.example"', "is no mailbox"),
        ("reply_to", "true", "is no text"),
        ("phone", "49711", "is no text"),
        ("logo", '"nowhere.png"', "cannot be read"),
        ("logo", '"."', "cannot be read"),
        ("logo", '"creditor.toml"', "is no image"),
    ],
)
def test_wrong_value_is_refused_on_its_line(folder: Path, key: str, value: str, words: str) -> None:
    found = mistake(folder, changed(key, value))
    assert found.place.line == line_of(key)
    assert f": {key}: " in str(found)
    assert words in str(found)


def test_logo_too_large_for_every_invoice_is_refused(folder: Path) -> None:
    (folder / "logo.png").write_bytes(PNG + b"0" * 1_000_000)
    assert "expected 1000000 at most" in str(mistake(folder, GOOD))


def test_jpeg_is_a_logo(folder: Path) -> None:
    (folder / "logo.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    assert read_creditor(write(folder, changed("logo", '"logo.jpg"'))).logo.endswith("logo.jpg")


def test_broken_toml_is_refused_on_its_line(folder: Path) -> None:
    assert mistake(folder, 'name = "x"\ncountry = \n').place.line == 2


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileMistake, match="nowhere"):
        read_creditor(tmp_path / "nowhere.toml")


def test_what_a_refund_shows_may_be_left_out(folder: Path) -> None:
    creditor = read_creditor(write(folder, GOOD))
    assert (creditor.site, creditor.statement_name) == (creditor.name, creditor.name)
    assert creditor.statement_iban == creditor.iban
    assert creditor.refunds.arrives_within == 5


def test_what_a_refund_shows_is_read(folder: Path) -> None:
    creditor = read_creditor(write(folder, GOOD + SHOP))
    assert (creditor.site, creditor.statement_name) == ("Shop", "Shop - by Provider")
    assert (creditor.statement_iban, creditor.refunds.arrives_within) == (
        "DE02120300000000202051",
        2,
    )


@pytest.mark.parametrize(
    ("was", "wrong", "says"),
    [
        (
            "DE02 1203",
            "DE03 1203",
            "statement_iban: 'DE03 1203 0000 0000 2020 51' is no valid IBAN",
        ),
        ("within = 2", "within = -1", "arrives_within: -1 is no number of business days"),
        ("within = 2", "within = true", "arrives_within: True is no number of business days"),
        ("arrives_within", "arrives", "unknown key 'arrives' in [refunds], expected one of"),
    ],
)
def test_mistake_in_what_a_refund_shows_is_placed(
    folder: Path, was: str, wrong: str, says: str
) -> None:
    error = mistake(folder, GOOD + SHOP.replace(was, wrong))
    assert says in str(error)
    assert error.place.line is not None
    assert error.place.line > 12


def test_refunds_that_are_no_table_are_refused(folder: Path) -> None:
    assert "refunds is no table" in str(mistake(folder, GOOD + "refunds = 3\n"))


# --- banks that take debits ----------------------------------------------------------------------


def test_banks_are_read_in_their_order_with_what_is_usual_where_left_out(folder: Path) -> None:
    first, second = read_creditor(write(folder, GOOD + BANKS)).banks
    assert first == DebitingBank("house", "DE89370400440532013000")
    assert (first.lead_days, first.cut_off, first.timezone) == (1, time(14, 0), "Europe/Berlin")
    assert second == DebitingBank(
        "other",
        "DE02120300000000202051",
        bic="SPUEDE2UXXX",
        lead_days=2,
        cut_off=time(9, 30),
        timezone="Europe/Vilnius",
        version="pain.008.001.02",
    )


def test_bank_is_found_by_its_name_and_the_first_where_there_is_none_of_it(folder: Path) -> None:
    creditor = read_creditor(write(folder, GOOD + BANKS))
    names = [bank.name for name in ("other", "", "gone") if (bank := creditor.bank(name))]
    assert names == ["other", "house", "house"]
    assert read_creditor(write(folder, GOOD)).bank("") is None


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ('"house"', '"a house"', 13, "name: 'a house' is no name, expected up to 16 letters"),
        ('"other"', '"house"', 16, "name: another bank is called 'house' already"),
        ("0130 00", "0130 01", 14, "iban: 'DE89 3704 0044 0532 0130 01' is no valid IBAN"),
        ("SPUEDE2UXXX", "SPUEDE2U!", 18, "bic: 'SPUEDE2U!' is no BIC, expected 8 or 11 letters"),
        ("SPUEDE2UXXX", "BNPAFRPP", 18, "bic: BNPAFRPP is no bank in DE, where its iban is"),
        (
            "lead_days = 2",
            "lead_days = 6",
            19,
            "lead_days: 6 is no number of days, expected 0 to 5",
        ),
        ("lead_days = 2", "lead_days = true", 19, "lead_days: True is no number of days"),
        ('"09:30"', '"9:30"', 20, "cut_off: '9:30' is no time of day, expected one like"),
        ('"09:30"', "09:30:00", 20, "cut_off: datetime.time(9, 30) is no time of day"),
        ("Vilnius", "Nowhere", 21, "timezone: 'Europe/Nowhere' is no time zone, expected one like"),
        (".02", ".03", 22, "version: 'pain.008.001.03' cannot be written, expected"),
        ("lead_days", "days", 19, "unknown key 'days' in [[bank]], expected one of name, iban"),
        ('name = "house"\n', "", 12, "the key 'name' is missing in [[bank]]"),
        ('bic = "SPUEDE2UXXX"\n', "", 15, "the key 'bic' is missing in [[bank]], pain.008.001.02"),
    ],
)
def test_bank_that_is_wrong_is_refused_at_its_line(
    folder: Path, old: str, new: str, line: int, said: str
) -> None:
    text = GOOD + BANKS.replace(old, new, 1)
    found = mistake(folder, text)
    assert said in str(found)
    assert found.place.line == line


def test_bank_of_a_creditor_without_an_identifier_is_refused(folder: Path) -> None:
    found = mistake(folder, changed("creditor_identifier", '""') + BANKS)
    assert "which need the key 'creditor_identifier'" in str(found)
    assert found.place.line == 12


def test_banks_that_are_no_list_of_tables_are_refused(folder: Path) -> None:
    assert "expected [[bank]]" in str(mistake(folder, GOOD + '[bank]\nname = "house"\n'))

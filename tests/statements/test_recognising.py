"""What a file is, by what it holds; and attacks, refused in one sentence."""

import gzip
import io
import time
import zipfile
from pathlib import Path

import pytest

from gateways.statements import read_statements, recognise
from rules.errors import FileMistake
from rules.statements import FileFormat
from tests.statements.builders import (
    Entry,
    Line,
    Tx,
    camt053,
    camt054,
    mt940,
    read,
    written,
)

ISO = "urn:iso:std:iso:20022:tech:xsd"
PAYMENT = camt053(Entry(amount="5.00", txs=[Tx(amount="5.00", remittance=["TEXT"])]))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (camt053(), FileFormat.CAMT053),
        (camt054(version=2), FileFormat.CAMT054),
        (f'<Document xmlns="{ISO}:pain.002.001.03"/>', FileFormat.PAIN002),
        (mt940(Line(amount="1.00")), FileFormat.MT940),
        ("ABNANL2A\n940\nABNANL2A\n" + mt940(), FileFormat.MT940),
        ("booking_date,amount\n", FileFormat.CSV),
        ("payment_id,date,invoice_number,currency,amount\n", None),
        ("", None),
        ("\0\1\2\3", None),
    ],
)
def test_format_is_told_by_content(
    tmp_path: Path, content: str, expected: FileFormat | None
) -> None:
    assert recognise(written(tmp_path, content, name="invoices.pdf")) is expected


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (f'<Document xmlns="{ISO}:pain.008.001.02"/>', r"holds pain\.008\.001\.02, expected camt"),
        (
            f'<Document xmlns="{ISO}:camt.052.001.08"/>',
            r"holds camt\.052\.001\.08, a report within the day",
        ),
        ('<Document xmlns="urn:other"/>', "XML of 'Document' with the namespace 'urn:other'"),
        ("<Document/>", "XML of 'Document' with no namespace"),
        ("<html><body/></html>", "XML of 'html' with no namespace"),
        ("<html><body>", "is no well-formed XML, or is cut"),
        ("<", "is no well-formed XML, or is cut"),
        ("%PDF-1.7", "is a PDF"),
    ],
)
def test_other_content_is_refused_with_what_was_found(
    tmp_path: Path, content: str, why: str
) -> None:
    with pytest.raises(FileMistake, match=why):
        recognise(written(tmp_path, content))


def test_packed_files_are_refused(tmp_path: Path) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("a.xml", PAYMENT)
    for packed, kind in ((archive.getvalue(), "a ZIP"), (gzip.compress(PAYMENT.encode()), "gzip")):
        with pytest.raises(FileMistake, match=kind):
            recognise(written(tmp_path, packed))


def test_file_that_is_no_statement_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileMistake, match="holds no statement, expected camt"):
        read(tmp_path, "hello")


def test_too_large_a_file_names_the_setting(tmp_path: Path) -> None:
    path = written(tmp_path, PAYMENT)
    with pytest.raises(FileMistake, match="DUELY_IMPORT_MAX allows 100"):
        list(read_statements(path, max_bytes=100))


def test_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileMistake, match="is a directory, expected a file"):
        recognise(tmp_path)


def _laughs() -> str:
    entities = '<!ENTITY a0 "ha">' + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)
    )
    return f"<!DOCTYPE Document [{entities}]>"


def _with_doctype(doctype: str, text: str) -> str:
    head, _, rest = PAYMENT.partition("\n")
    return f"{head}\n{doctype}{rest.replace('TEXT', text)}"


ATTACKS = {
    "billion laughs": _with_doctype(_laughs(), "&a11;"),
    "laughs in an attribute": _with_doctype(_laughs(), "x").replace(
        "<GrpHdr>", '<GrpHdr a="&a11;">'
    ),
    "external entity": _with_doctype(
        '<!DOCTYPE Document [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "&x;"
    ),
    "external document type": _with_doctype(
        '<!DOCTYPE Document SYSTEM "http://127.0.0.1:9/x.dtd">', "x"
    ),
    "plain document type": _with_doctype("<!DOCTYPE Document>", "x"),
    "unknown entity": PAYMENT.replace("TEXT", "&nobody;"),
    "ten megabytes in one text": PAYMENT.replace("TEXT", "x" * 10 * 1024 * 1024),
    "a long text": PAYMENT.replace("TEXT", "x" * 200_000),
    "deep nesting": PAYMENT.replace("TEXT", "<a>" * 5000 + "</a>" * 5000),
    "deep nesting at once": "<a>" * 100_000,
    "unknown encoding": PAYMENT.replace("UTF-8", "nobody-1"),
}


@pytest.mark.parametrize("content", ATTACKS.values(), ids=ATTACKS.keys())
def test_attack_is_refused_quickly_in_one_sentence(tmp_path: Path, content: str) -> None:
    path = written(tmp_path, content)
    began = time.monotonic()
    with pytest.raises(FileMistake) as caught:
        list(read_statements(path, max_bytes=50_000_000))
    assert time.monotonic() - began < 2
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400 + len(str(path))

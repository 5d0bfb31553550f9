"""Many PDFs in one file: nothing of them is lost, what they share is there once."""

import asyncio
from io import BytesIO

import pytest
from pypdf import PdfReader, PdfWriter

from activities.papers import invoice_html
from gateways.binding import bound, weighed
from rules.money import Money
from tests.papers.builders import creditor, paper
from tests.papers.conftest import PrintPdf

NUMBERS = [f"RE-{number:03}" for number in range(8)]


@pytest.fixture(scope="module")
def copies(print_pdf: PrintPdf) -> list[tuple[str, bytes]]:
    return [
        (
            number,
            print_pdf(
                invoice_html(
                    paper(
                        number=number,
                        total=Money(1000 + 37 * index, "EUR"),
                        creditor=creditor(logo="templates/logo.png"),
                    )
                )
            ),
        )
        for index, number in enumerate(NUMBERS)
    ]


def test_bound_file_has_every_page_in_order_behind_a_bookmark(
    copies: list[tuple[str, bytes]],
) -> None:
    reader = PdfReader(BytesIO(bound(copies)))
    assert [str(entry["/Title"]) for entry in reader.outline if isinstance(entry, dict)] == NUMBERS
    for number, page in zip(NUMBERS, reader.pages, strict=True):
        assert f"Invoice {number}" in page.extract_text()


def test_bound_file_has_what_is_shared_once(copies: list[tuple[str, bytes]]) -> None:
    assert len(bound(copies)) < 0.5 * sum(len(pdf) for _, pdf in copies)


def test_equal_files_bind_to_equal_bytes(copies: list[tuple[str, bytes]]) -> None:
    assert bound(copies) == bound(copies)


def test_bound_file_is_no_larger_than_it_was_weighed(copies: list[tuple[str, bytes]]) -> None:
    contents: dict[str, int] = {}
    for _, pdf in copies:
        contents.update(weighed(pdf) or {})
    assert 0.9 * sum(contents.values()) < len(bound(copies)) <= sum(contents.values())


def test_file_that_cannot_be_read_is_left_as_it_is() -> None:
    assert weighed(b"%PDF-1.7 and no more") is None


def test_encrypted_file_is_left_as_it_is(copies: list[tuple[str, bytes]]) -> None:
    writer = PdfWriter(clone_from=BytesIO(copies[0][1]))
    writer.encrypt("", algorithm="RC4-128")
    assert weighed(written(writer)) is None


def test_electronic_invoice_is_left_as_it_is(copies: list[tuple[str, bytes]]) -> None:
    writer = PdfWriter(clone_from=BytesIO(copies[0][1]))
    writer.add_attachment("factur-x.xml", b"<invoice/>")
    assert weighed(written(writer)) is None


def test_printer_weighs_and_binds_in_its_processes(copies: list[tuple[str, bytes]]) -> None:
    from gateways.printer import WeasyPrinter

    async def both() -> tuple[object, bytes]:
        printer = WeasyPrinter()
        try:
            weights = await printer.weighed([pdf for _, pdf in copies])
            return weights, await printer.bound(copies)
        finally:
            await printer.close()

    assert asyncio.run(both()) == ([weighed(pdf) for _, pdf in copies], bound(copies))


def written(writer: PdfWriter) -> bytes:
    file = BytesIO()
    writer.write(file)
    return file.getvalue()

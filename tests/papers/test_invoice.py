"""The printed invoice: a copy, complete, and nothing in a name that could be more than text."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

from pypdf import PdfReader

from activities.papers import invoice_html
from rules.letters import InvoiceLine, InvoicePaper
from rules.money import Money
from tests.papers.builders import addressee, creditor, paper

PrintPdf = Callable[[str], bytes]
LOGO = str(Path(__file__).resolve().parents[2] / "templates" / "logo.png")
GERMAN = addressee(language="de", country="DE")
EVIL = "<img src=file:///etc/passwd><b>Huber</b> & {{ 7*7 }} %(number)s"


def lines(print_pdf: PrintPdf, of: InvoicePaper) -> list[str]:
    """A font may have one glyph for both kinds of space, so none is told from the other."""
    pages = PdfReader(BytesIO(print_pdf(invoice_html(of)))).pages
    text = "\n".join(page.extract_text() for page in pages).replace("\N{NO-BREAK SPACE}", " ")
    return [line.strip() for line in text.splitlines()]


def test_number_and_total_stand_on_whole_lines(print_pdf: PrintPdf) -> None:
    found = lines(print_pdf, paper())
    assert "Invoice number 0280670965" in found
    assert "Total €1,234.50" in found


def test_german_copy_has_everything_an_invoice_needs(print_pdf: PrintPdf) -> None:
    found = "\n".join(lines(print_pdf, paper(addressee=GERMAN)))
    for words in (
        "Rechnung 0280670965",
        "KOPIE",
        "Kopie der Originalrechnung, erstellt vom Mahnsystem.",
        "Rechnungsdatum 3. Januar 2012",
        "Fällig am 2. Februar 2012",
        "Blumen Huber KG",
        "Gesamtbetrag 1.234,50 €",
        "DE89 3704 0044 0532 0130 00",
        "COBADEFFXXX",
        "USt-IdNr. DE123456789",
        "accounts@farbtreu.example",
    ):
        assert words in found


def test_english_copy_says_that_it_is_one(print_pdf: PrintPdf) -> None:
    found = lines(print_pdf, paper())
    assert "Copy of the original invoice, created by the reminder system." in found


def test_lines_stand_each_with_its_amount() -> None:
    items = (
        InvoiceLine("Contract proof A3", Money(100000, "EUR")),
        InvoiceLine("Discount", Money(-550, "EUR")),
    )
    page = invoice_html(paper(lines=items))
    assert '<tr><td>Contract proof A3</td><td class="figure">€1,000.00</td></tr>' in page
    assert '<tr><td>Discount</td><td class="figure">-€5.50</td></tr>' in page
    assert "Amount of invoice" not in page


def test_country_is_named_only_abroad() -> None:
    assert "United Kingdom" in invoice_html(paper())
    assert "Deutschland" not in invoice_html(paper(addressee=GERMAN))
    assert "<div></div>" not in invoice_html(paper(addressee=addressee(country="")))


def test_markup_in_a_name_is_text_in_html() -> None:
    page = invoice_html(paper(addressee=addressee(name=EVIL)))
    assert "&lt;img src=file:///etc/passwd&gt;&lt;b&gt;Huber" in page
    assert "<b>" not in page


def test_markup_in_a_name_is_text_in_the_pdf(print_pdf: PrintPdf) -> None:
    found = " ".join(lines(print_pdf, paper(addressee=addressee(name=EVIL))))
    assert "<img src=file:///etc/passwd><b>Huber</b> & {{ 7*7 }}" in found
    assert "root:" not in found


def test_very_long_name_and_number_stay_on_the_page(print_pdf: PrintPdf) -> None:
    long = paper(number="9" * 60, addressee=addressee(name="X" * 400))
    content = print_pdf(invoice_html(long))
    found = "".join(lines(print_pdf, long))
    assert found.count("X") >= 400
    assert len(PdfReader(BytesIO(content)).pages) == 1


def test_many_lines_go_on_over_pages_and_keep_the_total(print_pdf: PrintPdf) -> None:
    items = tuple(InvoiceLine(f"Proof {n}", Money(100, "EUR")) for n in range(120))
    found = lines(print_pdf, paper(lines=items, total=Money(12000, "EUR")))
    assert "Proof 119 €1.00" in found
    assert "Total €120.00" in found


def test_logo_is_in_the_document(print_pdf: PrintPdf) -> None:
    content = print_pdf(invoice_html(paper(creditor=creditor(logo=LOGO))))
    assert len(PdfReader(BytesIO(content)).pages[0].images) == 1


def test_logo_that_vanished_leaves_an_invoice_without_it() -> None:
    assert "<img" not in invoice_html(paper(creditor=creditor(logo="/nowhere/logo.png")))


def test_logo_that_is_no_image_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_text("<svg><image href='file:///etc/passwd'/></svg>")
    of = paper(creditor=creditor(logo=str(tmp_path / "logo.png")))
    assert "<img" not in invoice_html(of)


def test_equal_invoices_are_equal_bytes_without_date_or_path(print_pdf: PrintPdf) -> None:
    of = paper(creditor=creditor(logo=LOGO))
    content = print_pdf(invoice_html(of))
    assert content == print_pdf(invoice_html(of))
    information = PdfReader(BytesIO(content)).metadata
    assert information is not None
    assert set(information) <= {"/Title", "/Producer"}
    assert b"file:" not in content


def test_other_total_is_another_document(print_pdf: PrintPdf) -> None:
    other = replace(paper(), total=Money(1, "EUR"))
    assert print_pdf(invoice_html(paper())) != print_pdf(invoice_html(other))

"""The overview claims each invoice's balance and a total per currency, in text and HTML alike."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from rules.letters import ClaimedInvoice, NoticeLetter
from rules.money import Money
from tests.papers.builders import addressee, html, invoice, letter, text


def line_with(page: str, words: str) -> str:
    (line,) = [line for line in page.splitlines() if line.startswith(words)]
    return line


def test_one_invoice_shows_number_days_total_and_balance_on_one_line() -> None:
    line = line_with(text(letter(invoice())), "0280670965")
    assert line.split("  ")[0] == "0280670965"
    assert re.split(r" {2,}", line)[1:] == ["3 Jan 2012", "2 Feb 2012", "€50.39", "€50.39"]


def test_partly_paid_invoice_shows_balance_and_what_was_credited() -> None:
    page = text(letter(invoice(balance=3023)))
    assert re.search(r"0280670965 .* €50\.39 +€30\.23$", page, re.M)
    assert "0280670965: less €20.16 already credited" in page


def test_partly_paid_invoice_claims_the_balance_in_html() -> None:
    page = html(letter(invoice(balance=3023)))
    assert "<strong>€30.23</strong>" in page
    assert "less €20.16 already credited" in page


def test_balance_above_total_is_explained() -> None:
    assert "including fees and interest" in text(letter(invoice(balance=9039)))


def test_full_balance_has_no_remark() -> None:
    page = text(letter(invoice()))
    assert "credited" not in page
    assert "interest" not in page


@pytest.mark.parametrize("render", [text, html])
def test_totals_add_balances_not_invoice_totals(render: object) -> None:
    page = _page(render, invoice("A", 1000), invoice("B", 2050))
    assert "€30.50" in page
    assert "€100.78" not in page


@pytest.mark.parametrize("render", [text, html])
def test_two_currencies_have_a_total_each_and_are_never_added(render: object) -> None:
    pounds = invoice("B", 700, total=Money(700, "GBP"))
    page = _page(render, invoice("A", 1000), pounds)
    assert "€10.00" in page
    assert "£7.00" in page
    assert "17.00" not in page


def test_two_currencies_ask_for_amounts_in_the_plural() -> None:
    pounds = invoice("B", 700, total=Money(700, "GBP"))
    assert "transfer the amounts owed" in text(letter(invoice("A"), pounds))


@pytest.mark.parametrize("render", [text, html])
def test_listed_invoices_stand_after_those_that_advance(render: object) -> None:
    page = _page(render, invoice("LISTED", advances=False), invoice("MOVES"))
    assert page.index("MOVES") < page.index("Also open") < page.index("LISTED")


def test_without_listed_invoices_there_is_no_second_section() -> None:
    assert "Also open" not in text(letter(invoice()))


def test_listed_invoices_count_in_the_total() -> None:
    page = text(letter(invoice("A", 1000), invoice("B", 500, advances=False)))
    assert "Total owed: €15.00" in page


def test_iceland_krona_has_no_decimals_and_dinar_three() -> None:
    page = text(
        letter(
            invoice("A", 1234, total=Money(1234, "ISK")),
            invoice("B", 5, total=Money(5, "IQD")),
            invoice("C", 5, total=Money(5, "HUF")),
        )
    )
    assert re.search(r"A .*ISK\s1,234$", page, re.M)
    assert re.search(r"B .*IQD\s0\.005$", page, re.M)
    assert re.search(r"C .*HUF\s0\.05$", page, re.M)


def test_german_country_formats_follow_the_country() -> None:
    swiss = letter(
        invoice(balance=123456, total=Money(123456, "CHF")),
        addressee=addressee(language="de", country="CH"),
    )
    assert "CHF\xa01’234.56" in text(swiss)


def test_long_invoice_number_is_written_in_a_block_of_its_own() -> None:
    number = "RE-" + "9" * 57
    page = text(letter(invoice(number, 3023)))
    assert re.search(rf"^Invoice: +{number}$", page, re.M)
    assert re.search(r"^Still owed: +€30\.23$", page, re.M)


def test_forty_invoices_stand_in_aligned_columns() -> None:
    rows = [invoice(f"{n:010d}", balance=100 + n * 977) for n in range(40)]
    lines = [line for line in text(letter(*rows)).splitlines() if re.match(r"\d{10}  ", line)]
    assert len(lines) == 40
    assert len({len(line) for line in lines}) == 1


def _page(render: object, *invoices: ClaimedInvoice) -> str:
    assert callable(render)
    return str(render(letter(*invoices)))


@pytest.mark.parametrize("render", [text, html])
def test_credit_is_offered_in_a_sentence_per_currency(
    render: Callable[[NoticeLetter], str],
) -> None:
    credit = (Money(2000, "EUR"), Money(500, "CHF"))
    page = " ".join(render(replace(letter(invoice()), credit=credit)).split())
    asks = "with us. Tell us whether to set it off or pay it back."
    assert f"You have a credit of €20.00 {asks}" in page
    assert page.count(asks) == 2


@pytest.mark.parametrize("render", [text, html])
def test_without_credit_nothing_is_offered(render: Callable[[NoticeLetter], str]) -> None:
    assert "credit of" not in render(letter(invoice()))

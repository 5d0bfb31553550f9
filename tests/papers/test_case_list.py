"""The list of a legal case."""

from datetime import date
from typing import Any

from activities.papers import CaseEntry, CaseItem, CasePaper, case_list
from rules.money import Money
from tests.papers.builders import addressee, creditor, invoice


def case(**changes: Any) -> CasePaper:
    values: dict[str, Any] = {
        "number": "C-2012-0007",
        "day": date(2012, 6, 1),
        "creditor": creditor(),
        "addressee": addressee(),
        "invoices": (invoice("A", 3023),),
        "entries": (CaseEntry("invoice-a.pdf", CaseItem.INVOICE, date(2012, 1, 3), "A"),),
    }
    return CasePaper(**{**values, **changes})


def test_list_names_case_parties_invoices_and_files() -> None:
    page = case_list(case())
    for words in ("C-2012-0007", "Farbtreu Proof GmbH", "Blumen Huber KG, United Kingdom"):
        assert words in page
    assert "<td>3 Jan 2012</td><td>Invoice A</td><td>invoice-a.pdf</td>" in page
    assert "€30.23" in page


def test_list_adds_balances_per_currency() -> None:
    page = case_list(
        case(invoices=(invoice("A"), invoice("B"), invoice("C", 7, total=Money(7, "USD"))))
    )
    assert "€100.78" in page
    assert "$0.07" in page


def test_list_speaks_the_readers_language() -> None:
    page = case_list(case(language="de"))
    assert "Offener Gesamtbetrag" in page
    assert "3. " not in page.split("</title>")[0]
    assert "1. Juni 2012" in page


def test_every_kind_of_file_has_a_name() -> None:
    entries = tuple(CaseEntry(f"{item}.x", item, date(2012, 1, 3)) for item in CaseItem)
    page = case_list(case(entries=entries, language="de"))
    for name in ("Rechnung", "Gesendete Mahnung", "Telefonat", "Dokument"):
        assert f"<td>{name}</td>" in page


def test_markup_in_file_names_is_text() -> None:
    entry = CaseEntry("<script>.pdf", CaseItem.OTHER, date(2012, 1, 3))
    assert "<script>" not in case_list(case(entries=(entry,)))

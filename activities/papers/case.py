"""The list that opens a legal case: who owes what, and which files prove it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from activities.papers.cleaning import cleaned
from activities.papers.language import tongue
from activities.papers.letterhead import letterhead, logo_url
from activities.papers.rendering import rendered
from rules.creditor import Creditor
from rules.letters import Addressee, ClaimedInvoice
from rules.money import totals


class CaseItem(StrEnum):
    """What a file of a case is."""

    INVOICE = "invoice"
    NOTICE = "notice"
    CALL = "call"
    OTHER = "other"


@dataclass(frozen=True)
class CaseEntry:
    """One file of the ZIP. `about` names the invoice, notice or task it belongs to."""

    name: str
    item: CaseItem
    day: date
    about: str = ""


@dataclass(frozen=True)
class CasePaper:
    """A case as its list shows it. `language` is the reader's, "" for English."""

    number: str
    day: date
    creditor: Creditor
    addressee: Addressee
    invoices: tuple[ClaimedInvoice, ...]
    entries: tuple[CaseEntry, ...]
    language: str = ""


def case_list(case: CasePaper) -> str:
    """The list as HTML for a Printer, styled by `templates/paper.css`."""
    logo = logo_url(case.creditor.logo)
    case = cleaned(case)
    speaks = tongue(case.language, case.creditor.country)
    values = {
        "case": case,
        "totals": totals(invoice.balance for invoice in case.invoices),
        **letterhead(case.creditor, logo),
    }
    return rendered(speaks, "case_list.html.j2", values)

"""An invoice as a paper, where the ledger names no original: always marked as a copy."""

from activities.papers.cleaning import cleaned
from activities.papers.language import tongue
from activities.papers.letterhead import letterhead, logo_url
from activities.papers.rendering import rendered
from rules.letters import InvoicePaper


def invoice_html(paper: InvoicePaper) -> str:
    """The document for a Printer, styled by `templates/paper.css`."""
    logo = logo_url(paper.creditor.logo)
    paper = cleaned(paper)
    speaks = tongue(paper.addressee.language, paper.addressee.country)
    values = {"paper": paper, **letterhead(paper.creditor, logo)}
    return rendered(speaks, "invoice.html.j2", values)

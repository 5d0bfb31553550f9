"""A refund in words: its proof as a paper, and the mail that brings it; all of one RefundLetter."""

from typing import Any

from stdnum import iban

from activities.papers.cleaning import cleaned
from activities.papers.language import Tongue, tongue
from activities.papers.letterhead import letterhead, logo_url
from activities.papers.notice import NoticeWords
from activities.papers.rendering import phrases, rendered
from rules.letters import RefundLetter


def proof_html(letter: RefundLetter) -> str:
    """The proof for a Printer, styled by `templates/paper.css`."""
    logo = logo_url(letter.creditor.logo)
    speaks, values = _values(cleaned(letter), enclosed=True)
    frame = letterhead(letter.creditor, logo)
    return rendered(speaks, "proof.html.j2", {**values, **frame})


def refund_words(letter: RefundLetter, *, enclosed: bool) -> NoticeWords:
    """What the mail says; `enclosed`: the proof goes with it."""
    speaks, values = _values(cleaned(letter), enclosed=enclosed)
    return NoticeWords(
        speaks.language,
        subject=values["w"]["subject"],
        text=rendered(speaks, "refund.txt.j2", values),
        html=rendered(speaks, "refund.html.j2", values),
    )


def _values(letter: RefundLetter, *, enclosed: bool) -> tuple[Tongue, dict[str, Any]]:
    speaks = tongue(letter.addressee.language, letter.addressee.country)
    facts: dict[str, Any] = {
        "letter": letter,
        "enclosed": enclosed,
        "statement_iban": iban.format(letter.creditor.statement_iban),
    }
    return speaks, {**facts, "w": phrases(speaks, "refund_words.j2", facts)}

"""A notice's words: subject, plain text and HTML, all of one NoticeLetter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stdnum import iban

from activities.papers.cleaning import cleaned
from activities.papers.language import Tongue, tongue
from activities.papers.plain_table import aligned
from activities.papers.rendering import phrases, rendered
from rules.letters import ClaimedInvoice, Enclosed, NoticeLetter
from rules.money import Money, totals

_WIDTH = 76  # characters of a line in the text part
# A row in full dress takes 1,400 bytes, and some readers show no more than 100 KB of a mail.
_MANY = 60


@dataclass(frozen=True)
class NoticeWords:
    """`language` is the one the letter came out in, for Content-Language."""

    language: str
    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class Section:
    """Invoices under one heading, each with a remark or ""; `table` is the same in plain text."""

    heading: str
    invoices: tuple[tuple[ClaimedInvoice, str], ...]
    table: str


@dataclass(frozen=True)
class PartWords:
    """What a further part of a notice says: text alone, all that is owed stands in the first."""

    language: str
    subject: str
    text: str


def notice_words(letter: NoticeLetter, enclosed: Enclosed) -> NoticeWords:
    """Everything a notice says, and what it says of the invoices that go with it."""
    letter = cleaned(letter)
    speaks = tongue(letter.addressee.language, letter.addressee.country)
    facts = _facts(letter, enclosed, part=1)
    w = phrases(speaks, "notice_words.j2", facts)
    values = {
        **facts,
        "w": w,
        "many": len(letter.invoices) > _MANY,
        "sections": _sections(letter, speaks, w),
        "payment": _payment(letter, w),
    }
    return NoticeWords(
        speaks.language,
        subject=w["subject"],
        text=rendered(speaks, "notice.txt.j2", values),
        html=rendered(speaks, "notice.html.j2", values),
    )


def part_words(
    letter: NoticeLetter, enclosed: Enclosed, *, part: int, numbers: Sequence[str]
) -> PartWords:
    """The words of a further part, counted from 2; `numbers` are the invoices that go with it."""
    letter = cleaned(letter)
    speaks = tongue(letter.addressee.language, letter.addressee.country)
    facts = _facts(letter, enclosed, part=part)
    w = phrases(speaks, "notice_words.j2", facts)
    values = {**facts, "w": w, "numbers": cleaned(tuple(numbers))}
    text = rendered(speaks, "notice_part.txt.j2", values)
    return PartWords(speaks.language, w["subject"], text)


def _facts(letter: NoticeLetter, enclosed: Enclosed, *, part: int) -> dict[str, object]:
    owed = totals(invoice.balance for invoice in letter.invoices)
    return {
        "letter": letter,
        "totals": owed,
        "count": len(letter.invoices),
        "currencies": len(owed),
        "enclosed_are": enclosed,
        "part": part,
    }


def _sections(letter: NoticeLetter, speaks: Tongue, w: Mapping[str, str]) -> tuple[Section, ...]:
    """What advances with this notice first, then what is listed as also open (ladder.md, 5)."""
    advancing = tuple(invoice for invoice in letter.invoices if invoice.advances)
    listed = tuple(invoice for invoice in letter.invoices if not invoice.advances)
    return tuple(
        _section(heading, invoices, speaks, w)
        for heading, invoices in ((w["overview"], advancing), (w["also_open"], listed))
        if invoices
    )


def _section(
    heading: str, invoices: Sequence[ClaimedInvoice], speaks: Tongue, w: Mapping[str, str]
) -> Section:
    remarked = tuple((invoice, _remark(invoice, speaks)) for invoice in invoices)
    remarks = [f"{invoice.number}: {remark}" for invoice, remark in remarked if remark]
    table = "\n".join([_table(invoices, speaks, w), *remarks])
    return Section(heading, remarked, table)


def _remark(invoice: ClaimedInvoice, speaks: Tongue) -> str:
    """Why the balance is not the total, "" where it is."""
    credited = Money(invoice.total.minor - invoice.balance.minor, invoice.total.currency)
    facts = {"credited": credited, "amount": speaks.money(credited)}
    return phrases(speaks, "invoice_remark.j2", facts)["remark"]


def _table(invoices: Sequence[ClaimedInvoice], speaks: Tongue, w: Mapping[str, str]) -> str:
    head = [w[name] for name in ("invoice", "issued", "due", "total", "balance")]
    rows = [
        [
            invoice.number,
            speaks.short_day(invoice.issue_date),
            speaks.short_day(invoice.due_date),
            speaks.money(invoice.total),
            speaks.money(invoice.balance),
        ]
        for invoice in invoices
    ]
    return aligned([head, *rows], figures=2, width=_WIDTH)


def _payment(letter: NoticeLetter, w: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Where to pay to, and the reference by which the money is found again."""
    one = len(letter.invoices) == 1
    rows = (
        (w["holder"], letter.creditor.name),
        ("IBAN", iban.format(letter.creditor.iban)),
        ("BIC", letter.creditor.bic),
        (w["reference"], letter.invoices[0].number if one else letter.number),
    )
    return tuple((label, value) for label, value in rows if value)

"""Mails about debits in words: their announcement, and that one failed."""

from collections.abc import Mapping
from dataclasses import dataclass

from stdnum import iban

from activities.papers.cleaning import cleaned
from activities.papers.language import Tongue, tongue
from activities.papers.notice import NoticeWords
from activities.papers.plain_table import aligned
from activities.papers.rendering import phrases, rendered
from rules.letters import (
    AnnouncedDebit,
    AnnouncementLetter,
    Debited,
    DebitLetter,
    FailedDebit,
    FailedLetter,
)
from rules.money import totals

_WIDTH = 76  # characters of a line in the text part
Labelled = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class _Row:
    """One announced debit; `by` is the source with its mandate, in one cell."""

    invoice: str
    day: str
    amount: str
    source: str
    mandate: str
    by: str


@dataclass(frozen=True)
class _Body:
    """What differs between the two: `before` are paragraphs, `transfer` is where money may be sent."""

    before: tuple[str, ...]
    panel: Labelled
    rows: tuple[_Row, ...] = ()
    table: str = ""
    transfer: Labelled = ()


def debit_words(letter: DebitLetter) -> NoticeWords:
    """Everything such a mail says."""
    letter = cleaned(letter)
    speaks = tongue(letter.addressee.language, letter.addressee.country)
    if isinstance(letter, AnnouncementLetter):
        w = _announcement_phrases(letter, speaks)
        body = _announcement(letter, speaks, w)
    else:
        w = _failed_phrases(letter, letter.debits[0], speaks)
        body = (
            _failed(letter, speaks, w) if len(letter.debits) == 1 else _several(letter, speaks, w)
        )
    if len(letter.debits) > 1:
        w |= {"heading": w.get("debits_heading", w["heading"])}
    values = {"letter": letter, "w": w, **vars(body)}
    return NoticeWords(
        speaks.language,
        subject=w["subject"],
        text=rendered(speaks, "debit.txt.j2", values),
        html=rendered(speaks, "debit.html.j2", values),
    )


def _announcement_phrases(letter: AnnouncementLetter, speaks: Tongue) -> dict[str, str]:
    facts = {"letter": letter, "count": len(letter.debits), "first": letter.debits[0]}
    return _labels(letter, speaks) | phrases(speaks, "debit_announcement_words.j2", facts)


def _failed_phrases(letter: FailedLetter, debit: FailedDebit, speaks: Tongue) -> dict[str, str]:
    another = _by(debit.another, speaks)["source"] if debit.another else ""
    facts = {
        "letter": letter,
        "count": len(letter.debits),
        "debit": debit,
        "source": _by(debit.by, speaks)["source"],
        "another": another,
    }
    return _labels(letter, speaks) | phrases(speaks, "debit_failed_words.j2", facts)


def _labels(letter: DebitLetter, speaks: Tongue) -> dict[str, str]:
    return phrases(speaks, "debit_labels.j2", {"letter": letter, "number": letter.number})


def _by(by: Debited, speaks: Tongue) -> dict[str, str]:
    return phrases(speaks, "debited.j2", {"by": by})


def _announcement(letter: AnnouncementLetter, speaks: Tongue, w: Mapping[str, str]) -> _Body:
    """One debit stands in the panel; of several the panel has the totals."""
    before, creditor = (w["situation"],), (w["creditor_label"], _identifier(letter))
    rows = tuple(_row(one, speaks, w) for one in letter.debits)
    if len(rows) == 1:
        return _Body(before, _filled(*_panel(rows[0], w), creditor))
    sums = totals(one.amount for one in letter.debits)
    in_total = ((w["total_label"], speaks.money(total)) for total in sums)
    return _Body(before, _filled(*in_total, creditor), rows, _table(rows, w))


def _row(debit: AnnouncedDebit, speaks: Tongue, w: Mapping[str, str]) -> _Row:
    source, mandate = _by(debit.by, speaks)["short"], debit.by.mandate
    return _Row(
        invoice=debit.invoice,
        day=speaks.short_day(debit.day),
        amount=speaks.money(debit.amount),
        source=source,
        mandate=mandate,
        by=f"{source} · {w['mandate_label']}: {mandate}" if mandate else source,
    )


def _panel(row: _Row, w: Mapping[str, str]) -> Labelled:
    return (
        (w["amount_label"], row.amount),
        (w["day_label"], row.day),
        (w["invoice_label"], row.invoice),
        (w["source_label"], row.source),
        (w["mandate_label"], row.mandate),
    )


def _table(rows: tuple[_Row, ...], w: Mapping[str, str]) -> str:
    names = ("invoice_label", "day_label", "source_label", "amount_label")
    cells = [[one.invoice, one.day, one.by, one.amount] for one in rows]
    return aligned([[w[name] for name in names], *cells], figures=1, width=_WIDTH)


def _failed(letter: FailedLetter, speaks: Tongue, w: Mapping[str, str]) -> _Body:
    debit = letter.debits[0]
    panel = _filled(
        (w["amount_label"], speaks.money(debit.amount)),
        (w["invoice_label"], debit.invoice),
        (w["day_label"], speaks.day(debit.day)),
        (w["source_label"], _by(debit.by, speaks)["short"]),
        (w["mandate_label"], debit.by.mandate),
        (w["creditor_label"], _identifier(letter)),
        (w["again_label"], speaks.day(debit.again_on) if debit.again_on else ""),
    )
    said = f"{w['happened']} {w['why']} {w['kindly']}"
    transfer = _transfer(letter, w, speaks.money(debit.owed), debit.invoice)
    return _Body((said, f"{w['next']} {w['choice']}"), panel, transfer=transfer)


def _several(letter: FailedLetter, speaks: Tongue, w: Mapping[str, str]) -> _Body:
    """What happened and what follows, debit by debit."""
    each = [_failed_phrases(letter, one, speaks) for one in letter.debits]
    said = (f"{one['happened']} {one['why']} {one['next']} {one['choice']}" for one in each)
    panel = _filled(
        *((w["mandate_label"], mandate) for mandate in _mandates(letter)),
        (w["creditor_label"], _identifier(letter)),
    )
    transfer = _transfer(letter, w, "", w["number_of_invoice"])
    # The catalogue's sentence begins small where it follows a greeting's comma.
    before = (w["several"], *(words[:1].upper() + words[1:] for words in said))
    return _Body(before, panel, transfer=transfer)


def _mandates(letter: FailedLetter) -> list[str]:
    return list(dict.fromkeys(one.by.mandate for one in letter.debits))


def _identifier(letter: DebitLetter) -> str:
    """Ours, which the payer's bank shows with a mandate's debits."""
    by_mandate = any(one.by.mandate for one in letter.debits)
    return letter.creditor.creditor_identifier if by_mandate else ""


def _transfer(letter: FailedLetter, w: Mapping[str, str], amount: str, reference: str) -> Labelled:
    return _filled(
        (w["holder"], letter.creditor.name),
        ("IBAN", iban.format(letter.creditor.iban)),
        ("BIC", letter.creditor.bic),
        (w["amount_label"], amount),
        (w["reference"], reference),
    )


def _filled(*lines: tuple[str, str]) -> Labelled:
    return tuple((label, value) for label, value in lines if value)

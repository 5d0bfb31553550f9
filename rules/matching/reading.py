"""Which invoice numbers a text names: in full, abbreviated, or as something that looks like one."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from rules.matching.masking import Span, broken_references, masked
from rules.matching.numbers import NumberIndex, all_of, folded

_PIECE = re.compile(r"[A-Z]+|[0-9]+")
_LONGEST_RUN = 7  # pieces that one number may be written in
_SURE_FIGURES = 6  # digits alone name an invoice from this many on
_SURE_SIGNS = 5  # letters and digits together
_BRIEF_FIGURES = 3
_FAINT_FIGURES = 4  # up to so many digits are as often a house, a year, a count
_MARKS = frozenset(
    (
        *("RE", "RG", "RN", "RNR", "RENR", "RGNR", "RECHN", "BELEG", "BELEGNR"),
        *("RECHNUNG", "RECHNUNGEN", "RECHNUNGSNR", "RECHNUNGSNUMMER", "INV", "INVOICE", "INVOICES"),
        *("FACT", "FACTURE", "FACTURES", "FACTUUR", "FACTUURNR", "FAKTURA", "FAKTURY", "FAKTURE"),
        *("FV", "VAT", "SF"),
        *("FRA", "FACTURA", "FATTURA", "SASKAITA", "SASKAITOS", "LASKU"),
    )
)
_NUMBER_SIGNS = frozenset(
    ("NR", "NO", "N", "NUM", "NUMMER", "NUMBER")
)  # of what, says the word before
_OF_OTHERS = frozenset(
    (
        *("KD", "KDNR", "KND", "KUNDE", "KUNDEN", "KUNDENNR", "KUNDENNUMMER", "CUSTOMER", "CLIENT"),
        *("KLIENT", "KLIENTAS", "DEBITOR", "MITGLIED", "MITGLIEDS", "MANDAT", "MANDATE", "PLZ"),
        *(
            "BESTELLUNG",
            "BESTELL",
            "BESTELLNR",
            "BEST",
            "AUFTRAG",
            "AUFTRAGS",
            "AUFTRAGSNR",
            "ORDER",
        ),
        *("ANGEBOT", "ANGEBOTS", "LIEFERSCHEIN", "LIEFERSCHEINNR", "COMMANDE", "DEVIS"),
        *("ZAMOWIENIE", "ZAM", "UZSAKYMAS", "OFERTA"),
    )
)
_AND = frozenset(("UND", "U", "AND", "ET", "EN", "E", "Y", "I", "IR", "OG", "SOWIE", "PLUS"))
_UNTIL = frozenset(("BIS", "TO", "TOT", "AL", "A", "THRU", "DO", "IKI", "TM", "THROUGH", "TILL"))
_INCLUDED = ("EINSCHLIESSLICH", "EINSCHL", "INKL", "INCL", "INCLUSIVE", "INCLUDING", "UNDMIT")
_DASH = re.compile(r"\s+[-\u2013\u2014]\s+")
_LIST_SIGNS = re.compile(r"[\s/+,;&|.:()\-]*")
_MOST_IN_RANGE = 60


@dataclass(frozen=True)
class Piece:
    """A run of letters or of digits, and where it stands."""

    text: str
    start: int
    end: int
    is_masked: bool

    @property
    def is_figures(self) -> bool:
        return self.text.isdigit()


@dataclass
class Written:
    """What a text says. `named`: in full; `listed`: by its end alone, behind one in full; `brief`:
    abbreviated, so that only a sum that comes out or a known payer makes it sure; `faint`: so short
    that it needs the payer; `figures`: digits that name nothing, for typing errors; `serials`: ends
    of numbers, as a customer may shorten them."""

    named: set[str] = field(default_factory=set)
    listed: set[str] = field(default_factory=set)
    brief: set[str] = field(default_factory=set)
    faint: set[str] = field(default_factory=set)
    figures: list[str] = field(default_factory=list)
    serials: set[str] = field(default_factory=set)

    def add(self, other: "Written") -> None:
        self.named |= other.named
        self.listed |= other.listed
        self.brief |= other.brief
        self.faint |= other.faint
        self.figures += other.figures
        self.serials |= other.serials
        self.brief -= self.named
        self.faint -= self.named


@dataclass(frozen=True)
class _Found:
    first: int
    last: int  # pieces, both included
    numbers: frozenset[str]
    is_sure: bool
    is_faint: bool = False


def read(texts: Iterable[str], index: NumberIndex) -> Written:
    """What several texts name, each read by itself.

    A bank breaks lines wherever they are full: a break may part two words or stand within one, so a
    text is read both ways. What only looks like a number is taken from the first.
    """
    written = Written()
    for text in texts:
        if text:
            written.add(_Reader(text, index).read())
        if "\n" in text:
            joined = _Reader(text.replace("\n", ""), index).read()
            written.add(replace(joined, figures=[], serials=set()))
    return written


class _Reader:
    def __init__(self, text: str, index: NumberIndex) -> None:
        self._text = folded(text)
        self._index = index
        self._broken = broken_references(self._text)
        spans = [*masked(self._text), *(one.span() for one in self._broken)]
        self._pieces = [_piece(m, spans) for m in _PIECE.finditer(self._text)]

    def read(self) -> Written:
        found = _longest(self._all())
        taken = {i for one in found for i in range(one.first, one.last + 1)}
        written = Written()
        for one in found:
            heard = written.faint if one.is_faint else written.brief
            (written.named if one.is_sure else heard).update(one.numbers)
            if not one.is_faint:
                written.listed |= self._continued(one, taken, written)
        for left, right in pairwise(found):
            written.listed |= self._through(left, right)
        for reference in self._broken:
            written.brief |= self._named_by(_digits_after(reference.group()))
        written.figures = self._figures(taken)
        written.serials = {
            p.text.lstrip("0")
            for i, p in enumerate(self._pieces)
            if p.is_figures and not p.is_masked and i not in taken and len(p.text) >= _BRIEF_FIGURES
        }
        written.brief -= written.named
        written.faint -= written.named
        return written

    def _all(self) -> Iterator[_Found]:
        for first in range(len(self._pieces)):
            run, only_figures, is_masked = "", True, False
            for last in range(first, min(first + _LONGEST_RUN, len(self._pieces))):
                piece = self._pieces[last]
                run += piece.text
                only_figures = only_figures and piece.is_figures
                is_masked = is_masked or piece.is_masked
                if found := self._look_up(run, first, last, only_figures, is_masked):
                    yield found

    def _look_up(
        self, run: str, first: int, last: int, only_figures: bool, is_masked: bool
    ) -> _Found | None:
        if not only_figures:
            numbers = self._index.whole.get(run)
            return self._found(first, last, numbers, len(run) >= _SURE_SIGNS) if numbers else None
        if is_masked and not self._is_as_printed(run, first, last):
            return None
        if numbers := self._index.figures.get(run):
            return self._found(first, last, numbers, self._is_sure(run, first, last))
        if len(run) >= _BRIEF_FIGURES + 1 and (numbers := self._index.reduced.get(run)):
            return self._found(first, last, numbers, False)
        return None

    def _found(self, first: int, last: int, numbers: Sequence[str], sure: bool) -> _Found:
        pieces = self._pieces[first : last + 1]
        only_figures = all(piece.is_figures for piece in pieces)
        faint = only_figures and (
            sum(len(piece.text) for piece in pieces) <= _FAINT_FIGURES or self._is_of_others(first)
        )
        return _Found(first, last, frozenset(numbers), sure and len(numbers) == 1, faint)

    def _is_sure(self, run: str, first: int, last: int) -> bool:
        if self._is_of_others(first):
            return False
        if len(run) >= _SURE_FIGURES or self._is_all(first, last):
            return True
        return self._is_marked(first) and not self._goes_on(run, first, last)

    def _is_as_printed(self, run: str, first: int, last: int) -> bool:
        """`2024-01-12` may be a date; where an invoice has this very number, it is the number."""
        text = self._text[self._pieces[first].start : self._pieces[last].end]
        return any(folded(number) == text for number in self._index.figures.get(run, ()))

    def _word_before(self, first: int) -> str:
        """What it is the number of: `Rechnung Nr. 17`, `Kunden-Nr. 17`; "" where nothing is said."""
        before = [piece.text for piece in self._pieces[max(0, first - 2) : first]]
        if before and before[-1] in _NUMBER_SIGNS:
            return before[-2] if len(before) > 1 else before[-1]
        return before[-1] if before else ""

    def _is_marked(self, first: int) -> bool:
        return self._word_before(first) in _MARKS | _NUMBER_SIGNS

    def _is_of_others(self, first: int) -> bool:
        return self._word_before(first) in _OF_OTHERS

    def _goes_on(self, run: str, first: int, last: int) -> bool:
        """Whether it is a piece of a longer number that we do not know: the 12 of `12/2023`."""
        pieces = self._pieces
        before = pieces[first - 1] if first else None
        after = pieces[last + 1] if last + 1 < len(pieces) else None
        return any(
            piece is not None
            and piece.is_figures
            and not piece.is_masked
            and not any(sign.isspace() for sign in self._text[start:end])
            and not self._named_by(piece.text)
            and not self._named_by(run[: -len(piece.text)] + piece.text)
            for piece, start, end in (
                (before, before.end if before else 0, pieces[first].start),
                (after, pieces[last].end, after.start if after else 0),
            )
        )

    def _is_all(self, first: int, last: int) -> bool:
        return first == 0 and last == len(self._pieces) - 1

    def _through(self, left: _Found, right: _Found) -> set[str]:
        """`2024-00123 bis 2024-00127`: those between two that are named."""
        start, end = self._pieces[left.last].end, self._pieces[right.first].start
        words = "".join(piece.text for piece in self._pieces[left.last + 1 : right.first])
        if not _is_range(words, self._text[start:end]):
            return set()
        first, last = self._figures_of(left), self._figures_of(right)
        return self._between(first, last) if len(first) == len(last) else set()

    def _figures_of(self, found: _Found) -> str:
        pieces = self._pieces[found.first : found.last + 1]
        return "".join(piece.text for piece in pieces if piece.is_figures)

    def _continued(self, found: _Found, taken: set[int], written: Written) -> set[str]:
        """`2024-00123/124/125`, `... bis 1237`: the ends of numbers that begin alike. `01 - 04` may
        be two or all between: then the last is `brief` as well."""
        if len(found.numbers) != 1:
            return set()
        before, words, end = self._figures_of(found), "", self._pieces[found.last].end
        numbers: set[str] = set()
        for index, (left, right) in enumerate(pairwise(self._pieces[found.last :]), found.last + 1):
            if index in taken or not _LIST_SIGNS.fullmatch(self._text[left.end : right.start]):
                break
            if not right.is_figures:
                words += right.text
                continue
            between = self._text[end : right.start]
            if right.is_masked or len(right.text) > len(before) or not _joins(words):
                break
            after = before[: len(before) - len(right.text)] + right.text
            if _is_range(words, between):
                numbers |= self._between(before, after)
                written.brief |= self._named_by(after) if not words else set()
            else:
                numbers |= self._named_by(after)
            before, words, end = after, "", right.end
        return numbers

    def _between(self, first: str, last: str) -> set[str]:
        if not 0 < int(last) - int(first) <= _MOST_IN_RANGE:
            return set()
        width = len(first)
        return all_of(
            self._index.figures.get(str(n).zfill(width), ())
            for n in range(int(first) + 1, int(last) + 1)
        )

    def _named_by(self, figures: str) -> set[str]:
        return set(self._index.figures.get(figures, ()))

    def _figures(self, taken: set[int]) -> list[str]:
        """Digits that stand together and name nothing, joined as far as they may be one number."""
        runs = []
        for first in range(len(self._pieces)):
            run = ""
            for last in range(first, min(first + 4, len(self._pieces))):
                piece = self._pieces[last]
                if not piece.is_figures or piece.is_masked or last in taken:
                    break
                run += piece.text
                runs.append(run)
        return runs


def _piece(found: re.Match[str], spans: list[Span]) -> Piece:
    start, end = found.span()
    is_masked = any(first < end and start < last for first, last in spans)
    return Piece(found.group(), start, end, is_masked)


def _is_range(words: str, between: str) -> bool:
    """Whether two numbers are the ends of a row: `bis einschl.`, or a dash that stands by itself."""
    return _bare(words) in _UNTIL or (not words and _DASH.fullmatch(between) is not None)


def _joins(words: str) -> bool:
    return not words or _bare(words) in _AND | _UNTIL


def _bare(words: str) -> str:
    for more in _INCLUDED:
        words = words.removesuffix(more)
    return words


def _digits_after(reference: str) -> str:
    """The digits of a creditor reference behind its two of checksum."""
    return "".join(sign for sign in reference[4:] if sign.isdigit())


def _longest(found: Iterable[_Found]) -> list[_Found]:
    """Of readings that overlap the longest, of equal ones the surer, then the first."""
    kept: list[_Found] = []
    for one in sorted(found, key=lambda f: (f.first - f.last, not f.is_sure, f.first)):
        if all(one.last < other.first or other.last < one.first for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda f: f.first)

"""Which invoice numbers a text names: in full, abbreviated, or as something that looks like one."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from rules.matching.masking import broken_references, masked
from rules.matching.numbers import NumberIndex, folded
from rules.matching.pieces import Found, is_marked, is_of_others, pieces_of
from rules.matching.rows import Rows

_LONGEST_RUN = 7  # pieces that one number may be written in
_SURE_FIGURES = 6  # digits alone name an invoice from this many on
_SURE_SIGNS = 5  # letters and digits together
_BRIEF_FIGURES = 3
_FAINT_FIGURES = 4  # up to so many digits are as often a house, a year, a count


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
        self._pieces = pieces_of(self._text, spans)
        self._rows = Rows(self._text, self._pieces, index)

    def read(self) -> Written:
        found = _longest(self._all())
        taken = {i for one in found for i in range(one.first, one.last + 1)}
        written = Written()
        for one in found:
            heard = written.faint if one.is_faint else written.brief
            (written.named if one.is_sure else heard).update(one.numbers)
            if not one.is_faint:
                listed, brief = self._rows.continued(one, taken)
                written.listed |= listed
                written.brief |= brief
        for left, right in pairwise(found):
            written.listed |= self._rows.through(left, right)
        for reference in self._broken:
            written.brief |= self._index.named_by(_digits_after(reference.group()))
        written.figures = self._figures(taken)
        written.serials = {
            p.text.lstrip("0")
            for i, p in enumerate(self._pieces)
            if p.is_figures and not p.is_masked and i not in taken and len(p.text) >= _BRIEF_FIGURES
        }
        written.brief -= written.named
        written.faint -= written.named
        return written

    def _all(self) -> Iterator[Found]:
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
    ) -> Found | None:
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

    def _found(self, first: int, last: int, numbers: Sequence[str], sure: bool) -> Found:
        pieces = self._pieces[first : last + 1]
        only_figures = all(piece.is_figures for piece in pieces)
        faint = only_figures and (
            sum(len(piece.text) for piece in pieces) <= _FAINT_FIGURES
            or is_of_others(self._pieces, first)
        )
        return Found(first, last, frozenset(numbers), sure and len(numbers) == 1, faint)

    def _is_sure(self, run: str, first: int, last: int) -> bool:
        if is_of_others(self._pieces, first):
            return False
        if len(run) >= _SURE_FIGURES or self._is_all(first, last):
            return True
        return is_marked(self._pieces, first) and not self._goes_on(run, first, last)

    def _is_as_printed(self, run: str, first: int, last: int) -> bool:
        """`2024-01-12` may be a date; where an invoice has this very number, it is the number."""
        text = self._text[self._pieces[first].start : self._pieces[last].end]
        return any(folded(number) == text for number in self._index.figures.get(run, ()))

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
            and not self._index.named_by(piece.text)
            and not self._index.named_by(run[: -len(piece.text)] + piece.text)
            for piece, start, end in (
                (before, before.end if before else 0, pieces[first].start),
                (after, pieces[last].end, after.start if after else 0),
            )
        )

    def _is_all(self, first: int, last: int) -> bool:
        return first == 0 and last == len(self._pieces) - 1

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


def _digits_after(reference: str) -> str:
    """The digits of a creditor reference behind its two of checksum."""
    return "".join(sign for sign in reference[4:] if sign.isdigit())


def _longest(found: Iterable[Found]) -> list[Found]:
    """Of readings that overlap the longest, of equal ones the surer, then the first."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda f: (f.first - f.last, not f.is_sure, f.first)):
        if all(one.last < other.first or other.last < one.first for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda f: f.first)

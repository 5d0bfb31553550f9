"""Rows of invoice numbers: what stands between two that are named, and ends behind one in full."""

from collections.abc import Sequence
from itertools import pairwise

from rules.matching.numbers import NumberIndex, all_of
from rules.matching.pieces import Found, Piece, is_of_a_list, is_range, joins

_MOST_IN_RANGE = 60


class Rows:
    """The rows in one text that was cut into pieces."""

    def __init__(self, text: str, pieces: Sequence[Piece], index: NumberIndex) -> None:
        self._text = text
        self._pieces = pieces
        self._index = index

    def through(self, left: Found, right: Found) -> set[str]:
        """`2024-00123 bis 2024-00127`: those between two that are named."""
        start, end = self._pieces[left.last].end, self._pieces[right.first].start
        words = "".join(piece.text for piece in self._pieces[left.last + 1 : right.first])
        if not is_range(words, self._text[start:end]):
            return set()
        first, last = self._figures_of(left), self._figures_of(right)
        return self._between(first, last) if len(first) == len(last) else set()

    def continued(self, found: Found, taken: set[int]) -> tuple[set[str], set[str]]:
        """`2024-00123/124/125`, `... bis 1237`: the ends of numbers that begin alike. `01 - 04` may
        be two or all between: then the last is, secondly, `brief` as well."""
        numbers: set[str] = set()
        brief: set[str] = set()
        if len(found.numbers) != 1:
            return numbers, brief
        before, words, end = self._figures_of(found), "", self._pieces[found.last].end
        for index, (left, right) in enumerate(pairwise(self._pieces[found.last :]), found.last + 1):
            if index in taken or not is_of_a_list(self._text[left.end : right.start]):
                break
            if not right.is_figures:
                words += right.text
                continue
            between = self._text[end : right.start]
            if right.is_masked or len(right.text) > len(before) or not joins(words):
                break
            after = before[: len(before) - len(right.text)] + right.text
            if is_range(words, between):
                numbers |= self._between(before, after)
                brief |= self._index.named_by(after) if not words else set()
            else:
                numbers |= self._index.named_by(after)
            before, words, end = after, "", right.end
        return numbers, brief

    def _figures_of(self, found: Found) -> str:
        pieces = self._pieces[found.first : found.last + 1]
        return "".join(piece.text for piece in pieces if piece.is_figures)

    def _between(self, first: str, last: str) -> set[str]:
        if not 0 < int(last) - int(first) <= _MOST_IN_RANGE:
            return set()
        width = len(first)
        return all_of(
            self._index.figures.get(str(n).zfill(width), ())
            for n in range(int(first) + 1, int(last) + 1)
        )

"""Invoice numbers as people write them: keys that forget separators, prefixes and leading zeros."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

_GROUPS = re.compile(r"[A-Z]+|[0-9]+")
_SHARP_S = str.maketrans({"ß": "SS", "Ø": "O", "Ł": "L", "Æ": "AE", "Œ": "OE"})
SHORTEST_NEAR = 5  # digits; of fewer, too many numbers are one typing error apart


def folded(text: str) -> str:
    """Capitals without accents, every other character where it was."""
    if text.isascii():
        return text.upper()
    plain = unicodedata.normalize("NFKD", text.upper().translate(_SHARP_S))
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def groups(text: str) -> list[str]:
    """Runs of letters and runs of digits, in order; separators are gone."""
    return _GROUPS.findall(folded(text))


def compact(text: str) -> str:
    return "".join(groups(text))


def digits(text: str) -> str:
    return "".join(group for group in groups(text) if group.isdigit())


# Tuples, as there are a hundred thousand: what holds text alone is not looked at for garbage again.
_Index = dict[str, tuple[str, ...]]


def _put(index: _Index, key: str, number: str) -> None:
    index[key] = (*index.get(key, ()), number)


class NumberIndex:
    """Every invoice number under each way of writing it."""

    def __init__(self) -> None:
        self.whole: _Index = {}  # letters and digits
        self.figures: _Index = {}  # digits alone
        self.reduced: _Index = {}  # without leading zeros
        self.serials: _Index = {}  # the last group, without zeros
        self._known: set[str] = set()

    def add(self, number: str) -> None:
        if number in self._known:
            return
        self._known.add(number)
        found = groups(number)
        figures = [group for group in found if group.isdigit()]
        _put(self.whole, "".join(found), number)
        if not figures:
            return
        joined = "".join(figures)
        _put(self.figures, joined, number)
        for key in {"".join([group.lstrip("0") for group in figures]), joined.lstrip("0")}:
            if key and key != joined:
                _put(self.reduced, key, number)
        if serial := figures[-1].lstrip("0"):
            _put(self.serials, serial, number)

    def named_by(self, figures: str) -> set[str]:
        """Numbers that have exactly these digits."""
        return set(self.figures.get(figures, ()))

    def near(self, figures: str) -> set[str]:
        """Numbers whose digits are one typing error away: one wrong, missing, too many, or two
        swapped."""
        if len(figures) < SHORTEST_NEAR:
            return set()
        tried = set(_edits(figures)) - {figures}
        return {number for key in tried & self.figures.keys() for number in self.figures[key]}


def _edits(figures: str) -> Iterator[str]:
    for i in range(len(figures) + 1):
        head, tail = figures[:i], figures[i:]
        yield from (head + digit + tail for digit in "0123456789")
        if not tail:
            continue
        yield head + tail[1:]
        yield from (head + digit + tail[1:] for digit in "0123456789")
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]


def one_edit_apart(first: str, second: str) -> bool:
    return first != second and second in set(_edits(first))


def all_of(found: Iterable[Iterable[str]]) -> set[str]:
    return {number for numbers in found for number in numbers}

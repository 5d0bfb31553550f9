"""Which PDFs go together: none is lost, none is twice, and nothing is larger than it may be."""

from collections.abc import Sequence
from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from rules.parts import Piece, in_parts

CONTENTS = st.dictionaries(st.sampled_from("abcdefgh"), st.just(0), max_size=3)
SHARED = {letter: 10 * position for position, letter in enumerate("abcdefgh", 1)}


@st.composite
def pieces(draw: st.DrawFn, most: int = 12) -> list[Piece]:
    """Each with bytes of its own, and some of what others have as well."""
    made = []
    for number in range(draw(st.integers(0, most))):
        shared = {letter: SHARED[letter] for letter in draw(CONTENTS)}
        own = {f"own {number}": draw(st.integers(1, 120))}
        made.append(Piece(str(number), {**shared, **own}))
    return made


def size(part: Sequence[Piece]) -> int:
    """Bytes of a file in which everything is once."""
    contents: dict[str, int] = {}
    for piece in part:
        contents.update(piece.contents)
    return sum(contents.values())


@given(pieces(), st.integers(1, 300), st.integers(0, 300))
def test_every_piece_is_in_exactly_one_part_in_order(
    given_pieces: list[Piece], room: int, first: int
) -> None:
    parts = in_parts(given_pieces, room=room, room_of_first=min(room, first))
    assert [piece for part in parts for piece in part] == given_pieces


@given(pieces(), st.integers(1, 300), st.integers(0, 300))
def test_no_part_is_larger_than_its_room_but_of_a_single_piece(
    given_pieces: list[Piece], room: int, first: int
) -> None:
    first = min(room, first)
    head, *rest = in_parts(given_pieces, room=room, room_of_first=first)
    assert size(head) <= first
    assert all(part for part in rest), "only the first may be empty"
    assert all(size(part) <= room for part in rest if len(part) > 1)


@given(pieces(most=9), st.integers(1, 200), st.integers(0, 200))
def test_no_other_division_in_this_order_has_fewer_parts(
    given_pieces: list[Piece], room: int, first: int
) -> None:
    first = min(room, first)

    @cache
    def fewest_from(start: int) -> int:
        """Parts that the pieces from here on need at least, by trying every end."""
        if start == len(given_pieces):
            return 0
        ends = range(start + 1, len(given_pieces) + 1)
        fit = [e for e in ends if size(given_pieces[start:e]) <= room or e == start + 1]
        return 1 + min(fewest_from(end) for end in fit)

    heads = [e for e in range(len(given_pieces) + 1) if size(given_pieces[:e]) <= first]
    fewest = 1 + min(fewest_from(end) for end in heads)
    assert len(in_parts(given_pieces, room=room, room_of_first=first)) == fewest


def test_what_two_share_is_counted_once() -> None:
    logo = {"logo": 90}
    two = [Piece("1", {**logo, "text 1": 5}), Piece("2", {**logo, "text 2": 5})]
    assert in_parts(two, room=100, room_of_first=100) == (tuple(two),)
    assert in_parts(two, room=99, room_of_first=99) == ((two[0],), (two[1],))


def test_nothing_to_enclose_is_one_part() -> None:
    assert in_parts([], room=100, room_of_first=10) == ((),)

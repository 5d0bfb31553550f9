"""Which PDFs go together, where one mail cannot hold them all (policy key `max_message_mb`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Piece:
    """One PDF by what it consists of: bytes by digest. What two pieces have in common (a logo, a
    font) is there once where they go in one file."""

    name: str
    contents: Mapping[str, int]

    def beside(self, there: Mapping[str, int]) -> int:
        """Bytes that this piece adds to a file that has `there` already."""
        return sum(size for digest, size in self.contents.items() if digest not in there)


def in_parts(
    pieces: Sequence[Piece], *, room: int, room_of_first: int
) -> tuple[tuple[Piece, ...], ...]:
    """The fewest parts that keep the order: each takes what fits before the next one begins.

    The first has less room, for the overview is in it, and may stay empty. `room` in bytes; a piece
    larger than that by itself is alone in its part.
    """
    parts: list[list[Piece]] = [[]]
    there: dict[str, int] = {}
    left = room_of_first
    for piece in pieces:
        adds = piece.beside(there)
        if adds > left and (parts[-1] or len(parts) == 1):
            parts.append([])
            there, left = {}, room
            adds = piece.beside(there)
        parts[-1].append(piece)
        there.update(piece.contents)
        left -= adds
    return tuple(tuple(part) for part in parts)

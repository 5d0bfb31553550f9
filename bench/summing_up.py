"""What was seen of each page, in a few numbers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bench.clicking import Seen

FLOOR = (
    "/login"  # no more than a look at the session and a template: what the machine does at least
)


@dataclass(frozen=True)
class Figures:
    """One page. `queries` is the most it asked; `queries_of_few` the most it asked of a record with
    next to nothing in it, and `may_vary` how many more that is whatever the size. `errors` are
    sentences."""

    page: str
    hits: int
    p50_ms: float
    p95_ms: float
    worst_ms: float
    queries: int
    queries_of_few: int
    errors: tuple[str, ...]
    may_vary: int = 0


def figures_of(
    page: str, seen: Sequence[Seen], of_few: Sequence[Seen], may_vary: int = 0
) -> Figures:
    mine = [one for one in seen if one.page == page]
    few = [one for one in of_few if one.page == page]
    took = sorted(one.seconds * 1000 for one in mine)
    return Figures(
        page=page,
        hits=len(mine),
        p50_ms=_share(took, 0.5),
        p95_ms=_share(took, 0.95),
        worst_ms=_share(took, 1.0),
        queries=max((one.queries for one in mine), default=0),
        queries_of_few=max((one.queries for one in few), default=0),
        errors=tuple(one.wrong for one in (*few, *mine) if one.wrong),
        may_vary=may_vary,
    )


def growing(figures: Sequence[Figures]) -> list[str]:
    """Pages whose queries are more where there is more to show."""
    return [one.page for one in figures if one.queries > one.queries_of_few + one.may_vary]


def _share(ordered: Sequence[float], share: float) -> float:
    """The nearest rank: a time that was measured, not one between two."""
    if not ordered:
        return 0.0
    return round(ordered[math.ceil(share * len(ordered)) - 1], 1)

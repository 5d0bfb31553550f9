"""What of a statement is new: each movement of a batch of bookings laid beside what is recorded."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from activities.banking.known import Known, Recorded, seen, sum_of
from models.tables import EntryState
from rules.batches import Sum, is_sum_of
from rules.identity import Same, Seen, claims, said_twice
from rules.statements import Booking, Movement


@dataclass(frozen=True)
class Doubt:
    """The entry that a new one may be again, and the name of its file."""

    entry: int
    file: str


@dataclass(frozen=True)
class New:
    """A movement that is to be recorded; `number` is its booking's in the statement, from 1."""

    number: int
    booking: Booking
    movement: Movement
    doubt: Doubt | None = None


@dataclass
class Sorted:
    """What became of a batch. `twice`: movements that the statement itself says again. `apart` are
    entries whose single transactions have now come, each with how many; `as_one`: how many
    transactions are of a sum that is allocated already."""

    new: list[New] = field(default_factory=list)
    known: int = 0
    twice: int = 0
    apart: list[tuple[int, int]] = field(default_factory=list)
    as_one: int = 0


@dataclass
class _Look:
    """One movement, and what it was found to be."""

    number: int
    booking: Booking
    movement: Movement
    seen: Seen
    same: Same = Same.NO
    known: int | None = None  # the entry
    file: str = ""


class Sorter:
    """Sorts one statement, batch by batch; a recorded entry is claimed once in all of it."""

    def __init__(self, recorded: Recorded, account: str, currency: str, family: str) -> None:
        self._recorded = recorded
        self._of = (account, currency, family)
        self._claimed: set[int] = set()
        self._sums: set[tuple[int, int]] = set()
        self._bookings = 0

    def sort(self, bookings: Sequence[Booking]) -> Sorted:
        looks = [look for booking in bookings for look in self._looks(booking)]
        found = Sorted()
        once = list(self._said_once(looks))
        found.twice = len(looks) - len(once)
        known = [one for one in self._recorded.entries(bookings) if one.id not in self._claimed]
        for look, claim in zip(
            once,
            claims([look.seen for look in once], [one.seen for one in known]),
            strict=True,
        ):
            look.same = claim.same
            if claim.known is not None:
                look.known, look.file = known[claim.known].id, known[claim.known].file
        self._lay_sums_beside(once, bookings, known, found)
        for look in once:
            self._settle(look, found)
        return found

    def _looks(self, booking: Booking) -> Iterator[_Look]:
        self._bookings += 1
        for movement, one in zip(booking.movements, seen(*self._of, booking), strict=True):
            yield _Look(self._bookings, booking, movement, one)

    def _said_once(self, looks: Sequence[_Look]) -> Iterator[_Look]:
        """Without what the statement says a second time under one name (ladder.md, "payment, part")."""
        names = {look.seen.bank_reference for look in looks} - {""}
        before = self._recorded.named(names)
        for look in looks:
            name = look.seen.bank_reference
            if name in before and look.seen.is_own and said_twice(look.seen, before[name]):
                continue
            if name:
                before[name] = look.seen
            yield look

    def _lay_sums_beside(
        self,
        looks: Sequence[_Look],
        bookings: Sequence[Booking],
        known: Sequence[Known],
        found: Sorted,
    ) -> None:
        """Bookings of which nothing is surely known, and that the other file may have as a sum."""
        self._recorded.read_apart(bookings)
        by_amount: dict[int, list[Known]] = {}
        for one in known:
            by_amount.setdefault(one.amount, []).append(one)
        by_booking: dict[int, list[_Look]] = {}
        for look in looks:
            by_booking.setdefault(look.number, []).append(look)
        for mine in by_booking.values():
            booking = mine[0].booking
            if any(look.same > Same.MAYBE for look in mine):
                continue
            if len(booking.movements) == 1:
                self._total_of_known(mine[0])
            else:
                self._details_of_known(mine, by_amount.get(booking.amount, ()), found)

    def _total_of_known(self, look: _Look) -> None:
        mine = sum_of(*self._of[:2], look.booking)
        for apart in self._recorded.apart(mine.booked_on, mine.amount):
            same = Same.NO if apart.booking in self._sums else is_sum_of(mine, apart.sum)
            if same > look.same:
                look.same, look.known, look.file = same, apart.entry, apart.file
                if same > Same.MAYBE:
                    self._sums.add(apart.booking)
                    return

    def _details_of_known(
        self, looks: Sequence[_Look], known: Sequence[Known], found: Sorted
    ) -> None:
        mine = sum_of(*self._of[:2], looks[0].booking)
        for one in known:
            if self._recorded.is_apart(one.booking) or one.id in self._claimed:
                continue
            if is_sum_of(_sum_of(one), mine) > Same.MAYBE:
                self._claimed.add(one.id)
                self._take_apart(one, looks, found)
                return

    def _take_apart(self, one: Known, looks: Sequence[_Look], found: Sorted) -> None:
        """Nothing of the sum may have gone anywhere: what did stays with what a person decided."""
        free = one.state == EntryState.OPEN or (one.state == EntryState.SET_ASIDE and not one.actor)
        if one.unmatched == one.amount and free:
            found.apart.append((one.id, len(looks)))
            same = Same.NO
        else:
            found.as_one += len(looks)
            same = Same.LIKELY
        for look in looks:
            look.same, look.known = same, None

    def _settle(self, look: _Look, found: Sorted) -> None:
        if look.known is not None:
            self._claimed.add(look.known)
        if look.same > Same.MAYBE:
            found.known += 1
            return
        doubt = Doubt(look.known, look.file) if look.known is not None else None
        found.new.append(New(look.number, look.booking, look.movement, doubt))


def _sum_of(one: Known) -> Sum:
    return Sum(
        account=one.seen.account,
        currency=one.seen.currency,
        booked_on=one.seen.booked_on,
        amount=one.amount,
        reference=one.seen.booking_reference,
        transactions=one.transactions,
        party=bool(one.seen.party_account),
    )

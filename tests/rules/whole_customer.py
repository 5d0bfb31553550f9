"""One customer's whole ladder, twice: driven by the rules, and written down from `ladder.md` anew.

`driven` asks `rules` what to do, from one moment to the next, as the customer's workflow does.
`expected` walks the calendar and imports nothing from `rules` but the policy's own values. Calls
fail on the day they are made. Amounts in minor units.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from rules.books import book
from rules.case import Facts, Hold, HoldKind, Status, is_overdue
from rules.gathering import Waiting, also_open, going, next_moment, waiting_for
from rules.ladder import Ladder, Pause
from rules.policy import Send, Stage, StageKind
from tests.rules.builders import ONE_DAY, at, invoice, is_business_day, rolled

KINDS = (StageKind.NOTICE, StageKind.CALL, StageKind.LEGAL)


@dataclass(frozen=True)
class Story:
    """What befalls one invoice. Payments (negative: returned) by day; a span of days is held from
    the first, at 00:00, to the second, as it begins."""

    due: date
    amount: int
    payments: Mapping[date, int] = field(default_factory=dict)
    pauses: tuple[tuple[date, date], ...] = ()
    disputes: tuple[tuple[date, date], ...] = ()


@dataclass(frozen=True)
class Happened:
    """One message, task or case: who advanced to which level claiming what, and who was listed."""

    day: date
    kind: StageKind
    advanced: frozenset[tuple[str, int, int]]
    listed: frozenset[tuple[str, int]] = frozenset()


def days_of(stories: Sequence[Story], stages: Sequence[Stage]) -> Iterator[date]:
    """From the day before anything to the day after everything."""
    stirs = [d for s in stories for d in (s.due, *s.payments)]
    stirs += [d for s in stories for span in s.pauses + s.disputes for d in span]
    longest = sum(stage.window.last + 25 for stage in stages if stage.window)
    first, last = min(stirs) - ONE_DAY, max(stirs) + timedelta(days=longest + 40)
    return (first + timedelta(days=n) for n in range((last - first).days))


# Driven by the rules


def driven(stories: Sequence[Story], its: Ladder) -> list[Happened]:
    facts = {str(n): _begin(str(n), story) for n, story in enumerate(stories)}
    credit: Counter[str] = Counter()
    happened: list[Happened] = []
    for today in days_of(stories, its.policy.stages):
        for number, story in zip(facts, stories, strict=True):
            if move := story.payments.get(today):
                facts[number] = _moved(facts[number], move, credit)
        happened += _day(facts, stories, its, today)
    return happened


def _begin(number: str, story: Story) -> Facts:
    pauses = tuple(Pause(at(a, 0), at(b, 0)) for a, b in story.pauses)
    return invoice(number, story.due, amount=story.amount, balance=story.amount, pauses=pauses)


def _moved(facts: Facts, move: int, credit: Counter[str]) -> Facts:
    booking = book(move, balance=facts.balance, credit=credit[facts.number])
    credit[facts.number] += booking.credited
    balance = facts.balance - booking.allocated
    return replace(facts, balance=balance, status=Status.OPEN if balance else Status.SETTLED)


def _day(
    facts: dict[str, Facts], stories: Sequence[Story], its: Ladder, today: date
) -> Iterator[Happened]:
    for number, story in zip(facts, stories, strict=True):
        facts[number] = replace(facts[number], holds=tuple(_holds(story, today)))
    for kind in KINDS:
        now = at(today, 0, 5)
        cases = [(one, its) for one in facts.values()]
        moment = next_moment(waiting_for(kind, cases, now), now)
        if moment is None or its.today(moment) != today:
            assert not going(waiting_for(kind, cases, at(today, 12)), at(today, 12))
            continue
        gone = going(waiting_for(kind, cases, moment), moment)
        assert gone, "the day has come and nobody goes"
        listed = also_open(cases, gone, moment) if kind is StageKind.NOTICE else ()
        for one in gone:
            facts[one.facts.number] = _advanced(one, today)
        yield Happened(
            today,
            kind,
            frozenset((w.facts.number, w.stage.level, w.facts.balance) for w in gone),
            frozenset((f.number, f.balance) for f in listed),
        )


def _holds(story: Story, today: date) -> Iterator[Hold]:
    for kind, spans in (
        (HoldKind.PAUSE, story.pauses),
        (HoldKind.DISPUTE, story.disputes),
    ):
        yield from (Hold(kind, at(end, 0)) for begin, end in spans if begin <= today < end)


def _advanced(waiting: Waiting, today: date) -> Facts:
    facts, stage = waiting.facts, waiting.stage
    assert is_overdue(facts, today)
    if stage.kind is StageKind.LEGAL:
        return replace(facts, handed_over=True)
    return replace(facts, stage=facts.stage + 1, anchor=today, level=max(facts.level, stage.level))


# Written down from ladder.md


@dataclass
class _Invoice:
    number: str
    story: Story
    owed: int  # amount less what came; below 0 where too much came
    anchor: date
    stage: int = 0
    handed_over: bool = False

    def is_held(self, today: date) -> bool:
        return any(a <= today < b for a, b in self.story.pauses + self.story.disputes)

    def moved(self, today: date) -> int:
        days = (self.anchor + timedelta(days=n) for n in range(1, (today - self.anchor).days + 1))
        return sum(any(a <= day < b for a, b in self.story.pauses) for day in days)

    def is_listed(self, today: date) -> bool:
        return (
            self.owed > 0
            and today > self.story.due
            and not self.is_held(today)
            and not self.handed_over
        )


def expected(
    stories: Sequence[Story], stages: Sequence[Stage], send: Send, off: frozenset[date]
) -> list[Happened]:
    invoices = [_Invoice(str(n), s, s.amount, s.due) for n, s in enumerate(stories)]
    happened: list[Happened] = []
    for today in days_of(stories, stages):
        for one in invoices:
            one.owed -= one.story.payments.get(today, 0)
        if not is_business_day(today, off):
            continue
        for kind in KINDS:
            windows = list(_windows(invoices, stages, kind, today, off))
            ends = [last if send is Send.FEWEST else first for first, last, _ in windows]
            if not ends or today < min(ends):
                continue
            gone = [one for first, _, one in windows if first <= today]
            others = [one for one in invoices if one.is_listed(today) and one not in gone]
            happened.append(
                Happened(
                    today,
                    kind,
                    frozenset((one.number, stages[one.stage].level, one.owed) for one in gone),
                    frozenset((one.number, one.owed) for one in others)
                    if kind is StageKind.NOTICE
                    else frozenset(),
                )
            )
            for one in gone:
                one.handed_over = kind is StageKind.LEGAL
                one.stage, one.anchor = one.stage + 1, today
    return happened


def _windows(
    invoices: Sequence[_Invoice],
    stages: Sequence[Stage],
    kind: StageKind,
    today: date,
    off: frozenset[date],
) -> Iterator[tuple[date, date, _Invoice]]:
    for one in invoices:
        if not one.is_listed(today) or one.stage >= len(stages):
            continue
        stage = stages[one.stage]
        if stage.kind is kind and stage.window is not None:
            window = rolled(stage.window, one.anchor, one.story.due, off, moved=one.moved(today))
            yield *window, one

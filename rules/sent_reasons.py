"""Why a notice was sent and what it claimed, in sentences for a bookkeeper, from what is recorded."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from rules.ladder import DayWindow
from rules.money import Money, totals
from rules.policy import Send
from rules.reasons import Reason


@dataclass(frozen=True)
class Claim:
    """One invoice in a notice. Of one that advances, `window` is the notice's at that time and
    `counted_from` the day it counts from; `after` the level sent on that day, 0: its due date."""

    number: str
    balance: Money
    advances: bool
    level: int
    window: DayWindow | None = None
    counted_from: date | None = None
    after: int = 0


@dataclass(frozen=True)
class NoticeStory:
    """All that is recorded of one notice. `sent_at` in the policy's zone; `state` and `mode` in the
    words of docs/data.md; `refused_parts` are further mails of it that the customer did not get."""

    number: str
    customer_id: str
    state: str
    level: int
    day: date
    pay_by: date
    sent_at: datetime | None = None
    reason: str = ""
    mode: str = "send"
    next_kind: str = ""
    send: Send = Send.FEWEST
    asked_by: str | None = None  # who wanted it before its day; "" a person without a name
    claims: tuple[Claim, ...] = ()
    refused_parts: tuple[int, ...] = ()


def why_sent(story: NoticeStory) -> tuple[Reason, ...]:
    """What became of it, what set its day, what it claimed, and what it announced."""
    return (_fate(story), *_refused(story), *_day(story), *_claims(story), _announced(story))


def _fate(story: NoticeStory) -> Reason:
    head = f"Notice {story.number} of level {story.level} to customer {story.customer_id}"
    at = f"{story.sent_at:%Y-%m-%d at %H:%M}" if story.sent_at else str(story.day)
    why = f": {story.reason}" if story.reason else ""
    if story.mode == "letter":
        return Reason("letter", f"{head} went as a letter on {story.day}{why}.")
    words = {
        "made": f"is made for {story.day} and not sent",
        "sending": f"is on its way to the mail server since {story.day}",
        "sent": f"was accepted by the mail server on {at}",
        "in_doubt": f"may have arrived: the mail server gave no answer on {at}, so it counts as sent",
        "lapsed": f"was made for {story.day} and never sent{why}",
        "refused": f"was refused for good on {story.day}{why}",
    }
    redirected = ", redirected to an address of yours" if story.mode == "redirect" else ""
    return Reason(story.state, f"{head} {words[story.state]}{redirected}.")


def part_refused(part: int) -> str:
    """The first part alone is the notice (docs/decisions/0013): of a further one PDFs are missing."""
    return (
        f"Its part {part} did not reach the customer: the notice counts, and the PDFs in that part "
        "are to be sent by another way"
    )


def _refused(story: NoticeStory) -> Iterator[Reason]:
    for part in story.refused_parts:
        yield Reason("part_refused", f"{part_refused(part)}.")


def _day(story: NoticeStory) -> Iterator[Reason]:
    """The invoice for whose sake it was that day: the earliest wanted day (ladder.md, rule 3)."""
    wanted = [(_wanted(story, c.window), c) for c in story.claims if c.advances and c.window]
    if not wanted:
        return
    day, claim = min(wanted, key=lambda pair: (pair[0], pair[1].number))
    assert claim.window is not None, "only those with a window were asked"
    which = "last" if story.send is Send.FEWEST else "first"
    what = f"notice {claim.after} of" if claim.after else "its due date,"
    became = f", and it became {story.day}" if day != story.day else ""
    if story.asked_by is not None:
        yield _asked_for(story, claim, day)
        return
    yield Reason(
        "its_day",
        f"Its day was set by invoice {claim.number}: notice {claim.level} was to go from "
        f"{claim.window.first} to {claim.window.last}, counted from {what} {claim.counted_from}; "
        f"the policy takes the {which} day{became}.",
    )


def _asked_for(story: NoticeStory, claim: Claim, day: date) -> Reason:
    assert claim.window is not None, "only those with a window were asked"
    who = story.asked_by or "A person"
    return Reason(
        "asked_for",
        f"{who} wanted it sent at once: notice {claim.level} of invoice {claim.number} might go from "
        f"{claim.window.first} to {claim.window.last}, and would have gone on {day}.",
    )


def _wanted(story: NoticeStory, window: DayWindow) -> date:
    return window.last if story.send is Send.FEWEST else window.first


def _claims(story: NoticeStory) -> Iterator[Reason]:
    for claim in story.claims:
        became = f"reaches level {claim.level}" if claim.advances else "named as also open"
        code = "claimed" if claim.advances else "listed"
        yield Reason(code, f"Invoice {claim.number}: {claim.balance}, {became}.")
    if story.claims:
        owed = ", ".join(str(total) for total in totals(claim.balance for claim in story.claims))
        yield Reason("total", f"Together: {owed}.")


def _announced(story: NoticeStory) -> Reason:
    following = {
        "notice": "another notice",
        "call": "a call",
        "legal": "the lawyer",
        "": "nothing further",
    }[story.next_kind]
    return Reason("announced", f"It asks to pay by {story.pay_by}, and announces {following}.")

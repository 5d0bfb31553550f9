"""Why an invoice is not reminded now, in sentences for a bookkeeper, from what is recorded."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from rules.case import Facts, HoldKind, Next, Status, What, next_step
from rules.collecting import Doing
from rules.coming_debits import ComingDebit, coming_debit
from rules.days import DAY
from rules.ladder import DayWindow, Ladder
from rules.money import Money
from rules.policy import Send, StageKind


@dataclass(frozen=True)
class Reason:
    """One sentence, and the word by which a program knows it (docs/commands.md, "why")."""

    code: str
    sentence: str


@dataclass(frozen=True)
class StandingHold:
    """A hold that stands. `ends` is the day as which it ends by itself, None: somebody ends it;
    `whole_customer`: it holds every invoice of the customer."""

    kind: HoldKind
    since: date
    ends: date | None = None
    whole_customer: bool = False
    reason: str = ""
    by: str = ""


@dataclass(frozen=True)
class Circumstances:
    """What a person has to know to see why nothing is sent about one invoice.

    `over_since` is the day it was settled or closed, `handed_over` the day it went to the lawyer.
    `parked` is what waits for a person at the customer (the words of docs/runbook.md) and since
    when. `customers_day` is when the customer is written to next, None where no day is set;
    `under_way` names a notice that is made and not yet sent, `sent_today` one that went today.
    `bank_data_until` is the day bank data ends, where the policy says it is too old to remind on.
    """

    facts: Facts
    ladder: Ladder
    now: datetime
    over_since: date | None = None
    handed_over: date | None = None
    case: str = ""
    holds: tuple[StandingHold, ...] = ()
    parked: dict[str, date] = field(default_factory=dict)
    mail_mode: str = "send"
    customers_day: date | None = None
    under_way: str = ""
    sent_today: str = ""
    bank_data_until: date | None = None

    @property
    def today(self) -> date:
        return self.ladder.today(self.now)


def why_not_reminded(case: Circumstances) -> tuple[Reason, ...]:
    """Every reason, the one that decides first. Never empty: where nothing is in the way, it says
    that a worker sends it."""
    following = next_step(case.facts, case.ladder, case.now)
    return tuple(_REASONS[following.what](case, following))


def _over(case: Circumstances, _next: Next) -> Iterator[Reason]:
    since = f" since {case.over_since}" if case.over_since else ""
    words = {
        Status.OPEN: ("settled", f"Nothing is owed on it{since}"),
        Status.SETTLED: ("settled", f"It is paid{since}"),
        Status.CANCELLED: ("cancelled", f"It is cancelled{since}"),
        Status.WRITTEN_OFF: ("written_off", f"It is written off{since}"),
    }
    code, words_of_it = words[case.facts.status]
    yield Reason(code, f"{words_of_it}: the ladder has ended.")
    if case.facts.status is Status.WRITTEN_OFF and case.facts.balance:
        owed = Money(case.facts.balance, case.facts.currency)
        yield Reason(
            "owed_again",
            f"Money came back on it since, and {owed} is owed again: a person writes that off as well, "
            "or sees to it otherwise and says retry to the customer.",
        )


def _handed_over(case: Circumstances, _next: Next) -> Iterator[Reason]:
    since = f" since {case.handed_over}" if case.handed_over else ""
    name = f" in case {case.case}" if case.case else ""
    yield Reason("with_lawyer", f"It is with the lawyer{since}{name}: Duely writes no more.")


def _held(case: Circumstances, _next: Next) -> Iterator[Reason]:
    yield from (_hold(hold) for hold in case.holds)


def _hold(hold: StandingHold) -> Reason:
    whose = "The whole customer" if hold.whole_customer else "It"
    last = hold.ends - DAY if hold.ends else None
    code, words = {
        HoldKind.PAUSE: (
            "customer_paused" if hold.whole_customer else "paused",
            f"{whose} is paused since {hold.since}, "
            + (f"until {hold.ends}" if hold.ends else "until somebody resumes it"),
        ),
        HoldKind.PROMISE: (
            "promised",
            f"On {hold.since} the customer promised to pay: it waits through {last}",
        ),
        HoldKind.CLAIMED_PAID: (
            "said_paid",
            f"On {hold.since} the customer said it is paid: it waits for the money through {last}",
        ),
        HoldKind.DISPUTE: (
            "disputed",
            f"It is disputed since {hold.since}, until somebody records the outcome",
        ),
    }[hold.kind]
    by = f", by {hold.by}" if hold.by else ""
    why = f" ({hold.reason})" if hold.reason else ""
    return Reason(code, f"{words}{by}{why}.")


def _collecting(case: Circumstances, _next: Next) -> Iterator[Reason]:
    debit = coming_debit(case.facts, case.ladder, case.now)
    if debit is None:
        yield Reason("collecting", f"A debit of it is prepared: {_NOTICES_WAIT}.")
    elif debit.doing is Doing.WAIT:
        unannounced = "address" in case.parked and "collection" not in case.parked
        what = "an address that it can be announced to" if unannounced else "a correction"
        yield Reason("debit_waits", f"Its debit by {debit.method} waits for {what}.")
    elif debit.doing is Doing.ASK:
        asked = f" It is asked for on {case.ladder.today(debit.at)}." if debit.at else ""
        yield Reason(
            "debit_under_way",
            f"A debit by {debit.method} is under way for {debit.day}: {_NOTICES_WAIT}.{asked}",
        )
    else:
        yield Reason("collecting", f"{_debited(debit)}: {_NOTICES_WAIT}.")
    yield from _parked(case, "collection")
    if debit is not None and debit.doing is Doing.WAIT:
        yield from _parked(case, "address")


def _debited(debit: ComingDebit) -> str:
    again = " again" if debit.again else ""
    if debit.doing is Doing.ANNOUNCE:
        return f"It is announced on {debit.announced_on}, debited{again} by {debit.method} on {debit.day}"
    told = f", as was announced on {debit.announced_on}" if debit.announced_on else ""
    return f"It is debited{again} by {debit.method} on {debit.day}{told}"


def _telling(case: Circumstances, _next: Next) -> Iterator[Reason]:
    yield Reason(
        "debit_letter", f"The customer is told of its debit in letter {case.facts.letter} first."
    )
    yield from _parked(case, "address")


def _called(case: Circumstances, _next: Next) -> Iterator[Reason]:
    yield Reason(
        "in_call", f"All notices went; it is in call task {case.facts.task}: a person phones."
    )
    yield from _parked(case, "phone", "unworked")


def _proposed(case: Circumstances, _next: Next) -> Iterator[Reason]:
    name = case.facts.proposed
    yield Reason("awaits_approval", f"Case {name} for the lawyer awaits a person's yes.")


def _nothing(case: Circumstances, _next: Next) -> Iterator[Reason]:
    yield Reason("ladder_ended", f"Policy {case.ladder.policy.name} has no further stage.")


def _stage(case: Circumstances, following: Next) -> Iterator[Reason]:
    window = following.window
    assert window is not None, "a stage that is not collect has a window"
    if case.today <= case.facts.due_date:
        yield Reason(
            "not_overdue",
            f"It is due on {case.facts.due_date} and not overdue: "
            f"{_stage_name(following)} comes from {window.first} to {window.last}.",
        )
    elif following.kind is not StageKind.NOTICE:
        yield Reason(
            "notices_over",
            f"No notice is left: {_stage_name(following)} comes from {window.first} "
            f"to {window.last}.",
        )
        if following.kind is StageKind.LEGAL:
            yield from _bank_data(case)
        yield from _parked(case, "phone")
    else:
        yield from _notice(case, following, window)


def _notice(case: Circumstances, following: Next, window: DayWindow) -> Iterator[Reason]:
    name = _stage_name(following).capitalize()
    earliest = case.facts.not_before
    if earliest is not None and case.today < earliest:
        yield Reason(
            "backlog",
            f"It came in with a backlog that is spread: it asks for {earliest}, not before.",
        )
    if case.today < window.first:
        counted = f"counted from {case.facts.anchor}"
        yield Reason(
            "window_ahead", f"{name} may go from {window.first} to {window.last}, {counted}."
        )
    elif case.bank_data_until is not None:
        yield from _bank_data(case)
    elif case.customers_day and case.customers_day > case.today:
        yield Reason("goes_with_others", f"{name} goes on {case.customers_day}: {_choice(case)}.")
    else:
        yield Reason("due_now", f"{name} is due: a worker sends it within the policy's hours.")
    if case.under_way:
        yield Reason("under_way", f"Notice {case.under_way} is made and waits to be sent.")
    if case.sent_today:
        yield Reason(
            "sent_today",
            f"Notice {case.sent_today} went to the customer today: no second one does on one day.",
        )
    if case.mail_mode == "hold":
        yield Reason("mails_held", "DUELY_MAIL_MODE is hold: notices are made and not sent.")
    yield from _parked(case, "address", "papers")


def _bank_data(case: Circumstances) -> Iterator[Reason]:
    if case.bank_data_until is None:
        return
    age = case.ladder.policy.bank_data_max_age
    yield Reason(
        "bank_data_old",
        f"Bank data ends on {case.bank_data_until}, and the policy reminds on none older than "
        f"{age} business days: it waits for a newer statement.",
    )


def _choice(case: Circumstances) -> str:
    """How the policy chose the customer's day (ladder.md, rule 3)."""
    which = "last" if case.ladder.policy.send is Send.FEWEST else "first"
    return (
        "a customer gets one message about all that is due, "
        f"on the earliest {which} day of its invoices' windows"
    )


_NOTICES_WAIT = "notices wait until its last try has an outcome"
_TROUBLES = {
    "collection": "a debit only a person can mend: see docs/runbook.md, then collection-retry",
    "address": "the customer's e-mail address takes no mail: mend it with set-address, "
    "or record a letter",
    "papers": "a document could not be made: see docs/runbook.md, then retry",
    "phone": "the customer's telephone number is wrong or missing: mend it with set-phone",
    "unworked": "nobody has worked the call task in time",
}


def _parked(case: Circumstances, *kinds: str) -> Iterator[Reason]:
    for kind in kinds:
        if kind in case.parked:
            since = case.parked[kind]
            yield Reason(kind, f"A person is needed since {since}: {_TROUBLES[kind]}.")


def _stage_name(following: Next) -> str:
    names = {
        StageKind.COLLECT: "the collection",
        StageKind.NOTICE: f"notice {following.level}",
        StageKind.CALL: "the call",
        StageKind.LEGAL: "the handover to the lawyer",
    }
    assert following.kind is not None, "a stage has a kind"
    return names[following.kind]


_REASONS: dict[What, Callable[[Circumstances, Next], Iterator[Reason]]] = {
    What.OVER: _over,
    What.HANDED_OVER: _handed_over,
    What.HELD: _held,
    What.COLLECT: _collecting,
    What.LETTER: _telling,
    What.CALLED: _called,
    What.PROPOSED: _proposed,
    What.NOTHING: _nothing,
    What.STAGE: _stage,
}

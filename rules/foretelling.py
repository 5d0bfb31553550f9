"""What comes next for an invoice, as a sentence for whoever is about to say what came of a call."""

from dataclasses import dataclass
from datetime import date, datetime

from rules.case import HoldKind, What
from rules.collecting import Doing
from rules.coming_debits import ComingDebit
from rules.days import DAY
from rules.policy import StageKind


@dataclass(frozen=True)
class Coming:
    """The next step of one invoice. `at` is its moment in the policy's zone, None where a person has
    to act first; `asks_first`: a case that waits for a yes; `debit`: of one that is collected."""

    what: What
    kind: StageKind | None = None
    level: int = 0
    at: datetime | None = None
    held_by: tuple[HoldKind, ...] = ()
    asks_first: bool = False
    debit: ComingDebit | None = None


def foretold(following: Coming, afterwards: Coming | None = None) -> str:
    """One sentence, or two. `afterwards` is what comes once a hold has run out and nothing was paid."""
    if following.what is not What.HELD:
        return _sentence(_step(following))
    if following.at is None:
        return _without_end(following)
    held = f"Held through {day_text(following.at.date() - DAY)}"
    if afterwards is None:
        return _sentence(held)
    return _sentence(f"{held}; if the money has not come by then, {_step(afterwards)}")


def _without_end(following: Coming) -> str:
    if HoldKind.DISPUTE in following.held_by:
        return "Held until somebody records what became of the dispute."
    return "Held until somebody resumes it."


def _step(following: Coming) -> str:
    match following.what:
        case What.OVER:
            return "nothing is owed any more, and the ladder ends"
        case What.HELD:
            return "something else holds it still"
        case What.CALLED:
            return f"the next call is due {_moment(following)}"
        case What.PROPOSED:
            return "its case for the lawyer waits for a person's yes"
        case What.HANDED_OVER:
            return "it is with the lawyer"
        case What.NOTHING:
            return "the ladder has no further stage, and nothing more happens by itself"
        case What.COLLECT:
            return _debit(following)
        case What.LETTER:
            return "the customer is told of its debit at once"
        case What.STAGE:
            return _stage(following)


def _debit(following: Coming) -> str:
    debit = following.debit
    if debit is None or debit.day is None:
        waits = debit is not None and debit.doing is Doing.WAIT
        return (
            "its debit waits until a person has corrected it" if waits else "it is debited at once"
        )
    day, again = day_text(debit.day), " again" if debit.again else ""
    match debit.doing:
        case Doing.ASK:
            return f"a debit of it is under way for {day}, and its outcome decides"
        case Doing.ANNOUNCE if debit.announced_on is not None:
            return f"it is announced on {day_text(debit.announced_on)}, debited{again} on {day}"
        case _:
            told = (
                f", as was announced on {day_text(debit.announced_on)}"
                if debit.announced_on
                else ""
            )
            return f"it is debited{again} on {day}{told}"


def _stage(following: Coming) -> str:
    match following.kind:
        case StageKind.CALL if following.at is None:
            return "nobody is phoned before a person has seen to the telephone number (needs attention)"
        case StageKind.CALL:
            return f"a new call is due {_on(following)}"
        case StageKind.LEGAL if following.asks_first:
            return f"its case for the lawyer is put to a person for a yes {_on(following)}"
        case StageKind.LEGAL:
            return f"it goes to the lawyer {_on(following)}"
        case _:
            return f"notice {following.level} goes out {_on(following)}"


def _on(following: Coming) -> str:
    return f"on {day_text(following.at.date())}" if following.at else "once a person has acted"


def _moment(following: Coming) -> str:
    return f"{_on(following)}, {following.at:%H:%M}" if following.at else "at once"


def day_text(day: date) -> str:
    """`12 March 2026`"""
    return f"{day.day} {day:%B %Y}"


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."

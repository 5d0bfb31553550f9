"""What an invoice does next, noted beside its position and said to its workflow."""

from datetime import datetime

from sqlmodel import Session

from activities.facts import note_next
from models.messages import Step
from rules.case import Facts, Next, What, collection_move, is_over, next_step
from rules.ladder import Ladder


def noted_step(session: Session, facts: Facts, ladder: Ladder, now: datetime) -> Step:
    """Work out the next step and note it for those who watch."""
    following = next_step(facts, ladder, now)
    moment = note_next(session, facts, ladder, following, now)
    move = collection_move(facts, ladder, now) if following.what is What.COLLECT else None
    step = _as_step(facts, ladder, following, moment)
    return step.model_copy(update={"doing": move.doing}) if move else step


def _as_step(facts: Facts, ladder: Ladder, following: Next, moment: datetime | None) -> Step:
    policy = ladder.policy
    enlists = following.what is What.STAGE and following.at is None
    stage = ladder.stage(facts.stage)
    return Step(
        what=following.what,
        over=is_over(facts),
        kind=stage.kind if stage else None,
        level=stage.level if stage else 0,
        at=following.at,
        enlists_for=moment if enlists else None,
        held_by=tuple(sorted({hold.kind for hold in facts.holds})),
        first=following.window.first if following.window else None,
        last=following.window.last if following.window else None,
        balance=facts.balance,
        currency=facts.currency,
        due_date=facts.due_date,
        has_begun=facts.stage > ladder.first_stage(with_mandate=False),
        handed_over=facts.handed_over,
        promises_left=policy.promises - facts.promises_broken,
        promise_limit=policy.promise_limit,
        timezone=policy.timezone,
        sent=facts.level,
        status=facts.status,
        reference=facts.task or facts.proposed,
    )

"""What a policy's keys must be to each other (ladder.md, "The standard policy").

Each rule takes the checked shape and yields what is wrong: the path of the key, and a sentence.
"""

from collections.abc import Iterator
from itertools import pairwise

from gateways.policy_shape import CallShape, CollectShape, NoticeShape, PolicyShape, StageShape

KeyPath = tuple[str | int, ...]
Fault = tuple[KeyPath, str]


def faults(policy: PolicyShape) -> Iterator[Fault]:
    """Everything that is wrong with the policy as a whole, stage by stage."""
    yield from _hours(policy)
    yield from _levels(policy.stage)
    for number, stage in enumerate(policy.stage):
        yield from _order(number, stage, policy.stage)
        yield from _window(number, stage)
        yield from _attempts(number, stage)
    for number, (stage, following) in enumerate(pairwise(policy.stage)):
        yield from _time_to_pay(number, stage, following)


def _hours(policy: PolicyShape) -> Iterator[Fault]:
    if policy.send_until is not None and policy.send_until <= policy.send_at:
        begin, end = (f"{at:%H:%M}" for at in (policy.send_at, policy.send_until))
        yield ("send_until",), f"send_until {end} is not after send_at {begin}"


def _levels(stages: list[StageShape]) -> Iterator[Fault]:
    """Levels may be absent, like any stage; they may not repeat or fall."""
    notices = [(n, stage) for n, stage in enumerate(stages) if isinstance(stage, NoticeShape)]
    for (_, before), (number, stage) in pairwise(notices):
        if stage.level <= before.level:
            yield (
                ("stage", number, "level"),
                f"level {stage.level} after level {before.level}, expected them to rise",
            )


def _order(number: int, stage: StageShape, stages: list[StageShape]) -> Iterator[Fault]:
    if stage.kind == "collect" and number > 0:
        yield ("stage", number, "kind"), "a collect stage can only be the first stage"
    if stage.kind == "legal" and number < len(stages) - 1:
        yield ("stage", number, "kind"), "a legal stage can only be the last stage"


def _window(number: int, stage: StageShape) -> Iterator[Fault]:
    if isinstance(stage, CollectShape):
        return
    first, last = stage.window
    if first > last:
        found = f"window [{first}, {last}] is upside down, expected the first day, then the last"
        yield ("stage", number, "window"), found


def _attempts(number: int, stage: StageShape) -> Iterator[Fault]:
    if isinstance(stage, CallShape) and len(stage.retry_days) != stage.attempts - 1:
        wrong = "retry_days" if stage.retry_days or stage.attempts == 1 else "attempts"
        yield (
            ("stage", number, wrong),
            f"retry_days has {len(stage.retry_days)} entries, expected {stage.attempts - 1}: "
            f"one less than the {stage.attempts} attempts",
        )


def _time_to_pay(number: int, stage: StageShape, following: StageShape) -> Iterator[Fault]:
    """Whoever pays on the last day named must not have been reminded again, or called, before."""
    if not isinstance(stage, NoticeShape) or isinstance(following, CollectShape):
        return
    first = following.window[0]
    if stage.pay_within >= first:
        yield (
            ("stage", number, "pay_within"),
            f"pay_within {stage.pay_within} is not shorter than the {first} days after which "
            f"the next stage ({following.kind}) may happen",
        )

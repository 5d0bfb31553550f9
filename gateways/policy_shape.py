"""The keys of a policy file: names, types, defaults and limits of single values.

ladder.md, "The standard policy", is the source. What concerns more than one key is in
`policy_rules`; here each key is looked at alone.
"""

import re
from datetime import time
from decimal import Decimal
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from gateways.calendars import TARGET, business_days

LONGEST = 3650  # days; more is a slip of the finger and would leave the calendar's range
LONGEST_NAME = 100  # characters
_DECIMAL = re.compile(r"[0-9]{1,12}(\.[0-9]{1,4})?")
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


def _time_of_day(value: Any) -> time:
    """`"HH:MM"`, or TOML's own local time, to the minute."""
    if isinstance(value, time) and not value.second and not value.microsecond:
        return value
    if isinstance(value, str) and (found := _CLOCK.fullmatch(value)):
        return time(int(found[1]), int(found[2]))
    raise ValueError('expected a time of day like "09:00"')


def _decimal(value: Any) -> Decimal:
    """Text, as a float would not be the number that was written."""
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        return Decimal(value)
    raise ValueError('expected a decimal number as text, like "0.50"')


def _plain_name(name: Any) -> Any:
    if isinstance(name, str) and not (name.isprintable() and 0 < len(name.strip()) == len(name)):
        raise ValueError("expected plain text that neither begins nor ends with a space")
    if isinstance(name, str) and len(name) > LONGEST_NAME:
        raise ValueError(f"expected at most {LONGEST_NAME} characters")
    return name


def _known_calendar(code: Any) -> Any:
    if isinstance(code, str):
        business_days(code)
    return code


def _known_timezone(key: Any) -> Any:
    """OSError: a key such as `Europe` names a directory of the time zone database."""
    if isinstance(key, str):
        try:
            ZoneInfo(key)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError("expected a time zone such as Europe/Berlin") from error
    return key


NonNegative = Annotated[int, Field(ge=0, le=LONGEST)]
Number = Annotated[Decimal, BeforeValidator(_decimal)]
Percent = Annotated[Number, Field(le=100)]
Positive = Annotated[int, Field(ge=1, le=LONGEST)]
Days = Annotated[list[NonNegative], Field(min_length=2, max_length=2)]
Clock = Annotated[time, BeforeValidator(_time_of_day)]
Calendar = Annotated[str, BeforeValidator(_known_calendar)]
Timezone = Annotated[str, BeforeValidator(_known_timezone)]
Name = Annotated[str, BeforeValidator(_plain_name)]


class Shape(BaseModel):
    """No unknown keys, and no guesses: `true` is no number, `"5"` is none either."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class CollectShape(Shape):
    kind: Literal["collect"]
    retry_days: list[Positive] = []
    calendar: Calendar = TARGET


class NoticeShape(Shape):
    """Levels 1 to 3: there are texts for three."""

    kind: Literal["notice"]
    level: Annotated[int, Field(ge=1, le=3)]
    window: Days
    pay_within: Positive


class CallShape(Shape):
    kind: Literal["call"]
    window: Days
    attempts: Annotated[int, Field(ge=1, le=100)] = 1
    retry_days: list[Positive] = []
    escalate_after: Positive = 5


class LegalShape(Shape):
    kind: Literal["legal"]
    window: Days
    approval: bool = False


StageShape = CollectShape | NoticeShape | CallShape | LegalShape
STAGE_SHAPES: dict[str, type[Shape]] = {
    "collect": CollectShape,
    "notice": NoticeShape,
    "call": CallShape,
    "legal": LegalShape,
}


class PolicyShape(Shape):
    name: Name
    timezone: Timezone
    business_days: Calendar
    send: Literal["fewest", "early"] = "fewest"
    send_at: Clock = time(9, 0)
    send_until: Clock | None = None
    max_message_mb: Annotated[int, Field(ge=1, le=1000)] = 20
    promise_grace: NonNegative = 2
    promise_limit: NonNegative = 30
    promises: NonNegative = 2
    bank_data_max_age: NonNegative = 0
    discount_percent: Percent = Decimal(0)
    discount_days: NonNegative = 0
    small_difference: Number = Decimal(0)
    stage: Annotated[list[Annotated[StageShape, Field(discriminator="kind")]], Field(min_length=1)]

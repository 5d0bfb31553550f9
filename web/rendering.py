"""The console's templates, filled in: everything escaped, nothing missing, English words and dates."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from activities.papers.language import ENGLISH, TEMPLATES, tongue
from rules.money import Money

_SPEAKS = tongue(ENGLISH)


def rendered(template: str, values: Mapping[str, Any]) -> str:
    """One template of `templates/console/`."""
    return _environment().get_template(template).render(values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES / "console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        {"money": _money, "day": day_text, "moment": moment_text, "part": _part}
    )
    return environment


def _money(money: Money) -> str:
    return _SPEAKS.money(money)


def _part(key: str) -> str:
    """A key as one part of an address."""
    return quote(key, safe="")


def day_text(day: date) -> str:
    """`12 Mar 2026`"""
    return _SPEAKS.short_day(day)


def moment_text(moment: datetime) -> str:
    """`12 Mar 2026, 09:00`, in the zone it is in."""
    return f"{_SPEAKS.short_day(moment.date())}, {moment:%H:%M}"

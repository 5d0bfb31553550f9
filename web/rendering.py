"""The console's templates, filled in: everything escaped, nothing missing, English words and dates."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from activities.papers.language import ENGLISH, TEMPLATES, tongue
from rules.money import Money, decimal_text

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
        {"money": _money, "day": day_text, "moment": moment_text, "part": _part, "iso_day": iso_day}
    )
    return environment


def _money(money: Money) -> str:
    """As letters in English write it, without Babel's tenth of a millisecond for each: a page may
    have hundreds."""
    whole, point, decimals = decimal_text(abs(money.minor), money.currency).partition(".")
    sign = "-" if money.minor < 0 else ""
    return f"{sign}{_symbol(money.currency)}{int(whole):,}{point}{decimals}"


@cache
def _symbol(currency: str) -> str:
    """What stands before the figures: `€`, or `SEK` and a space."""
    return _SPEAKS.money(Money(0, currency)).partition("0")[0]


def _part(key: str) -> str:
    """A key as one part of an address."""
    return quote(key, safe="")


@lru_cache(4096)
def day_text(day: date) -> str:
    """`12 Mar 2026`"""
    return _SPEAKS.short_day(day)


def iso_day(day: str) -> str:
    """`2026-03-12` as the other days are written."""
    return day_text(date.fromisoformat(day))


def moment_text(moment: datetime) -> str:
    """`12 Mar 2026, 09:00`, in the zone it is in."""
    return f"{day_text(moment.date())}, {moment:%H:%M}"

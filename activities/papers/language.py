"""Which language a letter is written in, and how it writes words, days and money.

A language can be used when it has a catalogue, `templates/locale/LANGUAGE/LC_MESSAGES/duely.po`;
the English texts stand in the templates themselves.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.numbers import format_currency, get_currency_symbol

from rules.money import Money, decimal_text, exponent

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
CATALOGUES = TEMPLATES / "locale"
ENGLISH = "en"
# 02/03/2012 is two different days to English readers; a named month is one.
_ENGLISH_DAYS = {"long": "d MMMM y", "medium": "d MMM y"}


@dataclass(frozen=True)
class Tongue:
    """A language that has texts, with the habits of a country where they are known."""

    language: str
    locale: Locale

    def money(self, money: Money) -> str:
        """`1.234,50 €`: the locale's way, with exactly the currency's own decimals (ISO 4217)."""
        amount = Decimal(decimal_text(money.minor, money.currency))
        pattern = _currency_pattern(self.locale, money.currency)
        return format_currency(
            amount, money.currency, pattern, locale=self.locale, currency_digits=False
        )

    def day(self, day: date) -> str:
        """`14 February 2012`, `14. Februar 2012`."""
        return self._date(day, "long")

    def short_day(self, day: date) -> str:
        """`14 Feb 2012`, `14.02.2012`: for tables."""
        return self._date(day, "medium")

    def clock(self, moment: datetime) -> str:
        """`14:03 GMT+1`, `14:03 MEZ`: the time of day in the moment's own zone, which is named."""
        return format_time(moment, "HH:mm z", tzinfo=moment.tzinfo, locale=self.locale)

    def country(self, code: str) -> str:
        """The country's name in this language, "" for a code that is none."""
        return str(self.locale.territories.get(code.upper(), ""))

    def _date(self, day: date, width: str) -> str:
        pattern = _ENGLISH_DAYS[width] if self.language == ENGLISH else width
        return format_date(day, pattern, locale=self.locale)


def tongue(language: str, country: str = "") -> Tongue:
    """The language's catalogue with its country's formats; plain English where there is none.

    A French customer who is written to in English reads English figures as well: `en` and `FR`
    would make 1 234,50 of 1,234.50.
    """
    spoken = re.split(r"[-_]", language.strip().lower())[0]
    if spoken not in languages():
        return Tongue(ENGLISH, Locale.parse(ENGLISH))
    return Tongue(spoken, _locale(spoken, country.strip().upper()))


@cache
def languages() -> frozenset[str]:
    """English, and every language with a catalogue."""
    return frozenset({ENGLISH, *(path.parts[-3] for path in CATALOGUES.glob("*/*/duely.po"))})


def _locale(language: str, country: str) -> Locale:
    """`de` and `AT` make de_AT; a pair that CLDR does not know (`de`, `LT`) makes plain `de`."""
    try:
        return Locale.parse(f"{language}_{country}", resolve_likely_subtags=False)
    except (UnknownLocaleError, ValueError):
        return Locale.parse(language)


def _currency_pattern(locale: Locale, currency: str) -> str:
    """The locale's pattern for money with the decimals of ISO 4217.

    CLDR rounds some currencies to other decimals (ISK, HUF, IQD): a letter would then claim another
    sum than the books. A symbol of letters keeps a space from the figures: `ISK 1,234`.
    """
    decimals = exponent(currency)
    fraction = "." + "0" * decimals if decimals else ""
    pattern: str = locale.currency_formats["standard"].pattern
    if get_currency_symbol(currency, locale=locale)[-1].isalpha():
        pattern = re.sub("¤(?=[#0])", "¤\N{NO-BREAK SPACE}", pattern)
    return re.sub(r"0(\.0+)?(?=[^0#,.]|$)", "0" + fraction, pattern)

"""Which language a letter comes out in."""

from datetime import date

import pytest

from activities.papers.language import languages, tongue


@pytest.mark.parametrize(
    "language", ["", "fr", "lt", "tr", "xx", "english", "../../etc", "zh-Hant"]
)
def test_language_without_catalogue_is_english(language: str) -> None:
    assert tongue(language, "").language == "en"


@pytest.mark.parametrize("language", ["de", "DE", "de-AT", "de_DE", " de "])
def test_german_however_written_is_german(language: str) -> None:
    assert tongue(language, "").language == "de"


def test_english_for_a_french_customer_keeps_english_dates_and_money() -> None:
    speaks = tongue("fr", "FR")
    assert str(speaks.locale) == "en"
    assert speaks.day(date(2012, 2, 14)) == "14 February 2012"


@pytest.mark.parametrize("country", ["", "GB", "US", "??", "ZZZZ", "ß"])
def test_english_dates_name_the_month_whatever_the_country(country: str) -> None:
    assert tongue("en", country).short_day(date(2012, 3, 2)) == "2 Mar 2012"


def test_austrian_january_has_its_own_name() -> None:
    assert tongue("de", "AT").day(date(2012, 1, 3)) == "3. Jänner 2012"


def test_german_in_a_country_without_german_is_plain_german() -> None:
    assert str(tongue("de", "LT").locale) == "de"


def test_unknown_country_has_no_name() -> None:
    assert tongue("de").country("Q9") == ""
    assert tongue("de").country("gb") == "Vereinigtes Königreich"


def test_languages_are_english_and_those_with_a_catalogue() -> None:
    assert languages() >= {"en", "de"}

"""The columns `level` and `last_notice_date`: a ladder that other books began."""

from datetime import date
from pathlib import Path

import pytest

from rules.errors import FileMistake
from sandbox.feeder import days_of
from tests.files.ledgers import at, invoice_text, read_text

CONTINUED = {"level": "2", "last_notice_date": "2026-03-02"}


def test_level_and_day_are_read(tmp_path: Path) -> None:
    (file,) = read_text(tmp_path, invoice_text(CONTINUED))
    assert (file.invoices[0].level, file.invoices[0].last_notice_on) == (2, date(2026, 3, 2))


@pytest.mark.parametrize("level", ["", "0"])
def test_no_level_is_the_beginning(tmp_path: Path, level: str) -> None:
    (file,) = read_text(tmp_path, invoice_text({"level": level, "last_notice_date": ""}))
    assert (file.invoices[0].level, file.invoices[0].last_notice_on) == (0, None)


def test_notice_on_the_due_date_itself_is_taken(tmp_path: Path) -> None:
    (file,) = read_text(tmp_path, invoice_text({"level": "1", "last_notice_date": "2026-01-19"}))
    assert file.invoices[0].last_notice_on == date(2026, 1, 19)


@pytest.mark.parametrize(
    ("changes", "column", "said"),
    [
        ({"level": "-1"}, "level", "'-1' is no level, expected a whole number such as 1"),
        ({"level": "1.0"}, "level", "'1.0' is no level"),
        ({"level": "two"}, "level", "'two' is no level"),
        ({"level": "٢"}, "level", "is no level"),
        ({"level": "1000"}, "level", "'1000' is no level"),
        ({"level": ""}, "last_notice_date", "'2026-03-02' stands without a level"),
        ({"level": "0"}, "last_notice_date", "stands without a level, expected one above 0"),
        (
            {"last_notice_date": ""},
            "last_notice_date",
            "is empty, expected the day on which notice 2 was sent",
        ),
        ({"last_notice_date": "02.03.2026"}, "last_notice_date", "expected YYYY-MM-DD"),
        (
            {"last_notice_date": "2026-01-18"},
            "last_notice_date",
            "2026-01-18 is before the due date 2026-01-19",
        ),
    ],
    ids=str,
)
def test_wrong_value_is_refused_with_line_and_column(
    tmp_path: Path, changes: dict[str, str], column: str, said: str
) -> None:
    row = {"invoice_number": "R-2", **CONTINUED, **changes}
    with pytest.raises(FileMistake) as caught:
        read_text(tmp_path, invoice_text({}, row))
    assert at(caught.value) == ("a.csv", 3, column)
    assert said in str(caught.value)


def test_level_without_the_column_of_its_day_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileMistake) as caught:
        read_text(tmp_path, invoice_text({"level": "1"}))
    assert at(caught.value) == ("a.csv", 2, "last_notice_date")


@pytest.mark.parametrize(
    ("other", "column"),
    [
        ({"level": "1"}, "level"),
        ({"last_notice_date": "2026-03-03"}, "last_notice_date"),
        ({"level": "", "last_notice_date": ""}, "level"),
    ],
    ids=str,
)
def test_one_invoice_with_two_levels_in_a_call_is_refused(
    tmp_path: Path, other: dict[str, str], column: str
) -> None:
    with pytest.raises(FileMistake) as caught:
        read_text(tmp_path, invoice_text(CONTINUED), invoice_text({**CONTINUED, **other}))
    assert at(caught.value) == ("b.csv", 2, column)
    assert f"another {column}" in str(caught.value)


def test_replay_begins_every_ladder_at_its_beginning(tmp_path: Path) -> None:
    files = read_text(tmp_path, invoice_text(CONTINUED))
    (day,) = days_of(files).values()
    assert [(row.level, row.last_notice_on) for row in day.invoices] == [(0, None)]

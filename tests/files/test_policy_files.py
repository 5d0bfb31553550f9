"""Policy files: what a right one means, and the line of every fault."""

from collections.abc import Callable
from datetime import time
from decimal import Decimal
from pathlib import Path

import pytest
import tomlkit

from gateways.policy_files import policy_from_text, read_policy
from rules.errors import FileMistake
from rules.policy import Send, Stage, StageKind, Window

HEAD = 'name = "x"\ntimezone = "Europe/Berlin"\nbusiness_days = "DE"\n'  # lines 1 to 3
COLLECT = '[[stage]]\nkind = "collect"\n'
NOTICE = '[[stage]]\nkind = "notice"\nlevel = 1\nwindow = [3, 9]\npay_within = 4\n'
CALL = '[[stage]]\nkind = "call"\nwindow = [5, 10]\n'
LEGAL = '[[stage]]\nkind = "legal"\nwindow = [3, 8]\n'
WHOLE = HEAD + COLLECT + NOTICE + CALL + LEGAL


def notice(level: int, pay_within: int = 4, window: str = "[5, 10]") -> str:
    return (
        f'[[stage]]\nkind = "notice"\nlevel = {level}\n'
        f"window = {window}\npay_within = {pay_within}\n"
    )


def refusal(text: str) -> FileMistake:
    with pytest.raises(FileMistake) as caught:
        policy_from_text(text, "x.toml")
    assert caught.value.place.file == "x.toml"
    assert "\n" not in str(caught.value)
    return caught.value


# What a right file means


def test_keys_left_out_have_their_defaults() -> None:
    policy = policy_from_text(WHOLE, "x.toml")
    assert (policy.send, policy.send_at, policy.send_until) == (Send.FEWEST, time(9), time(17))
    assert policy.max_message_mb == 20
    assert (policy.promise_grace, policy.promise_limit, policy.promises) == (2, 30, 2)
    assert policy.bank_data_max_age == 0
    assert (policy.discount_percent, policy.small_difference) == (Decimal(0), Decimal(0))
    assert policy.discount_days == 0
    assert policy.stages == (
        Stage(StageKind.COLLECT, calendar="TARGET"),
        Stage(StageKind.NOTICE, window=Window(3, 9), level=1, pay_within=4),
        Stage(StageKind.CALL, window=Window(5, 10), attempts=1, escalate_after=5),
        Stage(StageKind.LEGAL, window=Window(3, 8), approval=False),
    )


def test_keys_given_are_taken() -> None:
    policy = policy_from_text(
        'send = "early"\nsend_at = "06:30"\nsend_until = "23:30"\nmax_message_mb = 5\n'
        "promise_grace = 0\npromise_limit = 10\npromises = 0\nbank_data_max_age = 3\n"
        'discount_percent = "2.5"\ndiscount_days = 10\nsmall_difference = "0.50"\n'
        + HEAD
        + COLLECT
        + 'retry_days = [3, 5]\ncalendar = "DE-BW"\n'
        + CALL
        + "attempts = 3\nretry_days = [1, 2]\nescalate_after = 4\n"
        + LEGAL
        + "approval = true\n",
        "x.toml",
    )
    assert (policy.send, policy.send_at, policy.send_until) == (
        Send.EARLY,
        time(6, 30),
        time(23, 30),
    )
    assert (policy.max_message_mb, policy.bank_data_max_age) == (5, 3)
    assert (policy.promise_grace, policy.promise_limit, policy.promises) == (0, 10, 0)
    assert (policy.discount_percent, policy.discount_days) == (Decimal("2.5"), 10)
    assert [policy.small_difference_in(code) for code in ("EUR", "JPY", "KWD")] == [50, 0, 500]
    collect, call, legal = policy.stages
    assert (collect.retry_days, collect.calendar) == ((3, 5), "DE-BW")
    assert (call.attempts, call.retry_days, call.escalate_after) == (3, (1, 2), 4)
    assert legal.approval


@pytest.mark.parametrize(
    ("send_at", "until"),
    [("16:59", time(17)), ("17:00", None), ("22:15", None), ("00:00", time(17))],
)
def test_send_until_left_out_is_five_or_the_end_of_the_day(
    send_at: str, until: time | None
) -> None:
    assert policy_from_text(f'send_at = "{send_at}"\n' + WHOLE, "x.toml").send_until == until


def test_local_time_of_toml_is_a_time_of_day() -> None:
    assert policy_from_text("send_at = 08:30:00\n" + WHOLE, "x.toml").send_at == time(8, 30)


@pytest.mark.parametrize(
    "stages",
    [
        COLLECT,
        LEGAL,
        notice(1) + notice(3),
        notice(2),
        CALL + notice(1) + notice(2) + CALL + LEGAL,
        COLLECT + LEGAL,
        notice(1, window="[0, 0]"),
        notice(3, pay_within=90),
    ],
)
def test_any_stage_may_be_absent(stages: str) -> None:
    assert policy_from_text(HEAD + stages, "x.toml").stages


def test_inline_layout_reads_like_tables() -> None:
    inline = HEAD + 'stage = [ {kind = "legal", window = [3, 8]} ]\n'
    assert policy_from_text(inline, "x") == policy_from_text(HEAD + LEGAL, "y")


def test_digest_is_of_the_content_not_the_layout() -> None:
    digest = policy_from_text(WHOLE, "x.toml").digest
    other = "# a comment\n" + WHOLE.replace("[3, 9]", "[\n 3,\n 9 ]").replace("\n", "\r\n")
    assert len(digest) == 64
    assert policy_from_text(other, "y.toml").digest == digest
    assert policy_from_text(WHOLE.replace("[3, 9]", "[3, 8]"), "x.toml").digest != digest


def test_file_reads_like_its_text(tmp_path: Path) -> None:
    path = tmp_path / "p.toml"
    path.write_text(WHOLE)
    assert read_policy(path) == policy_from_text(WHOLE, "p")
    path.write_text(WHOLE.replace("DE", "ZZ"))
    with pytest.raises(FileMistake, match=rf"^{path}, line 3: business_days"):
        read_policy(path)


# One value is wrong


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ('name = "x"\n', "", 1, "the key 'name' is missing"),
        ('name = "x"', "name = 5", 1, "name is 5, expected a valid string"),
        ('name = "x"', 'name = ""', 1, "expected plain text"),
        ('name = "x"', 'name = " x"', 1, "expected plain text"),
        ('name = "x"', f'name = "{"x" * 101}"', 1, "at most 100 characters"),
        ("Europe/Berlin", "Europe/Bonn", 2, "expected a time zone such as Europe/Berlin"),
        ("Europe/Berlin", "Europe", 2, "expected a time zone"),
        ("Europe/Berlin", "../../etc/passwd", 2, "expected a time zone"),
        ("Europe/Berlin", "", 2, "expected a time zone"),
        ('"DE"', '"de"', 3, "expected a calendar that is known"),
        ('"DE"', '"DE-XX"', 3, "expected a calendar that is known"),
        ('"DE"', "[]", 3, "expected a valid string"),
        ('"DE"\n', '"DE"\nsend = "late"\n', 4, "expected 'fewest' or 'early'"),
        ('"DE"\n', '"DE"\nsend_at = "9:00"\n', 4, 'expected a time of day like "09:00"'),
        ('"DE"\n', '"DE"\nsend_at = "24:00"\n', 4, "expected a time of day"),
        ('"DE"\n', '"DE"\nsend_at = 9\n', 4, "expected a time of day"),
        ('"DE"\n', '"DE"\nsend_at = 09:00:01\n', 4, "expected a time of day"),
        (
            '"DE"\n',
            '"DE"\nsend_until = "09:00"\n',
            4,
            "send_until 09:00 is not after send_at 09:00",
        ),
        ('"DE"\n', '"DE"\nmax_message_mb = 0\n', 4, "expected 1 or more"),
        ('"DE"\n', '"DE"\nmax_message_mb = 20.0\n', 4, "expected a valid integer"),
        ('"DE"\n', '"DE"\npromise_grace = -1\n', 4, "expected 0 or more"),
        ('"DE"\n', '"DE"\npromises = true\n', 4, "promises is true, expected a valid integer"),
        ('"DE"\n', '"DE"\npromise_limit = "30"\n', 4, "expected a valid integer"),
        ('"DE"\n', '"DE"\nbank_data_max_age = -1\n', 4, "expected 0 or more"),
        ('"DE"\n', '"DE"\nsmall_difference = 0.5\n', 4, "expected a decimal number as text"),
        ('"DE"\n', '"DE"\ndiscount_percent = "101"\n', 4, "expected 100 or less"),
        ('"DE"\n', '"DE"\nsend_from = 1\n', 4, "unknown key 'send_from', expected one of name,"),
        ('kind = "collect"', 'kind = "collekt"', 5, 'kind is "collekt", expected one of collect,'),
        ('kind = "collect"', "retry_days = []", 4, "the key 'kind' is missing"),
        ('"collect"\n', '"collect"\nretry_days = [1, 0]\n', 6, "retry_days[1] is 0"),
        ('"collect"\n', '"collect"\nretry_days = 3\n', 6, "expected a valid list"),
        ('"collect"\n', '"collect"\ncalendar = "BANKS"\n', 6, "expected a calendar"),
        ('"collect"\n', '"collect"\nwindow = [0, 1]\n', 6, "unknown key 'window'"),
        ("level = 1\n", "", 6, "the key 'level' is missing"),
        ("level = 1", "level = 0", 8, "level is 0"),
        ("level = 1", "level = 4", 8, "expected 3 or less"),
        ("level = 1", "level = true", 8, "expected a valid integer"),
        ("window = [3, 9]\n", "", 6, "the key 'window' is missing"),
        ("[3, 9]", "[9, 3]", 9, "window [9, 3] is upside down"),
        ("[3, 9]", "[-1, 9]", 9, "window[0] is -1"),
        ("[3, 9]", "[3]", 9, "at least 2 entries"),
        ("[3, 9]", "[3, 9, 10]", 9, "at most 2 entries"),
        ("[3, 9]", "[3.0, 9]", 9, "window[0] is 3.0, expected a valid integer"),
        ("[3, 9]", "[3, 99999]", 9, "expected 3650 or less"),
        ("[3, 9]", "[\n3,\n-9]", 11, "window[1] is -9"),
        ("pay_within = 4\n", "", 6, "the key 'pay_within' is missing"),
        ("pay_within = 4", "pay_within = 0", 10, "pay_within is 0"),
        ("pay_within = 4", "pay_within = 5", 10, "not shorter than the 5 days"),
        ("pay_within = 4", "pay_within = 4\nattempts = 1", 11, "one of a notice stage"),
        ("[5, 10]", "[5, 10]\nattempts = 0", 14, "attempts is 0"),
        ("[5, 10]", "[5, 10]\nattempts = 2", 14, "has 0 entries, expected 1"),
        ("[5, 10]", "[5, 10]\nretry_days = [1]", 14, "has 1 entries, expected 0"),
        ("[5, 10]", "[5, 10]\nattempts = 3\nretry_days = [1]", 15, "expected 2: one less than"),
        ("[5, 10]", "[5, 10]\nattempts = 2\nretry_days = [0]", 15, "retry_days[0] is 0"),
        ("[5, 10]", "[5, 10]\nescalate_after = 0", 14, "escalate_after is 0"),
        ("[5, 10]", "[5, 10]\nlevel = 1", 14, "unknown key 'level'"),
        ("[3, 8]", "[3, 8]\napproval = 1", 17, "expected a valid boolean"),
        ("[3, 8]", "[3, 8]\npay_within = 1", 17, "unknown key 'pay_within'"),
    ],
)
def test_wrong_value_names_its_line(old: str, new: str, line: int, said: str) -> None:
    assert old in WHOLE
    mistake = refusal(WHOLE.replace(old, new, 1))
    assert mistake.place.line == line
    assert said in str(mistake)


# The stages are wrong together


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (HEAD, 1, "the key 'stage' is missing"),
        (HEAD + "stage = []\n", 4, "at least 1 entries"),
        (HEAD + "[stage]\n", 4, "expected a valid list"),
        (HEAD + "stage = [1]\n", 4, "stage[0] is 1"),
        (HEAD + LEGAL + COLLECT, 5, "a legal stage can only be the last stage"),
        (HEAD + COLLECT + COLLECT, 7, "a collect stage can only be the first stage"),
        (HEAD + LEGAL + LEGAL, 5, "a legal stage can only be the last stage"),
        (HEAD + notice(1) + notice(1), 11, "level 1 after level 1, expected them to rise"),
        (HEAD + notice(2) + CALL + notice(1), 14, "level 1 after level 2"),
        (HEAD + notice(1, pay_within=5) + notice(2), 8, "the next stage (notice)"),
        (HEAD + notice(1, pay_within=3) + LEGAL, 8, "the next stage (legal)"),
        ("", 1, "is missing"),
    ],
)
def test_wrong_stages_name_the_line(text: str, line: int, said: str) -> None:
    mistake = refusal(text)
    assert mistake.place.line == line
    assert said in str(mistake)


def test_of_several_faults_the_topmost_is_told() -> None:
    text = WHOLE.replace("[3, 8]", "[8, 3]").replace("[5, 10]", "[10, 5]")
    assert refusal(text).place.line == 13


def test_syntax_error_names_line_and_column() -> None:
    place = refusal(WHOLE.replace("level = 1", "level = ")).place
    assert (place.line, place.column) == (8, "9")


# Every key, gone or of another type, in the sample policy


def keys_of(text: str) -> list[tuple[str | int, ...]]:
    data = tomlkit.parse(text).unwrap()
    paths: list[tuple[str | int, ...]] = [(key,) for key in data if key != "stage"]
    for number, stage in enumerate(data["stage"]):
        paths += [("stage", number, key) for key in stage]
    return paths


STANDARD = (Path(__file__).parents[2] / "samples" / "standard.toml").read_text(encoding="utf-8")


def changed(path: tuple[str | int, ...], change: Callable[[str], str]) -> tuple[str, int]:
    """The sample with the key's line changed, and that line's number."""
    lines, stage = STANDARD.split("\n"), -1
    for number, line in enumerate(lines):
        stage += line == "[[stage]]"
        in_place = stage == (path[1] if len(path) > 1 else -1)
        if in_place and line.startswith(f"{path[-1]} ="):
            lines[number] = change(line)
            return "\n".join(lines), number + 1
    raise AssertionError(path)


@pytest.mark.parametrize("path", keys_of(STANDARD))
@pytest.mark.parametrize("value", ["[[]]", "{}", "1.5", "1979-05-27"])
def test_every_key_of_another_type_is_refused_at_its_line(
    path: tuple[str | int, ...], value: str
) -> None:
    text, line = changed(path, lambda _: f"{path[-1]} = {value}")
    assert refusal(text).place.line == line


@pytest.mark.parametrize("path", keys_of(STANDARD))
def test_every_key_misspelt_is_refused_at_its_line(path: tuple[str | int, ...]) -> None:
    """But for `kind`: without it a stage's other keys cannot be judged, and its header is named."""
    text, line = changed(path, lambda old: "x" + old)
    assert refusal(text).place.line == (line - 1 if path[-1] == "kind" else line)

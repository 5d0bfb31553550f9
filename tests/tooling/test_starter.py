"""Every command ends with its true status and, for a person's mistake, one sentence."""

from collections.abc import Callable
from pathlib import Path

import pytest

import starter
from rules.errors import Unreachable, UserMistake
from sandbox.demo import DemoFailed
from sandbox.replay import ReplayFailed


class Ended(BaseException):
    """Stands for the end of the process."""


@pytest.fixture
def ends_with(monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Runs `starter.py WORDS...` up to where its process would end; the status it ends with."""

    def end_process(status: int) -> None:
        raise Ended(status)

    def run(*words: str) -> int:
        monkeypatch.setattr("sys.argv", ["starter.py", *words])
        with pytest.raises(Ended) as ended:
            starter.main()
        return int(ended.value.args[0])

    monkeypatch.setattr(starter, "end_process", end_process)
    return run


@pytest.mark.parametrize(
    ("raised", "status"),
    [
        (UserMistake("DUELY_X: no such thing"), 2),
        (PermissionError(13, "Permission denied", "/out"), 2),
        (Unreachable("Temporal cannot be reached"), 3),
        (DemoFailed("the worker ended by itself"), 1),
        (ReplayFailed("Traceback: a shard's"), 1),
        (OSError("an error that names no file"), 1),
        (RuntimeError("a fault of ours"), 1),
        (KeyboardInterrupt(), 130),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else str(value),
)
def test_whatever_a_command_raises_ends_with_its_status(
    raised: BaseException,
    status: int,
    ends_with: Callable[..., int],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def raises() -> None:
        raise raised

    monkeypatch.setattr(starter, "load_settings", raises)
    assert ends_with("import", "ledger.csv") == status
    said = capsys.readouterr()
    assert said.out == ""
    assert ("Traceback" in said.err) == (status == 1 and not isinstance(raised, DemoFailed))
    if status in (2, 3):
        assert said.err.count("\n") == 1


class TestMistakes:
    @pytest.mark.parametrize(
        ("words", "named"),
        [
            (["import"], "files"),
            (["nonsense"], "nonsense"),
            (["import", "/nowhere/i.csv"], "/nowhere/i.csv"),
            (["import", "/"], "directory"),
            (["replay", "--invoices"], "--invoices"),
            (["replay", "--invoices", "i", "--payments", "p", "--policy", "p"], "--out"),
        ],
        ids=lambda value: " ".join(value) if isinstance(value, list) else "",
    )
    def test_are_said_in_one_sentence_with_status_2(
        self,
        words: list[str],
        named: str,
        ends_with: Callable[..., int],
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        assert ends_with(*words) == 2
        said = capsys.readouterr().err
        assert named in said
        assert said.count("\n") == 1

    def test_out_that_is_a_file_is_named(
        self, tmp_path: Path, ends_with: Callable[..., int], capsys: pytest.CaptureFixture[str]
    ) -> None:
        taken = tmp_path / "taken"
        taken.write_text("")
        samples = Path(starter.__file__).parent / "samples"
        words = [
            *("--invoices", str(samples / "invoices.csv")),
            *("--payments", str(samples / "payments.csv")),
            *("--policy", str(samples / "demo.toml")),
            *("--out", str(taken)),
        ]
        assert ends_with("replay", *words) == 2
        assert str(taken) in capsys.readouterr().err


def test_help_ends_with_0(ends_with: Callable[..., int]) -> None:
    assert ends_with("--help") == 0

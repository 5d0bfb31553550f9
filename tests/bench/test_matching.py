"""What the command says at its end, and with which status."""

import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from bench import matching
from bench.importing import LEDGER, ORDER, POLICY
from bench.judging import Found, Judged, Judgement, Verdict
from bench.stories import DISCOUNT_DAYS, SMALL
from bench.truth import Payment
from gateways.policy_files import read_policy


def _run(monkeypatch: pytest.MonkeyPatch, verdict: Verdict) -> int:
    def judged(folder: Path, payments: Sequence[Payment]) -> Judgement:
        return Judgement([Judged(payment, Found(), verdict, "") for payment in payments], [])

    monkeypatch.setattr(matching, "imported", lambda folder: {"seconds": 2.0, "peak_mb": 3.0})
    monkeypatch.setattr(matching, "judged_in", judged)
    return matching.main(["--entries", "60", "--seed", "5", "--show", "1"])


def test_nothing_wrong_is_status_0_and_json_comes_last(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert _run(monkeypatch, Verdict.AUTOMATIC) == 0
    result = json.loads(capfd.readouterr().out.splitlines()[-1])
    assert result["wrong"] == 0
    assert result["automatic"] == 1
    assert result["entries"] >= 60
    assert result["entries_per_second"] == result["entries"] / 2
    assert {"listed", "seed", "seconds", "peak_mb", "floor"} <= result.keys()


def test_something_wrong_is_status_1_and_is_shown(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert _run(monkeypatch, Verdict.WRONG) == 1
    out, err = capfd.readouterr()
    assert json.loads(out)["wrong"] == json.loads(out)["entries"]
    assert "[wrong]" in err
    assert "true:" in err


def test_policy_is_one_that_the_program_reads(tmp_path: Path) -> None:
    matching.make_world(tmp_path, entries=60, seed=5)
    policy = read_policy(tmp_path / POLICY)
    assert (policy.discount_percent, policy.discount_days) == (Decimal(2), DISCOUNT_DAYS.days)
    assert policy.small_difference_in("EUR") == SMALL


def test_world_in_a_folder_is_all_that_the_import_needs(tmp_path: Path) -> None:
    _, paths = matching.make_world(tmp_path, entries=60, seed=5)
    order = (tmp_path / ORDER).read_text("utf-8").split()
    assert order == [path.name for path in paths]
    assert all((tmp_path / name).stat().st_size for name in (*order, LEDGER, POLICY))

"""The defaults of a policy and its stages (ladder.md, "The standard policy")."""

from dataclasses import FrozenInstanceError, fields, replace
from datetime import time

import pytest

from rules.policy import Policy, Send, Stage, StageKind, Window

LEAST = Policy(name="x", timezone="Europe/Berlin", business_days="DE", stages=())


def test_policy_of_required_keys_has_the_defaults_of_the_table() -> None:
    assert LEAST.send is Send.FEWEST
    assert LEAST.send_at == time(9, 0)
    assert LEAST.max_message_mb == 20
    assert (LEAST.promise_grace, LEAST.promise_limit, LEAST.promises) == (2, 30, 2)
    assert LEAST.bank_data_max_age == 0


def test_collect_has_the_defaults_of_the_table() -> None:
    stage = Stage(StageKind.COLLECT)
    assert (stage.window, stage.retry_days, stage.calendar) == (None, (), "TARGET")


def test_call_has_the_defaults_of_the_table() -> None:
    stage = Stage(StageKind.CALL, Window(14, 21))
    assert (stage.attempts, stage.retry_days, stage.escalate_after) == (1, (), 5)


def test_case_leaves_without_approval_by_default() -> None:
    assert not Stage(StageKind.LEGAL, Window(7, 14)).approval


def test_kinds_and_ways_to_send_have_the_names_of_the_file() -> None:
    assert [kind.value for kind in StageKind] == ["collect", "notice", "call", "legal"]
    assert [send.value for send in Send] == ["fewest", "early"]


def test_policy_is_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        LEAST.name = "y"  # type: ignore[misc]  # that it is frozen is the test


def test_digest_says_nothing_about_equality_of_meaning() -> None:
    assert replace(LEAST, digest="a") == replace(LEAST, digest="b")


def test_every_key_of_the_table_has_its_field() -> None:
    keys = {"name", "timezone", "business_days", "send", "send_at", "send_until"}
    keys |= {"max_message_mb", "promise_grace", "promise_limit", "promises", "bank_data_max_age"}
    assert keys <= {field.name for field in fields(Policy)}

"""`docs/commands.md` names every command, every option and every reason; help texts are sentences."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer

import starter
from models.settings import HOME

TEXT = (HOME / "docs" / "commands.md").read_text("utf-8")
REASONS = [HOME / "rules" / "reasons.py", HOME / "rules" / "sent_reasons.py"]


def commands(group: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Every command by the words it is called with."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*words, name))
        else:
            yield " ".join([*words, name]), command


ALL = dict(commands(typer.main.get_command(starter.app)))


@pytest.mark.parametrize("name", ALL)
def test_command_is_named_with_an_example(name: str) -> None:
    assert re.search(rf"^duely {name}\b", TEXT, re.MULTILINE), f"no example of {name}"


@pytest.mark.parametrize("name", [name for name in ALL if name not in ("import", "replay", "demo")])
def test_options_of_a_command_are_named(name: str) -> None:
    options = [word for one in ALL[name].params for word in one.opts if word.startswith("--")]
    assert [word for word in options if word != "--help" and f"`{word}" not in TEXT] == []


@pytest.mark.parametrize("name", ALL)
def test_help_is_a_sentence(name: str) -> None:
    assert (ALL[name].help or "").rstrip().endswith(".")


def test_every_code_of_a_reason_is_named() -> None:
    codes = {code for file in REASONS for code in _codes(file.read_text("utf-8"))}
    assert len(codes) > 20
    assert sorted(code for code in codes if f"`{code}`" not in TEXT) == []


def _codes(source: str) -> set[str]:
    """What stands first in a Reason, or in the pairs that Reasons are made of."""
    return set(re.findall(r"(?:Reason\(|: \(|code = )\s*\"([a-z_]+)\"", source))

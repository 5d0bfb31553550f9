"""Dockerfile and .dockerignore, read as text: no engine builds them here."""

import re
from pathlib import Path

import pytest

from sandbox.system_libraries import INSTALL_COMMANDS
from tests.deploy.test_compose import is_a_program

ROOT = Path(__file__).resolve().parents[2]
LINES = (ROOT / "Dockerfile").read_text().replace("\\\n", " ").splitlines()


def said(word: str) -> list[str]:
    return [line.partition(" ")[2].strip() for line in LINES if line.startswith(f"{word} ")]


def test_base_is_pinned_and_stages_share_it() -> None:
    (base,) = said("ARG")
    assert re.fullmatch(r"PYTHON=python:3\.1\d\.\d+-slim-[a-z]+", base)
    assert said("FROM") == ["${PYTHON} AS build", "${PYTHON}"]


def test_libraries_are_the_ones_the_set_up_names() -> None:
    (installed,) = [line for line in said("RUN") if "apt-get install" in line]
    wanted = INSTALL_COMMANDS["apt-get"].partition("install -y ")[2].split()
    assert [word for word in wanted if word not in installed.split()] == []


def test_nobody_runs_it_as_root() -> None:
    assert said("USER") == ["duely"]
    last = max(n for n, line in enumerate(LINES) if line.startswith(("RUN ", "COPY ", "USER ")))
    assert LINES[last].startswith("USER ")


def test_programs_are_started_without_a_shell_that_would_keep_signals() -> None:
    (health,) = [line.strip() for line in LINES if line.strip().startswith("HEALTHCHECK")]
    for words in (*said("CMD"), health.partition("CMD ")[2]):
        assert is_a_program(re.findall(r'"([^"]+)"', words))


def test_every_room_that_worker_and_starter_need_goes_into_the_image() -> None:
    taken = {
        line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"
    }
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench"}
    files = {"worker.py", "plugin.py", "starter.py", "creditor.toml", "requirements.txt"}
    assert rooms | files | {"templates", "samples"} <= taken


@pytest.mark.parametrize("secret", [".env", "config", "var", ".git", "tests"])
def test_what_is_secret_or_left_over_stays_out(secret: str) -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in lines, "what is not named stays out"
    assert f"!{secret}" not in lines

"""Arrows point down only: which room may import which (docs/architecture.md)."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[2]
ROOMS = (
    *("rules", "models", "gateways", "activities", "workflows"),
    *("sandbox", "commands", "web", "bench"),
)
TOP = ("sandbox", "commands", "web", "bench")  # may ask the time

# What each room may import of the house. `models.settings` is the one model a gateway reads.
MAY_IMPORT = {
    "rules": {"rules"},
    "models": {"models", "rules"},
    "gateways": {"gateways", "rules", "models.settings"},
    "activities": {"activities", "gateways", "models", "rules"},
    "workflows": {
        "workflows",
        "rules",
        "models.names",
        "models.messages",
        "models.ports",
        "models",
    },
    "sandbox": {"sandbox", "worker", "plugin", "activities", "gateways", "models", "rules"},
    "bench": {
        "bench",
        "web",
        "sandbox",
        "plugin",
        "worker",
        "activities",
        "gateways",
        "models",
        "rules",
    },
    "commands": {"commands", "sandbox", "worker", "activities", "gateways", "models", "rules"},
    "web": {"web", "sandbox.foresight", "worker", "activities", "gateways", "models", "rules"},
}
MODULES = [
    path.relative_to(HOME)
    for room in ROOMS
    for path in sorted((HOME / room).rglob("*.py"))
    if "migrations" not in path.parts
]


def imported(path: Path) -> set[str]:
    """Every module of the house that a file imports, as `room` or `room.module`."""
    found = set()
    for node in ast.walk(ast.parse((HOME / path).read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            if node.module in ROOMS:
                found |= {f"{node.module}.{alias.name}" for alias in node.names}
            found.add(node.module)
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    tops = {*ROOMS, "worker", "plugin", "starter"}
    return {name for name in found if name.split(".")[0] in tops}


def is_allowed(room: str, name: str) -> bool:
    parts = name.split(".")
    return any(".".join(parts[:n]) in MAY_IMPORT[room] for n in range(1, len(parts) + 1))


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_module_imports_only_rooms_below(path: Path) -> None:
    room = path.parts[0]
    wrong = {name for name in imported(path) if not is_allowed(room, name)}
    assert not wrong, f"{path} may not import {sorted(wrong)}"


def test_workflows_import_no_table() -> None:
    for path in (HOME / "workflows").glob("*.py"):
        reached = {name for name in imported(path.relative_to(HOME)) if name.startswith("models.")}
        assert not {n for n in reached if n.startswith(("models.tables", "models.settings"))}, path


def test_fresh_interpreter_that_imports_workflows_stays_light() -> None:
    heavy = ("sqlalchemy", "weasyprint", "twilio", "aiosmtplib", "cryptography", "holidays")
    code = (
        "import sys, workflows.invoice, workflows.customer, workflows.call_task; "
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=HOME, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def _calls_of_the_clock(path: Path) -> list[str]:
    asks = {"now", "today", "utcnow"}
    found = []
    for node in ast.walk(ast.parse((HOME / path).read_text("utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        owner = node.func.value
        of_datetime = isinstance(owner, ast.Name) and owner.id in ("datetime", "date", "time")
        if of_datetime and node.func.attr in asks | {"time"}:
            found.append(f"{path}:{node.lineno}")
    return found


def test_nobody_below_the_top_asks_the_time() -> None:
    below = [path for path in MODULES if path.parts[0] not in TOP]
    assert [call for path in below for call in _calls_of_the_clock(path)] == []

"""Prism, a server that checks each request against Twilio's OpenAPI description, in a process of its
own, from npm: only where its three tests run is it waited for."""

import json
import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.beside import answers, free_port

PACKAGE = "@stoplight/prism-cli@5.14.2"
DESCRIPTION = Path(__file__).parents[3] / "shared" / "specs" / "twilio_api_v2010.json"
CALLS = "/2010-04-01/Accounts/{AccountSid}/Calls.json"
_FORM = "application/x-www-form-urlencoded"
_PATIENCE = 90.0  # seconds, from its start: fetching it the first time takes 25 on two cores


@dataclass(frozen=True)
class Prism:
    """A running server, or one that is coming up."""

    url: str
    process: subprocess.Popen[bytes]
    output: Path
    begun: float

    def wait(self) -> str:
        """Until it answers; the sentence why it will not, "" where it does."""
        while time.monotonic() < self.begun + _PATIENCE:
            if self.process.poll() is not None:
                return f"Prism cannot be had ({PACKAGE}): {_first_line(self.output)}"
            if answers(self.url):
                return ""
            time.sleep(0.1)
        return f"Prism ({PACKAGE}) did not answer within {_PATIENCE:.0f} s"

    def close(self) -> None:
        """With everything npx started."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(10)


def obstacle() -> str:
    """Why there is no Prism here, in one line; "" where it may be started."""
    if shutil.which("npx") is None:
        return "no npx on this machine (Node.js): Twilio's description is not checked"
    if not DESCRIPTION.exists():
        return f"no {DESCRIPTION.name} beside this checkout: Twilio's description is not checked"
    return ""


def calls_form() -> dict[str, Any]:
    """Twilio's description of the form that asks for a call, by the names of its parameters."""
    described: dict[str, Any] = _post(_described())["schema"]["properties"]
    return described


def _described() -> dict[str, Any]:
    description: dict[str, Any] = json.loads(DESCRIPTION.read_bytes())
    return description


def _post(description: dict[str, Any]) -> dict[str, Any]:
    form: dict[str, Any] = description["paths"][CALLS]["post"]["requestBody"]["content"][_FORM]
    return form


def _what_concerns_us() -> str:
    """The one path we use, word for word; Prism is up sooner. OpenAPI's default for lists in a form,
    a parameter repeated, is written out: Prism does not know the default, and takes every list for a
    text."""
    description = _described()
    description["paths"] = {CALLS: description["paths"][CALLS]}
    lists = [name for name, what in calls_form().items() if what["type"] == "array"]
    _post(description)["encoding"] = {name: {"style": "form", "explode": True} for name in lists}
    return json.dumps(description)


def start(folder: Path) -> Prism:
    port = free_port()
    folder.mkdir(parents=True, exist_ok=True)
    output, description = folder / "prism.log", folder / "calls.json"
    description.write_text(_what_concerns_us(), "utf-8")
    with output.open("wb") as log:
        process = subprocess.Popen(
            ["npx", "--yes", PACKAGE, "mock", "--errors", "-p", str(port), str(description)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=os.environ | {"npm_config_fetch_retries": "1"},  # no network: known soon
        )
    return Prism(f"http://127.0.0.1:{port}", process, output, time.monotonic())


def _first_line(output: Path) -> str:
    lines = output.read_text("utf-8", "replace").split("\n")
    return next((line.strip() for line in lines if line.strip()), "it said nothing")

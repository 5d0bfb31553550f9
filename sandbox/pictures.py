"""The README's pictures: plays the demo, then takes them with Chromium. For who writes the docs.

    python -m sandbox.pictures [FOLDER]      about three minutes; docs/pictures without a folder

Needs `chromedriver` and `pdftoppm` (Debian: chromium-driver, poppler-utils). Look at each picture
afterwards.
"""

import base64
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

from PIL import Image
from rich.console import Console
from sqlalchemy import create_engine
from sqlmodel import Session

from gateways.policy_files import read_policy
from models.settings import HOME
from sandbox.demo import FOLDER, POLICY
from sandbox.ending import LINKS, ending, listed, numbers
from sandbox.replay_summary import Summary
from sandbox.server import free_port

PICTURES = HOME / "docs" / "pictures"
_SECONDS_TO_PLAY = 400
_COLUMNS, _WIDTH = 148, 1300  # of the terminal, and its picture's pixels
_COLOURS = 128  # a palette of so many keeps a picture small
_SECONDS_TO_SETTLE = 6.0  # a page of the UI asks for its rows after it has come
_CHROMIUM = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--hide-scrollbars", "--force-color-profile=srgb"),
)
# The English notice that says most: the largest of the customer with two currencies.
_MAIL = """
    select n.message_id, min(i.invoice_number) from notice n
    join notice_item i on i.notice_number = n.number
    where n.state = 'sent' and n.customer_id = 'C-1038'
    group by n.number order by count(*) desc, n.level desc limit 1
"""
# The invoice that was reminded most.
_REMINDED = """
    select i.number from invoice i join position p on p.invoice_number = i.number
    order by i.customer_id = 'C-1038' desc, p.level desc, i.number limit 1
"""
# The English mail that announces most debits, and an invoice whose debit succeeded on another try.
_ANNOUNCED = """
    select l.message_id from letter l join letter_item i on i.letter = l.number
    join customer c on c.customer_id = l.customer_id
    where l.kind = 'announcement' and l.state = 'sent' and c.language = 'en'
    group by l.number order by count(*) desc, l.number limit 1
"""
_TRIED_AGAIN = """
    select invoice_number from collection group by invoice_number
    having count(*) > 1 and max(state = 'succeeded') order by invoice_number limit 1
"""


def main() -> None:
    """Play, take every picture, stop."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES
    folder.mkdir(parents=True, exist_ok=True)
    for program in ("chromedriver", "pdftoppm"):
        if shutil.which(program) is None:
            sys.exit(f"{program} is missing")
    with _played() as links, _browser() as camera:
        _pages(links, folder, camera)
        _console(links["Staff console"], folder, camera)
        _paper(folder)
        _ending(links, folder, camera)
    for picture in sorted(folder.glob("*.png")):
        sys.stdout.write(f"{picture}  {picture.stat().st_size // 1000} kB\n")


@contextmanager
def _played() -> Iterator[Mapping[str, str]]:
    """A demo that has told its story and stays up; its links by name."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    process = subprocess.Popen([sys.executable, HOME / "starter.py", "demo"], cwd=HOME)
    try:
        deadline = time.monotonic() + _SECONDS_TO_PLAY
        while not (FOLDER / LINKS).exists():
            if process.poll() is not None or time.monotonic() > deadline:
                sys.exit("the demo has not told its story")
            time.sleep(1)
        links: Mapping[str, str] = json.loads((FOLDER / LINKS).read_text("utf-8"))
        yield links
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()


def _pages(links: Mapping[str, str], folder: Path, camera: "_Camera") -> None:
    invoice = next(address for name, address in links.items() if name.startswith("Invoice "))
    customer = next(address for name, address in links.items() if name.startswith("Customer "))
    number, _ = _mail(links["Mails"])
    announcement = _place(_asked(_ANNOUNCED)[0])
    for name, address, size in (
        ("ui-workflows", links["Workflows"], (1440, 860)),
        ("ui-invoice", invoice, (1440, 1000)),
        ("ui-customer", customer, (1440, 1000)),
        ("mails", links["Mails"], (1200, 660)),
        ("mail", f"{links['Mails']}mails/{number}", (1100, 1420)),
        ("announcement", f"{links['Mails']}mails/{announcement}", (1100, 900)),
        ("cases", links["Cases"], (1200, 560)),
    ):
        camera.take(address, folder / f"{name}.png", size)


def _console(home: str, folder: Path, camera: "_Camera") -> None:
    """The staff console, as somebody sees it who has logged in. Its pages of open calls are taken of
    a record of `bench.console`: in a demo that has ended nobody is left to phone."""
    database, password = FOLDER / "duely.db", token_urlsafe(12)
    starter = str(HOME / "starter.py")
    add = [sys.executable, starter, "user", "add", "carla", "--role", "lead"]
    subprocess.run(
        [*add, "--password-stdin"],
        input=f"{password}\n",
        text=True,
        env={**os.environ, "DUELY_DATABASE_URL": f"sqlite:///{database}"},
        check=True,
    )
    camera.ask("/url", {"url": f"{home}login"})
    for field, value in (("username", "carla"), ("password", password)):
        camera.type(f"[name={field}]", value)
    camera.click("main form button")
    time.sleep(2)
    for name, query in (("console-invoice", _REMINDED), ("console-debits", _TRIED_AGAIN)):
        invoice = _asked(query)[0]
        camera.take(f"{home}invoices/{invoice}", folder / f"{name}.png", (1200, 1500))


def _mail(mailbox: str) -> tuple[int, str]:
    """The number of the mail to show, and of an invoice in it."""
    message_id, invoice = _asked(_MAIL)
    return _place(message_id), invoice


def _place(message_id: str) -> int:
    """Which of the mailbox's mails it is, counted from 1."""
    mails = sorted((FOLDER / "mails").glob("*.eml"))
    return 1 + next(p for p, mail in enumerate(mails) if message_id.encode() in mail.read_bytes())


def _asked(query: str) -> tuple[str, ...]:
    """The first row that the demo's record answers with."""
    with sqlite3.connect(f"{(FOLDER / 'duely.db').as_uri()}?mode=ro", uri=True) as database:
        row: tuple[str, ...] = database.execute(query).fetchone()
    return row


@dataclass(frozen=True)
class _Camera:
    """A browser, spoken to by the WebDriver protocol; `session` is its address."""

    session: str

    def take(self, address: str, target: Path, size: tuple[int, int]) -> None:
        """A picture of a page, after it had time to fill itself."""
        width, height = size
        screen = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.ask(
            "/goog/cdp/execute", {"cmd": "Emulation.setDeviceMetricsOverride", "params": screen}
        )
        self.ask("/url", {"url": address})
        time.sleep(_SECONDS_TO_SETTLE)
        target.write_bytes(base64.b64decode(self.ask("/screenshot")))
        _small(target)

    def type(self, selector: str, text: str) -> None:
        self.ask(f"{self._element(selector)}/value", {"text": text})

    def click(self, selector: str) -> None:
        self.ask(f"{self._element(selector)}/click", {})

    def _element(self, selector: str) -> str:
        found = self.ask("/element", {"using": "css selector", "value": selector})
        return f"/element/{next(iter(found.values()))}"

    def ask(self, path: str, words: object = None) -> Any:
        return _ask(self.session + path, words)


def _ask(address: str, words: object = None, method: str | None = None) -> Any:
    data = None if words is None else json.dumps(words).encode()
    request = urllib.request.Request(address, data, method=method)  # noqa: S310 - our own
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - our own
        return json.load(answer)["value"]


@contextmanager
def _browser() -> Iterator[_Camera]:
    port = free_port()
    driver = subprocess.Popen(["chromedriver", f"--port={port}", "--log-level=SEVERE"])
    home = f"http://127.0.0.1:{port}/session"
    options = {"goog:chromeOptions": {"args": _CHROMIUM}, "pageLoadStrategy": "normal"}
    try:
        time.sleep(2)
        session = _ask(home, {"capabilities": {"alwaysMatch": options}})["sessionId"]
        yield _Camera(f"{home}/{session}")
        _ask(f"{home}/{session}", method="DELETE")
    finally:
        driver.terminate()
        driver.wait()


def _small(picture: Path) -> None:
    with Image.open(picture) as image:
        reduced = image.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
    reduced.save(picture, optimize=True)


def _paper(folder: Path) -> None:
    """The first page of an invoice as it was attached."""
    _, invoice = _mail("")
    source = FOLDER / "documents" / "copy" / f"invoice-{invoice}.pdf"
    target = folder / "invoice-pdf"
    subprocess.run(
        ["pdftoppm", "-png", "-r", "80", "-singlefile", source, target],
        check=True,
        capture_output=True,
    )
    _small(target.with_suffix(".png"))


def _ending(links: Mapping[str, str], folder: Path, camera: _Camera) -> None:
    """What the demo prints at its end, drawn as its terminal shows it."""
    console = Console(record=True, file=StringIO(), width=_COLUMNS, highlight=False)
    address = f"{(FOLDER / 'duely.db').as_uri()}?mode=ro"
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(address, uri=True))
    with Session(engine) as session:
        told = ending(session, read_policy(POLICY), mails=0)
    engine.dispose()
    exact = Summary(**json.loads((FOLDER / "replay" / "summary.json").read_text("utf-8")))
    console.print(numbers(told, exact))
    console.print("\nWhere to look", style="bold")
    console.print(listed(links), soft_wrap=True)
    with tempfile.TemporaryDirectory() as drawn:
        page = Path(drawn) / "ending.svg"
        console.save_svg(str(page), title="make demo")
        found = re.search(r'viewBox="0 0 ([0-9.]+) ([0-9.]+)"', page.read_text("utf-8"))
        assert found is not None, "rich's pictures name their size"
        size = (_WIDTH, round(float(found[2]) / float(found[1]) * _WIDTH))
        camera.take(page.as_uri(), folder / "demo.png", size)


if __name__ == "__main__":
    main()

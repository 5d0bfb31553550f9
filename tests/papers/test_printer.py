"""Printing: in processes of its own, fetching nothing, surviving their death."""

import asyncio
import base64
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread

import pytest
from pypdf import PdfReader

from gateways.printer import WeasyPrinter
from rules.errors import RefusedForGood, Unreachable

PrintPdf = Callable[[str], bytes]
ROOT = Path(__file__).resolve().parents[2]
LOGO = ROOT / "templates" / "logo.png"
INLINE = "data:image/png;base64," + base64.b64encode(LOGO.read_bytes()).decode()
KILLED_PARENT = """
import asyncio, os, signal
from gateways.printer import WeasyPrinter

async def main():
    await WeasyPrinter().pdf("<p>x")
    os.kill(os.getpid(), signal.SIGKILL)

if __name__ == "__main__":
    asyncio.run(main())
"""


@pytest.fixture
def asked() -> Iterator[list[str]]:
    """A web server's address, then every path that was asked of it."""
    paths: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        paths.append(f"http://127.0.0.1:{server.server_port}")
        yield paths
        server.shutdown()


def images(pdf: bytes) -> int:
    return sum(len(page.images) for page in PdfReader(BytesIO(pdf)).pages)


def test_addresses_in_a_document_are_not_asked(print_pdf: PrintPdf, asked: list[str]) -> None:
    at = asked[0]
    print_pdf(
        f"<base href='{at}/'><link rel=stylesheet href='{at}/a.css'><link rel=attachment href='b'>"
        f"<style>@import '{at}/c.css'; @font-face {{ font-family: f; src: url({at}/f.woff) }}"
        f"p {{ background: url({at}/d.png); font-family: f; content: url({at}/g.png) }}</style>"
        f"<p style='list-style-image: url({at}/h.png)'>x<img src='{at}/e.png'>"
        f"<object data='{at}/i.svg'></object><embed src='{at}/j.svg'>"
        f"<svg><image href='{at}/k.png'/><use href='{at}/l.svg#x'/></svg>"
    )
    assert asked == [at]


@pytest.mark.parametrize("source", [LOGO.as_uri(), str(LOGO), "logo.png", "../templates/logo.png"])
def test_files_are_not_opened(print_pdf: PrintPdf, source: str) -> None:
    assert images(print_pdf(f"<img src='{source}'>")) == 0


@pytest.mark.parametrize(
    "wrap", ["<svg xmlns='http://www.w3.org/2000/svg'><image href='{}'/></svg>", "{}"]
)
def test_data_that_is_no_bitmap_is_not_opened(print_pdf: PrintPdf, wrap: str) -> None:
    content = base64.b64encode(wrap.format(LOGO.as_uri()).encode()).decode()
    for media_type in ("image/svg+xml", "image/png", "text/css", "text/html"):
        url = f"data:{media_type};base64,{content}"
        assert images(print_pdf(f"<link rel=stylesheet href='{url}'><img src='{url}'>")) == 0


def test_bitmap_within_the_document_is_shown(print_pdf: PrintPdf) -> None:
    assert images(print_pdf(f"<img src='{INLINE}'>")) == 1


def test_image_without_end_of_bytes_is_left_out(print_pdf: PrintPdf) -> None:
    assert images(print_pdf(f"<img src='{INLINE[:200]}'>")) == 0


async def test_killed_process_is_unreachable_then_printing_goes_on() -> None:
    printer = WeasyPrinter()
    await printer.pdf("<p>first")
    waiting = [asyncio.create_task(printer.pdf("<p>x" * 5000)) for _ in range(2)]
    await asyncio.sleep(0.05)
    for process in children(printer):
        os.kill(process, signal.SIGKILL)
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [Unreachable, Unreachable]
    assert (await printer.pdf("<p>again")).startswith(b"%PDF")
    await printer.close()


async def test_document_that_hangs_is_unreachable_and_its_process_ends() -> None:
    printer = WeasyPrinter(longest=0.01)
    with pytest.raises(Unreachable, match="no PDF after"):
        await printer.pdf("<p>slow")
    assert children(printer) == []
    await printer.close()


async def test_document_that_cannot_be_printed_is_refused_for_good(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("gateways.printer._print", _broken)
    printer = WeasyPrinter()
    with pytest.raises(RefusedForGood, match="no PDF"):
        await printer.pdf("<p>x")
    await printer.close()


def test_closed_printer_leaves_no_process() -> None:
    running = asyncio.run(_used_and_closed())
    assert running
    assert not any(Path(f"/proc/{process}").exists() for process in running)


def test_processes_of_a_killed_parent_end(tmp_path: Path) -> None:
    """Only they still hold the pipe then: it closes, and `communicate` returns, when they end."""
    (tmp_path / "parent.py").write_text(KILLED_PARENT)
    parent = [sys.executable, "-W", "ignore", str(tmp_path / "parent.py")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(parent, env=environment, capture_output=True, timeout=20, check=False)
    assert done.returncode == -signal.SIGKILL


def test_parent_has_no_weasyprint() -> None:
    code = "import sys, gateways.printer; sys.exit('weasyprint' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def children(printer: WeasyPrinter) -> list[int]:
    return list(getattr(printer._pool, "_processes", None) or {})


async def _used_and_closed() -> list[int]:
    printer = WeasyPrinter()
    await printer.pdf("<p>x")
    running = children(printer)
    await printer.close()
    return running


def _broken(html: str) -> bytes:
    raise RefusedForGood(f"no PDF: {html}")

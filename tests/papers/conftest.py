"""One printer for all tests of papers: its process needs a second to start."""

import asyncio
from collections.abc import Callable, Iterator

import pytest

from gateways.printer import WeasyPrinter

PrintPdf = Callable[[str], bytes]


@pytest.fixture(scope="session")
def print_pdf() -> Iterator[PrintPdf]:
    printer = WeasyPrinter()
    with asyncio.Runner() as runner:
        yield lambda html: runner.run(printer.pdf(html))
        runner.run(printer.close())

"""What is looked for on a page in a browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from threading import Thread
from time import sleep
from typing import Any

import uvicorn
from fastapi import FastAPI
from playwright.async_api import Page

from sandbox.server import free_port

_AXE = files("axe_playwright_python") / "axe.min.js"  # the package carries axe-core
_GRAVE = ("serious", "critical")


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The application at an address of this machine, from a thread of its own."""
    config = uvicorn.Config(app, port=free_port(), log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        sleep(0.01)
    yield f"http://127.0.0.1:{config.port}"
    server.should_exit = True
    thread.join()


async def log_in(page: Page, address: str, name: str, password: str) -> None:
    await page.goto(address)
    await page.get_by_label("Name").fill(name)
    await page.get_by_label("Password").fill(password)
    await page.get_by_role("button", name="Log in").click()
    await page.wait_for_url(f"{address}/")


@cache
def _axe() -> str:
    return _AXE.read_text("utf-8")


async def barriers(page: Page) -> list[str]:
    """What keeps people out of a page, by axe: its serious findings."""
    await page.evaluate(_axe())
    found: dict[str, Any] = await page.evaluate("axe.run({resultTypes: ['violations']})")
    return [
        f"{one['id']}: {one['help']} ({node['html'][:120]})"
        for one in found["violations"]
        if one["impact"] in _GRAVE
        for node in one["nodes"]
    ]


async def sticks_out(page: Page) -> list[str]:
    """What is wider than the window: then one would have to scroll sideways."""
    found: list[str] = await page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] :
             [...document.querySelectorAll('body *')]
               .filter(one => one.getBoundingClientRect().right > innerWidth)
               .map(one => one.outerHTML.slice(0, 120))"""
    )
    return found

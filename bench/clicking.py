"""People at the console: they log in, look at one page after another, and wait a second between."""

import asyncio
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from time import perf_counter

import httpx2 as httpx

from bench.filling import PASSWORD
from bench.serving import QUERIES
from bench.walking import Click

PAUSE = 1.0  # seconds between an answer and the next click
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
_TITLE = re.compile(r"<title>([^<]+) · Duely</title>")
_PATIENCE = 30.0


@dataclass(frozen=True)
class Seen:
    """One answer. `wrong` says why it is not the page that was asked for; "" where it is."""

    page: str
    seconds: float
    queries: int
    wrong: str = ""


@dataclass
class Person:
    """A browser of somebody who has an account."""

    client: httpx.AsyncClient
    name: str
    seen: list[Seen] = field(default_factory=list)

    async def log_in(self) -> None:
        form = await self.client.get("/login")
        hidden = dict(_HIDDEN.findall(form.text))
        words = {**hidden, "username": self.name, "password": PASSWORD}
        answer = await self.client.post("/login", data=words)
        if answer.status_code != 303:
            raise RuntimeError(f"{self.name} could not log in: status {answer.status_code}")

    async def look(self, click: Click) -> Seen:
        began = perf_counter()
        try:
            answer = await self.client.get(click.address)
        except httpx.HTTPError as error:
            return Seen(click.page, perf_counter() - began, 0, f"no answer: {error!r}")
        seconds = perf_counter() - began
        return Seen(click.page, seconds, int(answer.headers[QUERIES]), _wrong(click, answer))

    async def work(self, clicks: Iterator[Click], until: float) -> None:
        """A click after each pause, while there is time."""
        while perf_counter() < until:
            self.seen.append(await self.look(next(clicks)))
            await asyncio.sleep(PAUSE)


def browser(base_url: str, transport: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
    """Keeps cookies and its connection, and follows nothing."""
    return httpx.AsyncClient(base_url=base_url, transport=transport, timeout=_PATIENCE)


async def work_together(
    people: Sequence[Person], walks: Sequence[Iterator[Click]], seconds: float
) -> list[Seen]:
    """What all of them see; they do not begin at one moment."""
    until = perf_counter() + seconds

    async def one(place: int) -> None:
        await asyncio.sleep(PAUSE * place / len(people))
        people[place].seen.clear()
        await people[place].work(walks[place], until)

    await asyncio.gather(*(one(place) for place in range(len(people))))
    return [seen for person in people for seen in person.seen]


def _wrong(click: Click, answer: httpx.Response) -> str:
    """Status, title, and that it is about what was asked."""
    if click.may_lead_on and answer.status_code == 303:
        leads_out = answer.headers["location"].startswith("/login")
        return f"{click.address}: not logged in" if leads_out else ""
    if answer.status_code != 200:
        return f"{click.address}: status {answer.status_code}"
    if not _is_ours(answer):
        return "" if answer.content else f"{click.address}: nothing in it"
    if "<!doctype" in answer.text and _TITLE.search(answer.text) is None:
        return f"{click.address}: no title"  # a part of a page has none
    missing = [key for key in click.keys if key not in answer.text]
    return f"{click.address}: nothing of {missing[0]}" if missing else ""


def _is_ours(answer: httpx.Response) -> bool:
    """A page, not a file, nor a mail's own page in its frame."""
    policy = answer.headers["content-security-policy"]
    return answer.headers["content-type"].startswith("text/html") and "sandbox" not in policy

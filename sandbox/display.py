"""The demo while it plays: the business date, how far the ladder is, and what just happened."""

from collections import deque
from collections.abc import Sequence
from datetime import date
from types import TracebackType

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from sandbox.tally import Tally

_SENTENCES = 9  # and one beside each currency
_NARROW = 96  # columns below which what happened stands under the counters
_COUNTERS = 42  # columns


class Calendar:
    """`with Calendar(console, first, last) as calendar:` the business date and what happened.

    Without a terminal, a line a week of business time.
    """

    def __init__(self, console: Console, first: date, last: date) -> None:
        self._console = console
        self._first, self._last = first, last
        self._week: tuple[int, int] | None = None
        self._told: deque[str] = deque(maxlen=2 * _SENTENCES)
        self._bar = Progress(
            TextColumn("[bold]{task.description}[/]"),
            BarColumn(bar_width=None),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeElapsedColumn(),
            console=console,
            expand=True,
        )
        self._task = self._bar.add_task(written(first), total=(last - first).days)
        # Without its own thread: each look at the record brings a new picture.
        self._live = Live(console=console, auto_refresh=False, transient=True)

    def __enter__(self) -> "Calendar":
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        if self._console.is_terminal:
            self._live.stop()

    def show(
        self, day: date, so_far: Tally, told: Sequence[str] = (), *, ended: bool = False
    ) -> None:
        if not self._console.is_terminal:
            self._say_weekly(day, so_far, ended=ended)
            return
        self._told.extend(told)
        reached = self._last if ended else min(day, self._last)
        completed = (reached - self._first).days
        self._bar.update(self._task, completed=completed, description=written(day))
        self._live.update(self._picture(so_far), refresh=True)

    def _say_weekly(self, day: date, so_far: Tally, *, ended: bool) -> None:
        week = day.isocalendar()[:2]
        if week != self._week or ended:
            self._console.print(f"{written(day)}  {described(so_far)}", soft_wrap=True)
        self._week = week

    def _picture(self, so_far: Tally) -> RenderableType:
        wide = self._console.width >= _NARROW
        width = _COUNTERS if wide else None
        counted = Panel(counters(so_far), title="so far", title_align="left", width=width)
        height = _SENTENCES + max(1, len(so_far.money_in))
        told = list(self._told)[-height:]
        lines = [*told, *[""] * (height - len(told))]
        text = Text("\n".join(lines), no_wrap=True, overflow="ellipsis")
        heard = Panel(text, title="just now", title_align="left")
        if not wide:
            return Group(self._bar, counted, heard)
        side_by_side = Table.grid(expand=True)
        side_by_side.add_column(width=_COUNTERS)
        side_by_side.add_column(ratio=1)
        side_by_side.add_row(counted, heard)
        return Group(self._bar, side_by_side)


def written(day: date) -> str:
    return day.strftime("%a %d %b %Y")


def counters(so_far: Tally) -> Table:
    """The counters, a line for each stage."""
    table = Table.grid(padding=(0, 1))
    table.add_column(style="dim")
    table.add_column(justify="right", style="bold")
    table.add_column()
    level, debits = so_far.levels.get, so_far.debits
    for name, number, words in (
        ("invoices", so_far.invoices, f"{so_far.settled} settled, {so_far.held} held"),
        ("collected", debits.collected, f"by debit, {debits.returned} came back"),
        ("notice 1", level(1, 0), "mails"),
        ("notice 2", level(2, 0), "mails"),
        ("notice 3", level(3, 0), "mails"),
        ("calls", so_far.calls, f"tasks, {so_far.calls_open} open"),
        ("lawyer", so_far.cases, "cases"),
        ("saved", so_far.saved, "mails, by bundling"),
        ("attention", so_far.attention, "waits for a person"),
    ):
        table.add_row(name, str(number), words)
    for place, money in enumerate(so_far.money_in or ("",)):
        table.add_row("" if place else "money in", "", str(money))
    return table


def described(so_far: Tally) -> str:
    """The counters in one line."""
    counted = (
        f"mails {so_far.notices:>2}  calls {so_far.calls:>2}  "
        f"cases {so_far.cases:>2}  settled {so_far.settled:>2}"
    )
    money = ", ".join(str(money) for money in so_far.money_in)
    return f"{counted}  in {money}" if money else counted

"""How far a long command is: a bar on a terminal, a line now and then where there is none."""

from collections.abc import Callable, Iterator
from datetime import date
from types import TracebackType

from rich.console import Console, RenderableType
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from sandbox.tally import Tally


class Bar:
    """`with Bar(console, what) as show:` a share, 0 to 1, at a time."""

    def __init__(self, console: Console, what: str) -> None:
        self._bar = Progress(
            TextColumn(what),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeElapsedColumn(),
            console=console,
            disable=not console.is_terminal,
        )

    def __enter__(self) -> Callable[[float], None]:
        self._bar.start()
        task = self._bar.add_task("", total=1.0)
        return lambda share: self._bar.update(task, completed=share)

    def __exit__(self, *_: object) -> None:
        self._bar.stop()


class _BarAndWords(Progress):
    """A bar, and a line of words below it."""

    words = ""

    def get_renderables(self) -> Iterator[RenderableType]:
        yield from super().get_renderables()
        yield Text(self.words)


class Calendar:
    """`with Calendar(console, first, last) as calendar:` the business date and what happened.

    Without a terminal, a line a week of business time.
    """

    def __init__(self, console: Console, first: date, last: date) -> None:
        self._console = console
        self._first, self._last = first, last
        self._week: tuple[int, int] | None = None
        self._bar: _BarAndWords | None = None
        if console.is_terminal:
            self._bar = _BarAndWords(
                TextColumn("[bold]{task.description}[/]"),
                BarColumn(bar_width=None),
                console=console,
            )

    def __enter__(self) -> "Calendar":
        if self._bar is not None:
            self._bar.start()
            total = (self._last - self._first).days
            self._bar.add_task(_written(self._first), total=total)
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def show(self, day: date, so_far: Tally, *, ended: bool = False) -> None:
        words = described(so_far)
        if self._bar is None:
            week = day.isocalendar()[:2]
            if week != self._week or ended:
                self._console.print(f"{_written(day)}  {words}", soft_wrap=True)
            self._week = week
            return
        task = self._bar.task_ids[0]
        reached = self._last if ended else min(day, self._last)
        self._bar.words = words
        self._bar.update(task, completed=(reached - self._first).days, description=_written(day))


def _written(day: date) -> str:
    return day.strftime("%a %Y-%m-%d")


def described(so_far: Tally) -> str:
    """The counters in one line."""
    counted = (
        f"mails {so_far.notices:>2}  calls {so_far.calls:>2}  "
        f"cases {so_far.cases}  settled {so_far.settled:>2}"
    )
    money = ", ".join(str(money) for money in so_far.money_in)
    return f"{counted}  in {money}" if money else counted

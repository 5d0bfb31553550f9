"""A watched folder: only complete files, each taken once, refused ones with their reason."""

import asyncio
import logging
import os
from collections.abc import Sequence
from pathlib import Path
from threading import Event

import pytest
from sqlmodel import select

from activities.banking.watching import Watcher
from gateways.inbox import Inbox
from models.tables import BankFileRecord
from rules.errors import FileMistake, Place, Unreachable
from tests.banking.books import Books
from tests.banking.files import Paid, camt
from worker import _watching


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "inbox"


def watcher(folder: Path, books: Books) -> Watcher:
    found = Watcher(Inbox(folder), lambda paths: books.take(*paths))
    found.look()
    return found


def names(folder: Path, *parts: str) -> list[str]:
    return sorted(path.name for path in folder.joinpath(*parts).iterdir() if path.is_file())


def test_file_is_taken_at_the_second_look_and_put_away(books: Books, folder: Path) -> None:
    watching = watcher(folder, books)
    camt(folder / "a.xml", [Paid(text="R-1")])
    assert [watching.look(), watching.look(), watching.look()] == [0, 1, 0]
    assert names(folder, "done") == ["a.xml"]
    assert books.amounts() == [10_000]


def test_file_that_still_grows_or_is_named_as_temporary_waits(books: Books, folder: Path) -> None:
    watching = watcher(folder, books)
    for name in (".a.xml", "b.xml.part", "c.tmp"):
        camt(folder / name, [Paid(text="R-1")])
    growing = folder / "d.xml"
    for size in range(3):
        growing.write_text("x" * (size + 1))
        assert watching.look() == 0
    assert books.entries() == []


def test_refused_file_has_its_reason_beside_it_and_raises_an_alarm(
    books: Books, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    watching = watcher(folder, books)
    (folder / "a.xml").write_text("<Document/>")
    camt(folder / "b.xml", [Paid(text="R-1")])
    watching.look()
    with caplog.at_level(logging.WARNING, "duely.alarms"):
        watching.look()
    assert names(folder, "refused") == ["a.xml", "a.xml.txt"]
    assert "a.xml" in (folder / "refused" / "a.xml.txt").read_text()
    assert names(folder, "done") == ["b.xml"]
    assert "refused_file" in caplog.text
    assert "a.xml" not in caplog.text


def test_file_of_a_known_name_is_put_beside_the_first(books: Books, folder: Path) -> None:
    watching = watcher(folder, books)
    for amount in (1, 2):
        camt(folder / "a.xml", [Paid(amount, "R-1")])
        watching.look()
        watching.look()
    assert names(folder, "done") == ["a.2.xml", "a.xml"]


def test_what_a_crash_left_half_way_is_taken_again_and_counts_once(
    books: Books, folder: Path
) -> None:
    path = camt(folder.parent / "a.xml", [Paid(text="R-1")])
    books.take(path)
    watcher(folder, books)
    path.rename(folder / "taking" / "a.xml")
    watcher(folder, books)
    assert names(folder, "done") == ["a.xml"]
    assert books.amounts() == [10_000]


def test_file_waits_while_the_database_is_away(folder: Path) -> None:
    answers: list[Exception | None] = [Unreachable("away"), None]

    def take(_paths: object) -> None:
        if (answer := answers.pop(0)) is not None:
            raise answer

    watching = Watcher(Inbox(folder), take)
    watching.look()
    (folder / "a.xml").write_text("x")
    watching.look()
    with pytest.raises(Unreachable):
        watching.look()
    assert names(folder, "taking") == ["a.xml"]
    assert watching.look() == 1
    assert names(folder, "done") == ["a.xml"]


def test_fault_of_ours_keeps_no_other_file_waiting(folder: Path) -> None:
    def take(paths: Sequence[Path]) -> None:
        if paths[0].name == "a.xml":
            raise ZeroDivisionError

    watching = Watcher(Inbox(folder), take)
    watching.look()
    for name in ("a.xml", "b.xml"):
        (folder / name).write_text("x")
    watching.look()
    assert watching.look() == 2
    assert names(folder, "refused") == ["a.xml", "a.xml.txt"]
    assert names(folder, "done") == ["b.xml"]


def test_two_processes_share_a_folder(folder: Path) -> None:
    one, other = Inbox(folder), Inbox(folder)
    one.open()
    (folder / "a.xml").write_text("x")
    assert [one.complete(), other.complete()] == [[], []]
    [mine], [theirs] = one.complete(), other.complete()
    assert one.claim(mine) == folder / "taking" / "a.xml"
    assert other.claim(theirs) is None


@pytest.mark.parametrize("mistake", [None, FileMistake(Place("a.sta"), "is cut")])
def test_file_written_on_while_it_is_read_waits_and_is_taken_again(
    folder: Path, mistake: FileMistake | None
) -> None:
    more = ["the rest"]

    def take(paths: Sequence[Path]) -> None:
        if more:
            paths[0].write_text(more.pop())
            if mistake is not None:
                raise mistake

    watching = Watcher(Inbox(folder), take)
    watching.look()
    (folder / "a.sta").write_text("x")
    assert [watching.look(), watching.look()] == [0, 1]
    assert names(folder) == ["a.sta"]
    assert [watching.look(), watching.look()] == [0, 1]
    assert names(folder, "done") == ["a.sta"]
    assert names(folder, "refused") == []


NAMES = (b"caf\xe9.xml", b"a\x1b[31m.xml", b"a\nb.xml", b"[red].xml", b"a" * 251 + b".xml")


@pytest.mark.parametrize("name", NAMES)
def test_name_that_is_no_text_harms_nothing(books: Books, folder: Path, name: bytes) -> None:
    watching = watcher(folder, books)
    camt(folder / ".a", [Paid(text="R-1")]).rename(folder / os.fsdecode(name))
    (folder / os.fsdecode(b"Z" + name[1:])).write_text("<Document/>")
    watching.look()
    assert watching.look() == 2
    assert books.amounts() == [10_000]
    assert len(names(folder, "done")) == 1
    assert len(names(folder, "refused")) == 2
    with books.database.transaction() as session:
        recorded = session.scalars(select(BankFileRecord.name)).one()
    assert recorded.isprintable()


def test_long_name_is_put_beside_the_first_and_its_reason_beside_it(
    books: Books, folder: Path
) -> None:
    watching = watcher(folder, books)
    for content in ("<A/>", "<B/>"):
        (folder / ("a" * 251 + ".xml")).write_text(content)
        watching.look()
        watching.look()
    assert len(names(folder, "refused")) == 4


def test_link_is_never_followed_and_a_folder_cleared_away_comes_back(
    books: Books, folder: Path
) -> None:
    watching = watcher(folder, books)
    secret = camt(folder.parent / "secret.xml", [Paid(text="R-1")])
    for place in (folder, folder / "taking"):
        (place / "link.xml").symlink_to(secret)
    (folder / "done").rmdir()
    camt(folder / "a.xml", [Paid(5, text="R-1")])
    watching.look()
    watching.look()
    watcher(folder, books)
    assert books.amounts() == [5]
    assert names(folder, "done") == ["a.xml"]


async def _beside(watching: Watcher, taken: Event) -> None:
    async with _watching(watching, asyncio.Event()):
        await asyncio.to_thread(taken.wait, 10)


def test_worker_watches_beside_its_other_work(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("worker.INBOX_PAUSE", 0.02)
    folder.mkdir()
    (folder / "a.xml").write_text("x")
    taken = Event()
    asyncio.run(_beside(Watcher(Inbox(folder), lambda paths: taken.set()), taken))
    assert names(folder, "done") == ["a.xml"]


def test_mistake_of_a_file_that_has_gone_is_nobodys(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def take(paths: Sequence[Path]) -> None:
        paths[0].rename(folder / "done" / "a.xml")  # another process did
        raise FileMistake(Place("a.xml"), "cannot be read: No such file or directory")

    watching = Watcher(Inbox(folder), take)
    watching.look()
    (folder / "a.xml").write_text("x")
    watching.look()
    watching.look()
    assert names(folder, "refused") == []
    assert "refused" not in caplog.text

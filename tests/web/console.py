"""A console, its record, and browsers that are logged in there."""

import re
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any, TypeVar, cast

import httpx2 as httpx
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST
from fastapi.testclient import TestClient
from sqlmodel import SQLModel, select
from temporalio.client import (
    Client,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.exceptions import ApplicationError

from activities.staff_accounts import add_account
from gateways.creditor_file import read_creditor
from gateways.files import FolderStore
from gateways.passwords import Passwords
from models.messages import TakeTask
from models.settings import HOME, Settings
from rules.errors import Unreachable
from rules.staff import Role
from sandbox.foresight import Outlook
from tests.commands.record import Record, berlin
from tests.workflows.policies import SHORT
from web.app import build_app
from web.desk import Desk
from web.foreseeing import Foreseer
from web.foreseen import Question
from worker import open_database

Row = TypeVar("Row", bound=SQLModel)
PASSWORD = "correct horse battery"
STAFF = {"audrey": Role.AUDITOR, "anna": Role.STAFF, "ben": Role.STAFF, "lea": Role.LEAD}
PASSWORDS = Passwords(PasswordHasher.from_parameters(CHEAPEST))
TASK = "/tasks/T-C1-1"
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


class Console:
    """`record.now` is the hour of the ladders, `now` the one of sessions; both stand still. Updates
    to workflows are recorded at once, as their activities would; `asked` names them."""

    def __init__(self, folder: Path, new_database: Path) -> None:
        self.url = f"sqlite:///{shutil.copy(new_database, folder)}"
        self.record = Record(self.url)
        self.now = berlin("2026-03-02")
        self.is_away = False  # Temporal cannot be reached
        self.is_silent = False  # no worker answers
        self.asked: list[str] = []
        self.documents = FolderStore(folder / "documents")
        self._browsers: list[TestClient] = []
        self.desk = _Desk(
            open_database(Settings(database_url=self.url)),
            self.documents,
            read_creditor(HOME / "creditor.toml"),
            self._connect,
            passwords=PASSWORDS,
            now=lambda: self.now,
        )
        self.desk.console = self
        self.app = build_app(self.desk)
        self.app.state.foreseer = Foreseer(self._foresee)

    @staticmethod
    def made_once(file: Path) -> Path:
        database = open_database(Settings(database_url=f"sqlite:///{file}"))
        with database.transaction() as session:
            for name, role in STAFF.items():
                add_account(session, PASSWORDS, name, role, PASSWORD, berlin("2026-03-02"))
        database.close()
        return file

    def close(self) -> None:
        for browser in self._browsers:
            browser.close()
        self.desk.database.close()
        self.record.close()

    def passes(self, time: timedelta) -> None:
        self.now += time

    def browser(
        self, base_url: str = "http://desk.example", client: tuple[str, int] = ("10.0.0.1", 1)
    ) -> "Browser":
        found = Browser(self.app, base_url=base_url, follow_redirects=False, client=client)
        self._browsers.append(found)
        return found

    def logged_in(self, name: str = "anna") -> "Browser":
        browser = self.browser()
        answer = browser.log_in(name)
        assert answer.status_code == 303, answer.text
        return browser

    def rows(self, table: type[Row]) -> list[Row]:
        with self.desk.database.transaction() as session:
            return list(session.exec(select(table)))

    def called(self) -> None:
        """On Tuesday 2026-03-10 the customer's call is due, its task open."""
        self.record.policy = SHORT
        self.record.invoice()
        self.record.send("2026-03-05")
        self.record.gather("2026-03-10")
        self.record.now = berlin("2026-03-10", "11:00")

    def taken(self, by: str = "anna") -> None:
        """The same, and somebody has taken the task."""
        self.called()
        self.takes(by)

    def takes(self, by: str) -> None:
        assert self.record.task_act(TakeTask(by=by)) == ""

    async def _connect(self) -> Client:
        if self.is_away:
            raise Unreachable("Temporal at 127.0.0.1:1 cannot be reached (TEMPORAL_ADDRESS)")
        return cast(Client, self)

    async def start_workflow(self, *_: Any, id: str, **__: Any) -> None:
        """A message of the outbox is delivered."""
        self.asked.append(id)

    async def execute_update_with_start_workflow(
        self, update: str, act: Any, *, start_workflow_operation: Any, **_: Any
    ) -> None:
        """A workflow, which answers as its activities record."""
        self.asked.append(update)
        if self.is_silent:
            raise WorkflowUpdateRPCTimeoutOrCancelledError
        workflow_id = start_workflow_operation._start_workflow_input.id
        if refused := self._recorded(update, act, *workflow_id.split(":", 1)):
            raise WorkflowUpdateFailedError(ApplicationError(refused))

    def _recorded(self, update: str, act: Any, kind: str, key: str) -> str:
        match kind:
            case "invoice":
                return self.record.act(act, key)
            case "customer":
                return self.record.customer_act(act, key)
            case "refund":
                return self.record.refund_act(act, key)
            case _:
                record = self.record.call if update == "outcome" else self.record.task_act
                return record(act, key)

    async def _foresee(self, question: Question) -> Outlook:
        """Nothing comes."""
        self.asked.append(f"outlook of {question.customer_id}")
        return Outlook(question.customer_id, question.now.date() + timedelta(question.days), (), ())


class _Desk(Desk):
    """Business time is the record's."""

    console: Console

    def business_now(self) -> datetime:
        return self.console.record.now


class Browser(TestClient):
    """Keeps cookies, and sends a page's hidden fields along with what is typed, as browsers do."""

    def log_in(self, name: str, password: str = PASSWORD, *, at: str = "/login") -> httpx.Response:
        words = {"username": name, "password": password}
        return self.send_form("/login", words, of=self.get(at))

    def send_form(
        self, action: str, typed: dict[str, str], *, of: httpx.Response, **words: Any
    ) -> httpx.Response:
        """The form of a page that leads to `action`, filled in."""
        return self.post(action, data={**hidden(of.text, action), **typed}, **words)


def hidden(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the form that leads there."""
    for form in _forms(page):
        if f'action="{action}"' in form.partition(">")[0]:
            return {name: unescape(value) for name, value in _HIDDEN.findall(form)}
    raise AssertionError(f"no form leads to {action}")


def _forms(page: str) -> Iterator[str]:
    for part in page.split("<form")[1:]:
        yield part.partition("</form>")[0]

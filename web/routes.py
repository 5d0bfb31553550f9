"""The registry of who may do what: every route of the console is declared here with its role."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from fastapi import APIRouter, Depends

from rules.staff import Role
from web.admission import Admission

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Declared:
    """A route and the least role that may use it; None: everybody, also without a session.
    `signed`: a machine's, which has neither session nor form of ours, but signs what it says."""

    method: str
    path: str
    role: Role | None
    signed: bool = False


class Routes:
    """One group of pages. There is no other way to add a route."""

    def __init__(self) -> None:
        self.router = APIRouter()
        self.declared: list[Declared] = []

    def page(self, path: str, *, role: Role | None) -> Callable[[F], F]:
        """Something to read."""
        return self._add("GET", path, role, page=path)

    def action(self, path: str, *, role: Role | None, page: str) -> Callable[[F], F]:
        """Something to do. `page`: where its form stands, with the same parts in braces."""
        return self._add("POST", path, role, page=page)

    def callback(self, path: str) -> Callable[[F], F]:
        """Where another service tells us something. Its handler believes nothing whose signature is
        not right; it has no `Visit`."""

        def add(handler: F) -> F:
            self.declared.append(Declared("POST", path, role=None, signed=True))
            self.router.add_api_route(path, handler, methods=["POST"], response_model=None)
            return handler

        return add

    def _add(self, method: str, path: str, role: Role | None, *, page: str) -> Callable[[F], F]:
        def add(handler: F) -> F:
            self.declared.append(Declared(method, path, role))
            self.router.add_api_route(
                path,
                handler,
                methods=[method],
                response_model=None,
                dependencies=[Depends(Admission(role, page))],
            )
            return handler

        return add

"""One request of somebody: who they are, what they typed, how they are answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import uuid4

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse

from activities.staff_sessions import Signed, csrf_of, kept_form
from rules.staff import Role
from web.desk import Desk
from web.rendering import rendered

CSRF_FIELD = "csrf"
CSRF_HEADER = "X-CSRF-Token"
KEY_FIELD = "key"


@dataclass(frozen=True)
class Visit:
    """`signed` is None only on pages for everybody. `form` is what an action was sent."""

    request: Request
    desk: Desk
    signed: Signed | None
    token: str
    form: Mapping[str, str]
    page: str

    @property
    def username(self) -> str:
        return self.signed.username if self.signed else ""

    @property
    def may_act(self) -> bool:
        return self.signed is not None and self.signed.role.includes(Role.STAFF)

    @property
    def is_htmx(self) -> bool:
        """Whether a part of a page is wanted, not a whole one."""
        return self.request.headers.get("HX-Request") == "true"

    async def kept(self, form: str) -> dict[str, str]:
        """What this person had typed into this page when their session had ended, {} for nothing.
        `form` is the name that the login page carried."""
        if not form:
            return {}
        desk = self.desk
        return await desk.database.run(
            lambda session: kept_form(session, form, self.username, self.page)
        )

    def show(self, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        """A page or a part of one, escaped; its forms carry this session's token."""
        here = {
            "visit": self,
            "csrf": csrf_of(self.token),
            "new_key": lambda: str(uuid4()),
        }
        return HTMLResponse(rendered(template, here | values), status)


def _visit(request: Request) -> Visit:
    visit: Visit = request.state.visit
    return visit


Visitor = Annotated[Visit, Depends(_visit)]

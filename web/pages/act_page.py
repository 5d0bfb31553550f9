"""What the pages of an invoice and of a customer do alike with a form: show what will happen, do it,
say what became of it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from fastapi.responses import RedirectResponse, Response

from activities.foretelling import Foretold
from rules.errors import Unreachable, UserMistake
from web.acting import sentence
from web.doing import Doing
from web.pages.act_forms import ActForm, checked
from web.refusals import NotThere
from web.visit import KEY_FIELD, Visit

AGAIN = "That was recorded before, with this very form: nothing was done twice."


@dataclass(frozen=True)
class Acting:
    """What a page shows of its forms. `form` is the one that was sent, with what was `typed` in it;
    `coming` what it would lead to; `error` why it was not done, `notice` that it was."""

    form: ActForm | None = None
    typed: Mapping[str, str] = field(default_factory=dict)
    coming: Foretold | None = None
    notice: str = ""
    error: str = ""

    def is_of(self, form: ActForm) -> bool:
        """Whether it is the form that was sent."""
        return self.form is not None and self.form.slug == form.slug

    def value(self, form: ActForm, name: str) -> str:
        """What stands in a field: what was typed in the form that was sent."""
        return self.typed.get(name, "") if self.is_of(form) else ""


Shown = Callable[[Acting, int], Awaitable[Response]]


@dataclass(frozen=True)
class ActPage:
    """`address` is the page's, `forms` all it may have, `doing` what a form does with what was typed
    (raises UserMistake), `shown` the page itself."""

    visit: Visit
    address: str
    forms: Sequence[ActForm]
    doing: Callable[[ActForm], Awaitable[Doing]]
    shown: Shown

    async def preview(self, slug: str) -> Response:
        """What will happen, before it is said: nothing is recorded. A part of the page, or, where
        no script runs, the page."""
        form = self._form(slug)
        try:
            checked(form, self.visit.form)
            coming = await (await self.doing(form)).foretell(self.visit)
        except UserMistake as mistake:
            coming = Foretold(refused=str(mistake))
        acting = Acting(form, self.visit.form, coming)
        if self.visit.is_htmx:
            return self.visit.show(
                "act_coming.html.j2", acting=acting, address=self.address, confirmed=confirmed
            )
        return await self.shown(acting, 200)

    async def do(self, slug: str) -> Response:
        """Done: the page anew, so that a reload asks nothing. Else the page with why not, and all
        that was typed under its key."""
        form = self._form(slug)
        try:
            checked(form, self.visit.form)
            is_first = await (await self.doing(form)).do(self.visit)
        except (UserMistake, Unreachable) as error:
            status = 409 if isinstance(error, UserMistake) else 503
            return await self.shown(Acting(form, self.visit.form, error=sentence(error)), status)
        told = urlencode({"told": form.slug if is_first else "again"})
        return RedirectResponse(f"{self.address}?{told}", 303)

    def _form(self, slug: str) -> ActForm:
        for form in self.forms:
            if form.slug == slug:
                return form
        raise NotThere("There is no such form on this page.")


def acting_of(forms: Sequence[ActForm], told: str, typed: Mapping[str, str]) -> Acting:
    """The forms of a page that is only looked at: what was just done, or what somebody had typed
    whose session had ended."""
    if typed:
        form = next((one for one in forms if one.slug == typed.get("act")), None)
        return Acting(form, typed)
    done = next((form.done for form in forms if form.slug == told), "")
    return Acting(notice=AGAIN if told == "again" else done)


def confirmed(acting: Acting) -> dict[str, str]:
    """The fields of the form that confirms: what was typed, under its key."""
    assert acting.form is not None, "only a form that was sent is confirmed"
    names = ["act", KEY_FIELD, *(one.name for one in acting.form.fields)]
    return {name: acting.typed[name] for name in names if name in acting.typed}
